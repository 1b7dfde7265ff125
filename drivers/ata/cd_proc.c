/*
 * cd_proc.c - /proc/sys/dev/cdrom: what the drives can, in Linux's table, and what openings do.
 */
#include <kernel/init.h>
#include <kernel/string.h>
#include <kernel/sysctl.h>
#include <abi/cdrom.h>
#include "cd.h"

/* Of drives that are found later. */
static int autoclose = 1, autoeject, check_media, debug, lock = 1;

u32 cd_default_options(void)
{
	return CDO_USE_FFLAGS | (autoclose ? CDO_AUTO_CLOSE : 0) |
	       (autoeject ? CDO_AUTO_EJECT : 0) | (check_media ? CDO_CHECK_TYPE : 0) |
	       (lock ? CDO_LOCK : 0);
}

/* ---- a change is for all drives there are ---- */

static void take_defaults(struct cd *cd, void *arg)
{
	cd->options = cd_default_options();
}

static int defaults_changed(const struct sysctl *ctl)
{
	(void)cd_for_each(take_defaults, NULL);
	return 0;
}

/* ---- info: a column for each drive ---- */

static const struct info_row {
	const char *title; /* with its tabs */
	u32 bit;
} rows[] = {
	{ "Can close tray:\t", CDC_CLOSE_TRAY }, { "Can open tray:\t", CDC_OPEN_TRAY },
	{ "Can lock tray:\t", CDC_LOCK },	 { "Can change speed:", CDC_SELECT_SPEED },
	{ "Can select disk:", CDC_SELECT_DISC }, { "Can read multisession:", CDC_MULTI_SESSION },
	{ "Can read MCN:\t", CDC_MCN },		 { "Reports media changed:", CDC_MEDIA_CHANGED },
	{ "Can play audio:\t", CDC_PLAY_AUDIO }, { "Can write CD-R:\t", CDC_CD_R },
	{ "Can write CD-RW:", CDC_CD_RW },	 { "Can read DVD:\t", CDC_DVD },
	{ "Can write DVD-R:", CDC_DVD_R },	 { "Can write DVD-RAM:", CDC_DVD_RAM },
	{ "Can read MRW:\t", CDC_MRW },		 { "Can write MRW:\t", CDC_MRW_W },
	{ "Can write RAM:\t", CDC_RAM },
};

struct column {
	struct seq *s;
	u32 bit;
};

static void show_name(struct cd *cd, void *arg)
{
	seq_printf(arg, "\t%s", cd->disk.name);
}

static void show_speed(struct cd *cd, void *arg)
{
	const struct cd_capabilities *c = &cd->drive.caps;

	seq_printf(arg, "\t%u", cd_speed_times(c->speed ? c->speed : c->max_speed));
}

static void show_slots(struct cd *cd, void *arg)
{
	seq_puts(arg, "\t1");
}

static void show_bit(struct cd *cd, void *arg)
{
	const struct column *col = arg;

	seq_printf(col->s, "\t%d", (cd_capability_bits(cd) & col->bit) != 0);
}

static void show_info(const struct sysctl *ctl, struct seq *s)
{
	struct column col = { .s = s };

	seq_puts(s, "CD-ROM information, Id: cdrom.c 3.20 2003/12/17\n");
	seq_puts(s, "\ndrive name:\t");
	(void)cd_for_each(show_name, s);
	seq_puts(s, "\ndrive speed:\t");
	(void)cd_for_each(show_speed, s);
	seq_puts(s, "\ndrive # of slots:");
	(void)cd_for_each(show_slots, s);
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		seq_printf(s, "\n%s", rows[i].title);
		col.bit = rows[i].bit;
		(void)cd_for_each(show_bit, &col);
	}
	seq_puts(s, "\n\n\n");
}

#define SWITCH(n, field)                                                                           \
	{                                                                                          \
		.name = (n), .mode = 0644, .type = SYSCTL_INT, .data = &(field), .max = 1,         \
		.changed = defaults_changed                                                        \
	}
static const struct sysctl table[] = {
	{ .name = "info", .mode = 0444, .type = SYSCTL_PROC, .get = show_info },
	SWITCH("autoclose", autoclose),
	SWITCH("autoeject", autoeject),
	SWITCH("check_media", check_media),
	SWITCH("debug", debug),
	SWITCH("lock", lock),
};

static int cd_proc_init(void)
{
	return sysctl_register("dev/cdrom", table, ARRAY_SIZE(table));
}
INIT_CALL(INIT_LATE, cd_proc_init);
