/*
 * atapi.h - a packet device in a probe's hands: one way to send it a command, by the driver's core
 * (atapi_alone.c) or by the system (atapi_beside.c); what is asked is the same (atapi.c).
 */
#ifndef HWTEST_PROBE_ATAPI_H
#define HWTEST_PROBE_ATAPI_H

#include "probe.h"

struct packet_drive {
	struct probe_run *run;
	const char *subject;
	/* Once; data come in. 0, -EIO with sense_bytes when the drive says why, another -errno. */
	int (*command)(struct packet_drive *d, const u8 cdb[16], void *data, u32 bytes, u32 *done);
	u8 sense[18];
	u8 sense_bytes; /* of the last command; 0: none */
};

void packet_test(struct packet_drive *d);

/* All there are; how many. */
unsigned int packet_test_alone(struct probe_run *run);
unsigned int packet_test_beside(struct probe_run *run);

#endif
