/*
 * cpu.c - the processor: what it says of itself, what it does wrong, how fast it and its caches
 * are.
 *
 * Only instructions that may be tried at privilege level 3. A locked CMPXCHG8B of a register, which
 * hangs some Pentiums, is never executed: the bug is told by the model. Cyrix's registers at ports
 * 22h and 23h are looked at only on a processor that proved to be one, and with class R2, since the
 * ports may be a chipset's.
 *
 * Source: Intel AP-485 (CPUID); Cyrix 6x86 processor data book (DIR0, DIR1); hardware-notes 1.1.
 */
#include "probe.h"
#include "../host/processor.h"
#include "cpu_speed.h"
#include "text.h"
#include "timer.h"
#include <kernel/x86/cpu_decode.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLAG_AC	      18u
#define FLAG_ID	      21u
#define LEAVES_MAX    32u /* of each range; what says more says nonsense */
#define EXTENDED      0x80000000u
#define CACHE_LEAF    4u
#define SERIAL_LEAF   3u
#define CACHE_PARTS   8u
#define CYRIX_INDEX   0x22u
#define CYRIX_DATA    0x23u
#define CYRIX_DIR0    0xfeu
#define TSC_US	      100000u
#define TSC_TRIES     4u
#define TSC_CLOSE_PPM 2000u

static void note_leaf(struct probe_run *run, u32 leaf, u32 subleaf, const char *subject)
{
	struct fact *fact;
	u32 regs[4];

	processor_cpuid(leaf, subleaf, regs);
	fact = note_bytes(run, subject, "cpuid", regs, sizeof(regs));
	fact->identifying = leaf == SERIAL_LEAF;
}

/* Bytes are EAX, EBX, ECX, EDX; the subject is the leaf. */
static void note_range(struct probe_run *run, u32 first)
{
	u32 regs[4];
	char name[16];

	processor_cpuid(first, 0, regs);
	if (regs[0] < first || regs[0] - first >= LEAVES_MAX)
		regs[0] = first;
	for (u32 leaf = first; leaf <= regs[0]; leaf++) {
		(void)snprintf(name, sizeof(name), "%08x", leaf);
		note_leaf(run, leaf, 0, name);
	}
	for (u32 part = 1; !first && regs[0] >= CACHE_LEAF && part < CACHE_PARTS; part++) {
		(void)snprintf(name, sizeof(name), "%08x.%u", CACHE_LEAF, part);
		note_leaf(run, CACHE_LEAF, part, name);
	}
}

static void note_identity(struct probe_run *run)
{
	bool cpuid = processor_flag_changes(FLAG_ID);

	note_number(run, "", "flag-ac", processor_flag_changes(FLAG_AC), "");
	note_number(run, "", "flag-id", cpuid, "");
	if (cpuid) {
		u32 regs[4];

		note_range(run, 0);
		processor_cpuid(EXTENDED, 0, regs);
		if (regs[0] >= EXTENDED && regs[0] - EXTENDED < LEAVES_MAX)
			note_range(run, EXTENDED);
		return;
	}
	note_number(run, "", "divides-like-cyrix", processor_divides_like_cyrix(), "");
}

static void note_cyrix(struct probe_run *run)
{
	struct host *h = run->host;
	unsigned long flags;
	u8 dir[2];

	if (run->options->class < CLASS_R2 || processor_flag_changes(FLAG_ID) ||
	    !processor_divides_like_cyrix())
		return;
	probe_step(run, "Cyrix's identification registers at ports 22h and 23h");
	flags = host_lock();
	for (unsigned int i = 0; i < 2; i++) {
		hw_out8(&h->hw, CYRIX_INDEX, (u8)(CYRIX_DIR0 + i));
		dir[i] = hw_in8(&h->hw, CYRIX_DATA);
	}
	host_unlock(flags);
	note_bytes(run, "", "cyrix-registers", dir, sizeof(dir));
}

static void note_fpu(struct probe_run *run)
{
	u16 status, control;

	processor_fpu_words(&status, &control);
	note_number(run, "", "fpu-status", status, "");
	note_number(run, "", "fpu-control", control, "");
	if (!(status & 0xff) && (control & 0x103f) == 0x3f)
		note_number(run, "", "fdiv-rest", processor_fdiv_rest(), "");
}

/* ---- the time-stamp counter ---- */

