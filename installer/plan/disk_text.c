/* disk_text.c - see disk_text.h and plan_text.h. */
#define _GNU_SOURCE /* asprintf */
#include "disk_text.h"
#include "plan_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *size_text(char out[SIZE_TEXT], uint64_t bytes)
{
	static const char *const unit[] = { "bytes", "KB", "MB", "GB", "TB" };
	uint64_t scale = 1;
	unsigned int i = 0;

	while (i < 4 && bytes / scale >= 1000) {
		scale *= 1000;
		i++;
	}
	if (i >= 2 && bytes / scale < 100)
		snprintf(out, SIZE_TEXT, "%u.%u %s", (unsigned int)(bytes / scale),
			 (unsigned int)(bytes % scale / (scale / 10)), unit[i]);
	else
		snprintf(out, SIZE_TEXT, "%u %s", (unsigned int)(bytes / scale), unit[i]);
	return out;
}

const char *partition_kind_text(enum partition_kind kind)
{
	static const char *const text[] = { "primary", "extended", "logical", "GPT" };

	return text[kind];
}

void partition_name(char *out, size_t size, const struct disk *disk, unsigned int number)
{
	const char *name = disk->name ? disk->name : "disk";
	size_t n = strlen(name);
	bool digit = n && name[n - 1] >= '0' && name[n - 1] <= '9';

	snprintf(out, size, "%s%s%u", name, digit ? "p" : "", number);
}

char *disk_title(const struct disk *disk)
{
	char size[SIZE_TEXT], *text;

	size_text(size, disk_bytes(disk, disk->sectors));
	if (asprintf(&text, "%s  %s, %s%s, %s, %s%s", disk->name ? disk->name : "?",
		     disk->model ? disk->model : "model unknown",
		     disk->serial ? "serial number " : "no serial number",
		     disk->serial ? disk->serial : "", size,
		     disk->position ? disk->position : "place unknown",
		     disk->removable ? ", removable" : "") < 0)
		return NULL;
	return text;
}

static const char *table_words(const struct disk *disk)
{
	switch (disk->kind) {
	case TABLE_NONE:
		return "no partition table";
	case TABLE_MBR:
		return disk->stale_gpt ? "MBR, and an unused GPT" : "MBR";
	case TABLE_GPT:
		return "GPT";
	case TABLE_HYBRID:
		return "GPT and MBR (hybrid)";
	case TABLE_SUPERFLOPPY:
		return "no table: one file system on the whole disk";
	case TABLE_BROKEN:
		return "damaged partition table";
	}
	return "?";
}

char *disk_table_text(const struct disk *disk)
{
	const char *fs = disk->volume.file_system;
	char *text;

	if (asprintf(&text, "%s%s%s%s%s%s%s", table_words(disk), fs ? ": " : "", fs ? fs : "",
		     disk->volume.os ? ", " : "", disk->volume.os ? disk->volume.os : "",
		     disk->table_reason ? "; " : "",
		     disk->table_reason ? disk->table_reason : "") < 0)
		return NULL;
	return text;
}

static const char *use_words(enum partition_use use)
{
	static const char *const text[] = { "", ", mounted at ", ", in use as swap",
					    ", THE INSTALLER'S MEDIUM", ", in use by " };

	return text[use];
}

static const struct {
	uint8_t type;
	const char *text;
} type_words[] = {
	{ 0x01, "FAT12" },	    { 0x04, "FAT16" },	    { 0x06, "FAT16" },
	{ 0x07, "NTFS or exFAT" },  { 0x0B, "FAT32" },	    { 0x0C, "FAT32" },
	{ 0x0E, "FAT16" },	    { 0x11, "hidden FAT" }, { 0x12, "diagnostics" },
	{ 0x27, "Windows rescue" }, { 0x82, "Linux swap" }, { 0x83, "Linux" },
	{ 0x8E, "Linux LVM" },	    { 0xA5, "FreeBSD" },    { 0xA6, "OpenBSD" },
	{ 0xA9, "NetBSD" },	    { 0xEE, "GPT" },	    { 0xEF, "EFI" },
	{ 0xFD, "Linux RAID" },
};

/* Where nothing was recognized: what the table claims. */
static const char *claimed(const struct partition *p)
{
	for (size_t i = 0; i < sizeof(type_words) / sizeof(type_words[0]); i++)
		if (p->type == type_words[i].type)
			return type_words[i].text;
	return NULL;
}

char *partition_contents_text(const struct disk *disk, const struct partition *p)
{
	const struct volume *v = &p->volume;
	const char *type = p->kind == PARTITION_GPT ? NULL : claimed(p);
	char *text, unknown[64];

	(void)disk;
	if (p->kind == PARTITION_EXTENDED)
		return strdup("holds the logical partitions");
	snprintf(unknown, sizeof(unknown), "nothing recognized%s%s%s", type ? " (type " : "",
		 type ? type : "", type ? ")" : "");
	if (asprintf(&text, "%s%s%s%s%s%s%s%s%s", v->file_system ? v->file_system : unknown,
		     v->label ? " \"" : "", v->label ? v->label : "", v->label ? "\"" : "",
		     v->os ? ", " : "", v->os ? v->os : "", p->active ? ", active" : "",
		     use_words(p->use),
		     p->use != USE_NONE && p->used_where ? p->used_where : "") < 0)
		return NULL;
	return text;
}
