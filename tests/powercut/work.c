/* work.c - files whose state is reported before and after each change. */
#define _GNU_SOURCE /* syncfs */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "powercut.h"

#define FILES 16u
#define DIRS  3u

struct place {
	unsigned int dir, name;
};

struct range {
	uint32_t lo, hi;
};

struct tracked {
	uint32_t id;
	int used, gone;			/* gone: it may be */
	struct place place[MAX_PLACES]; /* the last one is where it is now */
	unsigned int places;
	struct range size; /* bytes; hi is what it is now */
	struct range version[MAX_UNITS];
	uint32_t written; /* last version */
};

struct folder {
	unsigned int name[MAX_PLACES], names; /* the last one is what it has now */
};

static unsigned int process;
static struct tracked file[FILES];
static struct folder dir[DIRS];
static unsigned int next_name, next_dir_name, next_id;

/* ---- names ---- */
static const char *dir_path(unsigned int d, char *out, size_t size)
{
	snprintf(out, size, "/mnt/p%u/d%u_%u", process, d, dir[d].name[dir[d].names - 1]);
	return out;
}

static const char *path_of(uint32_t id, struct place p)
{
	static char text[2][128];
	static unsigned int turn;
	char folder[64];

	turn ^= 1;
	snprintf(text[turn], sizeof(text[turn]), "%s/f%u_%u",
		 dir_path(p.dir, folder, sizeof(folder)), id, p.name);
	return text[turn];
}

static const char *path(const struct tracked *f)
{
	return path_of(f->id, f->place[f->places - 1]);
}

/* ---- records ---- */
static void report_file(const struct tracked *f)
{
	char text[480];
	int n = snprintf(text, sizeof(text), "F %u.%u dirs=", process, f->id);
	unsigned int units = (f->size.hi + UNIT - 1) / UNIT;

	for (unsigned int i = 0; i < f->places; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%u/%u", i ? "," : "",
			      f->place[i].dir, f->place[i].name);
	n += snprintf(text + n, sizeof(text) - (size_t)n, " gone=%d size=%u-%u units=", f->gone,
		      f->size.lo, f->size.hi);
	for (unsigned int i = 0, from = 0; i < units; i++) {
		if (i + 1 < units &&
		    !memcmp(&f->version[i], &f->version[i + 1], sizeof(struct range)))
			continue;
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%u:%u:%u:%u", from ? "," : "",
			      from, i + 1, f->version[i].lo, f->version[i].hi);
		from = i + 1;
	}
	report(text);
}

static void report_dir(unsigned int d)
{
	char text[128];
	int n = snprintf(text, sizeof(text), "D %u.%u names=", process, d);

	for (unsigned int i = 0; i < dir[d].names; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%u", i ? "," : "",
			      dir[d].name[i]);
	report(text);
}

/* fsync() of the file has returned: it is what it is now, where it is now. */
static void settled(struct tracked *f)
{
	f->place[0] = f->place[f->places - 1];
	f->places = 1;
	f->gone = 0;
	f->size.lo = f->size.hi;
	for (unsigned int i = 0; i < MAX_UNITS; i++)
		f->version[i].lo = f->version[i].hi;
	report_file(f);
}

static unsigned int runs(const struct tracked *f)
{
	unsigned int n = 1;

	for (unsigned int i = 1; i < (f->size.hi + UNIT - 1) / UNIT; i++)
		n += memcmp(&f->version[i], &f->version[i - 1], sizeof(struct range)) != 0;
	return n;
}

/* ---- changes ---- */
static void sync_file(int fd)
{
	switch (random_below(8)) {
	case 0:
		MUST(fdatasync(fd) == 0);
		break;
	case 1:
		MUST(syncfs(fd) == 0);
		break;
	default:
		MUST(fsync(fd) == 0);
	}
}

static void write_units(struct tracked *f, int fd, unsigned int first, unsigned int count)
{
	static char data[64 * UNIT];

	while (count) {
		unsigned int n = 1 + random_below(64);

		n = n < count ? n : count;
		for (unsigned int i = 0; i < n; i++)
			content_fill(data + i * UNIT, process << 16 | f->id, first + i, f->written);
		MUST(pwrite(fd, data, n * UNIT, (off_t)first * UNIT) == (ssize_t)(n * UNIT));
		first += n;
		count -= n;
	}
}

