/* atapi_beside.c - packet commands through the system that drives the device: SG_IO. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "atapi.h"
#include "disks.h"

#define SG_IO	     0x2285
#define SG_FROM	     (-3) /* data come from the device */
#define SG_NONE	     (-1)
#define TIMEOUT_MS   20000u
#define PACKET_BYTES 12u

/* Linux, include/scsi/sg.h: struct sg_io_hdr of a 32-bit program. */
struct sg_header {
	int interface_id, direction;
	unsigned char cmd_len, max_sense;
	unsigned short iovecs;
	unsigned int bytes;
	void *data;
	const void *cmd;
	void *sense;
	unsigned int timeout, flags;
	int pack_id;
	void *user;
	unsigned char status, masked_status, message, sense_written;
	unsigned short host_status, driver_status;
	int residue;
	unsigned int duration, info;
};

struct beside {
	struct packet_drive drive;
	int fd;
};

static int command(struct packet_drive *d, const u8 cdb[16], void *data, u32 bytes, u32 *done)
{
	struct beside *b = container_of(d, struct beside, drive);
	struct sg_header h = { .interface_id = 'S',
			       .direction = bytes ? SG_FROM : SG_NONE,
			       .cmd_len = PACKET_BYTES,
			       .max_sense = sizeof(d->sense),
			       .bytes = bytes,
			       .data = data,
			       .cmd = cdb,
			       .sense = d->sense,
			       .timeout = TIMEOUT_MS };

	d->sense_bytes = 0;
	memset(d->sense, 0, sizeof(d->sense));
	if (ioctl(b->fd, SG_IO, &h))
		return -errno;
	if (done)
		*done = bytes - (u32)h.residue;
	d->sense_bytes = h.sense_written;
	return h.status || h.host_status || d->sense_bytes ? -EIO : 0;
}

unsigned int packet_test_beside(struct probe_run *run)
{
	unsigned int found = 0;
	size_t count;
	struct disk_name *disks = disks_find(&count);

	for (size_t i = 0; i < count; i++) {
		struct beside b = {
			.drive = { .run = run, .subject = disks[i].subject, .command = command }
		};
		char path[DISK_NAME + 8];

		if (!disks[i].cd)
			continue;
		(void)snprintf(path, sizeof(path), "/dev/%s", disks[i].name);
		b.fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
		if (b.fd < 0)
			continue;
		found++;
		packet_test(&b.drive);
		close(b.fd);
	}
	free(disks);
	return found;
}
