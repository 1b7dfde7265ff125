/* boot_test.c - the words of process 1, and whose volume it is. */
// LINK: hwtest/cmd/list.c hwtest/boot/words.c hwtest/boot/label.c common/xalloc.c
#include <host/host.h>
#include "../boot.h"

static const char *cmdline;
static struct words words;

char *host_read_text(const char *path)
{
	return strdup(cmdline);
}

static const struct words *read_words(const char *text)
{
	cmdline = text;
	words_read(&words);
	return &words;
}

static int teardown(void **state)
{
	free(words.text);
	free(words.machine);
	words = (struct words){ 0 };
	return 0;
}

static void test_words_of_the_test_disk(void **state)
{
	const struct words *w = read_words("console=tty0 console=ttyS0,115200 drivers=floppy "
					   "hwtest.class=R0 hwtest.fault=freeze:rtc "
					   "hwtest.machine=Compaq_4/33i hwtest.then=poweroff\n");

	assert_string_equal(w->class, "R0");
	assert_string_equal(w->fault, "freeze:rtc");
	assert_string_equal(w->machine, "Compaq 4/33i");
	assert_string_equal(w->then, "poweroff");
	assert_null(w->probe);
	assert_true(w->serial);
	assert_false(w->keyboard);
}

static void test_who_has_the_keyboard(void **state)
{
	assert_true(read_words("console=tty0")->keyboard);
	teardown(NULL);
	assert_true(read_words("drivers=floppy,ps2")->keyboard);
	teardown(NULL);
	assert_true(read_words("drivers=xps2,ps2")->keyboard);
	teardown(NULL);
	assert_false(read_words("drivers=xps2,ps22")->keyboard);
	teardown(NULL);
	assert_false(read_words("drivers=none hwtest.classes=R0")->keyboard);
	assert_null(words.class);
	assert_false(words.serial);
}

static void sector_of(uint8_t sector[512], unsigned int signature_at, const char *label)
{
	memset(sector, 0, 512);
	sector[510] = 0x55, sector[511] = 0xaa;
	sector[22] = signature_at == 38 ? 9 : 0;
	sector[signature_at] = 0x29;
	memcpy(sector + signature_at + 5, label, 11);
}

static void test_labels_of_fat12_and_fat32(void **state)
{
	uint8_t sector[512];

	sector_of(sector, 38, "OI-HWTEST  ");
	assert_true(label_is(sector, "OI-HWTEST"));
	assert_false(label_is(sector, "OI-HWTES"));
	assert_false(label_is(sector, "OI-HWTEST-LONG"));
	sector_of(sector, 66, "OI-HWTEST  ");
	assert_true(label_is(sector, "OI-HWTEST"));
	sector[66] = 0x28;
	assert_false(label_is(sector, "OI-HWTEST"));
}

static void test_what_is_no_fat_has_no_label(void **state)
{
	uint8_t sector[512];

	sector_of(sector, 38, "OI-HWTEST  ");
	sector[511] = 0;
	assert_false(label_is(sector, "OI-HWTEST"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_words_of_the_test_disk, teardown),
		cmocka_unit_test_teardown(test_who_has_the_keyboard, teardown),
		cmocka_unit_test(test_labels_of_fat12_and_fat32),
		cmocka_unit_test(test_what_is_no_fat_has_no_label),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
