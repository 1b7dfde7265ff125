/*
 * floppy_options.c - what the kernel command line and the BIOS say of floppy drives.
 *
 *   floppy=off, drivers=       the controller is not touched; only the drivers named there touch
 * theirs floppy=nodma               bytes are moved by the processor floppy=poll                no
 * interrupt is waited for floppy=DRIVE,TYPE,cmos     drive 0 or 1 is of that kind, whatever the
 * BIOS wrote (fd(4))
 */
#include <kernel/cmos.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/string.h>
#include "floppy.h"

/* "1,4,cmos": two digits. */
static bool parse_kind(const char *value, struct floppy_options *opt)
{
	unsigned int unit = (unsigned int)(value[0] - '0'), type;

	if (unit >= FLOPPY_DRIVES || value[1] != ',')
		return false;
	type = (unsigned int)(value[2] - '0');
	if (type >= FDC_KINDS || strcmp(value + 3, ",cmos"))
		return false;
	opt->type[unit] = type;
	return true;
}

static void parse_floppy(const char *value, void *arg)
{
	struct floppy_options *opt = arg;

	if (!strcmp(value, "off"))
		opt->off = true;
	else if (!strcmp(value, "nodma"))
		opt->flags |= FDC_NO_DMA;
	else if (!strcmp(value, "poll"))
		opt->flags |= FDC_POLL;
	else if (!parse_kind(value, opt))
		pr_warn("floppy: \"floppy=%s\" is not known\n", value);
}

void floppy_options_get(struct floppy_options *opt)
{
	u8 cmos = cmos_read(CMOS_FLOPPIES);

	memset(opt, 0, sizeof(*opt));
	opt->off = !driver_allowed("floppy");
	for (unsigned int i = 0; i < FLOPPY_DRIVES; i++)
		opt->type[i] = fdc_cmos_type(cmos, i);
	cmdline_for_each("floppy", parse_floppy, opt);
}
