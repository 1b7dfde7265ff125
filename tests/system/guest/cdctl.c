/*
 * cdctl - calls the ioctls of a CD drive and prints what comes back, one line each; for comparing
 * kernels.
 *
 *     cdctl DEVICE [COMMAND[=NUMBER]]...
 *
 * "w:" before DEVICE opens it for writing too, "d:" without O_NONBLOCK.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/cdrom.h>
#include <scsi/sg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int fd;

static void result(const char *name, int ret)
{
	if (ret < 0)
		printf("%s: %s\n", name, strerror(errno));
	else
		printf("%s: %d", name, ret);
}

static unsigned int checksum(const unsigned char *p, unsigned int n)
{
	unsigned int sum = 1;

	while (n--)
		sum = sum * 31 + *p++;
	return sum;
}

/* Those whose argument is a number and whose answer is what they return. */
static const struct plain {
	const char *name;
	unsigned long cmd;
} plain[] = {
	{ "capability", CDROM_GET_CAPABILITY },
	{ "drive_status", CDROM_DRIVE_STATUS },
	{ "disc_status", CDROM_DISC_STATUS },
	{ "media_changed", CDROM_MEDIA_CHANGED },
	{ "nslots", CDROM_CHANGER_NSLOTS },
	{ "set_options", CDROM_SET_OPTIONS },
	{ "clear_options", CDROM_CLEAR_OPTIONS },
	{ "speed", CDROM_SELECT_SPEED },
	{ "lock", CDROM_LOCKDOOR },
	{ "eject", CDROMEJECT },
	{ "close", CDROMCLOSETRAY },
	{ "eject_sw", CDROMEJECT_SW },
	{ "debug", CDROM_DEBUG },
	{ "stop", CDROMSTOP },
	{ "start", CDROMSTART },
	{ "pause", CDROMPAUSE },
	{ "resume", CDROMRESUME },
};

