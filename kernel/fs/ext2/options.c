/*
 * options.c - mount options of ext2, with Linux's names and meaning.
 */
#include "ext2_internal.h"

enum option {
	OPT_BSDDF,
	OPT_MINIXDF,
	OPT_GRPID,
	OPT_NOGRPID,
	OPT_DEBUG,
	OPT_NOUID32,
	OPT_USER_XATTR,
	OPT_NOUSER_XATTR,
	OPT_ACL,
	OPT_NOACL,
	OPT_RESERVATION,
	OPT_NORESERVATION,
	OPT_NOLOAD,
	OPT_QUOTA,
	OPT_DISCARD,
	OPT_NODISCARD,
	OPT_RESUID,
	OPT_RESGID,
	OPT_SB,
	OPT_ERRORS,
	OPT_DATA, /* of ext3, as are the next two: its journal is replayed and not used */
	OPT_COMMIT,
	OPT_BARRIER,
	OPT_NOTHING /* accepted, without meaning here */
};

static const struct option_row {
	const char *name;
	enum option option;
} rows[] = {
	{ "bsddf", OPT_BSDDF },
	{ "minixdf", OPT_MINIXDF },
	{ "grpid", OPT_GRPID },
	{ "bsdgroups", OPT_GRPID },
	{ "nogrpid", OPT_NOGRPID },
	{ "sysvgroups", OPT_NOGRPID },
	{ "debug", OPT_DEBUG },
	{ "nouid32", OPT_NOUID32 },
	{ "user_xattr", OPT_USER_XATTR },
	{ "nouser_xattr", OPT_NOUSER_XATTR },
	{ "acl", OPT_ACL },
	{ "noacl", OPT_NOACL },
	{ "reservation", OPT_RESERVATION },
	{ "noreservation", OPT_NORESERVATION },
	{ "noload", OPT_NOLOAD },
	{ "norecovery", OPT_NOLOAD },
	{ "resuid", OPT_RESUID },
	{ "resgid", OPT_RESGID },
	{ "sb", OPT_SB },
	{ "errors", OPT_ERRORS },
	{ "check", OPT_NOTHING }, /* check=none */
	{ "nocheck", OPT_NOTHING },
	{ "nobh", OPT_NOTHING },
	{ "noquota", OPT_NOTHING },
	{ "quota", OPT_QUOTA },
	{ "usrquota", OPT_QUOTA },
	{ "grpquota", OPT_QUOTA },
	{ "discard", OPT_DISCARD },
	{ "nodiscard", OPT_NODISCARD },
	{ "data", OPT_DATA },
	{ "commit", OPT_COMMIT },
	{ "barrier", OPT_BARRIER },
	{ "nobarrier", OPT_BARRIER },
	{ "oldalloc", OPT_NOTHING },
	{ "orlov", OPT_NOTHING },
};

static const struct {
	const char *name;
	u32 value;
} behaviours[] = {
	{ "continue", EXT2_ERRORS_CONTINUE },
	{ "remount-ro", EXT2_ERRORS_RO },
	{ "panic", EXT2_ERRORS_PANIC },
};

static u32 default_errors(const struct ext2_super *s)
{
	return s->errors == EXT2_ERRORS_RO || s->errors == EXT2_ERRORS_PANIC ? s->errors
									     : EXT2_ERRORS_CONTINUE;
}

/* s may be NULL: there is no super block yet that says something. */
void ext2_options_default(struct ext2_options *opt, const struct ext2_super *s)
{
	*opt = (struct ext2_options){ .super_block = 1, .errors = EXT2_ERRORS_CONTINUE };
	if (!s)
		return;
	opt->resuid = s->def_resuid;
	opt->resgid = s->def_resgid;
	opt->errors = default_errors(s);
	opt->debug = s->default_options & EXT2_DEFAULT_DEBUG;
	opt->bsd_groups = s->default_options & EXT2_DEFAULT_BSDGROUPS;
}

static bool parse_errors(const char *text, u32 *out)
{
	for (unsigned int i = 0; text && i < ARRAY_SIZE(behaviours); i++)
		if (!strcmp(text, behaviours[i].name)) {
			*out = behaviours[i].value;
			return true;
		}
	return false;
}

