/*
 * boot.h - process 1 of the test disk: hwtest alone, or beside the kernel's drivers, on a machine
 * that has nothing else. See docs/hwtest.md for what the person sees.
 *
 * Words of the kernel's command line (docs/boot.md has the kernel's own):
 *   hwtest.class=R0        passive probes only
 *   hwtest.write-on=fd0    with hwtest.class=W: that medium, when it is blank
 *   hwtest.probe=LIST      these alone; hwtest.skip=LIST all but these
 *   hwtest.machine=TEXT    the machine's name in the report, with _ for blanks
 *   hwtest.fault=KIND:NAME as --fault
 *   hwtest.then=poweroff, hwtest.then=restart   no menu after the run
 */
#ifndef HWTEST_BOOT_H
#define HWTEST_BOOT_H

#include "../host/host.h"
#include "../screen/show.h"

#define MARK_NAME      "HWTEST.MRK"
#define REPORT_NAME    "HWTEST.JSN"
#define REPORT_R2_NAME "HWTESTR2.JSN"
#define MEDIUM_LABEL   "OI-HWTEST"
#define SERIAL_CONSOLE "/dev/ttyS0"

/* Never returns. */
void boot_main(void) __attribute__((noreturn));

/* ---- words.c: /proc/cmdline ---- */

struct words {
	char *text; /* cut into words in place */
	const char *class, *probe, *skip, *fault, *then, *write_on;
	char *machine;
	bool serial;   /* there is a console on the first serial line */
	bool keyboard; /* the kernel has the keyboard */
};

void words_read(struct words *w);

/* ---- medium.c: where mark and report are kept ---- */

struct medium {
	char device[16]; /* "fd0", "hda1"; "" none */
	bool mounted;
};

/* Mounts the volume labelled MEDIUM_LABEL: the floppy's, or that of a disk's partition. */
bool medium_find(struct medium *m);
/* Mounts the floppy in the first drive, whatever its label. */
bool medium_take_floppy(struct medium *m);
/* Everything is on the medium, which may be taken out, when this returns. */
void medium_release(struct medium *m);
/* A name on the medium if it is mounted, in memory otherwise; in a static buffer for each call of
 * two. */
const char *medium_path(const struct medium *m, const char *name);

/*
 * A file of that name may be another machine's report: it gets a name that is free beside it,
 * HWTEST01.JSN to HWTEST99.JSN, in kept ("": there was no file). false, and errno: it cannot.
 */
#define KEPT_PATH 64
bool keep_older(const char *path, char kept[KEPT_PATH]);

/* ---- label.c: pure ---- */

/* Has the first sector of a FAT volume this label? */
bool label_is(const uint8_t sector[512], const char *label);

/* ---- keyboard.c: keys when the kernel leaves the keyboard alone ---- */

/* From the console, and from the keyboard controller if `own`. */
bool keyboard_open(struct keys *keys, struct host *host, bool own);
void keyboard_close(void);

/* ---- menu.c ---- */

struct session {
	struct words words;
	struct medium medium;
	struct host host;
	bool has_host;
	const char *report; /* the last run's */
	bool whole;	    /* it is there, to its end */
};

void run_once(struct session *s, bool active, bool interactive);
/* Until restart or power-off. */
void menu(struct session *s) __attribute__((noreturn));
void end_machine(struct session *s, bool power_off) __attribute__((noreturn));

#endif
