/* An earlier installation gets new files in place: no partition, no file system and nothing below
 * /home is touched. */
#define _GNU_SOURCE
#include "install.h"
#include <installer/system/log.h>
#include <installer/system/run.h>
#include <common/xalloc.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#define KERNEL "/boot/oldiron.elf"

static enum ui_result ask_yes(struct install *in, const char *loader)
{
	struct ui_consent consent = { .key = "consent", .title = "Upgrade", .word = "yes" };
	char *text = xasprintf(
		"Oldiron %s on %s becomes Oldiron %s.\n\nFiles of the system are replaced one by "
		"one. /home "
		"stays as it is; files below /etc that were changed stay, and the new ones lie "
		"beside them as "
		"FILE.new; the kernel that is there now stays as the menu's second entry.\n\n%s",
		in->upgrade->release, in->upgrade->device, in->medium.manifest.release, loader);
	enum ui_result result;

	log_text("consent: ", text);
	consent.text = text;
	result = in->options.dry_run ? ui_rehearse(in->ui, &consent) : ui_consent(in->ui, &consent);
	free(text);
	return result;
}

enum ui_result upgrade_consent(struct install *in)
{
	enum ui_result result = renew_look(in);
	char *loader;

	if (result != UI_OK)
		return result;
	loader = renew_text(in);
	result = ask_yes(in, loader);
	free(loader);
	return result;
}

/* The groups that are installed, not those that a new installation would propose. */
static void want_installed(struct install *in)
{
	const char *groups = in->upgrade->groups;
	struct medium *m = &in->medium;
	char *padded = xasprintf(" %s ", groups), *word;
	size_t i;

	for (i = 0; i < m->groups.n; i++) {
		word = xasprintf(" %s ", m->groups.list[i].name);
		m->wanted[i] = m->groups.list[i].kind == GROUP_REQUIRED || strstr(padded, word);
		free(word);
	}
	free(padded);
	medium_want(in);
}

/* Status 1 is "errors were corrected". */
static char *check_and_mount(struct install *in)
{
	char *command = xasprintf("e2fsck -p %s || [ $? -eq 1 ]", in->upgrade->device);
	const char *const check[] = { "sh", "-c", command, NULL };
	char *complaint = run_program(check, NULL, NULL, NULL);

	free(command);
	if (!complaint && mount(in->upgrade->device, TARGET, "ext2", 0, NULL))
		complaint =
			xasprintf("%s cannot be mounted: %s", in->upgrade->device, strerror(errno));
	return complaint;
}

static char *install_kernel(struct install *in)
{
	char *kernel = xasprintf("%s/system" KERNEL, in->options.medium), *complaint;
	const char *const install[] = {
		"oldiron-kernel", "--root", TARGET, "install", kernel, NULL
	};

	complaint = run_program(install, NULL, NULL, NULL);
	free(kernel);
	return complaint;
}

static enum ui_result copy_over(struct install *in, struct manifest *before)
{
	struct copy_job job = { .before = before, .skip = KERNEL };
	enum ui_result result = copy_files(in, &job);

	if (result == UI_OK)
		result = stop_if(in, install_kernel(in));
	if (result == UI_OK)
		result = stop_if(in, copy_remove_old(&job));
	if (result == UI_OK)
		result = target_sign(in);
	if (result == UI_OK && job.beside)
		result = ui_message(in->ui, "Changed files",
				    "These files were changed and stay; the new ones lie beside "
				    "them:\n%s",
				    job.beside);
	log_line("upgrade: %llu files stay, %llu are replaced", (unsigned long long)job.kept,
		 (unsigned long long)job.replaced);
	free(job.beside);
	return result == UI_BACK ? UI_OK : result;
}

static enum ui_result upgrade_mounted(struct install *in)
{
	struct manifest before = { 0 };
	enum ui_result result;
	char *text = NULL, *complaint;
	size_t n;

	complaint = file_read(TARGET "/var/lib/oldiron/manifest", &text, &n);
	if (!complaint)
		complaint = manifest_open(&before, text, n);
	result = stop_if(in, complaint);
	if (result == UI_OK)
		result = copy_over(in, &before);
	if (result != UI_OK && !log_copy(TARGET "/var/log/oldiron-install.log"))
		log_line("the log cannot be copied");
	manifest_close(&before);
	free(text);
	return result;
}

enum ui_result upgrade_all(struct install *in)
{
	enum ui_result result;

	if (in->options.dry_run)
		return UI_OK;
	result = ui_answered(in->ui);
	if (result != UI_OK)
		return result;
	want_installed(in);
	result = stop_if(in, check_and_mount(in));
	if (result != UI_OK)
		return result;
	in->written = true;
	result = upgrade_mounted(in);
	if (target_unmount(in) != UI_OK)
		return UI_STOP;
	if (result == UI_OK)
		result = renew_loader(in);
	return result == UI_OK ? target_log(in) : result;
}