/* Through a shared mapping: the file is there already. */
static void map_units(struct tracked *f, int fd, unsigned int first, unsigned int count)
{
	size_t size = f->size.hi;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	MUST(p != MAP_FAILED);
	for (unsigned int i = first; i < first + count; i++)
		content_fill(p + i * UNIT, process << 16 | f->id, i, f->written);
	if (random_below(2))
		MUST(msync(p, size, MS_SYNC) == 0);
	MUST(munmap(p, size) == 0);
}

/* Units [first, first + count) get a new version. */
static void change(struct tracked *f, unsigned int first, unsigned int count)
{
	const uint32_t old = f->size.hi / UNIT, end = first + count > old ? first + count : old;
	const int many = runs(f) > MAX_RUNS - 4;
	int fd;

	if (many) { /* more would not fit into a record */
		count += first;
		first = 0;
	}
	f->written++;
	for (unsigned int i = first; i < first + count; i++) {
		f->version[i].hi = f->written;
		if (i >= f->size.lo / UNIT)
			f->version[i].lo = 0;
	}
	f->size.hi = end * UNIT;
	report_file(f);
	fd = open(path(f), O_RDWR);
	MUST(fd >= 0);
	if (end == old && random_below(4) == 0)
		map_units(f, fd, first, count);
	else
		write_units(f, fd, first, count);
	if (many || random_below(5)) {
		sync_file(fd);
		settled(f);
	}
	close(fd);
}

static void append(struct tracked *f)
{
	const unsigned int have = f->size.hi / UNIT;
	unsigned int n = 1 + random_below(random_below(4) ? 24 : 600);

	if (have + n > MAX_UNITS)
		n = MAX_UNITS - have;
	if (n)
		change(f, have, n);
}

static void rewrite_part(struct tracked *f)
{
	const unsigned int have = f->size.hi / UNIT;
	unsigned int first, n;

	if (!have)
		return;
	first = random_below(have);
	n = 1 + random_below(have - first);
	change(f, first, n);
}

static void shorten(struct tracked *f)
{
	const unsigned int have = f->size.hi / UNIT;
	uint32_t to;
	int fd;

	/* Only from a settled state: a size is one of two. */
	if (!have || f->size.lo != f->size.hi)
		return;
	to = random_below(have) * UNIT;
	f->size.lo = to;
	report_file(f);
	fd = open(path(f), O_RDWR);
	MUST(fd >= 0 && ftruncate(fd, (off_t)to) == 0);
	MUST(fsync(fd) == 0);
	close(fd);
	f->size.hi = to;
	settled(f);
}

static void sync_dir(unsigned int d)
{
	char text[64];
	int fd = open(dir_path(d, text, sizeof(text)), O_RDONLY | O_DIRECTORY);

	MUST(fd >= 0 && fsync(fd) == 0);
	close(fd);
}

static void sync_one(struct tracked *f)
{
	int fd = open(path(f), O_RDONLY);

	MUST(fd >= 0 && fsync(fd) == 0);
	close(fd);
	settled(f);
}

static void create(struct tracked *f)
{
	int fd;

	memset(f, 0, sizeof(*f));
	f->used = f->gone = 1;
	f->id = next_id++;
	f->places = 1;
	f->place[0] = (struct place){ random_below(DIRS), next_name++ };
	report_file(f);
	fd = open(path(f), O_CREAT | O_EXCL | O_WRONLY, 0644);
	MUST(fd >= 0);
	close(fd);
	append(f);
}

