/* mount_option.c - the text of mount options, cut into keys and values. See fs.h. */
#include <kernel/fs.h>
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>

int fs_parse_options(const char *options, int (*parse)(char *text, void *arg), void *arg)
{
	char *text;
	int err;

	if (!options || !*options)
		return 0;
	text = kstrdup(options, GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	err = parse(text, arg);
	kfree(text);
	return err;
}

char *fs_next_option(char **options, char **value)
{
	char *key, *comma, *equals;

	do {
		key = *options;
		if (!key || !*key)
			return NULL;
		comma = strchr(key, ',');
		*options = comma ? comma + 1 : NULL;
		if (comma)
			*comma = 0;
	} while (!*key);
	equals = strchr(key, '=');
	*value = NULL;
	if (equals) {
		*equals = 0;
		*value = equals + 1;
	}
	return key;
}

bool fs_option_number(const char *text, u32 base, u32 *out)
{
	u64 n = 0;

	if (!text || !*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text >= (char)('0' + base))
			return false;
		n = n * base + (u32)(*text - '0');
		if (n > UINT_MAX)
			return false;
	}
	*out = (u32)n;
	return true;
}
