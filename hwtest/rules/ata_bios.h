/* ata_bios.h - what the BIOS believes of a disk beside what the disk says of itself. Pure. */
#ifndef HWTEST_RULES_ATA_BIOS_H
#define HWTEST_RULES_ATA_BIOS_H

#include <drivers/ata/identify_decode.h>
#include "rules.h"

/* False: the BIOS has no table of this disk. */
bool ata_judge_bios(const struct facts *facts, const char *subject, const struct ata_identity *id,
		    struct judgement *j);

#endif