static void move(struct tracked *f)
{
	struct place from = f->place[f->places - 1];
	const struct place to = { random_below(DIRS), next_name++ };

	if (f->places == MAX_PLACES)
		return sync_one(f);
	f->place[f->places++] = to;
	report_file(f);
	MUST(rename(path_of(f->id, from), path(f)) == 0);
	switch (random_below(4)) {
	case 0:
		return sync_one(f);
	case 1: /* the new name is there then; the old contents' state stays what it was */
		sync_dir(to.dir);
		if (f->gone)
			return;
		f->place[0] = to;
		f->places = 1;
		return report_file(f);
	case 2: /* only the directory that it left: it is not lost by that */
		return sync_dir(from.dir);
	default:
		return;
	}
}

/* The new contents come under another name and take the old one's place. */
static void replace(struct tracked *f)
{
	struct place temp = { f->place[f->places - 1].dir, next_name++ };
	const unsigned int units = 1 + random_below(40);
	const char *name;
	int fd;

	if (f->places != 1 || f->gone || f->size.lo != f->size.hi || runs(f) > 3)
		return;
	f->written++;
	name = path_of(f->id, temp);
	fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0644);
	MUST(fd >= 0);
	write_units(f, fd, 0, units);
	MUST(fsync(fd) == 0);
	/* Old or new: a size and contents that match are of one of the two. */
	for (unsigned int i = 0; i < MAX_UNITS; i++)
		f->version[i].hi = f->written;
	if (units * UNIT < f->size.lo)
		f->size.lo = units * UNIT;
	else
		f->size.hi = units * UNIT;
	report_file(f);
	MUST(rename(name, path(f)) == 0);
	f->size.hi = units * UNIT;
	if (random_below(2))
		MUST(fsync(fd) == 0);
	else
		sync_dir(temp.dir);
	close(fd);
	settled(f);
}

static void discard(struct tracked *f)
{
	char text[64];

	f->gone = 1;
	report_file(f);
	MUST(unlink(path(f)) == 0);
	if (random_below(2)) {
		for (unsigned int d = 0; d < DIRS; d++) /* it may still have an older name */
			sync_dir(d);
		snprintf(text, sizeof(text), "X %u.%u", process, f->id);
		report(text);
	}
	f->used = 0;
}

/* Within the same directory, names of equal length. */
static void move_dir(unsigned int d)
{
	char from[64], to[64], top[32];
	int fd;

	dir_path(d, from, sizeof(from));
	if (dir[d].names == MAX_PLACES)
		return;
	dir[d].name[dir[d].names++] = 1000 + next_dir_name++;
	report_dir(d);
	MUST(rename(from, dir_path(d, to, sizeof(to))) == 0);
	if (dir[d].names < MAX_PLACES && random_below(2))
		return;
	snprintf(top, sizeof(top), "/mnt/p%u", process);
	fd = open(top, O_RDONLY | O_DIRECTORY);
	MUST(fd >= 0 && fsync(fd) == 0);
	close(fd);
	dir[d].name[0] = dir[d].name[dir[d].names - 1];
	dir[d].names = 1;
	report_dir(d);
}

/* A directory that is new, and a file in it: fsync() of the file keeps both. */
static void begin_dirs(void)
{
	char text[64];

	snprintf(text, sizeof(text), "/mnt/p%u", process);
	MUST(mkdir(text, 0755) == 0);
	for (unsigned int d = 0; d < DIRS; d++) {
		dir[d] = (struct folder){ .name = { 1000 + next_dir_name++ }, .names = 1 };
		report_dir(d);
		MUST(mkdir(dir_path(d, text, sizeof(text)), 0755) == 0);
	}
}

void work(unsigned int number)
{
	process = number;
	begin_dirs();
	for (;;) {
		struct tracked *f = &file[random_below(FILES)];

		if (!f->used) {
			create(f);
			continue;
		}
		switch (random_below(16)) {
		case 0:
		case 1:
		case 2:
			append(f);
			break;
		case 3:
		case 4:
		case 5:
			rewrite_part(f);
			break;
		case 6:
		case 14:
		case 15:
			shorten(f);
			break;
		case 7:
		case 8:
			move(f);
			break;
		case 9:
		case 10:
			replace(f);
			break;
		case 11:
			discard(f);
			break;
		case 12:
			sync_one(f);
			break;
		default:
			if (random_below(4) == 0)
				move_dir(random_below(DIRS));
		}
	}
}
