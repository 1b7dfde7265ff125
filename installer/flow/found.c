/* Earlier installations of Oldiron: file systems with /etc/oldiron/installed. Looked at by mounting
 * for reading. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define LOOK FOLDER "/look"

/* The value of `name = value` in a text of such lines, or "". */
static char *value_in(const char *text, const char *name)
{
	size_t n = strlen(name);

	while (text) {
		if (!strncmp(text, name, n) && !strncmp(text + n, " = ", 3))
			return xstrndup(text + n + 3, strcspn(text + n + 3, "\n"));
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return xstrdup("");
}

static void take(struct install *in, const struct partition *p, const char *device,
		 const char *text)
{
	struct installation *f;

	in->found = xrealloc(in->found, in->n_found + 1, sizeof(*f));
	f = &in->found[in->n_found++];
	f->uuid = xstrdup(p->volume.uuid ? p->volume.uuid : "");
	f->device = xstrdup(device);
	f->release = value_in(text, "release");
	f->groups = value_in(text, "groups");
	log_line("found: Oldiron %s on %s", f->release, device);
}

static void look(struct install *in, const struct partition *p)
{
	char *device = xasprintf("/dev/%s", p->device), *text = NULL, *complaint;
	size_t n;

	if (!mount(device, LOOK, "ext2", MS_RDONLY, NULL)) {
		complaint = file_read(LOOK "/etc/oldiron/installed", &text, &n);
		umount(LOOK);
		if (!complaint)
			take(in, p, device, text);
		free(complaint);
		free(text);
	}
	free(device);
}

static bool may_be(const struct partition *p)
{
	return p->device && p->use == USE_NONE && !p->clipped && p->volume.file_system &&
	       !strcmp(p->volume.file_system, "ext2");
}

void find_installations(struct install *in)
{
	size_t d, i;

	mkdir(LOOK, 0700);
	for (d = 0; d < in->machine.disks; d++)
		for (i = 0; i < in->machine.disk[d].partitions; i++)
			if (may_be(&in->machine.disk[d].partition[i]))
				look(in, &in->machine.disk[d].partition[i]);
}

void free_installations(struct install *in)
{
	while (in->n_found) {
		struct installation *f = &in->found[--in->n_found];

		free(f->uuid);
		free(f->device);
		free(f->release);
		free(f->groups);
	}
	free(in->found);
	in->found = NULL;
}
