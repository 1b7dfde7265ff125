/* Key tables, strings and accents as the KD* ioctls see them; see kernel/keymap.h. */
#include <kernel/errno.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "keymap_internal.h"

/* Highest value of each type. */
static const u8 value_max[KT_COUNT] = {
	[KT_LATIN] = 255,
	[KT_FN] = MAX_NR_FUNC - 1,
	[KT_SPEC] = NR_SPEC - 1,
	[KT_PAD] = NR_PAD - 1,
	[KT_DEAD] = NR_DEAD - 1,
	[KT_CONS] = 255,
	[KT_CUR] = 3,
	[KT_SHIFT] = NR_SHIFT - 1,
	[KT_META] = 255,
	[KT_ASCII] = NR_ASCII - 1,
	[KT_LOCK] = NR_LOCK - 1,
	[KT_LETTER] = 255,
	[KT_SLOCK] = NR_LOCK - 1,
	[KT_DEAD2] = 255,
	[KT_BRL] = NR_BRL - 1,
};

void keymap_init(struct keymap *km)
{
	memset(km, 0, sizeof(*km));
	keymap_fill_us(km);
}

static bool is_own(const struct keymap *km, unsigned int table)
{
	return km->table[table] && km->table[table][0] == SYM(K_ALLOCATED);
}

static void free_table(struct keymap *km, unsigned int table)
{
	if (is_own(km, table))
		kfree(km->table[table]);
	km->table[table] = NULL;
}

static void free_func(struct keymap *km, unsigned int n)
{
	u32 bit = (u32)1 << n % 32;

	if (km->own_func[n / 32] & bit)
		kfree(km->func[n]);
	km->own_func[n / 32] &= ~bit;
	km->func[n] = NULL;
}

void keymap_destroy(struct keymap *km)
{
	unsigned int i;

	for (i = 0; i < MAX_NR_KEYMAPS; i++)
		free_table(km, i);
	for (i = 0; i < MAX_NR_FUNC; i++)
		free_func(km, i);
}

u16 keymap_get(const struct keymap *km, unsigned int table, unsigned int keycode, bool unicode)
{
	u16 entry;

	if (table >= MAX_NR_KEYMAPS || keycode >= NR_KEYS)
		return K_HOLE;
	if (!km->table[table])
		return keycode ? K_HOLE : K_NOSUCHMAP;
	entry = SYM(km->table[table][keycode]);
	return !unicode && KTYP(entry) >= KT_COUNT ? K_HOLE : entry;
}

static bool entry_valid(u16 value, bool unicode)
{
	if (KTYP(value) >= KT_COUNT)
		return unicode;
	return KVAL(value) <= value_max[KTYP(value)];
}

static int make_table(struct keymap *km, unsigned int table)
{
	u16 *entries = kmalloc(NR_KEYS * sizeof(u16), GFP_ATOMIC);
	unsigned int i;

	if (!entries)
		return -ENOMEM;
	entries[0] = SYM(K_ALLOCATED);
	for (i = 1; i < NR_KEYS; i++)
		entries[i] = SYM(K_HOLE);
	km->table[table] = entries;
	return 0;
}

int keymap_set(struct keymap *km, unsigned int table, unsigned int keycode, u16 value, bool unicode)
{
	int err = 0;

	if (table >= MAX_NR_KEYMAPS || keycode >= NR_KEYS)
		return -EINVAL;
	if (!keycode && value == K_NOSUCHMAP) {
		if (table)
			free_table(km, table);
		return 0;
	}
	if (!entry_valid(value, unicode))
		return -EINVAL;
	if (!keycode)
		return 0;
	if (!km->table[table])
		err = make_table(km, table);
	if (!err)
		km->table[table][keycode] = SYM(value);
	return err;
}

const char *keymap_func(const struct keymap *km, unsigned int n)
{
	if (n >= MAX_NR_FUNC)
		return NULL;
	return km->func[n] ? km->func[n] : "";
}

int keymap_set_func(struct keymap *km, unsigned int n, const char *text)
{
	size_t len = strnlen(text, KEYMAP_FUNC_LEN);
	char *copy;

	if (n >= MAX_NR_FUNC || len == KEYMAP_FUNC_LEN)
		return -EINVAL;
	copy = kmalloc(len + 1, GFP_ATOMIC);
	if (!copy)
		return -ENOMEM;
	memcpy(copy, text, len + 1);
	free_func(km, n);
	km->func[n] = copy;
	km->own_func[n / 32] |= (u32)1 << n % 32;
	return 0;
}

int keymap_set_diacr(struct keymap *km, const struct keymap_diacr *list, unsigned int n)
{
	if (n > MAX_DIACR)
		return -EINVAL;
	memcpy(km->diacr, list, n * sizeof(*list));
	km->diacrs = n;
	return 0;
}
