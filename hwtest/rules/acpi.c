/* acpi.c - are ACPI's tables whole enough to switch the machine off by them? */
#include "rules.h"
#include <kernel/unaligned.h>
#include <kernel/x86/acpi_decode.h>
#include <stdio.h>
#include <stddef.h>

#define PORT_MAX 0xffff

static const struct fact *table(const struct facts *facts, const char *name, size_t least)
{
	return facts_get_bytes(facts, "acpi", name, "table", least);
}

static void judge_acpi(const struct facts *facts, struct judgement *j)
{
	const struct fact *fadt = table(facts, "FACP", ACPI_FADT_MIN);
	u32 port;

	if (!facts_get_bytes(facts, "acpi", "", "rsdp", ACPI_RSDP_LENGTH)) {
		judge(j, VERDICT_FAILED, "The tables were not looked at.");
		return;
	}
	if (!fadt) {
		judge(j, VERDICT_LIMITED,
		      "There is a root pointer, and no sound FACP table: not used.");
		return;
	}
	port = get_le32(fadt->bytes + offsetof(struct acpi_fadt, pm1a_cnt));
	if (!port || port > PORT_MAX)
		judge(j, VERDICT_LIMITED, "The FACP table names no port to switch off by.");
	else if (facts_get_number(facts, "acpi", "", "s5-a", -1) < 0)
		judge(j, VERDICT_LIMITED, "The DSDT table has no \\_S5_ that is understood.");
}

static void put_table(const struct fact *f, void (*put)(void *ctx, const char *line), void *ctx)
{
	char oem[7] = "";

	for (unsigned int i = 0; i < 6; i++) {
		u8 c = f->bytes[offsetof(struct acpi_header, oem) + i];

		oem[i] = c >= ' ' && c <= '~' ? (char)c : '?';
	}
	rule_put(put, ctx, "%s: %u bytes, revision %u, made by %s", f->subject,
		 get_le32(f->bytes + offsetof(struct acpi_header, length)),
		 f->bytes[offsetof(struct acpi_header, revision)], oem);
}

static void describe_acpi(const struct facts *facts, void (*put)(void *ctx, const char *line),
			  void *ctx)
{
	const struct fact *fadt = table(facts, "FACP", ACPI_FADT_MIN), *f = NULL;
	const struct fact *s5 = facts_get_bytes(facts, "acpi", "", "s5-bytes", 1);
	u8 a, b;

	while ((f = facts_next(facts, f, "acpi", "table")))
		if (f->kind == FACT_BYTES && f->count >= sizeof(struct acpi_header))
			put_table(f, put, ctx);
	if (fadt)
		rule_put(put, ctx, "PM1 control at %x and %x, SMI command %x",
			 get_le32(fadt->bytes + offsetof(struct acpi_fadt, pm1a_cnt)),
			 get_le32(fadt->bytes + offsetof(struct acpi_fadt, pm1b_cnt)),
			 get_le32(fadt->bytes + offsetof(struct acpi_fadt, smi_cmd)));
	if (s5 && acpi_find_s5(s5->bytes, (u32)s5->count, &a, &b))
		rule_put(put, ctx, "Switching off: sleep types %u and %u", a, b);
}

const struct rule rule_acpi = {
	.probe = "acpi",
	.judge = judge_acpi,
	.describe = describe_acpi,
};
