/*
 * cred_rules.h - the pure rules of credentials: who may take which ids, and what becomes of the
 * capabilities. Nothing here allocates or looks at current. Source: credentials(7),
 * capabilities(7).
 */
#ifndef PROC_CRED_RULES_H
#define PROC_CRED_RULES_H

#include <kernel/cred.h>

#define SECBIT_NOROOT		    0x01u
#define SECBIT_NOROOT_LOCKED	    0x02u
#define SECBIT_NO_SETUID_FIXUP	    0x04u
#define SECBIT_KEEP_CAPS	    0x10u
#define SECBIT_KEEP_CAPS_LOCKED	    0x20u
#define SECBIT_NO_CAP_AMBIENT_RAISE 0x40u
#define SECBIT_ALL		    0xffu
#define SECBIT_ALL_LOCKS	    0xaau

#define ID_UNCHANGED 0xffffffffu

struct id_set { /* real, effective, saved, file system */
	u32 real, eff, saved, fs;
};

/* Each changes *ids or fails with -EPERM; `cap`: has CAP_SETUID or CAP_SETGID. */
int ids_set(struct id_set *ids, u32 id, bool cap);
int ids_set_re(struct id_set *ids, u32 real, u32 eff, bool cap);
int ids_set_res(struct id_set *ids, u32 real, u32 eff, u32 saved, bool cap);
int ids_set_fs(struct id_set *ids, u32 fs, bool cap);

/* Capabilities after a change of user ids / of fsuid alone. */
void caps_after_setuid(struct cred *new, const struct cred *old);
void caps_after_setfsuid(struct cred *new, const struct cred *old);
/* Capabilities after exec; ids are already set. Returns whether the new program is to be secure. */
bool caps_after_exec(struct cred *new, const struct cred *old);
/* capset(2): 0 or -EPERM. */
int caps_set(struct cred *new, const struct cred *old, u64 effective, u64 permitted,
	     u64 inheritable, bool setpcap);

#endif
