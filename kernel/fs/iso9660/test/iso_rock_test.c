/* Rock Ridge entries, one by one. */
// LINK: kernel/fs/iso9660/iso_rock.c kernel/fs/iso9660/iso_record.c
#include <host/host.h>
#include "kernel/fs/iso9660/iso_rock.h"
#include <string.h>

static u8 area[1024];
static u32 used;
static struct iso_rock rock;

static u8 *add(const char *letters, u8 length)
{
	u8 *e = area + used;

	memset(e, 0, length);
	memcpy(e, letters, 2);
	e[2] = length;
	e[3] = 1;
	used += length;
	return e;
}
static void add_name(const char *text, u8 flags)
{
	u8 *e = add("NM", (u8)(5 + strlen(text)));

	e[4] = flags;
	memcpy(e + 5, text, strlen(text));
}
static bool feed(void)
{
	bool good = iso_rock_feed(&rock, area, used);

	memset(area, 0, sizeof(area));
	used = 0;
	return good;
}
static int start(void **state)
{
	iso_rock_init(&rock, NULL, 0);
	memset(area, 0, sizeof(area));
	used = 0;
	return 0;
}

static void owner(void **state)
{
	u8 *e = add("PX", 44);

	e[4] = 0xED;
	e[5] = 0x41;
	e[12] = 3;
	e[20] = 100;
	e[29] = 1;
	e[36] = 7;
	assert_true(feed());
	assert_int_equal(rock.have, ROCK_PX | ROCK_SERIAL);
	assert_int_equal(rock.mode, 040755);
	assert_int_equal(rock.nlink, 3);
	assert_int_equal(rock.uid, 100);
	assert_int_equal(rock.gid, 256);
	assert_int_equal(rock.serial, 7);
	start(NULL);
	add("PX", 36);
	assert_true(feed());
	assert_int_equal(rock.have, ROCK_PX);
	start(NULL);
	add("PX", 35); /* too short to be one */
	assert_true(feed());
	assert_int_equal(rock.have, 0);
}

static void names(void **state)
{
	add_name("long", 1);
	add_name("name", 0);
	add_name("later", 0); /* one too many */
	feed();
	assert_string_equal(rock.name, "longname");
	start(NULL);
	add_name("x", 2);
	add_name("a/b", 0);
	feed();
	assert_string_equal(rock.name, "a.b");
	start(NULL);
	for (int i = 0; i < 30; i++)
		add_name("0123456789", 1);
	feed();
	assert_int_equal(rock.name_length, 255);
	assert_int_equal(strlen(rock.name), 255);
}

static void times(void **state)
{
	u8 *e = add("TF", 5 + 4 * 7);

	e[4] = 15;
	for (int i = 0; i < 4; i++)
		memcpy(e + 5 + 7 * i, (u8[]){ 70, 1, (u8)(1 + i), 0, 0, 0, 0 }, 7);
	feed();
	assert_true(rock.mtime == 86400 * 1000000000ll);
	assert_true(rock.atime == 2 * rock.mtime);
	assert_true(rock.ctime == 3 * rock.mtime);
	start(NULL);
	e = add("TF", 5 + 17);
	e[4] = 0x82;
	memcpy(e + 5, "1970010300000000\0", 17);
	feed();
	assert_int_equal(rock.have, ROCK_MTIME);
	assert_true(rock.mtime == 2 * 86400 * 1000000000ll);
	start(NULL);
	add("TF", 5 + 7)[4] = 15; /* fewer than announced */
	feed();
	assert_int_equal(rock.have, ROCK_CTIME);
}

static char link_text[64];

static u8 *component(u8 *at, u8 flags, const char *text)
{
	at[0] = flags;
	at[1] = (u8)strlen(text);
	memcpy(at + 2, text, strlen(text));
	return at + 2 + strlen(text);
}

static void make_link(void)
{
	u8 *at = add("SL", 32) + 5;

	at = component(at, 8, "");
	at = component(at, 0, "usr");
	at = component(at, 4, "");
	at = component(at, 2, "");
	at = component(at, 1, "half");
	add("SL", 12);
	area[2] = (u8)(at - area);
	used = area[2];
	at = component(add("SL", 11) + 5, 0, "whol");
	at = component(add("SL", 8) + 5, 0, "x");
}

static void links(void **state)
{
	make_link();
	feed();
	assert_int_equal(rock.link_length, strlen("/usr/.././halfwhol/x"));
	iso_rock_init(&rock, link_text, sizeof(link_text));
	make_link();
	feed();
	assert_string_equal(link_text, "/usr/.././halfwhol/x");
	memset(link_text, '#', sizeof(link_text));
	iso_rock_init(&rock, link_text, 6); /* cut, and ended */
	make_link();
	feed();
	assert_string_equal(link_text, "/usr/");
	assert_int_equal(link_text[6], '#');
	assert_int_equal(rock.link_length, 20);
	start(NULL);
	add("SL", 9)[6] = 200; /* a component longer than its entry */
	feed();
	assert_int_equal(rock.link_length, 0);
}

static void others(void **state)
{
	u8 *e = add("CE", 28);

	e[4] = 30;
	e[12] = 40;
	e[20] = 50;
	add("CL", 12)[4] = 60;
	add("PN", 20)[12] = 5;
	add("RE", 4);
	add("ZF", 16);
	memcpy(add("ER", 18) + 8, "RRIP_1991A", 10);
	area[used - 14] = 10;
	add("QQ", 9); /* unknown ones are passed over */
	add_name("n", 0);
	assert_true(feed());
	assert_true(rock.more);
	assert_int_equal(rock.more_block, 30);
	assert_int_equal(rock.more_offset, 40);
	assert_int_equal(rock.more_length, 50);
	assert_int_equal(rock.child_extent, 60);
	assert_int_equal(rock.dev_low, 5);
	assert_int_equal(rock.have, ROCK_CL | ROCK_PN | ROCK_RE | ROCK_ZF | ROCK_ER | ROCK_NM);
	assert_true(iso_rock_feed(&rock, area, 0));
	assert_false(rock.more);
}

static void damaged(void **state)
{
	add_name("good", 0);
	add("PX", 36)[2] = 3; /* shorter than its head */
	assert_false(feed());
	assert_int_equal(rock.have, ROCK_NM);
	start(NULL);
	add("PX", 36);
	used--;
	assert_false(feed());
	start(NULL);
	add_name("a", 0);
	add("ST", 4);
	add("PX", 36);
	assert_true(feed());
	assert_int_equal(rock.have, ROCK_NM);
	start(NULL);
	add_name("a", 0);
	used += 3; /* less than a head: padding */
	assert_true(feed());
}

static void announced(void **state)
{
	u8 skip = 9;

	assert_false(iso_rock_announced(area, 100, &skip));
	assert_int_equal(skip, 0);
	memcpy(area, "SP\7\1\xBE\xEF\5", 7);
	assert_true(iso_rock_announced(area, 7, &skip));
	assert_int_equal(skip, 5);
	assert_false(iso_rock_announced(area, 6, &skip));
	memmove(area + 14, area, 7);
	memset(area, 0, 14);
	area[20] = 14;
	assert_true(iso_rock_announced(area, 21, &skip));
	assert_int_equal(skip, 14);
	assert_false(iso_rock_announced(area, 20, &skip));
}

int main(void)
{
#define rock_test(fn) cmocka_unit_test_setup(fn, start)
	const struct CMUnitTest tests[] = {
		rock_test(owner),  rock_test(names),   rock_test(times),     rock_test(links),
		rock_test(others), rock_test(damaged), rock_test(announced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
