// LINK: kernel/x86/user_desc.c
/* struct user_desc and descriptors: bit by bit beside SDM volume 3, figure 3-8; what an LDT takes.
 */
#include <host/host.h>
#include <kernel/errno.h>
#include "../user_desc.h"

static void every_field_has_its_place(void **state)
{
	static const struct {
		struct user_desc_abi d;
		u64 desc;
	} rows[] = {
		{ { 0, 0, 0, 0 }, 0x0000f30000000000 },
		{ { 0, 0xffffffff, 0, 0 }, 0xff00f3ffffff0000 },
		{ { 0, 0, 0xfffff, 0 }, 0x000ff3000000ffff },
		{ { 0, 0, 0, DESC_SEG_32BIT }, 0x0040f30000000000 },
		{ { 0, 0, 0, DESC_CODE }, 0x0000fb0000000000 },
		{ { 0, 0, 0, DESC_READ_ONLY }, 0x0000f10000000000 },
		{ { 0, 0, 0, DESC_PAGES }, 0x0080f30000000000 },
		{ { 0, 0, 0, DESC_NOT_PRESENT }, 0x0000730000000000 },
		{ { 0, 0, 0, DESC_USEABLE }, 0x0010f30000000000 },
		/* what there is no field for changes nothing */
		{ { 9, 0, 0xfff00000, ~0x7fu }, 0x0000f30000000000 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_true(user_desc_encode(&rows[i].d) == rows[i].desc);
}

static void every_kind_comes_back(void **state)
{
	for (u32 flags = 0; flags < 0x80; flags++) {
		struct user_desc_abi d = { 7, 0x12345678, 0xabcde, flags }, back;
		u64 desc = user_desc_encode(&d);

		user_desc_decode(desc, 7, &back);
		assert_memory_equal(&back, &d, sizeof(d));
		assert_int_equal(desc >> 44 & 7, 7); /* ring 3, never a gate or a TSS */
	}
}

static void nothing_comes_back_empty(void **state)
{
	struct user_desc_abi d;

	user_desc_decode(0, 3, &d);
	assert_true(user_desc_is_empty(&d));
	assert_false(user_desc_is_zero(&d));
	assert_int_equal(d.entry, 3);
	d.flags |= ~0x7fu;
	assert_true(user_desc_is_empty(&d));
	d.base = 1;
	assert_false(user_desc_is_empty(&d));
}

static void each_form_has_its_way_to_clear(void **state)
{
	struct user_desc_abi empty = { 0, 0, 0, DESC_READ_ONLY | DESC_NOT_PRESENT };
	struct user_desc_abi zero = { 0 }, based = { 0, 4096, 0, DESC_SEG_32BIT };
	u64 desc = 1;

	for (int old = 0; old < 2; old++) {
		assert_int_equal(user_desc_to_ldt(&empty, old, &desc), 0);
		assert_true(desc == 0);
		assert_int_equal(user_desc_to_ldt(&zero, old, &desc), 0);
		assert_true((desc == 0) == old);
		assert_int_equal(user_desc_to_ldt(&based, old, &desc), 0);
		assert_true(desc != 0);
	}
}

static void conforming_code_is_refused(void **state)
{
	struct user_desc_abi d = { 0, 4096, 1, DESC_CONFORMING };
	u64 desc = 1;

	assert_int_equal(user_desc_to_ldt(&d, false, &desc), -EINVAL);
	assert_int_equal(user_desc_to_ldt(&d, true, &desc), -EINVAL);
	d.flags |= DESC_NOT_PRESENT;
	assert_int_equal(user_desc_to_ldt(&d, true, &desc), -EINVAL);
	assert_true(desc == 1);
	assert_int_equal(user_desc_to_ldt(&d, false, &desc), 0);
	d.flags = DESC_CODE;
	assert_int_equal(user_desc_to_ldt(&d, true, &desc), 0);
}

static void the_old_form_has_no_useable_bit(void **state)
{
	struct user_desc_abi d = { 0, 4096, 1, DESC_USEABLE };
	u64 old, new;

	assert_int_equal(user_desc_to_ldt(&d, true, &old), 0);
	assert_int_equal(user_desc_to_ldt(&d, false, &new), 0);
	assert_true((old ^ new) == 1ull << 52);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(every_field_has_its_place),  host_test(every_kind_comes_back),
		host_test(nothing_comes_back_empty),   host_test(each_form_has_its_way_to_clear),
		host_test(conforming_code_is_refused), host_test(the_old_form_has_no_useable_bit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