static bool set_value(struct ext2_options *opt, enum option option, const char *value)
{
	u32 number;

	switch (option) {
	case OPT_RESUID:
		return fs_option_number(value, 10, &opt->resuid);
	case OPT_RESGID:
		return fs_option_number(value, 10, &opt->resgid);
	case OPT_SB:
		return fs_option_number(value, 10, &opt->super_block);
	case OPT_ERRORS:
		return parse_errors(value, &opt->errors);
	case OPT_DATA:
		return value && (!strcmp(value, "ordered") || !strcmp(value, "writeback") ||
				 !strcmp(value, "journal"));
	case OPT_COMMIT:
		return fs_option_number(value, 10, &number);
	case OPT_BARRIER:
		return !value || fs_option_number(value, 10, &number);
	default:
		return true;
	}
}

static bool set_flag(struct ext2_options *opt, enum option option, const char *value)
{
	const struct {
		bool *flag;
		bool to;
	} flags[] = {
		[OPT_BSDDF] = { &opt->minix_df, false },
		[OPT_MINIXDF] = { &opt->minix_df, true },
		[OPT_GRPID] = { &opt->bsd_groups, true },
		[OPT_NOGRPID] = { &opt->bsd_groups, false },
		[OPT_DEBUG] = { &opt->debug, true },
		[OPT_NOUID32] = { &opt->no_uid32, true },
		[OPT_USER_XATTR] = { &opt->no_user_xattr, false },
		[OPT_NOUSER_XATTR] = { &opt->no_user_xattr, true },
		[OPT_ACL] = { &opt->no_acl, false },
		[OPT_NOACL] = { &opt->no_acl, true },
		[OPT_RESERVATION] = { &opt->no_reservation, false },
		[OPT_NORESERVATION] = { &opt->no_reservation, true },
		[OPT_NOLOAD] = { &opt->no_load, true },
		[OPT_QUOTA] = { &opt->quota, true },
		[OPT_DISCARD] = { &opt->discard, true },
		[OPT_NODISCARD] = { &opt->discard, false },
	};

	if (value)
		return false;
	*flags[option].flag = flags[option].to;
	return true;
}

static const struct option_row *find_row(const char *name, bool ext3)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(rows); i++) {
		const bool of_ext3 = rows[i].option >= OPT_DATA && rows[i].option <= OPT_BARRIER;

		if (!strcmp(name, rows[i].name))
			return ext3 || !of_ext3 ? &rows[i] : NULL;
	}
	return NULL;
}

int ext2_options_parse(struct ext2_options *opt, char *text, bool ext3, const char *device)
{
	char *key, *value;

	while ((key = fs_next_option(&text, &value))) {
		const struct option_row *row = find_row(key, ext3);
		bool good = row && (row->option >= OPT_RESUID ? set_value(opt, row->option, value)
							      : set_flag(opt, row->option, value));

		if (good)
			continue;
		pr_err("EXT2-fs (%s): mount option \"%s%s%s\" is not known or has no such value\n",
		       device, key, value ? "=" : "", value ? value : "");
		return -EINVAL;
	}
	return 0;
}

size_t ext2_options_show(const struct ext2_options *opt, const struct ext2_super *s, char *buf,
			 size_t size)
{
	const struct {
		bool set;
		const char *text;
	} flags[] = {
		{ opt->minix_df, ",minixdf" },
		{ opt->bsd_groups, ",grpid" },
		{ opt->debug, ",debug" },
		{ opt->no_uid32, ",nouid32" },
		{ opt->no_user_xattr, ",nouser_xattr" },
		{ opt->no_acl, ",noacl" },
		{ opt->no_reservation, ",noreservation" },
		{ opt->no_load, ",noload" },
	};
	size_t n = 0;

	buf[0] = 0;
	if (opt->super_block != 1)
		n += scnprintf(buf + n, size - n, ",sb=%u", opt->super_block);
	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
		if (flags[i].set)
			n += scnprintf(buf + n, size - n, "%s", flags[i].text);
	if (opt->resuid != s->def_resuid)
		n += scnprintf(buf + n, size - n, ",resuid=%u", opt->resuid);
	if (opt->resgid != s->def_resgid)
		n += scnprintf(buf + n, size - n, ",resgid=%u", opt->resgid);
	for (unsigned int i = 0; i < ARRAY_SIZE(behaviours); i++)
		if (opt->errors == behaviours[i].value && opt->errors != default_errors(s))
			n += scnprintf(buf + n, size - n, ",errors=%s", behaviours[i].name);
	return n;
}
