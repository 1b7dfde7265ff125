/* cred_internal.h - between cred.c and the calls that change credentials. */
#ifndef PROC_CRED_INTERNAL_H
#define PROC_CRED_INTERNAL_H

#include <kernel/cred.h>

/* Points cred->user at the account of cred->uid; 0 or -ENOMEM. */
int cred_set_user(struct cred *cred);
struct group_list *groups_alloc(unsigned int count);
void groups_put(struct group_list *groups);

#endif
