/* options.h - a plan's request from the command line of oldiron-disk. */
#ifndef INSTALLER_EXPERT_OPTIONS_H
#define INSTALLER_EXPERT_OPTIONS_H

#include <installer/plan/disk_plan.h>

struct options {
	const char *command; /* "show", "plan", "write" */
	const char *disk;    /* a path */
	uint32_t sector_size;
	const char *folder; /* where libparted's files may lie */
	bool yes;
	struct plan_request request;
};

/* 0, or the exit status after a message. */
int options_read(struct options *options, int argc, char **argv);
void options_free(struct options *options);

#endif
