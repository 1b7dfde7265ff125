/*
 * ata_options.c - what the kernel command line says of ATA channels and drives.
 *
 *   noide, drivers=         no channel is touched; only the drivers named there touch theirs
 *   nodma, ide=nodma        PIO only
 *   ide=bios                no controller's timing is changed
 *   ide=16bit, ide=32bit    PIO by 16 bits; by 32 where it is not known to work too, if it does
 *   nolba48                 28-bit addresses only
 *   ide=chs                 no sector numbers: cylinders, heads, sectors
 *   hda=noprobe             that position is left alone; hda to hdt
 *   noahci, ahci.skip=ac    no AHCI controller is touched; the ports of sda and sdc are not
 *   hda=CYLINDERS,HEADS,SECTORS   for a drive that cannot be identified
 *   ide2=BASE,CONTROL,IRQ   isa_ide.c
 */
#include <kernel/init.h>
#include <kernel/string.h>
#include "ata_host.h"
#include "chs.h"

struct parse {
	struct ata_options *opt;
	unsigned int unit;
};

static void parse_drive(const char *value, void *arg)
{
	struct parse *p = arg;

	if (!strcmp(value, "noprobe") || !strcmp(value, "none"))
		p->opt->flags |= p->unit ? ATA_CH_SKIP1 : ATA_CH_SKIP0;
	else
		(void)chs_parse(value, &p->opt->geometry[p->unit]);
}

static void parse_ide(const char *value, void *arg)
{
	struct ata_options *opt = arg;

	if (!strcmp(value, "nodma"))
		opt->flags |= ATA_CH_NO_DMA;
	else if (!strcmp(value, "poll"))
		opt->flags |= ATA_CH_POLL;
	else if (!strcmp(value, "chs"))
		opt->flags |= ATA_CH_NO_LBA;
	else if (!strcmp(value, "nomultiple"))
		opt->flags |= ATA_CH_NO_MULTIPLE;
	else if (!strcmp(value, "bios"))
		opt->flags |= ATA_CH_BIOS_DMA;
	else if (!strcmp(value, "16bit"))
		opt->flags |= ATA_CH_NO_IO32;
	else if (!strcmp(value, "32bit"))
		opt->flags |= ATA_CH_IO32;
}

static const char *const drive_words[2 * ATA_CHANNELS_MAX] = {
	"hda", "hdb", "hdc", "hdd", "hde", "hdf", "hdg", "hdh", "hdi", "hdj",
	"hdk", "hdl", "hdm", "hdn", "hdo", "hdp", "hdq", "hdr", "hds", "hdt",
};

static void parse_positions(unsigned int index, struct ata_options *opt)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct parse p = { opt, i };

		cmdline_for_each(drive_words[2 * index + i], parse_drive, &p);
	}
}

static void parse_all(struct ata_options *opt, const char *driver)
{
	memset(opt, 0, sizeof(*opt));
	opt->off = cmdline_has("noide") || !driver_allowed(driver);
	if (cmdline_has("nodma"))
		opt->flags |= ATA_CH_NO_DMA;
	if (cmdline_has("nolba48"))
		opt->flags |= ATA_CH_NO_LBA48;
	cmdline_for_each("ide", parse_ide, opt);
}

void ata_options_get(unsigned int index, struct ata_options *opt)
{
	parse_all(opt, "ide");
	parse_positions(index, opt);
}

static void parse_skip(const char *value, void *arg)
{
	struct parse *p = arg;

	for (const char *s = value; *s; s++)
		if (*s == (char)('a' + p->unit))
			p->opt->flags |= ATA_CH_SKIP0;
}

void ata_options_get_port(unsigned int index, struct ata_options *opt)
{
	struct parse p = { .unit = index };

	parse_all(opt, "ahci");
	opt->off |= cmdline_has("noahci");
	p.opt = opt;
	cmdline_for_each("ahci.skip", parse_skip, &p);
}
