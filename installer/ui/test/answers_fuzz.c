/* Any bytes as an answer file: a complaint of one line, or answers that are in the table once. */
// LINK: installer/ui/answers.c installer/ui/answer_keys.c common/xalloc.c
#include <installer/ui/answer_keys.h>
#include <installer/ui/answers.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t n)
{
	struct answers a;
	char *complaint = answers_parse(&a, "f", (const char *)input, n);
	size_t i, k;

	if (complaint && (strchr(complaint, '\n') || a.n))
		abort();
	free(complaint);
	for (i = 0; i < a.n; i++) {
		if (!answer_key_find(a.list[i].key) || !a.list[i].line)
			abort();
		for (k = 0; k < i; k++)
			if (!strcmp(a.list[i].key, a.list[k].key))
				abort();
	}
	answers_free(&a);
	return 0;
}
