/* Where GRUB's images go: what is kept, the list of pieces, refusals. make grub-compare has the
 * whole bytes. */
// LINK: installer/loader/grub_place.c installer/loader/gap.c
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/loader/gap.h>
#include <installer/loader/grub_place.h>
#include <errno.h>
#include <string.h>

#define CORE_SECTORS 6

static uint8_t boot_image[512], core_image[CORE_SECTORS * 512], old[512], boot[512],
	core[sizeof(core_image)];

static struct grub_images images(void)
{
	memset(boot_image, 0xb0, sizeof(boot_image));
	boot_image[0x64] = 0xff;
	boot_image[0x66] = 0xeb;
	boot_image[510] = 0x55;
	boot_image[511] = 0xaa;
	memset(core_image, 0xc0, sizeof(core_image));
	/* As grub-mkimage makes it: one piece from sector 2 on, zeros above. */
	memset(core_image + 400, 0, 112);
	memcpy(core_image + 500, "\2\0\0\0\0\0\0\0\5\0\x20\x08", 12);
	return (struct grub_images){ boot_image, 512, core_image, sizeof(core_image) - 100 };
}

static int place(const uint64_t *lba, size_t n, bool whole_disk)
{
	struct grub_images i = images();
	struct grub_target t = { old, whole_disk, lba, n };

	memset(old, 0x0d, sizeof(old));
	return grub_place(&i, &t, boot, core);
}

static const uint64_t in_a_row[] = { 1, 2, 3, 4, 5, 6 };

static void a_disk_keeps_its_table_signature_and_parameters(void **state)
{
	assert_int_equal(place(in_a_row, 6, true), 0);
	assert_int_equal(boot[0], 0xb0);
	assert_memory_equal(boot + 3, old + 3, 0x5a - 3);
	assert_memory_equal(boot + 0x1b8, old + 0x1b8, 0x1fe - 0x1b8);
	assert_memory_equal(boot + 0x5c, "\1\0\0\0\0\0\0\0\xff\xb0\x90\x90", 12);
	assert_memory_equal(boot + 0x1fe, "\x55\xaa", 2);
	assert_int_equal(boot[0x1b7], 0xb0);
}

static void a_partition_keeps_its_parameters_only(void **state)
{
	assert_int_equal(place(in_a_row, 6, false), 0);
	assert_memory_equal(boot + 3, old + 3, 0x5a - 3);
	assert_int_equal(boot[0x1b8], 0xb0);
	assert_int_equal(boot[0x1be], 0xb0);
}

