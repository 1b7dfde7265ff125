/* owner_test.c - whose port it is, by lists of Linux and Oldiron. */
// LINK: hwtest/host/owner.c
#include <host/host.h>
#include "../host_internal.h"

#define LINUX                                                                                      \
	"0000-0cf7 : PCI Bus 0000:00\n"                                                            \
	"  0000-001f : dma1\n"                                                                     \
	"  0060-0060 : keyboard\n"                                                                 \
	"  0070-0071 : rtc0\n"                                                                     \
	"  0170-0177 : 0000:00:01.1\n"                                                             \
	"    0170-0177 : ata_piix\n"                                                               \
	"  0376-0376 : 0000:00:01.1\n"                                                             \
	"  03f8-03ff : serial\n"                                                                   \
	"0cf8-0cff : PCI conf1\n"                                                                  \
	"nonsense\n"                                                                               \
	"c000-c03f : 0000:00:03.0\n"

/* Files are not read here. */
char *host_read_text(const char *path)
{
	return NULL;
}

static const char *owner(uint16_t port)
{
	static char text[1024];

	strcpy(text, LINUX);
	return owner_in_text(text, port);
}

static void test_the_innermost_driver_owns(void **state)
{
	assert_string_equal(owner(0x170), "ata_piix");
	assert_string_equal(owner(0x177), "ata_piix");
	assert_string_equal(owner(0x70), "rtc0");
	assert_string_equal(owner(0x3f8), "serial");
}

static void test_the_board_is_nobody(void **state)
{
	assert_null(owner(0x00));
	assert_null(owner(0x60));
	assert_null(owner(0x376));
	assert_null(owner(0xcf8));
	assert_null(owner(0xc000));
	assert_null(owner(0xffff));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_innermost_driver_owns),
		cmocka_unit_test(test_the_board_is_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
