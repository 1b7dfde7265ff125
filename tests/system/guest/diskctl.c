/*
 * diskctl - calls the ioctls of an ATA disk as hdparm and smartctl do and prints what comes back,
 * one line each.
 *
 *     diskctl DEVICE COMMAND[=NUMBER]...
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/hdreg.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fd;

static int result(const char *name, int ret)
{
	if (ret < 0)
		printf("%s: %s\n", name, strerror(errno));
	return ret >= 0;
}

/* Words of IDENTIFY hold two characters each, the first in the upper byte. */
static void print_model(const char *name, const unsigned char *words)
{
	char text[41] = "";
	int n = 40;

	for (int i = 0; i < 40; i++)
		text[i] = words[54 + (i ^ 1)];
	while (n && text[n - 1] == ' ')
		text[--n] = 0;
	printf("%s: %s\n", name, text);
}

/* SMART data: the bytes add up to nothing. */
static void print_smart(const char *name, const unsigned char *data)
{
	unsigned char sum = 0;

	for (int i = 0; i < 512; i++)
		sum += data[i];
	printf("%s: revision %d, sum %d\n", name, data[0] | data[1] << 8, sum);
}

static void drive_cmd(const char *name, int command, int number, int feature, int sectors,
		      void (*print)(const char *, const unsigned char *))
{
	unsigned char a[4 + 512] = { command, number, feature, sectors };

	if (!result(name, ioctl(fd, HDIO_DRIVE_CMD, a)))
		return;
	if (print)
		print(name, a + 4);
	else
		printf("%s: status %02x\n", name, a[0]);
}

static void task(const char *name, unsigned char command, unsigned char feature)
{
	unsigned char a[7] = { command, feature, 0, 0, 0x4f, 0xc2, 0 };

	if (result(name, ioctl(fd, HDIO_DRIVE_TASK, a)))
		printf("%s: status %02x, %02x %02x\n", name, a[0], a[4], a[5]);
}

static void ata16(const char *name, unsigned char command, unsigned char feature, int sectors,
		  void (*print)(const char *, const unsigned char *))
{
	static unsigned char data[512], sense[32];
	unsigned char cdb[16] = { 0x85,
				  sectors ? 4 << 1 : 3 << 1,
				  sectors ? 0x0e : 0x20,
				  0,
				  feature,
				  0,
				  sectors,
				  0,
				  0,
				  0,
				  0x4f,
				  0,
				  0xc2,
				  0,
				  command };
	struct sg_io_hdr h = { .interface_id = 'S',
			       .cmd_len = 16,
			       .cmdp = cdb,
			       .sbp = sense,
			       .mx_sb_len = sizeof(sense),
			       .dxferp = data,
			       .dxfer_len = 512 * sectors,
			       .timeout = 10000,
			       .dxfer_direction = sectors ? SG_DXFER_FROM_DEV : SG_DXFER_NONE };

	if (!result(name, ioctl(fd, SG_IO, &h)))
		return;
	if (sectors && !h.status)
		print(name, data);
	else
		printf("%s: scsi status %d, key %x, descriptor %02x, %02x %02x\n", name, h.status,
		       sense[1], sense[8], sense[17], sense[19]);
}

static void setting(const char *name, unsigned long get, unsigned long set, const char *value)
{
	long now = -1;

	if (value && !result(name, ioctl(fd, set, strtoul(value, NULL, 0))))
		return;
	if (result(name, ioctl(fd, get, &now)))
		printf("%s: %ld\n", name, now);
}

static void run(const char *name, const char *value)
{
	if (!strcmp(name, "identify"))
		drive_cmd(name, 0xec, 0, 0, 1, print_model);
	else if (!strcmp(name, "smart_read"))
		drive_cmd(name, 0xb0, 0, 0xd0, 1, print_smart);
	else if (!strcmp(name, "smart_on"))
		drive_cmd(name, 0xb0, 0, 0xd8, 0, NULL);
	else if (!strcmp(name, "set_mode"))
		drive_cmd(name, 0xef, 0x22, 3, 0, NULL);
	else if (!strcmp(name, "unknown"))
		drive_cmd(name, 0xff, 0, 0, 0, NULL);
	else if (!strcmp(name, "smart_status"))
		task(name, 0xb0, 0xda);
	else if (!strcmp(name, "sg_identify"))
		ata16(name, 0xec, 0, 1, print_model);
	else if (!strcmp(name, "sg_read"))
		ata16(name, 0xb0, 0xd0, 1, print_smart);
	else if (!strcmp(name, "sg_status"))
		ata16(name, 0xb0, 0xda, 0, NULL);
	else if (!strcmp(name, "32bit"))
		setting(name, HDIO_GET_32BIT, HDIO_SET_32BIT, value);
	else
		printf("%s: no such command\n", name);
}

int main(int argc, char **argv)
{
	fd = argc > 1 ? open(argv[1], O_RDONLY | O_NONBLOCK) : -1;
	if (fd < 0) {
		perror(argc > 1 ? argv[1] : "diskctl");
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		char *value = strchr(argv[i], '=');

		if (value)
			*value++ = 0;
		run(argv[i], value);
	}
	return 0;
}
