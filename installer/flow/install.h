/*
 * install.h - one installation from the first question to the last write: what flow/'s files share.
 *
 * Order: look at machine and medium (medium.c), ask (questions.c), plan and consent (consent.c),
 * write step by step (steps.c, each step in a file of its own), configure, put the loader in, hand
 * the log over. Every function that can stop the run says why by ui_stop() and answers UI_STOP;
 * UI_BACK only comes from questions.
 */
#ifndef INSTALLER_INSTALL_H
#define INSTALLER_INSTALL_H

#include <installer/plan/plan_check.h>
#include <installer/probe/probe.h>
#include <installer/system/config.h>
#include <installer/system/copy.h>
#include <installer/system/make_fs.h>
#include <installer/table/staged_table.h>
#include <installer/ui/ui.h>
#include <installer/write/journal.h>

#define TARGET "/run/oldiron-install/target"
#define FOLDER "/run/oldiron-install"
/* GRUB as the live system has it, and as the target gets it. */
#define GRUB_FOLDER "/usr/lib/grub/i386-pc"
#define TARGET_GRUB TARGET "/boot/grub/i386-pc"

enum exit_status {
	EXIT_DONE = 0,
	EXIT_STOPPED = 1, /* a question was not answered, or something failed before anything was
			     written */
	EXIT_USAGE = 2,	  /* the command line */
	EXIT_LEFT = 3,	  /* the person ended it before the consent */
	EXIT_CUT_OFF = 4, /* failed after the first write: run again, or oldiron-undo */
};

struct options {
	const char *medium;  /* where it is mounted */
	const char *answers; /* a file, or NULL */
	bool text, dry_run;
};

struct medium {
	char *text; /* of the manifest */
	struct manifest manifest;
	struct package_groups groups;
	bool *wanted;	    /* of each group */
	const char **names; /* of the wanted ones, ended by NULL */
};

/* An earlier installation of Oldiron. */
struct installation {
	char *uuid, *device, *release, *groups;
};

struct choices {
	char *hostname, *keymap, *timezone, *user, *user_full_name, *root_password, *user_password;
	char *swap, *root_size, *undo;
	bool local_clock, other_systems;
	size_t serial; /* index in serial_lines */
	size_t finish;
	bool overwrite_gap;
};

/* What an upgrade does with GRUB outside its files (renew.c). */
enum renew {
	RENEW_NONE,    /* none was installed */
	RENEW_FOREIGN, /* what is there is not what was installed: never touched */
	RENEW_NO_ROOM, /* the new one does not fit: the old one stays, with its modules */
	RENEW_SAME,    /* it is the new one already */
	RENEW_ALL,
};

struct install {
	struct options options;
	struct ui *ui;
	bool unattended;
	struct machine machine;
	struct medium medium;
	struct installation *found;
	size_t n_found;
	const struct installation *upgrade; /* NULL: a new installation */
	enum renew renew;
	const struct disk *disk;
	struct plan_request request;
	struct plan_assign *assign;
	struct choices choice;
	struct disk_plan plan;
	struct findings findings;
	struct undo_record record;
	struct staged_table staged;
	bool resumed;  /* `record` and `plan` are those of a run that was cut off */
	bool put_back; /* an earlier run's writes are undone, or partly */
	bool written;  /* the first write is done */
	char root_uuid[UUID_TEXT], home_uuid[UUID_TEXT], swap_uuid[UUID_TEXT];
	uint8_t *core; /* core.img as grub-mkimage made it */
	size_t core_bytes;
	uint64_t *core_lba; /* where its sectors lie on the disk */
	size_t core_sectors;
};

extern const char *const serial_lines[]; /* as boot.conf has them; [0] is NULL: none */

/* medium.c */
enum ui_result medium_open(struct install *in);
void medium_want(struct install *in); /* names from wanted */
uint64_t medium_bytes(const struct install *in);
uint64_t medium_bytes_least(const struct install *in); /* of the required groups */
void medium_close(struct install *in);

