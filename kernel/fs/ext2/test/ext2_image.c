/* ext2_image.c - images made and looked over by e2fsprogs; see ext2_image.h. */
#include "ext2_image.h"

char ei_name[64];
u8 *ei_image;
size_t ei_size;

/* ---- images ---- */
int ei_run_status(const char *fmt, ...)
{
	char command[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	return system(command);
}

void ei_run(const char *fmt, ...)
{
	char command[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	if (system(command))
		fail_msg("failed: %s", command);
}

void ei_load(void)
{
	FILE *f = fopen(ei_name, "rb");

	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	ei_size = (size_t)ftell(f);
	rewind(f);
	ei_image = malloc(ei_size);
	assert_int_equal(fread(ei_image, 1, ei_size, f), ei_size);
	fclose(f);
}

void ei_save(void)
{
	FILE *f = fopen(ei_name, "wb");

	assert_int_equal(fwrite(ei_image, 1, ei_size, f), ei_size);
	assert_int_equal(fclose(f), 0);
	free(ei_image);
	ei_image = NULL;
}

void ei_choose_name(void)
{
	FILE *f;

	strcpy(ei_name, "/tmp/oldiron-ext2-XXXXXX");
	f = fdopen(mkstemp(ei_name), "w");
	assert_non_null(f);
	fclose(f);
}

void ei_make(const char *mke2fs_args, unsigned int kb)
{
	ei_choose_name();
	ei_run("mke2fs -q -F -t ext2 %s %s %u >/dev/null 2>&1", mke2fs_args, ei_name, kb);
	ei_load();
}

/* Nothing that e2fsck would change. */
void ei_check(void)
{
	ei_save();
	if (ei_run_status("e2fsck -fn %s >%s.log 2>&1", ei_name, ei_name)) {
		ei_run_status("cat %s.log", ei_name);
		fail_msg("e2fsck finds errors; log of the file system:\n%s", host_log());
	}
	ei_load();
}

void ei_mount(const char *options)
{
	const int err = eh_mount(ei_image, ei_size, options, 0);

	if (err)
		fail_msg("mount: %d\n%s", err, host_log());
}

void ei_remove(void)
{
	free(ei_image);
	ei_image = NULL;
	ei_run("rm -f %s %s.log", ei_name, ei_name);
}
