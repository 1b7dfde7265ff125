/* Copying by the manifest, and reading back. */
#define _GNU_SOURCE
#include <installer/system/copy.h>
#include <installer/system/log.h>
#include <common/sha256.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define PIECE 32768

/* Paths in work: of one entry on the medium, in the target, and beside that. */
struct places {
	char *from, *to, *aside;
};

static void places_make(struct places *p, const struct copy_job *job, const char *path)
{
	p->from = xasprintf("%s%s", job->from, path);
	p->to = xasprintf("%s%s", job->to, path);
	p->aside = xasprintf("%s%s%s", job->to, path, job->before ? ".oldiron-new" : "");
}

static void places_free(struct places *p)
{
	free(p->from);
	free(p->to);
	free(p->aside);
}

static char *fails(const char *path)
{
	return xasprintf("%s: %s", path, strerror(errno));
}

static bool wanted(const struct copy_job *job, const struct manifest_entry *e)
{
	const char *const *g;

	if (job->skip && !strcmp(job->skip, e->path))
		return false;
	for (g = job->groups; *g; g++)
		if (!strcmp(*g, e->group))
			return true;
	return false;
}

/* Calls `take` for each wanted entry. */
static char *for_each(struct copy_job *job,
		      char *(*take)(struct copy_job *job, const struct manifest_entry *e))
{
	struct manifest_entry e = { 0 };
	char *complaint;

	manifest_rewind(job->manifest);
	for (;;) {
		complaint = manifest_next(job->manifest, &e);
		if (complaint || !e.type)
			break;
		if (wanted(job, &e))
			complaint = take(job, &e);
		if (complaint)
			break;
	}
	manifest_entry_free(&e);
	manifest_rewind(job->manifest);
	return complaint;
}

static char *measure(struct copy_job *job, const struct manifest_entry *e)
{
	if (e->type == 'f') {
		job->bytes += e->size;
		job->files++;
	}
	return NULL;
}

char *copy_measure(struct copy_job *job)
{
	job->bytes = 0;
	job->files = 0;
	return for_each(job, measure);
}

struct pipe {
	int from, to;
	struct sha256 hash;
	uint64_t size;
};

/* Everything from one file to the other. Which of the two failed tells `read_failed`. */
static bool pump(struct pipe *p, bool *read_failed)
{
	uint8_t *piece = xalloc(PIECE);
	ssize_t n, done = 0, put;

	*read_failed = true;
	while ((n = read(p->from, piece, PIECE)) > 0) {
		sha256_add(&p->hash, piece, (size_t)n);
		p->size += (uint64_t)n;
		for (done = 0; done < n; done += put) {
			put = write(p->to, piece + done, (size_t)(n - done));
			if (put <= 0) {
				*read_failed = false;
				free(piece);
				return false;
			}
		}
	}
	free(piece);
	return n == 0;
}

static char *copy_data(const struct places *p, const struct manifest_entry *e, int from, int to)
{
	struct pipe pipe = { .from = from, .to = to };
	uint8_t hash[SHA256_BYTES];
	bool read_failed;

	sha256_init(&pipe.hash);
	if (!pump(&pipe, &read_failed))
		return read_failed ? xasprintf("the medium cannot be read: %s: %s", p->from,
					       strerror(errno))
				   : fails(p->to);
	sha256_end(&pipe.hash, hash);
	if (pipe.size != e->size || memcmp(hash, e->sha256, sizeof(hash)))
		return xasprintf("the medium is damaged: %s is not what the list of files says",
				 p->from);
	return NULL;
}

/* Owner before mode: a change of owner takes set-user-ID away. */
static char *finish_file(const struct places *p, const struct manifest_entry *e, int from, int to)
{
	struct timespec times[2];
	struct stat st;

	if (fstat(from, &st))
		return fails(p->from);
	times[0] = st.st_mtim;
	times[1] = st.st_mtim;
	if (fchown(to, e->uid, e->gid) || fchmod(to, e->mode) || futimens(to, times))
		return fails(p->to);
	return NULL;
}