static int run_plain(const char *name, unsigned long arg)
{
	for (unsigned int i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (!strcmp(plain[i].name, name)) {
			int ret = ioctl(fd, plain[i].cmd, arg);

			result(name, ret);
			if (ret >= 0)
				printf("\n");
			return 1;
		}
	return 0;
}

static void print_address(union cdrom_addr a, int format)
{
	if (format == CDROM_LBA)
		printf(" %d", a.lba);
	else
		printf(" %02d:%02d:%02d", a.msf.minute, a.msf.second, a.msf.frame);
}

static void tochdr(unsigned long arg)
{
	struct cdrom_tochdr h = { 0, 0 };
	int ret = ioctl(fd, CDROMREADTOCHDR, &h);

	result("tochdr", ret);
	if (ret >= 0)
		printf(" %d..%d\n", h.cdth_trk0, h.cdth_trk1);
}

static void tocentry(unsigned long track)
{
	for (int format = CDROM_LBA; format <= CDROM_MSF; format++) {
		struct cdrom_tocentry e = { .cdte_track = track, .cdte_format = format };
		int ret = ioctl(fd, CDROMREADTOCENTRY, &e);

		result("tocentry", ret);
		if (ret < 0)
			continue;
		printf(" track %d adr %d ctrl %d mode %d", e.cdte_track, e.cdte_adr, e.cdte_ctrl,
		       e.cdte_datamode);
		print_address(e.cdte_addr, format);
		printf("\n");
	}
}

static void multisession(unsigned long arg)
{
	for (int format = CDROM_LBA; format <= CDROM_MSF; format++) {
		struct cdrom_multisession m = { .addr_format = format };
		int ret = ioctl(fd, CDROMMULTISESSION, &m);

		result("multisession", ret);
		if (ret < 0)
			continue;
		printf(" xa %d", m.xa_flag);
		print_address(m.addr, format);
		printf("\n");
	}
}

static void subchnl(unsigned long arg)
{
	struct cdrom_subchnl s = { .cdsc_format = CDROM_MSF };
	int ret = ioctl(fd, CDROMSUBCHNL, &s);

	result("subchnl", ret);
	if (ret >= 0)
		printf(" audio %#x track %d index %d\n", s.cdsc_audiostatus, s.cdsc_trk,
		       s.cdsc_ind);
}

static void mcn(unsigned long arg)
{
	struct cdrom_mcn m;
	int ret = ioctl(fd, CDROM_GET_MCN, &m);

	result("mcn", ret);
	if (ret >= 0)
		printf(" \"%s\"\n", m.medium_catalog_number);
}

static void last_written(unsigned long arg)
{
	long lba = -1;
	int ret = ioctl(fd, CDROM_LAST_WRITTEN, &lba);

	result("last_written", ret);
	if (ret >= 0)
		printf(" %ld\n", lba);
}

static void read_raw(const char *name, unsigned long cmd, unsigned long lba, unsigned int bytes)
{
	unsigned char buf[CD_FRAMESIZE_RAWER] = { 0 };
	struct cdrom_msf *m = (struct cdrom_msf *)buf;
	int ret;

	lba += CD_MSF_OFFSET;
	m->cdmsf_min0 = lba / 4500;
	m->cdmsf_sec0 = lba / 75 % 60;
	m->cdmsf_frame0 = lba % 75;
	ret = ioctl(fd, cmd, buf);
	result(name, ret);
	if (ret >= 0)
		printf(" %#x\n", checksum(buf, bytes));
}

static void mode1(unsigned long lba)
{
	read_raw("mode1", CDROMREADMODE1, lba, CD_FRAMESIZE);
}

static void mode2(unsigned long lba)
{
	read_raw("mode2", CDROMREADMODE2, lba, CD_FRAMESIZE_RAW0);
}

static void raw(unsigned long lba)
{
	read_raw("raw", CDROMREADRAW, lba, CD_FRAMESIZE_RAW);
}

static void volread(unsigned long arg)
{
	struct cdrom_volctrl v;
	int ret = ioctl(fd, CDROMVOLREAD, &v);

	result("volread", ret);
	if (ret >= 0)
		printf(" %d %d\n", v.channel0, v.channel1);
}

static void playmsf(unsigned long arg)
{
	struct cdrom_msf m = { 0, 2, 0, 0, 3, 0 };
	int ret = ioctl(fd, CDROMPLAYMSF, &m);

	result("playmsf", ret);
	if (ret >= 0)
		printf("\n");
}

static void sg(const char *name, const unsigned char *cdb, unsigned int len, unsigned int want)
{
	unsigned char data[64] = { 0 }, sense[32] = { 0 };
	struct sg_io_hdr h = { .interface_id = 'S',
			       .dxfer_direction = want ? SG_DXFER_FROM_DEV : SG_DXFER_NONE,
			       .cmd_len = len,
			       .cmdp = (unsigned char *)cdb,
			       .mx_sb_len = sizeof(sense),
			       .sbp = sense,
			       .dxfer_len = want,
			       .dxferp = data,
			       .timeout = 5000 };
	int ret = ioctl(fd, SG_IO, &h);

	result(name, ret);
	if (ret < 0)
		return;
	printf(" status %d/%d host %d driver %d resid %d info %d sense %d: %x/%02x/%02x data %#x\n",
	       h.status, h.masked_status, h.host_status, h.driver_status, h.resid, h.info & 1,
	       h.sb_len_wr, sense[2] & 15, sense[12], sense[13], checksum(data, want));
}

static void sg_inquiry(unsigned long arg)
{
	static const unsigned char cdb[6] = { 0x12, 0, 0, 0, 36 };

	sg("sg_inquiry", cdb, 6, 36);
}

static void sg_ready(unsigned long arg)
{
	static const unsigned char cdb[6];

	sg("sg_ready", cdb, 6, 0);
}

static void sg_unknown(unsigned long arg)
{
	static const unsigned char cdb[10] = { 0x5C, 0, 0, 0, 0, 0, 0, 0, 12 };

	sg("sg_unknown", cdb, 10, 12);
}

static void sg_write(unsigned long arg)
{
	static const unsigned char cdb[10] = { 0x2A };

	sg("sg_write", cdb, 10, 0);
}

static void sg_short(unsigned long arg)
{
	static const unsigned char cdb[10] = { 0x25 };

	sg("sg_short", cdb, 10, 64);
}

static void send_packet(unsigned long arg)
{
	unsigned char data[36] = { 0 }, sense[64] = { 0 };
	struct cdrom_generic_command c = { .cmd = { 0x12, 0, 0, 0, 36 },
					   .buffer = data,
					   .buflen = 36,
					   .sense = (void *)sense,
					   .data_direction = CGC_DATA_READ };
	int ret = ioctl(fd, CDROM_SEND_PACKET, &c);

	result("send_packet", ret);
	if (ret >= 0)
		printf(" stat %d %.8s\n", c.stat, data + 8);
}

static void versions(unsigned long arg)
{
	int n = 0, ret = ioctl(fd, SG_GET_VERSION_NUM, &n);

	result("sg_version", ret);
	if (ret >= 0)
		printf(" %d\n", n);
}

static void unknown(unsigned long arg)
{
	int ret = ioctl(fd, 0x53ffu, 0);

	result("unknown", ret);
}

static void read_block(unsigned long block)
{
	unsigned char buf[2048];
	ssize_t n = pread(fd, buf, sizeof(buf), (off_t)block * 2048);

	result("read", (int)n);
	if (n >= 0)
		printf(" %#x\n", checksum(buf, (unsigned int)n));
}

static void wait_line(unsigned long arg)
{
	char line[16];

	printf("waiting\n");
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		exit(1);
}

static const struct special {
	const char *name;
	void (*fn)(unsigned long arg);
} specials[] = {
	{ "tochdr", tochdr },
	{ "tocentry", tocentry },
	{ "multisession", multisession },
	{ "subchnl", subchnl },
	{ "mcn", mcn },
	{ "last_written", last_written },
	{ "mode1", mode1 },
	{ "mode2", mode2 },
	{ "raw", raw },
	{ "volread", volread },
	{ "playmsf", playmsf },
	{ "sg_inquiry", sg_inquiry },
	{ "sg_ready", sg_ready },
	{ "sg_unknown", sg_unknown },
	{ "sg_write", sg_write },
	{ "sg_short", sg_short },
	{ "send_packet", send_packet },
	{ "versions", versions },
	{ "unknown", unknown },
	{ "read", read_block },
	{ "wait", wait_line },
};

static void run(char *command)
{
	char *value = strchr(command, '=');
	unsigned long arg = 0;

	if (value) {
		*value++ = 0;
		arg = strtoul(value, NULL, 0);
	}
	if (run_plain(command, arg))
		return;
	for (unsigned int i = 0; i < sizeof(specials) / sizeof(*specials); i++)
		if (!strcmp(specials[i].name, command)) {
			specials[i].fn(arg);
			return;
		}
	printf("%s: no such command\n", command);
}

int main(int argc, char **argv)
{
	const char *device = argc > 1 ? argv[1] : "/dev/cdrom";
	int flags = O_RDONLY | O_NONBLOCK;

	if (!strncmp(device, "w:", 2))
		flags = O_RDWR | O_NONBLOCK;
	else if (!strncmp(device, "d:", 2))
		flags = O_RDONLY;
	fd = open(device[1] == ':' ? device + 2 : device, flags);
	if (fd < 0) {
		printf("open: %s\n", strerror(errno));
		return 1;
	}
	for (int i = 2; i < argc; i++)
		run(argv[i]);
	return 0;
}
