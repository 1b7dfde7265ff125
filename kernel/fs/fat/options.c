/*
 * options.c - mount options of vfat and msdos, with Linux's names and meaning. Names are UTF-8 on
 * this side and code page 437 on the other; what asks for that is accepted.
 */
#include "fat_internal.h"
#include <kernel/cred.h>
#include <kernel/files.h>
#include <kernel/task.h>
#include <kernel/timekeeping.h>

static bool parse_offset(struct fat_options *opt, const char *value)
{
	const bool minus = value && *value == '-';
	u32 minutes;

	if (!fs_option_number(minus ? value + 1 : value, 10, &minutes) || minutes > 24 * 60)
		return false;
	opt->has_offset = true;
	opt->offset = (minus ? -60 : 60) * (s32)minutes;
	return true;
}

static bool parse_errors(struct fat_options *opt, const char *value)
{
	static const char *const names[] = { [FAT_ERRORS_RO] = "remount-ro",
					     [FAT_ERRORS_CONTINUE] = "continue",
					     [FAT_ERRORS_PANIC] = "panic" };

	for (unsigned int i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(value, names[i])) {
			opt->errors = (enum fat_errors)i;
			return true;
		}
	return false;
}

/* With a value that changes something. */
static bool parse_value(struct fat_options *opt, const char *key, const char *value)
{
	u32 mask;

	if (!strcmp(key, "uid"))
		return fs_option_number(value, 10, &opt->uid);
	if (!strcmp(key, "gid"))
		return fs_option_number(value, 10, &opt->gid);
	if (!strcmp(key, "time_offset"))
		return parse_offset(opt, value);
	if (!strcmp(key, "errors"))
		return parse_errors(opt, value);
	if (!strcmp(key, "tz")) {
		opt->utc = true;
		return !strcmp(value, "UTC");
	}
	if (!fs_option_number(value, 8, &mask))
		return false;
	if (!strcmp(key, "umask"))
		opt->file_mask = opt->dir_mask = mask & 0777;
	else if (!strcmp(key, "fmask"))
		opt->file_mask = mask & 0777;
	else if (!strcmp(key, "dmask"))
		opt->dir_mask = mask & 0777;
	else
		return false;
	return true;
}

static bool is_one_of(const char *text, const char *const *list)
{
	while (*list && strcmp(text, *list) != 0)
		list++;
	return *list;
}

/* Of those that choose among words, only the words there are. */
static bool is_accepted_word(const char *key, const char *value)
{
	static const char *const shortname[] = { "lower", "win95", "winnt", "mixed", NULL };
	static const char *const check[] = { "r", "s", "n", "relaxed", "strict", "normal", NULL };
	static const char *const nfs[] = { "stale_rw", "nostale_ro", NULL };

	if (!strcmp(key, "shortname"))
		return is_one_of(value, shortname);
	if (!strcmp(key, "check"))
		return is_one_of(value, check);
	return !strcmp(key, "nfs") && is_one_of(value, nfs);
}

/* What is so anyway, or has no meaning here. */
static bool is_accepted(const char *key, const char *value)
{
	static const char *const flags[] = {
		"utf8",	 "nonumtail", "posix", "dots",		"nodots",    "discard",	    "nfs",
		"debug", "showexec",  "rodir", "sys_immutable", "uni_xlate", "dos1xfloppy", NULL
	};
	static const char *const values[] = { "codepage", "iocharset", "utf8",	 "nonumtail",
					      "conv",	  "fat",       "dotsOK", NULL };
	u32 mask;

	if (!value)
		return is_one_of(key, flags);
	if (!strcmp(key, "allow_utime"))
		return fs_option_number(value, 8, &mask);
	return is_one_of(key, values) || is_accepted_word(key, value);
}

static bool parse_option(struct fat_options *opt, const char *key, const char *value)
{
	if (is_accepted(key, value))
		return true;
	if (value)
		return parse_value(opt, key, value);
	if (!strcmp(key, "quiet"))
		opt->quiet = true;
	else if (!strcmp(key, "flush"))
		opt->flush = true;
	else if (!strcmp(key, "usefree"))
		opt->use_free = true;
	else
		return false;
	return true;
}

void fat_options_default(struct fat_options *opt, bool short_only)
{
	const u32 mask = current->fs->umask;

	*opt = (struct fat_options){ .uid = current_cred()->uid,
				     .gid = current_cred()->gid,
				     .file_mask = mask,
				     .dir_mask = mask,
				     .errors = FAT_ERRORS_RO,
				     .short_only = short_only };
}

int fat_options_parse(struct fat_options *opt, char *text, const char *device)
{
	char *key, *value;

	while ((key = fs_next_option(&text, &value)))
		if (!parse_option(opt, key, value)) {
			pr_err("FAT-fs (%s): mount option \"%s%s%s\" is not known or has no such "
			       "value\n",
			       device, key, value ? "=" : "", value ? value : "");
			return -EINVAL;
		}
	return 0;
}

size_t fat_options_show(const struct fat_options *opt, char *buf, size_t size)
{
	static const char *const errors[] = { "remount-ro", "continue", "panic" };
	size_t n = 0;

	buf[0] = 0;
	if (opt->uid)
		n += scnprintf(buf + n, size - n, ",uid=%u", opt->uid);
	if (opt->gid)
		n += scnprintf(buf + n, size - n, ",gid=%u", opt->gid);
	n += scnprintf(buf + n, size - n, ",fmask=%04o,dmask=%04o,codepage=437,iocharset=utf8",
		       opt->file_mask, opt->dir_mask);
	if (!opt->short_only)
		n += scnprintf(buf + n, size - n, ",shortname=mixed");
	if (opt->utc)
		n += scnprintf(buf + n, size - n, ",tz=UTC");
	if (opt->has_offset)
		n += scnprintf(buf + n, size - n, ",time_offset=%d", opt->offset / 60);
	if (opt->quiet)
		n += scnprintf(buf + n, size - n, ",quiet");
	if (opt->flush)
		n += scnprintf(buf + n, size - n, ",flush");
	if (opt->use_free)
		n += scnprintf(buf + n, size - n, ",usefree");
	return n + scnprintf(buf + n, size - n, ",errors=%s", errors[opt->errors]);
}

s32 fat_zone(const struct fat_fs *fs)
{
	if (fs->opt.utc)
		return 0;
	return fs->opt.has_offset ? fs->opt.offset : -60 * clock_minutes_west();
}
