/* cred_caps.h - prctl(2)'s operations on capabilities; each answers what prctl answers. */
#ifndef PROC_CRED_CAPS_H
#define PROC_CRED_CAPS_H

#include <kernel/types.h>

#define PR_CAP_AMBIENT_IS_SET	 1
#define PR_CAP_AMBIENT_RAISE	 2
#define PR_CAP_AMBIENT_LOWER	 3
#define PR_CAP_AMBIENT_CLEAR_ALL 4

long cap_bounding_drop(unsigned long cap);
long cap_ambient(unsigned long op, unsigned long cap);
long cap_set_securebits(u32 bits);
long cap_set_keepcaps(unsigned long on);
long cap_set_no_new_privs(void);

#endif
