/* Texts of configuration files. */
#define _GNU_SOURCE
#include <installer/system/config.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define USER_ID 1000

/* Groups that the first user is in: what sits at the machine may use it. */
static const char *const user_groups[] = { "wheel", "cdrom", "floppy", "dialout",
					   "audio", "video", "users" };

static void add_mount(struct xtext *t, const struct config_mount *m)
{
	xtext_add(t, "UUID=%s %s %s %s 0 %u\n", m->uuid, m->directory, m->type, m->options,
		  m->pass);
}

char *config_fstab(const struct config *c)
{
	struct xtext t = { 0 };
	size_t i;

	xtext_add(&t, "# DEVICE  DIRECTORY  TYPE  OPTIONS  DUMP  PASS: fsck at boot looks at pass "
		      "1 (the root), "
		      "then 2; 0 is not looked at.\n");
	for (i = 0; i < c->n_mounts; i++)
		add_mount(&t, &c->mounts[i]);
	if (c->swap_file)
		xtext_add(&t, "%s none swap sw 0 0\n", c->swap_file);
	if (c->cdrom)
		xtext_add(&t, "/dev/cdrom /cdrom iso9660 ro,noauto,user 0 0\n");
	if (c->floppy)
		xtext_add(&t, "/dev/fd0 /floppy auto noauto,user 0 0\n");
	return t.text;
}

char *config_hosts(const struct config *c)
{
	return xasprintf("127.0.0.1\tlocalhost\n127.0.1.1\t%s\n::1\t\tlocalhost\n", c->hostname);
}

char *config_adjtime(const struct config *c)
{
	return xasprintf("0.0 0 0.0\n0\n%s\n", c->local_clock ? "LOCAL" : "UTC");
}

/* Is this line NAME=... or NAME:...? */
static bool line_is(const char *line, const char *name, char separator)
{
	size_t n = strlen(name);

	return !strncmp(line, name, n) && line[n] == separator;
}

/*
 * `old` line by line: the one that begins with name and separator becomes `line`; without one it is
 * put at the end. A `line` of NULL changes nothing.
 */
static char *with_line(const char *old, const char *name, char separator, const char *line)
{
	struct xtext t = { 0 };
	bool found = false;
	size_t n;

	xtext_put(&t, "", 0);
	while (*old) {
		n = strcspn(old, "\n");
		if (line_is(old, name, separator) && line) {
			xtext_add(&t, "%s\n", line);
			found = true;
		} else {
			xtext_put(&t, old, n);
			xtext_put(&t, "\n", 1);
		}
		old += n + (old[n] == '\n');
	}
	if (!found && line)
		xtext_add(&t, "%s\n", line);
	return t.text;
}

/* The same, the old text being freed. */
static char *set_line(char *old, const char *name, char separator, const char *line)
{
	char *text = with_line(old, name, separator, line);

	free(old);
	return text;
}

static char *set_value(char *old, const char *name, const char *value)
{
	char *line = xasprintf("%s=%s", name, value ? value : "");
	char *text = set_line(old, name, '=', line);

	free(line);
	return text;
}

char *config_vconsole(const struct config *c, const char *old)
{
	/* The kernel's own table is the American one. */
	return set_value(xstrdup(old), "KEYMAP", strcmp(c->keymap, "us") ? c->keymap : "");
}

char *config_boot(const struct config *c, const char *old)
{
	char *text = set_value(xstrdup(old), "ROOT_UUID", c->root_uuid);

	text = set_value(text, "ARGS", c->kernel_arguments);
	return set_value(text, "SERIAL", c->serial);
}

char *config_passwd(const struct config *c, const char *old)
{
	char *line, *text;

	if (!c->user)
		return xstrdup(old);
	line = xasprintf("%s:x:%u:%u:%s:/home/%s:/bin/bash", c->user, USER_ID, USER_ID,
			 c->user_full_name ? c->user_full_name : "", c->user);
	text = with_line(old, c->user, ':', line);
	free(line);
	return text;
}

static char *shadow_line(const struct config *c, const char *name, const char *hash)
{
	return xasprintf("%s:%s:%ld:0:99999:7:::", name, hash, c->day);
}

char *config_shadow(const struct config *c, const char *old)
{
	char *line = shadow_line(c, "root", c->root_hash);
	char *text = with_line(old, "root", ':', line);

	free(line);
	if (!c->user)
		return text;
	line = shadow_line(c, c->user, c->user_hash);
	text = set_line(text, c->user, ':', line);
	free(line);
	return text;
}

static bool is_user_group(const char *line, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof(user_groups) / sizeof(user_groups[0]); i++)
		if (strlen(user_groups[i]) == n && !strncmp(line, user_groups[i], n))
			return true;
	return false;
}

static bool has_member(const char *line, size_t length, const char *user)
{
	const char *p = memrchr(line, ':', length), *end = line + length;
	size_t n = strlen(user);

	for (p = p ? p + 1 : end; p < end; p++) {
		if ((size_t)(end - p) >= n && !strncmp(p, user, n) && (p + n == end || p[n] == ','))
			return true;
		p = memchr(p, ',', (size_t)(end - p));
		if (!p)
			return false;
	}
	return false;
}

/* The user into the lists of his groups; `own` is the line of his own group. */
static char *add_member(const struct config *c, const char *old, const char *own)
{
	struct xtext t = { 0 };
	char *text;
	size_t n;

	xtext_put(&t, "", 0);
	while (*old) {
		n = strcspn(old, "\n");
		xtext_put(&t, old, n);
		if (is_user_group(old, strcspn(old, ":")) && !has_member(old, n, c->user))
			xtext_add(&t, "%s%s", n && old[n - 1] == ':' ? "" : ",", c->user);
		xtext_put(&t, "\n", 1);
		old += n + (old[n] == '\n');
	}
	text = with_line(t.text, c->user, ':', own);
	free(t.text);
	return text;
}

char *config_group(const struct config *c, const char *old)
{
	char *own, *text;

	if (!c->user)
		return xstrdup(old);
	own = xasprintf("%s:x:%u:", c->user, USER_ID);
	text = add_member(c, old, own);
	free(own);
	return text;
}

char *config_gshadow(const struct config *c, const char *old)
{
	char *own, *text;

	if (!c->user)
		return xstrdup(old);
	own = xasprintf("%s:!::", c->user);
	text = add_member(c, old, own);
	free(own);
	return text;
}
