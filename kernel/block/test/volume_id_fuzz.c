/* Any bytes as the start of a volume: no crash, bounded reads, texts that end. */
// LINK: kernel/block/volume_id.c kernel/block/volume_dos.c kernel/lib/unicode.c
// LINK: kernel/lib/string.c
#include <host/host.h>
#include <kernel/volume_id.h>
#include <stdlib.h>
#include <string.h>

static const u8 *data;
static size_t size;

/* The boot sector, then what is further on: sectors take turns in the input. */
static int read_any(void *ctx, u64 sector, void *buffer)
{
	size_t pieces = size / 128 + 1, at = (size_t)(sector % pieces) * 128;

	if (sector >= 1ull << 40)
		abort();
	memset(buffer, 0, 512);
	memcpy(buffer, data + at, size - at < 512 ? size - at : 512);
	if (sector == 0)
		memcpy((u8 *)buffer + 510, "\x55\xAA", 2);
	return 0;
}

int LLVMFuzzerTestOneInput(const u8 *input, size_t n);
int LLVMFuzzerTestOneInput(const u8 *input, size_t n)
{
	struct volume_id *id = malloc(sizeof(*id));

	data = input;
	size = n;
	id->read = read_any;
	id->sectors = 1ull << 40;
	if (volume_identify(id) != (id->type != NULL) || id->reads > VOLUME_READS_MAX ||
	    !memchr(id->label, 0, sizeof(id->label)) || !memchr(id->uuid, 0, sizeof(id->uuid)))
		abort();
	free(id);
	return 0;
}
