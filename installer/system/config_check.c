/* What may be a host name, a login name, a keymap, a time zone, a password. */
#define _GNU_SOURCE
#include <installer/system/config.h>
#include <common/xalloc.h>
#include <ctype.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LONGEST_HOSTNAME 63 /* RFC 1123's for one label */
#define LONGEST_USER	 32
#define LONGEST_PASSWORD 255

char *check_hostname(const char *value, void *arg)
{
	size_t n = strlen(value);
	const char *p;

	if (n > LONGEST_HOSTNAME || *value == '-' || value[n - 1] == '-')
		return xasprintf("a host name has at most %d characters and no - at its ends",
				 LONGEST_HOSTNAME);
	for (p = value; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-')
			return xstrdup("a host name has letters, digits and - only");
	return NULL;
}

/* The names of the system's own accounts. */
static const char *const taken[] = { "root",  "daemon", "bin",	   "nobody", "sys",    "adm",
				     "tty",   "disk",	"lp",	   "mail",   "kmem",   "wheel",
				     "cdrom", "floppy", "dialout", "audio",  "shadow", "video",
				     "input", "users",	"nogroup", NULL };

char *check_user(const char *value, void *arg)
{
	const char *const *t;
	const char *p;

	if (strlen(value) > LONGEST_USER || !(islower((unsigned char)*value) || *value == '_'))
		return xasprintf(
			"a login name begins with a small letter and has at most %d characters",
			LONGEST_USER);
	for (p = value; *p; p++)
		if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '-' &&
		    *p != '_')
			return xstrdup("a login name has small letters, digits, - and _ only");
	for (t = taken; *t; t++)
		if (!strcmp(value, *t))
			return xasprintf("%s is a name of the system's own", value);
	return NULL;
}

char *check_full_name(const char *value, void *arg)
{
	return strpbrk(value, ":,") ? xstrdup("a full name has no : and no ,") : NULL;
}

static char *check_hash(const char *hash)
{
	if (*hash != '$' || strpbrk(hash, ": \t") || strlen(hash) < 10)
		return xstrdup("behind hash: comes what crypt(3) makes, such as $6$salt$...");
	return NULL;
}

char *check_password(const char *value, void *arg)
{
	if (!strncmp(value, "hash:", 5))
		return check_hash(value + 5);
	if (strlen(value) > LONGEST_PASSWORD)
		return xasprintf("a password has at most %d characters", LONGEST_PASSWORD);
	return NULL;
}

/* NAME.map or NAME.map.gz? */
static bool names_keymap(const char *file, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(file, name, n) &&
	       (!strcmp(file + n, ".map") || !strcmp(file + n, ".map.gz"));
}

/* nftw() has no argument of its own. */
static const char *keymap_wanted;

static int visit(const char *path, const struct stat *st, int type, struct FTW *at)
{
	return type == FTW_F && names_keymap(path + at->base, keymap_wanted);
}

static bool find_keymap(const char *folder, const char *name)
{
	keymap_wanted = name;
	return nftw(folder, visit, 8, FTW_PHYS) == 1;
}

char *check_keymap(const char *value, void *arg)
{
	if (!strcmp(value, "us") || (!strchr(value, '/') && find_keymap(arg, value)))
		return NULL;
	return xasprintf("there is no keymap %s; the names are those of the files below %s", value,
			 (const char *)arg);
}

/* Beside the zones there are lists of them (zone.tab): RFC 8536, section 3.1, has the magic number.
 */
static bool is_zone(const char *path)
{
	static const char magic[] = { 'T', 'Z', 'i', 'f' };
	char start[sizeof(magic)];
	FILE *f = fopen(path, "re");
	bool is =
		f && fread(start, sizeof(start), 1, f) == 1 && !memcmp(start, magic, sizeof(magic));

	if (f)
		fclose(f);
	return is;
}

char *check_timezone(const char *value, void *arg)
{
	char *path = xasprintf("%s/%s", (const char *)arg, value);
	bool good = *value != '/' && !strstr(value, "..") && is_zone(path);

	free(path);
	if (good || !strcmp(value, "UTC"))
		return NULL;
	return xasprintf("there is no time zone %s; the names are those of the files below %s",
			 value, (const char *)arg);
}
