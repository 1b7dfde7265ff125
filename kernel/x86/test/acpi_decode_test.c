/* \_S5_ in DSDTs of several makers' forms, and in garbage. */
// LINK: kernel/x86/acpi_decode.c
#include <host/host.h>
#include <stdlib.h>
#include <string.h>
#include "../acpi_decode.h"

static bool find(const char *bytes, size_t n, u8 *a, u8 *b)
{
	u8 *copy = malloc(n ? n : 1); /* exact size: reading past the end is seen */
	bool found;

	memcpy(copy, bytes, n);
	found = acpi_find_s5(copy, (u32)n, a, b);
	free(copy);
	return found;
}

#define FIND(s) find(s, sizeof(s) - 1, &a, &b)

static void forms(void **state)
{
	u8 a = 99, b = 99;

	assert_true(FIND("....\x08_S5_\x12\x0a\x04\x0a\x05\x0a\x06\x00\x00rest"));
	assert_int_equal(a, 5);
	assert_int_equal(b, 6);
	assert_true(FIND("....\x08\\_S5_\x12\x06\x04\x00\x00\x00\x00rest"));
	assert_int_equal(a, 0);
	assert_int_equal(b, 0);
	assert_true(FIND("....\x08_S5_\x12\x06\x04\x01\x01\x00\x00rest"));
	assert_int_equal(a, 1);
	/* PkgLength of two bytes. */
	assert_true(FIND("....\x08_S5_\x12\x4a\x00\x04\x0a\x07\x0a\x07\x00\x00rest"));
	assert_int_equal(a, 7);
	/* Only one element: it holds for both registers. */
	assert_true(FIND("....\x08_S5_\x12\x04\x01\x0a\x05\x70\x70\x70\x70"));
	assert_int_equal(b, 5);
}

static void refused(void **state)
{
	u8 a, b;

	assert_false(FIND(""));
	assert_false(FIND("_S5_"));
	assert_false(FIND("....\x08_S4_\x12\x0a\x04\x0a\x05\x0a\x06\x00\x00rest"));
	assert_false(FIND("....X_S5_\x12\x0a\x04\x0a\x05\x0a\x06\x00\x00rest"));
	assert_false(FIND("....\x08_S5_\x13\x0a\x04\x0a\x05\x0a\x06\x00\x00rest"));
	/* A sleep type has three bits. */
	assert_false(FIND("....\x08_S5_\x12\x0a\x04\x0a\x15\x0a\x06\x00\x00rest"));
	assert_false(FIND("....\x08_S5_\x12\x0a\x04\x0a"));
	/* It ends where its first element should be. */
	assert_false(FIND("\x08_S5_\x12\x44\x00\x01"));
}

static void garbage(void **state)
{
	char bytes[64];
	u8 a, b;

	for (int i = 0; i < 20000; i++) {
		size_t n = (size_t)rand() % sizeof(bytes);

		for (size_t k = 0; k < n; k++)
			bytes[k] = "\x08\\_S5_\x12\x0a\xff\x00"[rand() % 11];
		if (find(bytes, n, &a, &b))
			assert_true(a < 8 && b < 8);
	}
}

static void checksum(void **state)
{
	assert_int_equal(acpi_checksum("\x01\x02\xfd", 3), 0);
	assert_int_equal(acpi_checksum("\x01\x02\xfe", 3), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(forms),
		host_test(refused),
		host_test(garbage),
		host_test(checksum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