static char *copy_open_file(const struct places *p, const struct manifest_entry *e, int from)
{
	int to = open(p->aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	char *complaint;

	if (to < 0)
		return fails(p->aside);
	complaint = copy_data(p, e, from, to);
	if (!complaint)
		complaint = finish_file(p, e, from, to);
	if (close(to) && !complaint)
		complaint = fails(p->aside);
	return complaint;
}

static char *copy_file(const struct places *p, const struct manifest_entry *e)
{
	int from = open(p->from, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char *complaint;

	if (from < 0)
		return xasprintf("the medium is damaged: %s: %s", p->from, strerror(errno));
	complaint = copy_open_file(p, e, from);
	close(from);
	return complaint;
}

static char *make_folder(const struct places *p, const struct manifest_entry *e)
{
	if (mkdir(p->to, 0700) && errno != EEXIST)
		return fails(p->to);
	if (lchown(p->to, e->uid, e->gid) || chmod(p->to, e->mode))
		return fails(p->to);
	return NULL;
}

static char *make_link(const struct places *p, const struct manifest_entry *e)
{
	if ((unlink(p->aside) && errno != ENOENT) || symlink(e->target, p->aside) ||
	    lchown(p->aside, e->uid, e->gid))
		return fails(p->aside);
	return NULL;
}

static char *make_device(const struct places *p, const struct manifest_entry *e)
{
	mode_t type = e->type == 'c' ? S_IFCHR : S_IFBLK;

	if ((unlink(p->aside) && errno != ENOENT) ||
	    mknod(p->aside, type | e->mode, makedev(e->major, e->minor)) ||
	    lchown(p->aside, e->uid, e->gid) || chmod(p->aside, e->mode))
		return fails(p->aside);
	return NULL;
}

static char *make_entry(const struct places *p, const struct manifest_entry *e)
{
	switch (e->type) {
	case 'd':
		return make_folder(p, e);
	case 'l':
		return make_link(p, e);
	case 'f':
		return copy_file(p, e);
	default:
		return make_device(p, e);
	}
}

enum upgrade_choice upgrade_choose(const char *path, const uint8_t *there, const uint8_t *before,
				   const uint8_t *is_new)
{
	if (!there)
		return UPGRADE_REPLACE;
	if (!memcmp(there, is_new, SHA256_BYTES))
		return UPGRADE_SAME;
	if (strncmp(path, "/etc/", 5) || (before && !memcmp(there, before, SHA256_BYTES)))
		return UPGRADE_REPLACE;
	return before && !memcmp(before, is_new, SHA256_BYTES) ? UPGRADE_KEEP : UPGRADE_BESIDE;
}

/* The hash of what is there, if that is a file. */
static const uint8_t *hash_there(const char *path, uint8_t hash[SHA256_BYTES])
{
	uint64_t size;
	char *complaint = file_hash(path, hash, &size);

	if (!complaint)
		return hash;
	free(complaint);
	return NULL;
}

/* What lies in a target's /etc and is no file was put there by somebody: links, devices. They stay.
 */
static bool stays(const char *to, const struct manifest_entry *e)
{
	struct stat st;

	return e->type != 'd' && !strncmp(e->path, "/etc/", 5) && !lstat(to, &st) &&
	       (e->type != 'f' || !S_ISREG(st.st_mode));
}

static char *choose(struct copy_job *job, const struct places *p, const struct manifest_entry *e,
		    enum upgrade_choice *choice)
{
	struct manifest_entry old = { 0 };
	uint8_t there[SHA256_BYTES];
	char *complaint = manifest_find(job->before, e->path, &old);

	*choice = upgrade_choose(e->path, hash_there(p->to, there),
				 old.type == 'f' ? old.sha256 : NULL, e->sha256);
	manifest_entry_free(&old);
	return complaint;
}

static char *put_beside(struct copy_job *job, const struct places *p,
			const struct manifest_entry *e)
{
	char *path = xasprintf("%s.new", p->to), *complaint = copy_file(p, e), *list;

	if (!complaint && rename(p->aside, path))
		complaint = fails(path);
	list = xasprintf("%s%s.new\n", job->beside ? job->beside : "", e->path);
	free(job->beside);
	job->beside = list;
	free(path);
	return complaint;
}

static char *upgrade_entry(struct copy_job *job, const struct places *p,
			   const struct manifest_entry *e)
{
	enum upgrade_choice choice = UPGRADE_REPLACE;
	char *complaint = NULL;

	if (e->type == 'd')
		return make_folder(p, e);
	if (stays(p->to, e)) {
		job->kept++;
		return NULL;
	}
	if (e->type == 'f')
		complaint = choose(job, p, e, &choice);
	if (complaint)
		return complaint;
	if (choice == UPGRADE_SAME || choice == UPGRADE_KEEP) {
		job->kept++;
		return NULL;
	}
	if (choice == UPGRADE_BESIDE)
		return put_beside(job, p, e);
	complaint = make_entry(p, e);
	if (!complaint && rename(p->aside, p->to))
		complaint = fails(p->to);
	job->replaced++;
	return complaint;
}

static void tell(struct copy_job *job, const char *what, const struct manifest_entry *e)
{
	if (e->type == 'f')
		job->done += e->size;
	if (job->progress && e->type == 'f')
		job->progress(job->arg, what, e->path, job->done, job->bytes);
}

static char *copy_entry(struct copy_job *job, const struct manifest_entry *e)
{
	struct places p;
	char *complaint;

	places_make(&p, job, e->path);
	complaint = job->before ? upgrade_entry(job, &p, e) : make_entry(&p, e);
	if (complaint && job->before)
		unlink(p.aside);
	places_free(&p);
	if (!complaint)
		tell(job, "Copying files", e);
	return complaint;
}

char *copy_tree(struct copy_job *job)
{
	char *complaint = copy_measure(job);

	if (complaint)
		return complaint;
	job->done = 0;
	if (job->before)
		manifest_rewind(job->before);
	log_line("copying %llu files, %llu bytes, from %s to %s", (unsigned long long)job->files,
		 (unsigned long long)job->bytes, job->from, job->to);
	return for_each(job, copy_entry);
}

static char *verify_file(const char *path, const struct manifest_entry *e)
{
	uint8_t hash[SHA256_BYTES];
	uint64_t size;
	char *complaint = file_hash(path, hash, &size);

	if (complaint)
		return complaint;
	if (size == e->size && !memcmp(hash, e->sha256, sizeof(hash)))
		return NULL;
	return xasprintf("%s: what is read back from the disk is not what was written", path);
}

static char *verify_entry(struct copy_job *job, const struct manifest_entry *e)
{
	char *path = xasprintf("%s%s", job->to, e->path), *complaint = NULL;
	struct stat st;

	if (lstat(path, &st))
		complaint = fails(path);
	else if (e->type == 'f' && !(job->before && !strncmp(e->path, "/etc/", 5)))
		complaint = verify_file(path, e);
	free(path);
	if (!complaint)
		tell(job, "Reading back", e);
	return complaint;
}

/* So that what is read next comes from the disk. */
static void drop_caches(void)
{
	int fd;

	sync();
	fd = open("/proc/sys/vm/drop_caches", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "3\n", 2) != 2)
		log_line(
			"caches cannot be dropped: some of what is read back may come from memory");
	if (fd >= 0)
		close(fd);
}

char *copy_verify(struct copy_job *job)
{
	job->done = 0;
	drop_caches();
	return for_each(job, verify_entry);
}

/* Only what is still as it was installed, and never below /etc. */
static char *remove_one(struct copy_job *job, const struct manifest_entry *old)
{
	char *path = xasprintf("%s%s", job->to, old->path);
	uint8_t hash[SHA256_BYTES];
	struct stat st;

	if (strncmp(old->path, "/etc/", 5) && !lstat(path, &st)) {
		if (old->type == 'd')
			rmdir(path); /* one that is not empty stays */
		else if ((old->type == 'f' && hash_there(path, hash) &&
			  !memcmp(hash, old->sha256, sizeof(hash))) ||
			 (old->type == 'l' && S_ISLNK(st.st_mode)))
			unlink(path);
	}
	free(path);
	return NULL;
}

char *copy_remove_old(struct copy_job *job)
{
	struct manifest_entry old = { 0 }, now = { 0 };
	char *complaint;

	manifest_rewind(job->before);
	manifest_rewind(job->manifest);
	for (;;) {
		complaint = manifest_next(job->before, &old);
		if (complaint || !old.type)
			break;
		complaint = manifest_find(job->manifest, old.path, &now);
		if (!complaint && !now.type)
			complaint = remove_one(job, &old);
		if (complaint)
			break;
	}
	manifest_entry_free(&old);
	manifest_entry_free(&now);
	manifest_rewind(job->before);
	manifest_rewind(job->manifest);
	return complaint;
}
