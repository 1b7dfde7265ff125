/*
 * sysfuzz: calls every system call with random and edge-case arguments, in children under limits,
 * for a while; then checks that the kernel still does ordinary work. The seed makes each child's
 * calls repeatable (its own random numbers; what other children do beside it is not). Prints "#
 * sysfuzz: alive" at the end.
 */
#ifndef SYSFUZZ_H
#define SYSFUZZ_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* rnd.c: a small generator, so that a seed means the same everywhere */
void rnd_seed(uint64_t seed);
uint32_t rnd(void);
uint32_t rnd_below(uint32_t limit);
int rnd_one_in(uint32_t n);

/* What an argument is, by the letters of the table in calls.c. */
struct call {
	short nr;
	const char *args; /* one letter an argument, "" none; NULL: six words of anything */
};
extern const struct call calls[];
extern const int call_count;
const struct call *call_find(int nr);
int call_skipped(int nr);

/* args.c: values for letters; the arena holds what pointers point to */
void args_init(void);
void args_refresh(
	void); /* between calls: reopens descriptors that were closed, refills the arena */
long arg_make(char kind);

/* health.c: ordinary work; 0 when all is well */
int health_check(void);

#endif
