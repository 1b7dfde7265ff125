/* Writes the configuration into the new system's tree. */
#define _GNU_SOURCE
#include <installer/system/config.h>
#include <installer/system/copy.h>
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USER_ID 1000

struct job {
	const struct config *config;
	const char *root;
};

static char *put(const struct job *j, const char *path, char *text, unsigned int mode)
{
	char *to = xasprintf("%s%s", j->root, path);
	char *complaint = file_write(to, text, strlen(text), mode);

	log_line("configure: %s", path);
	free(to);
	free(text);
	return complaint;
}

/* A file that is there becomes what `change` makes of it. One that is missing counts as empty. */
static char *edit(const struct job *j, const char *path, unsigned int mode,
		  char *(*change)(const struct config *c, const char *old))
{
	char *from = xasprintf("%s%s", j->root, path), *old, *complaint;
	size_t n;

	complaint = file_read(from, &old, &n);
	if (complaint) {
		free(complaint);
		old = xstrdup("");
	}
	complaint = put(j, path, change(j->config, old), mode);
	free(from);
	free(old);
	return complaint;
}

static char *link_timezone(const struct job *j)
{
	char *target = xasprintf("../usr/share/zoneinfo/%s", j->config->timezone);
	char *path = xasprintf("%s/etc/localtime", j->root), *complaint = NULL;

	if ((unlink(path) && errno != ENOENT) || symlink(target, path))
		complaint = xasprintf("%s: %s", path, strerror(errno));
	free(target);
	free(path);
	return complaint;
}

static char *make_folder(const struct job *j, const char *path, unsigned int mode, unsigned int id)
{
	char *to = xasprintf("%s%s", j->root, path), *complaint = NULL;

	if ((mkdir(to, mode) && errno != EEXIST) || chown(to, id, id) || chmod(to, mode))
		complaint = xasprintf("%s: %s", to, strerror(errno));
	free(to);
	return complaint;
}

/* One file of /etc/skel into the home folder; what is there already stays. */
static char *copy_skeleton_file(const struct job *j, const char *name, const char *home)
{
	char *from = xasprintf("%s/etc/skel/%s", j->root, name),
	     *to = xasprintf("%s/%s", home, name);
	char *text = NULL, *complaint = NULL;
	struct stat st;
	size_t n;

	if (!lstat(from, &st) && S_ISREG(st.st_mode) && access(to, F_OK)) {
		complaint = file_read(from, &text, &n);
		if (!complaint)
			complaint = file_write(to, text, n, st.st_mode & 0777);
		if (!complaint && chown(to, USER_ID, USER_ID))
			complaint = xasprintf("%s: %s", to, strerror(errno));
	}
	free(text);
	free(from);
	free(to);
	return complaint;
}

static char *fill_home(const struct job *j, const char *home)
{
	char *skeleton = xasprintf("%s/etc/skel", j->root), *complaint = NULL;
	DIR *folder = opendir(skeleton);
	struct dirent *entry;

	while (folder && !complaint && (entry = readdir(folder)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			complaint = copy_skeleton_file(j, entry->d_name, home);
	if (folder)
		closedir(folder);
	free(skeleton);
	return complaint;
}

static char *make_home(const struct job *j)
{
	char *path, *home, *complaint;

	if (!j->config->user)
		return NULL;
	path = xasprintf("/home/%s", j->config->user);
	home = xasprintf("%s%s", j->root, path);
	complaint = make_folder(j, path, 0700, USER_ID);
	if (!complaint)
		complaint = fill_home(j, home);
	free(path);
	free(home);
	return complaint;
}

static char *make_mount_points(const struct job *j)
{
	char *complaint = NULL;
	size_t i;

	for (i = 0; i < j->config->n_mounts && !complaint; i++)
		if (j->config->mounts[i].directory[1] && *j->config->mounts[i].directory == '/')
			complaint = make_folder(j, j->config->mounts[i].directory, 0755, 0);
	if (!complaint && j->config->cdrom)
		complaint = make_folder(j, "/cdrom", 0755, 0);
	if (!complaint && j->config->floppy)
		complaint = make_folder(j, "/floppy", 0755, 0);
	return complaint;
}

static char *apply_accounts(const struct job *j)
{
	static const struct {
		const char *path;
		unsigned int mode;
		char *(*change)(const struct config *c, const char *old);
	} files[] = {
		{ "/etc/passwd", 0644, config_passwd },
		{ "/etc/shadow", 0640, config_shadow },
		{ "/etc/group", 0644, config_group },
		{ "/etc/gshadow", 0640, config_gshadow },
		{ "/etc/vconsole.conf", 0644, config_vconsole },
		{ "/etc/oldiron/boot.conf", 0644, config_boot },
	};
	char *complaint = NULL;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]) && !complaint; i++)
		complaint = edit(j, files[i].path, files[i].mode, files[i].change);
	return complaint;
}

char *config_apply(const struct config *c, const char *root)
{
	struct job j = { c, root };
	char *complaint = put(&j, "/etc/fstab", config_fstab(c), 0644);

	if (!complaint)
		complaint = put(&j, "/etc/hostname", xasprintf("%s\n", c->hostname), 0644);
	if (!complaint)
		complaint = put(&j, "/etc/hosts", config_hosts(c), 0644);
	if (!complaint)
		complaint = put(&j, "/etc/adjtime", config_adjtime(c), 0644);
	if (!complaint)
		complaint = link_timezone(&j);
	if (!complaint)
		complaint = apply_accounts(&j);
	if (!complaint)
		complaint = make_mount_points(&j);
	return complaint ? complaint : make_home(&j);
}
