/*
 * config.h - the configuration of the new system: texts from choices. Pure but for config_apply().
 *
 * Texts are memory that the caller frees. What a person may choose is checked by the check_*()
 * functions, which have the shape of ui_field's: NULL, or a complaint that the caller frees.
 */
#ifndef INSTALLER_CONFIG_H
#define INSTALLER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct config_mount {
	const char *uuid, *directory, *type, *options;
	unsigned int pass;
};

struct config {
	const char *hostname, *keymap, *timezone;
	bool local_clock;
	const char *root_hash;			       /* for shadow */
	const char *user, *user_full_name, *user_hash; /* user NULL: none */
	const char *serial;			       /* "ttyS0,115200"; NULL: none */
	const char *kernel_arguments;
	const char *root_uuid;
	const struct config_mount *mounts; /* the root's first */
	size_t n_mounts;
	const char *swap_file; /* "/swap", or NULL */
	bool cdrom, floppy;    /* lines for /cdrom and /floppy */
	long day;	       /* days since 1970, for shadow */
};

char *config_fstab(const struct config *c);
char *config_hosts(const struct config *c);
char *config_adjtime(const struct config *c);
/* `old` with its lines changed, comments and all else kept. */
char *config_vconsole(const struct config *c, const char *old);
char *config_boot(const struct config *c, const char *old);
char *config_passwd(const struct config *c, const char *old);
char *config_shadow(const struct config *c, const char *old);
char *config_group(const struct config *c, const char *old);
char *config_gshadow(const struct config *c, const char *old);

char *check_hostname(const char *value, void *arg);
char *check_user(const char *value, void *arg); /* also "none" */
char *check_full_name(const char *value, void *arg);
/* A password, or hash:CRYPT. */
char *check_password(const char *value, void *arg);
/* `arg` is a folder: is there a keymap (in any folder below it) or a time zone of that name? */
char *check_keymap(const char *value, void *arg);
char *check_timezone(const char *value, void *arg);

/* Puts all of it into the tree at `root`, and makes home folders. A complaint, or NULL. */
char *config_apply(const struct config *c, const char *root);

/* The hash of a password (SHA-512 crypt), or of hash:CRYPT what follows. NULL: there is no
 * randomness. */
char *password_hash(const char *password);

#endif
