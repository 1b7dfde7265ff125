/* swaptest.h - what the swap tests share. Each is a function that ends in 0, or a line on standard
 * output. */
#ifndef SWAPTEST_H
#define SWAPTEST_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PAGE 4096u

#define CHECK(cond)                                                                                \
	do {                                                                                       \
		if (!(cond)) {                                                                     \
			printf("  line %d of %s: %s (errno %d)\n", __LINE__, __FILE__, #cond,      \
			       errno);                                                             \
			return 1;                                                                  \
		}                                                                                  \
	} while (0)

/* Memory whose every word tells where it is and by which seed it was written. */
uint32_t *memory(size_t bytes);
void fill(uint32_t *p, size_t bytes, uint32_t seed);
int verify(const char *what, const uint32_t *p, size_t bytes, uint32_t seed); /* 0: right */
/* A number of /proc/meminfo, /proc/vmstat, /proc/self/status by its name; -1: none. */
long number(const char *file, const char *name);
/* Exit status of a child, or 1000 + its signal. */
int outcome(int pid);
/* Pushes what the caller has out, by a child that fills `mb`. */
int squeeze(unsigned int mb);
/* swapon() and swapoff(), in /proc/swaps terms: KB used of all areas. */
long swap_used(void);

/* arg is what follows the test's name and colon, "" if nothing does. */
int test_hog(const char *arg);
int test_fork(const char *arg);
int test_calls(const char *arg);
int test_views(const char *arg);
int test_mlock(const char *arg);
int test_off(const char *arg);
int test_full(const char *arg);
int test_readerror(const char *arg);
int test_writeerror(const char *arg);
int test_free(const char *arg);

#endif
