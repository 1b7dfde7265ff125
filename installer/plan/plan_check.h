/*
 * plan_check.h - what is wrong with a disk, a request or a plan, as rows that can be shown.
 *
 * Pure. A finding has a code (for tests and answer files), a severity and a sentence with the
 * values in it. plan_make() adds those that stop it; plan_check() looks at a finished plan as a
 * stranger would, by the model alone: nothing foreign touched, everything inside the disk, the
 * ranges that may be written disjoint from every partition that is kept. plan_warn() adds what a
 * person should know and may accept.
 *
 * Errors: -ENOMEM. Threading: the caller's.
 */
#ifndef INSTALLER_PLAN_CHECK_H
#define INSTALLER_PLAN_CHECK_H

#include "disk_plan.h"

enum finding_severity {
	FINDING_NOTE,
	FINDING_WARNING,
	FINDING_ERROR
};

/* In the order of the table in plan_check.c, which has severity and short name of each. */
enum finding_code {
	/* the disk */
	FIND_NO_DISK,
	FIND_AMBIGUOUS_DISK,
	FIND_NOT_NAMED,
	FIND_READ_ONLY,
	FIND_SECTOR_SIZE,
	FIND_DISK_TOO_SMALL,
	FIND_TABLE_BROKEN,
	FIND_TABLE_UNREADABLE,
	FIND_OVERLAP,
	FIND_EBR_LOOP,
	FIND_EBR_CHAIN,
	FIND_SECOND_EXTENDED,
	FIND_STALE_GPT,
	FIND_STALE_GPT_REMOVED,
	FIND_HYBRID,
	FIND_GPT_DAMAGED,
	FIND_DISK_MANAGER,
	FIND_SUPERFLOPPY,
	FIND_CLIPPED,
	/* use */
	FIND_IN_USE,
	FIND_MEDIUM,
	/* place */
	FIND_NO_FREE_SPACE,
	FIND_NO_REGION,
	FIND_REGION_TOO_SMALL,
	FIND_FIFTH_PRIMARY,
	FIND_GPT_FULL,
	FIND_NO_PARTITION,
	FIND_EXTENDED_CHOSEN,
	FIND_PARTITION_TOO_SMALL,
	FIND_NO_ROOT,
	FIND_TWO_MOUNTS,
	FIND_BAD_MOUNT_POINT,
	FIND_TWICE_ASSIGNED,
	FIND_ROOT_NOT_FORMATTED,
	FIND_PARTITION_LOST,
	FIND_MBR_LIMIT,
	FIND_NO_UNDO_ROOM,
	FIND_TYPE_DIFFERS,
	/* loader */
	FIND_GAP_TOO_SMALL,
	FIND_GPT_NO_BIOS_BOOT,
	FIND_NO_LOADER,
	FIND_LOADER_REPLACED,
	FIND_NOT_ACTIVE,
	/* old machines */
	FIND_GEOMETRY,
	FIND_MID_CYLINDER,
	FIND_LIMIT_504M,
	FIND_LIMIT_2G,
	FIND_LIMIT_8G,
	FIND_LIMIT_1024,
	FIND_GPT_OLD_BIOS,
	FIND_SWAP_FILE,
	/* a plan that must never be: an error of this program */
	FIND_PLAN_BROKEN,
	FINDING_CODES
};

struct finding {
	enum finding_code code;
	enum finding_severity severity;
	char *text; /* one sentence without a full stop at its end */
};

struct findings {
	struct finding *row;
	size_t rows;
	bool no_memory; /* a row is missing: count it as an error */
};

void finding_add(struct findings *findings, enum finding_code code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void findings_free(struct findings *findings);
bool findings_have_error(const struct findings *findings);
bool findings_have(const struct findings *findings, enum finding_code code);
const char *finding_name(enum finding_code code); /* "fifth-primary" */
const char *severity_name(enum finding_severity severity);

/* Why a disk cannot be chosen at all, or not for `place`: errors and warnings about it alone. */
void disk_check(const struct disk *disk, enum plan_place place, struct findings *findings);
/* Every promise a plan makes, held against the model. Adds FIND_PLAN_BROKEN for each that fails. */
void plan_check(const struct disk *disk, const struct disk_plan *plan, struct findings *findings);
/* Limits of old BIOSes, alignment, loader: warnings and notes. */
void plan_warn(const struct disk *disk, const struct plan_request *request,
	       const struct disk_plan *plan, struct findings *findings);

#endif
