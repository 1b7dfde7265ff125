/* The cpio parser: archives in one piece and byte by byte, checksums, damage. */
// LINK: kernel/fs/initramfs/cpio.c
#include <host/host.h>
#include "kernel/fs/initramfs/cpio.h"
#include <kernel/errno.h>
#include <string.h>
#include <stdio.h>

static char archive[8192];
static size_t size;
static char log_text[4096];
static size_t log_len;
static int refuse_data;

static void log_put(const char *text)
{
	log_len += (size_t)snprintf(log_text + log_len, sizeof(log_text) - log_len, "%s", text);
}

static void pad(void)
{
	while (size % 4)
		archive[size++] = 0;
}

static void add(const char *magic, const char *name, u32 mode, const char *data, u32 check)
{
	size += (size_t)sprintf(
		archive + size, "%s%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x", magic, 7,
		mode, 1, 2, 1, 1000, (u32)strlen(data), 8, 1, 4, 64, (u32)strlen(name) + 1, check);
	memcpy(archive + size, name, strlen(name) + 1);
	size += strlen(name) + 1;
	pad();
	memcpy(archive + size, data, strlen(data));
	size += strlen(data);
	pad();
}

static int begin(void *arg, const struct cpio_entry *e)
{
	char line[128];

	snprintf(line, sizeof(line), "[%s %o %u.%u %u:%u]", e->name, e->mode, e->uid, e->gid,
		 e->rdev_major, e->rdev_minor);
	log_put(line);
	return strcmp(e->name, "refused") ? 0 : -ENOSPC;
}
static int data(void *arg, const u8 *bytes, size_t n)
{
	char text[256];

	if (refuse_data)
		return -ENOSPC;
	memcpy(text, bytes, n);
	text[n] = 0;
	log_put(text);
	return 0;
}
static int end(void *arg, bool sum_ok)
{
	log_put(sum_ok ? ";" : "!;");
	return 0;
}
static void trailer(void *arg)
{
	log_put("T");
}
static const struct cpio_ops ops = { begin, data, end, trailer };
static struct cpio c;

static void start(void)
{
	size = 0;
	log_len = 0;
	log_text[0] = 0;
	refuse_data = 0;
	cpio_init(&c, &ops, NULL);
}

static void parse(size_t piece)
{
	for (size_t at = 0; at < size && !c.failure;) {
		size_t n = piece < size - at ? piece : size - at;
		size_t taken = cpio_feed(&c, (u8 *)archive + at, n);

		if (!taken)
			break;
		at += taken;
	}
}

static const char good[] = "[a 100644 1.2 4:64]hello;[dir 40755 1.2 4:64];[sum 100600 1.2 "
			   "4:64]AB;T[b 100644 1.2 4:64];T";

static void build_good(void)
{
	start();
	add("070701", "a", 0100644, "hello", 0);
	add("070701", "dir", 040755, "", 0);
	add("070702", "sum", 0100600, "AB", 'A' + 'B');
	add("070701", "TRAILER!!!", 0, "", 0);
	memset(archive + size, 0, 500);
	size += 500;
	add("070701", "b", 0100644, "", 0);
	add("070701", "TRAILER!!!", 0, "", 0);
}

static void reads_whole_and_in_pieces(void **state)
{
	build_good();
	parse(size);
	assert_null(c.failure);
	assert_string_equal(log_text, good);
	assert_true(cpio_at_boundary(&c));
	assert_int_equal(c.entries, 4);
	for (size_t piece = 1; piece < 130; piece++) {
		build_good();
		parse(piece);
		assert_null(c.failure);
		assert_true(cpio_at_boundary(&c));
		if (piece > 5)
			assert_string_equal(log_text, good);
	}
}

static void tells_a_wrong_sum(void **state)
{
	start();
	add("070702", "sum", 0100600, "AB", 5);
	parse(size);
	assert_string_equal(log_text, "[sum 100600 1.2 4:64]AB!;");
}

static void skips_refused_entries(void **state)
{
	start();
	add("070701", "refused", 0100644, "data", 0);
	add("070701", "a", 0100644, "x", 0);
	parse(3);
	assert_string_equal(log_text, "[refused 100644 1.2 4:64][a 100644 1.2 4:64]x;");
	assert_int_equal(c.errors, 1);
	start();
	refuse_data = 1;
	add("070701", "a", 0100644, "xyz", 0);
	add("070701", "b", 0100644, "", 0);
	parse(size);
	assert_string_equal(log_text, "[a 100644 1.2 4:64];[b 100644 1.2 4:64];");
	assert_int_equal(c.errors, 1);
}

static void refuses_damage(void **state)
{
	build_good();
	archive[20] = 'x'; /* a digit */
	parse(size);
	assert_non_null(c.failure);
	build_good();
	archive[3] = '9';
	parse(size);
	assert_non_null(c.failure);
	build_good();
	memcpy(archive + 94, "00000000", 8); /* no name */
	parse(size);
	assert_non_null(c.failure);
	build_good();
	memcpy(archive + 94, "ffffffff", 8);
	parse(size);
	assert_non_null(c.failure);
	build_good();
	archive[111] = 'x'; /* the name's NUL */
	parse(size);
	assert_non_null(c.failure);
	build_good();
	size = 300;
	parse(size);
	assert_false(cpio_at_boundary(&c));
	start();
	memcpy(archive, "\037\213", 2);
	size = 2;
	assert_int_equal(cpio_feed(&c, (u8 *)archive, 2), 0);
	assert_null(c.failure);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(reads_whole_and_in_pieces),
		host_test(tells_a_wrong_sum),
		host_test(skips_refused_entries),
		host_test(refuses_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
