/*
 * memmap.c - how much memory there is, by everybody who says so: the firmware's map, the BIOS data
 * area, the CMOS bytes, the running system.
 *
 * Source: hardware-notes 2.3 and 2.5 (CMOS 15 to 18, 30, 31 in KB; 34, 35 in 64 KB above 16 MB);
 * Linux Documentation/ABI/testing/sysfs-firmware-memmap.
 */
#include "cmos.h"
#include "probe.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER	   "/sys/firmware/memmap"
#define RANGES_MAX 256u
#define BDA_EBDA   0x40eu
#define BDA_MEMORY 0x413u

static const u8 cmos_sizes[] = { 0x15, 0x16, 0x17, 0x18, 0x30, 0x31, 0x34, 0x35 };

/* One file of a range's folder, without its end of line; NULL. */
static char *range_file(unsigned int n, const char *name)
{
	char path[64], *text;

	(void)snprintf(path, sizeof(path), FOLDER "/%u/%s", n, name);
	text = host_read_text(path);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static bool note_range(struct probe_run *run, unsigned int n)
{
	char *start = range_file(n, "start"), *end = range_file(n, "end");
	char *type = range_file(n, "type"), name[16];
	bool whole = start && end && type;

	if (whole) {
		(void)snprintf(name, sizeof(name), "range%u", n);
		note_number(run, name, "start", (int64_t)strtoull(start, NULL, 16), "");
		note_number(run, name, "end", (int64_t)strtoull(end, NULL, 16), "");
		note_text(run, name, "type", "%s", type);
	}
	free(start);
	free(end);
	free(type);
	return whole;
}

static void note_bios(struct probe_run *run)
{
	u8 memory[2], ebda[2];

	if (host_read_memory(run->host, BDA_MEMORY, memory, 2) ||
	    host_read_memory(run->host, BDA_EBDA, ebda, 2))
		return;
	note_number(run, "", "bios-low", (int64_t)(memory[0] | memory[1] << 8) << 10, "bytes");
	note_number(run, "", "ebda", (int64_t)(ebda[0] | ebda[1] << 8) << 4, "");
}

static void note_cmos(struct probe_run *run)
{
	u8 bytes[sizeof(cmos_sizes)];
	struct mc146818 chip;

	cmos_open(&chip, run->host);
	for (size_t i = 0; i < sizeof(cmos_sizes); i++)
		bytes[i] = cmos_get(&chip, cmos_sizes[i]);
	note_bytes(run, "", "cmos", bytes, sizeof(bytes));
}

static void note_system(struct probe_run *run)
{
	char *text = host_read_text("/proc/meminfo");
	uint64_t kb;

	if (text && text_number(text, "MemTotal:", &kb))
		note_number(run, "", "system", (int64_t)kb << 10, "bytes");
	free(text);
}

static enum probe_end run_memmap(struct probe_run *run)
{
	for (unsigned int n = 0; n < RANGES_MAX && note_range(run, n); n++)
		;
	note_bios(run);
	note_cmos(run);
	note_system(run);
	return PROBE_DONE;
}

const struct probe probe_memmap = {
	.name = "memmap",
	.title = "memory map, and the sizes that others tell",
	.class = CLASS_R0,
	.seconds = 10,
	.run = run_memmap,
};
