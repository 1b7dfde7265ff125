/* Any bytes between a good first line and a good hash: entries with safe paths in order, or a
 * complaint. */
// LINK: installer/system/manifest.c common/sha256.c common/xalloc.c
#include <common/sha256.h>
#include <installer/system/manifest.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

static char *seal(const uint8_t *input, size_t n, size_t *length)
{
	struct xtext t = { 0 };
	uint8_t hash[SHA256_BYTES];
	char hex[65];

	xtext_add(&t, "oldiron-manifest 1 x\n");
	xtext_put(&t, (const char *)input, n);
	if (t.text[t.length - 1] != '\n')
		xtext_put(&t, "\n", 1);
	sha256(t.text, t.length, hash);
	sha256_text(hex, hash);
	xtext_add(&t, "sha256 %s\n", hex);
	*length = t.length;
	return t.text;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t n)
{
	struct manifest_entry e = { 0 };
	struct manifest m;
	size_t length;
	char *text = seal(input, n, &length), *complaint = manifest_open(&m, text, length);

	if (complaint)
		abort();
	do {
		complaint = manifest_next(&m, &e);
		if (!complaint && e.type && (*e.path != '/' || strstr(e.path, "/../")))
			abort();
	} while (!complaint && e.type);
	free(complaint);
	manifest_entry_free(&e);
	manifest_close(&m);
	free(text);
	return 0;
}
