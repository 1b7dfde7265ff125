/* Any directory slots and any text: names stay inside their arrays and come back as they went. */
// LINK: kernel/fs/fat/fat_name.c kernel/lib/cp437_table.c kernel/lib/unicode.c
#include <host/host.h>
#include "kernel/fs/fat/fat_name.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void slots(const u8 *data, size_t size)
{
	struct fat_long l = { .slots = 0 };
	char text[300];

	for (; size >= ENTRY_SIZE; data += ENTRY_SIZE, size -= ENTRY_SIZE) {
		struct fat_name name;

		fat_short_decode(data, &name);
		if (fat_name_to_utf8(&name, text, sizeof(text)) > sizeof(text))
			abort();
		if (fat_long_matches(&l, data) && l.name.len > LONG_NAME_MAX)
			abort();
		fat_long_feed(&l, data);
	}
}

static void round_trip(const struct fat_name *name, const u8 *data, u32 len)
{
	char text[3 * LONG_NAME_MAX];
	const u32 n = fat_name_to_utf8(name, text, sizeof(text));
	u8 raw[ENTRY_NAME_SIZE];
	bool exact, lossless;

	if (n > len || memcmp(text, data, n))
		abort();
	fat_short_make(name, raw, &exact, &lossless);
	fat_short_tail(raw, data[0] * 5000u);
	for (u32 i = 0; i < sizeof(raw); i++)
		if (raw[i] < ' ' && raw[i] != ENTRY_KANJI_E5)
			abort();
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct fat_name name;

	slots(data, size);
	if (size && size < 1000 && !fat_name_from_utf8(&name, (const char *)data, (u32)size))
		round_trip(&name, data, (u32)size);
	return 0;
}
