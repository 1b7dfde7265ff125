/*
 * fdctl - calls the ioctls of a floppy drive and prints what comes back, one line each; for
 * comparing kernels.
 *
 *     fdctl DEVICE COMMAND[=NUMBER,...]...
 *
 * "w:" before DEVICE opens it for writing too, "n:" with O_NONBLOCK.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fd.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fd;

static int report(const char *name, int ret)
{
	printf("%s: %s", name, ret < 0 ? strerror(errno) : "0");
	return ret;
}

static void get_parameters(const char *name)
{
	struct floppy_struct g = { 0 };

	if (report(name, ioctl(fd, FDGETPRM, &g)) >= 0)
		printf(" size %u sect %u head %u track %u stretch %u gap %x rate %x spec1 %x fmt "
		       "%x",
		       g.size, g.sect, g.head, g.track, g.stretch, g.gap, g.rate, g.spec1,
		       g.fmt_gap);
}

/* NUMBER: sectors a track, heads, tracks, rate. */
static void set_parameters(const char *name, unsigned long cmd, const char *arg)
{
	struct floppy_struct g = { .gap = 0x1b, .spec1 = 0xcf, .fmt_gap = 0x6c };
	unsigned int rate = 0;

	sscanf(arg, "%u,%u,%u,%u", &g.sect, &g.head, &g.track, &rate);
	g.rate = (unsigned char)rate;
	g.size = g.sect * g.head * g.track;
	report(name, ioctl(fd, cmd, &g));
}

static void get_type(const char *name)
{
	floppy_drive_name type = "";

	if (report(name, ioctl(fd, FDGETDRVTYP, type)) >= 0)
		printf(" %.16s", type);
}

static void get_drive(const char *name)
{
	struct floppy_drive_params p;

	if (report(name, ioctl(fd, FDGETDRVPRM, &p)) >= 0)
		printf(" cmos %d rate %lu rps %d tracks %d native %d first %d", p.cmos, p.max_dtr,
		       p.rps, p.tracks, p.native_format, p.autodetect[0]);
}

static void get_state(const char *name, unsigned long cmd)
{
	struct floppy_drive_struct s;

	if (report(name, ioctl(fd, cmd, &s)) >= 0)
		printf(" writable %d ref %d device %d", !!(s.flags & FD_DISK_WRITABLE), s.fd_ref,
		       s.fd_device);
}

static void get_controller(const char *name)
{
	struct floppy_fdc_state s;

	if (report(name, ioctl(fd, FDGETFDCSTAT, &s)) >= 0)
		printf(" address %lx driver %x", s.address, s.driver_version);
}

static void get_errors(const char *name)
{
	struct floppy_write_errors e;

	if (report(name, ioctl(fd, FDWERRORGET, &e)) >= 0)
		printf(" errors %u first %lu last %lu", e.write_errors, e.first_error_sector,
		       e.last_error_sector);
}

static void get_geometry(const char *name)
{
	struct hd_geometry g;

	if (report(name, ioctl(fd, HDIO_GETGEO, &g)) >= 0)
		printf(" %u/%u/%u", g.cylinders, g.heads, g.sectors);
}

static void get_size(const char *name)
{
	unsigned long sectors = 0;

	if (report(name, ioctl(fd, BLKGETSIZE, &sectors)) >= 0)
		printf(" %lu", sectors);
}

static void format_track(const char *name, const char *arg)
{
	struct format_descr d = { 0 };

	sscanf(arg, "%u,%u", &d.track, &d.head);
	report(name, ioctl(fd, FDFMTTRK, &d));
}

static const struct plain {
	const char *name;
	unsigned long cmd;
} plain[] = {
	{ "clrprm", FDCLRPRM }, { "fmtbeg", FDFMTBEG },	      { "fmtend", FDFMTEND },
	{ "flush", FDFLUSH },	{ "werrorclr", FDWERRORCLR }, { "reset", FDRESET },
	{ "eject", FDEJECT },	{ "blkflsbuf", BLKFLSBUF },   { "unknown", _IO(2, 0x7f) },
};

static void run(const char *name, const char *arg)
{
	for (unsigned int i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(name, plain[i].name))
			report(name, ioctl(fd, plain[i].cmd, atoi(arg)));
	if (!strcmp(name, "getprm"))
		get_parameters(name);
	else if (!strcmp(name, "setprm"))
		set_parameters(name, FDSETPRM, arg);
	else if (!strcmp(name, "defprm"))
		set_parameters(name, FDDEFPRM, arg);
	else if (!strcmp(name, "getdrvtyp"))
		get_type(name);
	else if (!strcmp(name, "getdrvprm"))
		get_drive(name);
	else if (!strcmp(name, "getdrvstat"))
		get_state(name, FDGETDRVSTAT);
	else if (!strcmp(name, "polldrvstat"))
		get_state(name, FDPOLLDRVSTAT);
	else if (!strcmp(name, "getfdcstat"))
		get_controller(name);
	else if (!strcmp(name, "werrorget"))
		get_errors(name);
	else if (!strcmp(name, "getgeo"))
		get_geometry(name);
	else if (!strcmp(name, "size"))
		get_size(name);
	else if (!strcmp(name, "fmttrk"))
		format_track(name, arg);
	printf("\n");
}

int main(int argc, char **argv)
{
	int flags = O_RDONLY;
	const char *path = argv[1];

	for (; path && path[0] && path[1] == ':'; path += 2)
		flags |= path[0] == 'w' ? O_RDWR : O_NONBLOCK;
	fd = open(path, flags);
	if (fd < 0) {
		printf("open: %s\n", strerror(errno));
		return 1;
	}
	for (int i = 2; i < argc; i++) {
		char *arg = strchr(argv[i], '=');

		if (arg)
			*arg++ = 0;
		run(argv[i], arg ? arg : "0");
	}
	return 0;
}