static bool has_tsc(void)
{
	u32 regs[4];

	if (!processor_flag_changes(FLAG_ID))
		return false;
	processor_cpuid(0, 0, regs);
	if (!regs[0])
		return false;
	processor_cpuid(1, 0, regs);
	return regs[3] & CPUID_TSC;
}

/* kHz against the monotonic clock; 0 when two tries are too far apart. */
static u32 tsc_khz(struct hw *hw)
{
	u32 khz[2] = { 0, 0 };

	for (unsigned int i = 0; i < TSC_TRIES; i++) {
		u64 begin = hw_now_us(hw), tsc = processor_tsc(), passed;

		hw_sleep_us(hw, TSC_US);
		passed = hw_now_us(hw) - begin;
		if (!passed)
			return 0;
		khz[i % 2] = (u32)((processor_tsc() - tsc) * 1000u / passed);
		if (i &&
		    llabs((s64)khz[0] - (s64)khz[1]) * 1000000 < (s64)TSC_CLOSE_PPM * (s64)khz[0])
			return khz[i % 2];
	}
	return 0;
}

/* Against channel 2 of the timer: another crystal than the clock may have been made of. */
static void note_tsc_by_timer(struct probe_run *run)
{
	struct timer_loan loan;
	u64 begin, counts, tsc;
	u32 rate;

	if (host_owner(run->host, 0x42))
		return;
	timer_borrow(run->host, &loan);
	begin = hw_now_us(&run->host->hw);
	tsc = processor_tsc();
	rate = timer_measure(run->host, 2, 0x10000, TSC_US).hz;
	tsc = processor_tsc() - tsc;
	counts = (hw_now_us(&run->host->hw) - begin) * rate / 1000000u;
	timer_give_back(run->host, &loan);
	if (counts)
		note_number(run, "", "tsc-by-timer", (int64_t)(tsc * (TIMER_HZ / 1000u) / counts),
			    "");
}

static void note_tsc(struct probe_run *run)
{
	if (!has_tsc())
		return;
	note_number(run, "", "tsc-khz", tsc_khz(&run->host->hw), "");
	note_tsc_by_timer(run);
}

/* ---- caches, by how long a read takes that depends on the one before ---- */

static void note_latency(struct probe_run *run)
{
	char name[16];

	for (u32 bytes = LATENCY_FIRST; bytes <= LATENCY_LAST; bytes *= 2) {
		u32 ps = cpu_read_ps(&run->host->hw, bytes);

		if (!ps)
			return;
		(void)snprintf(name, sizeof(name), "%u", bytes);
		/* Picoseconds for one read within so many bytes. */
		note_number(run, name, "read-ps", ps, "");
	}
}

/* ---- what the running system says ---- */

static void note_system_line(struct probe_run *run, char *line)
{
	static const struct {
		const char *name, *key;
	} wanted[] = { { "vendor_id", "vendor" },  { "cpu family", "family" },
		       { "model", "model" },	   { "stepping", "stepping" },
		       { "model name", "name" },   { "cpu MHz", "mhz" },
		       { "flags", "flags" },	   { "fdiv_bug", "fdiv-bug" },
		       { "f00f_bug", "f00f-bug" }, { "coma_bug", "coma-bug" },
		       { "bugs", "bugs" } };
	char *value = strchr(line, ':');
	size_t length = value ? (size_t)(value - line) : 0;

	while (length && (line[length - 1] == '\t' || line[length - 1] == ' '))
		length--;
	for (size_t i = 0; length && i < ARRAY_SIZE(wanted); i++)
		if (strlen(wanted[i].name) == length && !memcmp(line, wanted[i].name, length))
			note_text(run, "system", wanted[i].key, "%s",
				  value + 1 + strspn(value + 1, " "));
}

/* The first processor's part of the list. */
static void note_system(struct probe_run *run)
{
	char *text = host_read_text("/proc/cpuinfo"), *at = text, *line;

	while ((line = text_line(&at)) && *line)
		note_system_line(run, line);
	free(text);
}

static enum probe_end run_cpu(struct probe_run *run)
{
	note_identity(run);
	note_cyrix(run);
	note_fpu(run);
	note_tsc(run);
	note_latency(run);
	note_system(run);
	return PROBE_DONE;
}

const struct probe probe_cpu = {
	.name = "cpu",
	.title = "processor: identity, features, known bugs, caches",
	.class = CLASS_R1,
	.seconds = 30,
	.run = run_cpu,
};
