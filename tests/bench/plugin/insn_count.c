/*
 * insn_count - a plugin of QEMU: instructions that the machine executes between two marks.
 *
 * The marks are instructions of the measured program, known by their bytes. What is counted is all
 * that runs meanwhile, kernel and interrupts included, but not the waiting: unlike QEMU's icount
 * clock, which runs on while the processor is halted. A count a line goes to out=FILE. With
 * profile=FILE also where: `address count` for each piece of straight code, summed over the spans
 * from the first= to the last= one (1, 2, ...).
 *
 * The interface is QEMU's, version 1; its header is not installed everywhere, so what is used of it
 * is declared here.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct qemu_plugin_tb;
struct qemu_plugin_insn;
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t index);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_tb_exec_inline(struct qemu_plugin_tb *tb, int op, void *where,
					      uint64_t value);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*fn)(unsigned int cpu, void *data), int flags,
					    void *data);
void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*fn)(uint64_t id, struct qemu_plugin_tb *tb));
void qemu_plugin_register_atexit_cb(uint64_t id, void (*fn)(uint64_t id, void *data), void *data);

__attribute__((visibility("default"))) int qemu_plugin_version = 1;

/* movl $number, %eax */
static const uint8_t mark_begin[5] = { 0xb8, 0x44, 0x49, 0x53, 0x4b };
static const uint8_t mark_end[5] = { 0xb8, 0x44, 0x45, 0x4e, 0x44 };

#define BUCKETS (1u << 16)

/* Straight code that was translated, perhaps several times; `hits` grows as it runs. */
struct piece {
	struct piece *next;
	uint64_t address, hits, at_begin, measured, size;
};

static struct piece *pieces[BUCKETS];
static uint64_t executed, begin;
static FILE *out, *profile;
static long span, first_span = 1, last_span = 1L << 30;

static bool profiled(void)
{
	return profile && span >= first_span && span <= last_span;
}

static void for_pieces(void (*fn)(struct piece *p))
{
	for (size_t i = 0; i < BUCKETS; i++) {
		for (struct piece *p = pieces[i]; p; p = p->next)
			fn(p);
	}
}

static void piece_begin(struct piece *p)
{
	p->at_begin = p->hits;
}

static void piece_end(struct piece *p)
{
	p->measured += p->hits - p->at_begin;
	p->at_begin = p->hits;
}

static void piece_print(struct piece *p)
{
	if (p->measured)
		fprintf(profile, "%llx %llu\n", (unsigned long long)p->address,
			(unsigned long long)(p->measured * p->size));
}

static void at_begin(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	span++;
	begin = executed;
	if (profiled())
		for_pieces(piece_begin);
}

static void at_end(unsigned int cpu, void *data)
{
	(void)cpu;
	(void)data;
	fprintf(out, "%llu\n", (unsigned long long)(executed - begin));
	fflush(out);
	if (profiled())
		for_pieces(piece_end);
}

static struct piece *piece_of(uint64_t address, uint64_t size)
{
	struct piece **list = &pieces[(address ^ address >> 16) % BUCKETS], *p;

	for (p = *list; p; p = p->next) {
		if (p->address == address && p->size == size)
			return p;
	}
	p = calloc(1, sizeof(*p));
	if (!p)
		abort();
	p->address = address;
	p->size = size;
	p->next = *list;
	*list = p;
	return p;
}

static void translated(uint64_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	qemu_plugin_register_vcpu_tb_exec_inline(tb, 0, &executed, n);
	if (profile)
		qemu_plugin_register_vcpu_tb_exec_inline(
			tb, 0, &piece_of(qemu_plugin_tb_vaddr(tb), n)->hits, 1);
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (qemu_plugin_insn_size(insn) != sizeof(mark_begin))
			continue;
		if (!memcmp(qemu_plugin_insn_data(insn), mark_begin, sizeof(mark_begin)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_begin, 0, NULL);
		else if (!memcmp(qemu_plugin_insn_data(insn), mark_end, sizeof(mark_end)))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, at_end, 0, NULL);
	}
}

static void at_exit(uint64_t id, void *data)
{
	(void)id;
	(void)data;
	if (profile) {
		for_pieces(piece_print);
		fclose(profile);
	}
	fclose(out);
}

static void take_argument(const char *text)
{
	if (!strncmp(text, "out=", 4))
		out = fopen(text + 4, "w");
	else if (!strncmp(text, "profile=", 8))
		profile = fopen(text + 8, "w");
	else if (!strncmp(text, "first=", 6))
		first_span = atol(text + 6);
	else if (!strncmp(text, "last=", 5))
		last_span = atol(text + 5);
}

__attribute__((visibility("default"))) int qemu_plugin_install(uint64_t id, const void *info,
							       int argc, char **argv);

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	for (int i = 0; i < argc; i++)
		take_argument(argv[i]);
	if (!out)
		return 1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, at_exit, NULL);
	return 0;
}
