/* Menu entries for the systems beside ours. */
// LINK: installer/loader/boot_entries.c common/xalloc.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/loader/boot_entries.h>
#include <stdlib.h>
#include <string.h>

static char os_dos[] = "MS-DOS 6.22", os_linux[] = "Debian 'woody'", fat[] = "vfat",
	    ext2[] = "ext2";
static char uuid_fat[] = "1234-ABCD", uuid_bad[] = "x';reboot", hda1[] = "hda1", hda5[] = "hda5",
	    hdb1[] = "hdb1";
static struct partition first[] = {
	{ .number = 1,
	  .device = hda1,
	  .volume = { .file_system = fat, .uuid = uuid_fat, .os = os_dos } },
	{ .number = 2, .kind = PARTITION_EXTENDED },
	{ .number = 5, .device = hda5, .volume = { .file_system = ext2, .os = os_linux } },
};
static struct partition second[] = {
	{ .number = 1,
	  .device = hdb1,
	  .volume = { .file_system = ext2, .uuid = uuid_bad, .os = os_linux } },
};
static struct disk disks[] = {
	{ .kind = TABLE_MBR, .partition = first, .partitions = 3 },
	{ .kind = TABLE_GPT, .partition = second, .partitions = 1, .bios_number = 0x83 },
};
static struct machine machine = { disks, 2 };

static void has(const char *text, const char *piece)
{
	if (!strstr(text, piece))
		fail_msg("no `%s` in:\n%s", piece, text);
}

static void each_system_has_an_entry(void **state)
{
	char *text = boot_entries(&machine, &disks[0], 5);

	has(text, "menuentry 'MS-DOS 6.22 (on hda1)' {\n\tset root='(hd0,msdos1)'\n"
		  "\tsearch --no-floppy --fs-uuid --set=root 1234-ABCD\n");
	has(text, "drivemap -s hd0 $disk");
	has(text, "menuentry 'Debian  woody  (on hdb1)' {\n\tset root='(hd3,gpt1)'\n\tif [ -f "
		  "/boot/grub/grub.cfg ]");
	assert_null(strstr(text, "reboot"));
	assert_null(strstr(text, "hda5"));
	assert_int_equal(boot_entries_count(&machine, &disks[0], 5), 2);
	assert_int_equal(boot_entries_count(&machine, &disks[0], 0), 3);
	free(text);
}

static void alone_there_is_nothing(void **state)
{
	struct machine alone = { disks, 1 };
	char *none = first[0].volume.os;

	first[0].volume.os = NULL;
	assert_null(boot_entries(&alone, &disks[0], 5));
	first[0].volume.os = none;
}

static void an_entry_for_the_loader_that_is_there(void **state)
{
	char *text = boot_entry_for_others("u-1", &disks[1], 2, "rtc=local", "ttyS0,115200");

	has(text, "multiboot /boot/oldiron.elf root=UUID=u-1 ro rtc=local console=tty0 "
		  "console=ttyS0,115200\n");
	has(text, "root (hd3,1)\n");
	free(text);
	text = boot_entry_for_others("u-1", &disks[1], 2, NULL, NULL);
	has(text, "kernel /boot/oldiron.elf root=UUID=u-1 ro console=tty0\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_system_has_an_entry),
		cmocka_unit_test(alone_there_is_nothing),
		cmocka_unit_test(an_entry_for_the_loader_that_is_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
