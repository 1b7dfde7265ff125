/* Partitions made by the person's own tools: a shell, another look, and what each partition
 * becomes. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/plan/plan_text.h>
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

enum use_as {
	AS_NOTHING,
	AS_ROOT,
	AS_HOME,
	AS_HOME_KEPT,
	AS_SWAP,
};

static const struct row uses[] = {
	[AS_NOTHING] = { "Nothing", "it is left alone", "none" },
	[AS_ROOT] = { "The root file system", "what is on it will be LOST", "/" },
	[AS_HOME] = { "/home, new", "what is on it will be LOST", "home" },
	[AS_HOME_KEPT] = { "/home, as it is", "what is on it is kept", "home-kept" },
	[AS_SWAP] = { "Swap", "what is on it will be LOST", "swap" },
	[AS_SWAP + 1] = { NULL, NULL, NULL },
};

/* The disk again after a new look at the machine. */
static enum ui_result look_again(struct install *in)
{
	char *name = xstrdup(in->disk->name);
	struct machine fresh = { 0 };
	const struct disk *found = NULL;
	struct disk_choice choice = { .name = name };
	int err = probe_machine(&fresh, NULL);

	if (!err)
		err = machine_choose(&fresh, &choice, &found);
	if (!err) {
		machine_free(&in->machine);
		in->machine = fresh;
		in->disk = found;
		in->request.disk.name = found->name;
	} else {
		machine_free(&fresh);
	}
	free(name);
	return err ? ui_stop(in->ui, "the disk is not there any more: %s", strerror(-err)) : UI_OK;
}

static void assign(struct install *in, unsigned int number, enum use_as as)
{
	static const char *const mount_points[] = { NULL, "/", "/home", "/home", "swap" };
	struct plan_assign *a;

	in->assign = xrealloc(in->assign, in->request.assigns + 1, sizeof(*a));
	a = &in->assign[in->request.assigns++];
	*a = (struct plan_assign){ number, mount_points[as], as != AS_HOME_KEPT };
	in->request.assign = in->assign;
}

static enum ui_result ask_one(struct install *in, const struct partition *p, size_t *as)
{
	char *contents = partition_contents_text(in->disk, p);
	char *title = xasprintf("%s%u: %s", in->disk->name, p->number, contents ? contents : "");
	enum ui_result result = ask_rows(in, "assign", title, NULL, uses, as);

	free(contents);
	free(title);
	return result;
}

/* Going back from a partition goes to the one before. */
static enum ui_result ask_each(struct install *in)
{
	size_t n = in->disk->partitions, i = 0, *as = xalloc((n + 1) * sizeof(*as));
	enum ui_result result = UI_OK;

	while (i < n && result != UI_STOP) {
		result = in->disk->partition[i].kind == PARTITION_EXTENDED
				 ? (result == UI_BACK ? UI_BACK : UI_OK)
				 : ask_one(in, &in->disk->partition[i], &as[i]);
		if (result == UI_OK)
			i++;
		else if (result == UI_BACK && !i--)
			break;
	}
	in->request.assigns = 0;
	for (i = 0; result == UI_OK && i < n; i++)
		if (as[i] != AS_NOTHING)
			assign(in, in->disk->partition[i].number, (enum use_as)as[i]);
	free(as);
	return result;
}

enum ui_result ask_by_hand(struct install *in)
{
	enum ui_result result;

	result = ui_message(
		in->ui, "By hand",
		"A shell comes now. Change the partitions of %s as you like, with fdisk, sfdisk or "
		"parted; these write at once and cannot be undone by the installer. `exit` comes "
		"back.",
		in->disk->path);
	if (result != UI_OK)
		return result;
	ui_shell(in->ui);
	result = look_again(in);
	return result == UI_OK ? ask_each(in) : result;
}
