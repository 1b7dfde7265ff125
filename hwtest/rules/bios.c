/* bios.c - what the BIOS left: the layout of its areas, see probe/bios.c. */
#include "rules.h"
#include <stdio.h>

#define BDA_SERIAL   0x00u /* four words: port addresses */
#define BDA_PARALLEL 0x08u
#define BDA_MEMORY   0x13u /* KB below 640 KB */
#define BDA_DISKS    0x75u
#define BDA_NEEDED   0x76u
#define TOP_DATE     5u
#define TOP_MODEL    14u

static unsigned int word(const struct fact *f, size_t at)
{
	return f->bytes[at] | (unsigned int)f->bytes[at + 1] << 8;
}

static const struct fact *find_bda(const struct facts *facts)
{
	return facts_get_bytes(facts, "bios", "", "bda", BDA_NEEDED);
}

/* "06/23/99" and nothing else; newer BIOSes have no date there. */
static bool find_date(const struct facts *facts, char date[9])
{
	const struct fact *top = facts_get_bytes(facts, "bios", "", "rom-top", TOP_MODEL + 1);

	for (size_t i = 0; top && i < 8; i++) {
		char c = (char)top->bytes[TOP_DATE + i];

		if (i % 3 == 2 ? c != '/' : c < '0' || c > '9')
			return false;
		date[i] = c;
	}
	date[8] = 0;
	return top != NULL;
}

static void judge_bios(const struct facts *facts, struct judgement *j)
{
	const struct fact *bda = find_bda(facts);

	if (!bda)
		judge(j, VERDICT_FAILED, "The BIOS data area could not be read.");
	else if (word(bda, BDA_MEMORY) < 256 || word(bda, BDA_MEMORY) > 640)
		judge(j, VERDICT_LIMITED, "The BIOS says that there are %u KB of low memory.",
		      word(bda, BDA_MEMORY));
}

static void put_ports(const struct fact *bda, const char *what, size_t at, unsigned int count,
		      void (*put)(void *ctx, const char *line), void *ctx)
{
	char text[64] = "";
	int used = 0;

	for (unsigned int i = 0; i < count; i++) {
		unsigned int port = word(bda, at + 2 * i);

		if (port)
			used += snprintf(text + used, sizeof(text) - (size_t)used, " %03x", port);
	}
	rule_put(put, ctx, "%s:%s", what, used ? text : " none");
}

static void describe_bios(const struct facts *facts, void (*put)(void *ctx, const char *line),
			  void *ctx)
{
	const struct fact *bda = find_bda(facts);
	int64_t ebda = facts_get_number(facts, "bios", "", "ebda-address", 0);
	char date[9];

	if (find_date(facts, date))
		rule_put(put, ctx, "BIOS date: %s (month/day/year)", date);
	if (!bda)
		return;
	rule_put(put, ctx, "Low memory: %u KB", word(bda, BDA_MEMORY));
	rule_put(put, ctx, "Hard disks: %u", bda->bytes[BDA_DISKS]);
	put_ports(bda, "Serial ports", BDA_SERIAL, 4, put, ctx);
	put_ports(bda, "Parallel ports", BDA_PARALLEL, 3, put, ctx);
	if (ebda)
		rule_put(put, ctx, "Extended BIOS data area at %05llx", (unsigned long long)ebda);
}

const struct rule rule_bios = {
	.probe = "bios",
	.judge = judge_bios,
	.describe = describe_bios,
};