static void one_piece_is_one_entry(void **state)
{
	assert_int_equal(place(in_a_row, 6, true), 0);
	assert_memory_equal(core + 500, "\2\0\0\0\0\0\0\0\5\0\x20\x08", 12);
	assert_memory_equal(core + 488, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
	assert_int_equal(core[5 * 512 + 411], 0xc0);
	assert_int_equal(core[5 * 512 + 412], 0);
}

static void pieces_are_listed_downwards(void **state)
{
	static const uint64_t lba[] = { 0x100000010, 0x20, 0x21, 0x40, 0x41, 0x60 };

	assert_int_equal(place(lba, 6, false), 0);
	assert_memory_equal(boot + 0x5c, "\x10\0\0\0\1\0\0\0", 8);
	assert_memory_equal(core + 500, "\x20\0\0\0\0\0\0\0\2\0\x20\x08", 12);
	assert_memory_equal(core + 488, "\x40\0\0\0\0\0\0\0\2\0\x60\x08", 12);
	assert_memory_equal(core + 476, "\x60\0\0\0\0\0\0\0\1\0\xa0\x08", 12);
	assert_memory_equal(core + 464, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
}

static void what_does_not_fit_is_refused(void **state)
{
	static const uint64_t scattered[] = { 1, 3, 5, 7, 9, 11 };
	struct grub_images i;
	struct grub_target t = { old, true, in_a_row, 6 };

	assert_int_equal(place(in_a_row, 5, true), -ENOSPC);
	i = images();
	core_image[450 + 8 + 2] = 0xee; /* code where the fifth entry would be */
	t.core_lba = scattered;
	assert_int_equal(grub_place(&i, &t, boot, core), -E2BIG);
	i = images();
	i.boot_bytes = 511;
	assert_int_equal(grub_place(&i, &t, boot, core), -EINVAL);
	i = images();
	boot_image[0x66] = 0;
	assert_int_equal(grub_place(&i, &t, boot, core), -EINVAL);
	i = images();
	core_image[511] = 0;
	assert_int_equal(grub_place(&i, &t, boot, core), -EINVAL);
}

static void what_was_placed_is_known_to_the_byte(void **state)
{
	static const uint64_t elsewhere[] = { 7, 8, 9, 10, 11, 12 };
	struct grub_target t = { boot, true, in_a_row, 6 };
	struct grub_images i;

	assert_int_equal(place(in_a_row, 6, true), 0);
	i = images();
	assert_true(grub_is_placed(&i, &t, core));
	boot[0x1be] ^= 1; /* the table is not GRUB's */
	assert_true(grub_is_placed(&i, &t, core));
	boot[0x1b7] ^= 1;
	assert_false(grub_is_placed(&i, &t, core));
	boot[0x1b7] ^= 1;
	core[5 * 512 + 411] ^= 1;
	assert_false(grub_is_placed(&i, &t, core));
	core[5 * 512 + 411] ^= 1;
	t.core_lba = elsewhere;
	assert_false(grub_is_placed(&i, &t, core));
	i.core_bytes = 100;
	t.core_lba = in_a_row;
	assert_false(grub_is_placed(&i, &t, core));
}

/* As a file has it, with the list of its own sectors: the same core.img for another place. */
static void a_list_of_other_places_does_not_count(void **state)
{
	static const uint64_t of_file[] = { 0x100, 0x108, 0x109, 0x200, 0x201, 0x202 };
	struct grub_target t = { boot, true, in_a_row, 6 };
	uint8_t file[sizeof(core)];
	struct grub_images i;

	assert_int_equal(place(of_file, 6, true), 0);
	memcpy(file, core, sizeof(file));
	assert_int_equal(place(in_a_row, 6, true), 0);
	i = images();
	i.core = file;
	assert_true(grub_is_placed(&i, &t, core));
}

static uint8_t gap[62 * 512];

static struct gap_content look(void)
{
	return gap_inspect(gap, 62);
}

static void clear(void)
{
	memset(gap, 0, sizeof(gap));
}

static void an_empty_gap(void **state)
{
	clear();
	assert_int_equal(look().verdict, GAP_EMPTY);
	assert_int_equal(gap_inspect(gap, 0).verdict, GAP_EMPTY);
}

static void grub_is_known_as_far_as_it_goes(void **state)
{
	clear();
	memset(gap, 0x11, 6 * 512);
	memcpy(gap + 300, "loading", 8);
	memset(gap + 400, 0, 112);
	memcpy(gap + 500, "\2\0\0\0\0\0\0\0\5\0\x20\x08", 12);
	assert_int_equal(look().verdict, GAP_LOADER);
	assert_string_equal(look().what, "GRUB 2");
	gap[6 * 512 + 7] = 1;
	assert_int_equal(look().verdict, GAP_UNKNOWN);
	assert_int_equal(look().sector, 7);
	clear();
	memcpy(gap + 300, "Loading stage1.5", 17);
	memcpy(gap + 504, "\2\0\0\0\3\0\x20\x02", 8);
	gap[3 * 512] = 1;
	assert_int_equal(look().verdict, GAP_LOADER);
	gap[4 * 512] = 1;
	assert_int_equal(look().verdict, GAP_UNKNOWN);
	assert_int_equal(look().sector, 5);
}

static void what_others_keep_there_is_told(void **state)
{
	clear();
	gap[30 * 512 + 511] = 1;
	assert_int_equal(look().verdict, GAP_UNKNOWN);
	assert_int_equal(look().sector, 31);
	memcpy(gap + 32 * 512, "\xd4\x41\xa0\xf5\x03\x00\x03\x00", 8);
	assert_string_equal(look().what, "licence data of FlexNet");
	assert_int_equal(look().sector, 33);
	memcpy(gap + 40 * 512, "ycgl", 4);
	assert_int_equal(look().verdict, GAP_TAKEN);
	clear();
	memcpy(gap + 3 * 512 + 100, "EZ-BIOS", 7);
	memcpy(gap + 32 * 512, "\xd4\x41\xa0\xf5\x03\x00\x03\x00", 8);
	assert_int_equal(look().verdict, GAP_TAKEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_disk_keeps_its_table_signature_and_parameters),
		cmocka_unit_test(a_partition_keeps_its_parameters_only),
		cmocka_unit_test(one_piece_is_one_entry),
		cmocka_unit_test(pieces_are_listed_downwards),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(what_was_placed_is_known_to_the_byte),
		cmocka_unit_test(a_list_of_other_places_does_not_count),
		cmocka_unit_test(an_empty_gap),
		cmocka_unit_test(grub_is_known_as_far_as_it_goes),
		cmocka_unit_test(what_others_keep_there_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
