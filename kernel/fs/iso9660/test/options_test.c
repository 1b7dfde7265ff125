/* The options of mount -t iso9660. */
// LINK: kernel/fs/iso9660/options.c kernel/fs/iso9660/session.c kernel/fs/mount_option.c
#include <host/host.h>
#include "kernel/fs/iso9660/iso9660_internal.h"
#include <stdio.h>

static struct iso_options o;
static struct iso_owner w;

static int parse(const char *text)
{
	char copy[128];

	snprintf(copy, sizeof(copy), "%s", text);
	memset(&o, 0, sizeof(o));
	memset(&w, 0, sizeof(w));
	return iso_parse_options(copy, &o, &w);
}

static void names(void **state)
{
	assert_int_equal(parse("norock,nojoliet,cruft,hide,showassoc,nocompress"), 0);
	assert_true(o.norock && o.nojoliet && o.cruft && o.hide && o.show_associated && o.packed);
	assert_int_equal(parse("map=off,check=strict"), 0);
	assert_int_equal(o.mapping, ISO_MAP_OFF);
	assert_true(o.exact && !o.relaxed);
	assert_int_equal(parse("map=o,map=normal,check=r"), 0);
	assert_int_equal(o.mapping, ISO_MAP_NORMAL);
	assert_true(o.relaxed);
	assert_int_equal(parse("iocharset=utf8,utf8,block=2048,unhide,map=acorn,conv=b"), 0);
}

static void owners(void **state)
{
	assert_int_equal(parse("uid=1000,gid=4294967295,mode=0644,dmode=755"), 0);
	assert_true(w.uid_set && w.gid_set && w.mode_set && w.dmode_set && !w.over_rock);
	assert_int_equal(w.uid, 1000);
	assert_int_equal(w.gid, 4294967295u);
	assert_int_equal(w.mode, 0644);
	assert_int_equal(w.dmode, 0755);
	assert_int_equal(parse("overriderockperm,dmode=177777"), 0);
	assert_true(w.over_rock && !w.mode_set);
	assert_int_equal(w.dmode, 07777);
}

static void places(void **state)
{
	assert_int_equal(parse("sbsector=12345"), 0);
	assert_true(o.first_sector == 12345 && o.sector_given && !o.session);
	assert_int_equal(parse("session=0"), 0);
	assert_int_equal(o.session, 1);
	assert_int_equal(parse("session=99"), 0);
	assert_int_equal(o.session, 100);
	assert_int_equal(parse("session=100"), -EINVAL);
}

/* ---- sessions ---- */
static int told;

static int session_start(struct disk *disk, u32 track, u32 *block)
{
	*block = track ? 1000 * track : 9000;
	return told;
}

static int find_session(const struct disk_ops *ops, u32 partno, const char *options)
{
	struct disk disk = { .ops = ops, .name = "hdc" };
	struct block_device bdev = { .disk = &disk, .partno = partno };

	assert_int_equal(parse(options), 0);
	return iso_find_session(&bdev, &o);
}

static void sessions(void **state)
{
	static const struct disk_ops cd = { .session_start = session_start }, other = { 0 };

	told = 0;
	assert_int_equal(find_session(&cd, 0, ""), 0);
	assert_true(o.first_sector == 9000);
	assert_int_equal(find_session(&cd, 0, "session=2"), 0);
	assert_true(o.first_sector == 3000);
	assert_int_equal(find_session(&cd, 0, "sbsector=5,session=2"), 0);
	assert_true(o.first_sector == 5);
	/* A drive that does not know. */
	told = -EOPNOTSUPP;
	assert_int_equal(find_session(&cd, 0, ""), 0);
	assert_true(o.first_sector == 0);
	assert_int_equal(find_session(&cd, 0, "session=1"), -EINVAL);
	told = -ENOMEDIUM;
	assert_int_equal(find_session(&cd, 0, "session=1"), -ENOMEDIUM);
	/* What has no sessions. */
	told = 0;
	assert_int_equal(find_session(&cd, 1, ""), 0);
	assert_int_equal(find_session(&other, 0, "session=0"), 0);
	assert_true(o.first_sector == 0);
	assert_int_equal(find_session(&other, 0, "session=1"), -EINVAL);
}

static void refused(void **state)
{
	static const char *const bad[] = {
		"quux",	    "uid",     "uid=",	"uid=x",       "mode=8", "uid=4294967296",
		"norock=1", "check=x", "map=x", "sbsector=-1", "map",	 "iocharset"
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++)
		assert_int_equal(parse(bad[i]), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = { host_test(names), host_test(owners), host_test(places),
					    host_test(refused), host_test(sessions) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
