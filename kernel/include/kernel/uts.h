/*
 * uts.h - the names uname(2) gives. nodename and domainname change under uts_lock; readers copy
 * with uts_get().
 */
#ifndef KERNEL_UTS_H
#define KERNEL_UTS_H

#include <kernel/types.h>

#define UTS_LEN 65 /* with the NUL */

struct uts_names {
	char sysname[UTS_LEN], nodename[UTS_LEN], release[UTS_LEN], version[UTS_LEN];
	char machine[UTS_LEN], domainname[UTS_LEN];
};
void uts_get(struct uts_names *out);
/* -EINVAL: longer than 64. /proc/sys/kernel/{hostname,domainname} too. */
int uts_set_hostname(const char *name, size_t len);
int uts_set_domainname(const char *name, size_t len);

#endif
