/* options.c - the options of mount -t iso9660, with Linux's names and meanings. */
#include "iso9660_internal.h"

#define SESSION_MAX 99u /* a CD has no more tracks */

struct parser {
	struct iso_options *o;
	struct iso_owner *owner;
};

/* Without a value. False: not one of these. */
static bool parse_flag(struct parser *p, const char *key)
{
	const struct {
		const char *key;
		bool *flag;
	} flags[] = {
		{ "norock", &p->o->norock },
		{ "nojoliet", &p->o->nojoliet },
		{ "cruft", &p->o->cruft },
		{ "nocompress", &p->o->packed },
		{ "hide", &p->o->hide },
		{ "showassoc", &p->o->show_associated },
		{ "overriderockperm", &p->owner->over_rock },
	};

	for (unsigned int i = 0; i < ARRAY_SIZE(flags); i++)
		if (!strcmp(key, flags[i].key)) {
			*flags[i].flag = true;
			return true;
		}
	/* What is so anyway, or does not matter here: names are UTF-8, blocks those of the disc. */
	return !strcmp(key, "utf8") || !strcmp(key, "unhide");
}

static bool parse_check(struct parser *p, const char *value)
{
	if (!strcmp(value, "r") || !strcmp(value, "relaxed"))
		p->o->relaxed = true;
	else if (!strcmp(value, "s") || !strcmp(value, "strict"))
		p->o->exact = true;
	else
		return false;
	return true;
}

static bool parse_map(struct parser *p, const char *value)
{
	if (!strcmp(value, "n") || !strcmp(value, "normal"))
		p->o->mapping = ISO_MAP_NORMAL;
	else if (!strcmp(value, "o") || !strcmp(value, "off"))
		p->o->mapping = ISO_MAP_OFF;
	else
		return !strcmp(value, "a") || !strcmp(value, "acorn");
	return true;
}

static bool parse_place(struct parser *p, const char *key, const char *value)
{
	u32 n;

	if (!fs_option_number(value, 10, &n))
		return false;
	if (!strcmp(key, "sbsector")) {
		p->o->first_sector = n;
		p->o->sector_given = true;
		return true;
	}
	p->o->session = n + 1;
	return n <= SESSION_MAX;
}

static bool parse_owner(struct iso_owner *w, const char *key, const char *value)
{
	if (!strcmp(key, "uid"))
		return w->uid_set = fs_option_number(value, 10, &w->uid);
	if (!strcmp(key, "gid"))
		return w->gid_set = fs_option_number(value, 10, &w->gid);
	if (!strcmp(key, "mode"))
		w->mode_set = fs_option_number(value, 8, &w->mode);
	else if (!strcmp(key, "dmode"))
		w->dmode_set = fs_option_number(value, 8, &w->dmode);
	else
		return false;
	w->mode &= 07777;
	w->dmode &= 07777;
	return key[0] == 'm' ? w->mode_set : w->dmode_set;
}

static bool parse_value(struct parser *p, const char *key, const char *value)
{
	if (!strcmp(key, "check"))
		return parse_check(p, value);
	if (!strcmp(key, "map"))
		return parse_map(p, value);
	if (!strcmp(key, "session") || !strcmp(key, "sbsector"))
		return parse_place(p, key, value);
	if (!strcmp(key, "iocharset") || !strcmp(key, "block") || !strcmp(key, "conv"))
		return true;
	return parse_owner(p->owner, key, value);
}

int iso_parse_options(char *text, struct iso_options *o, struct iso_owner *owner)
{
	struct parser p = { o, owner };
	char *key, *value;

	while ((key = fs_next_option(&text, &value)))
		if (!(value ? parse_value(&p, key, value) : parse_flag(&p, key)))
			return -EINVAL;
	return 0;
}
