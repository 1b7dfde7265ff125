/* floppy.c - floppies: is there a controller, are there drives, was a disk read. */
#include <drivers/floppy/fdc_decode.h>
#include <string.h>
#include "rules.h"

static void judge_drive(const struct facts *facts, const char *subject, unsigned int type,
			struct judgement *j)
{
	const char *disk = facts_get_text(facts, "floppy", subject, "disk");
	const char *error = facts_get_text(facts, "floppy", subject, "read-error");

	if (!type)
		return;
	if (error)
		judge(j, VERDICT_LIMITED, "%s: the disk could not be read: %s.", subject, error);
	else if (!disk)
		judge(j, VERDICT_DETECTED, "%s: not tried; with R2 a disk in it is read.", subject);
	else if (!facts_find(facts, "floppy", subject, "sector-0"))
		judge(j, VERDICT_DETECTED, "%s: no disk was read: %s.", subject, disk);
}

static void judge_floppy(const struct facts *facts, struct judgement *j)
{
	s64 types = facts_get_number(facts, "floppy", "", "cmos-types", 0);
	const char *controller = facts_get_text(facts, "floppy", "", "controller");

	if (controller && strcmp(controller, "answers") != 0)
		judge(j, VERDICT_FAILED, "The controller does not work: %s.", controller);
	if (!(types & 0xff))
		judge(j, VERDICT_DETECTED, "The BIOS's set-up has no floppy drive.");
	for (unsigned int unit = 0; unit < 2; unit++)
		judge_drive(facts, unit ? "fd1" : "fd0", fdc_cmos_type((u8)types, unit), j);
}

static void describe_floppy(const struct facts *facts, void (*put)(void *ctx, const char *line),
			    void *ctx)
{
	s64 types = facts_get_number(facts, "floppy", "", "cmos-types", -1);
	s64 version = facts_get_number(facts, "floppy", "", "version", -1);

	for (unsigned int unit = 0; types >= 0 && unit < 2; unit++) {
		const struct fdc_kind *kind = fdc_kind_by_cmos(fdc_cmos_type((u8)types, unit));

		rule_put(put, ctx, "fd%u: %s", unit,
			 kind ? kind->name : "none by the BIOS's set-up");
	}
	if (version >= 0)
		rule_put(put, ctx, "Controller: version %02llx%s", (unsigned long long)version,
			 version == 0x90 ? " (82077AA or like it)" : "");
}

const struct rule rule_floppy = {
	.probe = "floppy",
	.judge = judge_floppy,
	.describe = describe_floppy,
};
