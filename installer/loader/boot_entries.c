#define _GNU_SOURCE
#include <installer/loader/boot_entries.h>
#include <common/xalloc.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* GRUB's number of a disk is its place among those that the BIOS has; without that, among those
 * that were found. */
static unsigned int grub_disk(const struct machine *machine, const struct disk *disk)
{
	unsigned int place = 0;

	if (disk->bios_number >= 0x80)
		return disk->bios_number - 0x80;
	while (&machine->disk[place] != disk)
		place++;
	return place;
}

static const char *grub_partition(const struct disk *disk)
{
	return disk->kind == TABLE_GPT ? "gpt" : "msdos";
}

/* Only what GRUB's shell takes as itself between single quotes. */
static char *quoted(const char *text)
{
	char *copy = xstrdup(text), *p;

	for (p = copy; *p; p++)
		if (*p == '\'' || !isprint((unsigned char)*p))
			*p = ' ';
	return copy;
}

static bool uuid_is_plain(const char *uuid)
{
	return uuid && *uuid && !uuid[strspn(uuid, "0123456789abcdefABCDEF-")];
}

static bool wants_first_disk(const struct partition *p)
{
	static const char *const types[] = { "vfat", "msdos", "fat", "ntfs", "hpfs", "exfat" };
	size_t i;

	for (i = 0; p->volume.file_system && i < sizeof(types) / sizeof(types[0]); i++)
		if (!strncasecmp(p->volume.file_system, types[i], strlen(types[i])))
			return true;
	return false;
}

static bool is_other_system(const struct disk *d, const struct partition *p,
			    const struct disk *ours, unsigned int root_number)
{
	return p->volume.os && p->kind != PARTITION_EXTENDED &&
	       !(d == ours && p->number == root_number);
}

static void add_search(struct xtext *t, const struct machine *m, const struct disk *d,
		       const struct partition *p)
{
	xtext_add(t, "\tset root='(hd%u,%s%u)'\n", grub_disk(m, d), grub_partition(d), p->number);
	if (uuid_is_plain(p->volume.uuid))
		xtext_add(t, "\tsearch --no-floppy --fs-uuid --set=root %s\n", p->volume.uuid);
}

/* The swap is decided at boot: disks may have changed places by then. */
static void add_chain(struct xtext *t)
{
	xtext_add(t, "\tregexp --set=1:disk '^([^,]*),' \"$root\"\n"
		     "\tif [ \"$disk\" != hd0 ]; then drivemap -s hd0 $disk; fi\n"
		     "\tchainloader +1\n");
}

static void add_own_menu(struct xtext *t)
{
	xtext_add(t,
		  "\tif [ -f /boot/grub/grub.cfg ]; then configfile /boot/grub/grub.cfg\n"
		  "\telif [ -f /boot/grub2/grub.cfg ]; then configfile /boot/grub2/grub.cfg\n"
		  "\telif [ -f /boot/grub/menu.lst ]; then legacy_configfile /boot/grub/menu.lst\n"
		  "\telse chainloader +1\n"
		  "\tfi\n");
}

static void add_entry(struct xtext *t, const struct machine *m, const struct disk *d,
		      const struct partition *p)
{
	char *name = quoted(p->volume.os);

	xtext_add(t, "menuentry '%s (on %s)' {\n", name, p->device ? p->device : d->name);
	add_search(t, m, d, p);
	if (wants_first_disk(p))
		add_chain(t);
	else
		add_own_menu(t);
	xtext_add(t, "}\n");
	free(name);
}

char *boot_entries(const struct machine *machine, const struct disk *ours, unsigned int root_number)
{
	struct xtext t = { 0 };
	const struct disk *d;
	size_t i;

	for (d = machine->disk; d < machine->disk + machine->disks; d++)
		for (i = 0; i < d->partitions; i++)
			if (is_other_system(d, &d->partition[i], ours, root_number))
				add_entry(&t, machine, d, &d->partition[i]);
	return t.text;
}

size_t boot_entries_count(const struct machine *machine, const struct disk *ours,
			  unsigned int root_number)
{
	const struct disk *d;
	size_t i, n = 0;

	for (d = machine->disk; d < machine->disk + machine->disks; d++)
		for (i = 0; i < d->partitions; i++)
			n += is_other_system(d, &d->partition[i], ours, root_number);
	return n;
}

char *boot_entry_for_others(const char *root_uuid, const struct disk *disk,
			    unsigned int root_number, const char *kernel_arguments,
			    const char *serial)
{
	char *kernel =
		xasprintf("/boot/oldiron.elf root=UUID=%s ro%s%s console=tty0%s%s", root_uuid,
			  kernel_arguments ? " " : "", kernel_arguments ? kernel_arguments : "",
			  serial ? " console=" : "", serial ? serial : "");
	char *text = xasprintf("No loader was installed. For the one that you have:\n\n"
			       "GRUB 2, in grub.cfg (or /etc/grub.d/40_custom):\n"
			       "    menuentry 'Oldiron' {\n"
			       "        search --no-floppy --fs-uuid --set=root %s\n"
			       "        multiboot %s\n"
			       "    }\n\n"
			       "GRUB legacy, in menu.lst:\n"
			       "    title Oldiron\n"
			       "    root (hd%u,%u)\n"
			       "    kernel %s\n",
			       root_uuid, kernel,
			       disk->bios_number >= 0x80 ? disk->bios_number - 0x80 : 0,
			       root_number - 1, kernel);

	free(kernel);
	return text;
}
