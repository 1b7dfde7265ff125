/* A disk as a device: through the page cache, and past it with O_DIRECT. */
#include "disk.h"

static char *aligned(void)
{
	static char room[CHUNK] __attribute__((aligned(4096)));

	return room;
}

static int open_raw(int flags)
{
	return MUST(open(raw_device, flags | O_CLOEXEC));
}

static void read_seq(void)
{
	int fd = open_raw(O_RDONLY);

	read_through(fd, seq_pages);
	close(fd);
}

static void read_part(void)
{
	int fd = open_raw(O_RDONLY);

	read_through(fd, warm_pages);
	close(fd);
}

static int kept = -1;

/* Linux forgets a device's cache when the last one closes it: one stays open. */
static void keep_part(void)
{
	if (kept < 0)
		kept = open_raw(O_RDONLY);
	read_through(kept, warm_pages);
}

static void read_kept(void)
{
	read_through(kept, warm_pages);
}

static void write_seq(void)
{
	int fd = open_raw(O_WRONLY);

	write_through(fd, seq_pages);
	MUST(fsync(fd));
	close(fd);
}

static void forget_kept(void)
{
	close(kept);
	kept = -1;
}

static void read_direct(void)
{
	int fd = open_raw(O_RDONLY | O_DIRECT);

	for (int i = 0; i < seq_pages; i += CHUNK / 4096)
		MUST(pread(fd, aligned(), CHUNK, (off_t)i * 4096));
	close(fd);
}

static void write_direct(void)
{
	int fd = open_raw(O_WRONLY | O_DIRECT);

	for (int i = 0; i < seq_pages; i += CHUNK / 4096)
		MUST(pwrite(fd, aligned(), CHUNK, (off_t)i * 4096));
	close(fd);
}

static void rand_read(void)
{
	int fd = open_raw(O_RDONLY);

	read_random(fd, seq_pages, random_count);
	close(fd);
}

static void rand_read_direct(void)
{
	int fd = open_raw(O_RDONLY | O_DIRECT);

	for (int i = 0; i < random_count; i++)
		MUST(pread(fd, aligned(), 4096, (off_t)random_below(seq_pages) * 4096));
	close(fd);
}

static void rand_write(void)
{
	int fd = open_raw(O_WRONLY);

	write_random(fd, seq_pages, random_count);
	MUST(fsync(fd));
	close(fd);
}

static void rand_write_osync(void)
{
	int fd = open_raw(O_WRONLY | O_SYNC);

	write_random(fd, seq_pages, sync_count);
	close(fd);
}

const struct disk_bench bench_raw[] = {
	{ "raw_read_cold", NULL, read_seq, &seq_pages, true },
	{ "raw_read_again", NULL, read_part, &warm_pages, false },
	{ "raw_read_warm", keep_part, read_kept, &warm_pages, false },
	{ "raw_write", forget_kept, write_seq, &seq_pages, true },
	{ "raw_read_direct", NULL, read_direct, &seq_pages, true },
	{ "raw_write_direct", NULL, write_direct, &seq_pages, true },
	{ "raw_random_read", NULL, rand_read, &random_count, true },
	{ "raw_random_read_direct", NULL, rand_read_direct, &random_count, true },
	{ "raw_random_write", NULL, rand_write, &random_count, true },
	{ "raw_random_write_osync", NULL, rand_write_osync, &sync_count, true },
	{ 0 },
};