/* found.c */
void find_installations(struct install *in);
void free_installations(struct install *in);

/* answers_place.c: the file named on the command lines, or the volume labelled OI-ANSWERS; NULL:
 * none. */
char *answers_place(const char *option, char **complaint);

/* questions.c and its parts: one question each */
/* From the first, or, to come back from the summary, from the last. */
enum ui_result ask_all(struct install *in, bool from_last);
struct question {
	bool (*applies)(const struct install *in);
	enum ui_result (*ask)(struct install *in);
};
extern const struct question disk_questions[], system_questions[];
enum ui_result ask_by_hand(struct install *in);
enum ui_result plan_or_say_why(struct install *in); /* UI_BACK: it was refused, and why was said */
enum ui_result ask_consent(struct install *in);
enum ui_result ask_resume(struct install *in);
enum ui_result ask_undo(struct install *in);
enum ui_result ask_finish(struct install *in);
/* A menu from a list of { label, detail, answer } rows ended by a NULL label. */
struct row {
	const char *label, *detail, *answer;
};
enum ui_result ask_rows(struct install *in, const char *key, const char *title, const char *text,
			const struct row *rows, size_t *chosen);
const char *help_of(const char *key); /* of a menu; NULL: nothing more to say */
/* A line that is kept in *value; `proposal` as long as that is NULL. */
enum ui_result ask_line(struct install *in, struct ui_field field, const char *title,
			const char *text, const char *proposal, char **value);

/* steps.c */
enum ui_result write_all(struct install *in);

/* session.c: the whole disk, opened for one step; nothing of it may be mounted. */
struct session {
	struct disk_file file;
	struct disk_io io;
	struct guarded_disk guard;
};
enum ui_result session_open(struct install *in, struct session *s, enum plan_step step);
void session_close(struct session *s);
enum ui_result journal_mark(struct install *in, enum plan_step step, bool done);

/* step_*.c */
enum ui_result step_undo(struct install *in);
enum ui_result step_table(struct install *in);
enum ui_result step_file_systems(struct install *in);
enum ui_result step_files(struct install *in);
enum ui_result step_configure(struct install *in);
enum ui_result step_loader(struct install *in);
enum ui_result step_switch(struct install *in);

/* upgrade.c */
enum ui_result upgrade_consent(struct install *in);
enum ui_result upgrade_all(struct install *in);

/* renew.c: GRUB's boot sector and core.img of an earlier installation */
enum ui_result renew_look(struct install *in);	 /* fills in->renew and, for the steps, in->plan */
char *renew_text(const struct install *in);	 /* what is done, for the consent; malloc()ed */
enum ui_result renew_loader(struct install *in); /* nothing may be mounted */

/* target.c */
enum ui_result target_mount(struct install *in);
enum ui_result target_unmount(struct install *in);
/* A complaint becomes the reason to stop; NULL is UI_OK. Frees it. */
enum ui_result stop_if(struct install *in, char *complaint);
enum ui_result copy_files(struct install *in, struct copy_job *job);
/* What a later upgrade goes by: /etc/oldiron/installed, and the list of files. */
enum ui_result target_sign(struct install *in);
/* Ends the log: it goes to the target. Mounts and lets go. */
enum ui_result target_log(struct install *in);

/* core.c */
enum ui_result core_make(struct install *in, const char *root_uuid); /* core.img into memory */
enum ui_result gap_check(struct install *in);

/* core_file.c */
enum ui_result core_modules(struct install *in);   /* GRUB's modules into the target */
enum ui_result core_into_file(struct install *in); /* core.img and boot.img, as the plan has it */
/* core.img as that file; found by its sectors, core_lba gets them and the file their list. */
char *core_put(struct install *in, const char *path, bool found_by_sectors);
char *core_keep_boot(void);
/* core_lba: where the first `bytes` of an open file of the root lie on the disk. */
char *core_map(struct install *in, int fd, size_t bytes);

#endif
