/* Whole files: reading, hashing, and writing so that a power cut leaves the old or the new one. */
#define _GNU_SOURCE
#include <installer/system/copy.h>
#include <common/sha256.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 32768

static char *fails(const char *path)
{
	return xasprintf("%s: %s", path, strerror(errno));
}

static char *hash_open_file(int fd, const char *path, uint8_t hash[32], uint64_t *size)
{
	uint8_t *piece = xalloc(PIECE);
	struct sha256 s;
	ssize_t n;

	sha256_init(&s);
	*size = 0;
	while ((n = read(fd, piece, PIECE)) > 0 || (n < 0 && errno == EINTR)) {
		if (n < 0)
			continue;
		sha256_add(&s, piece, (size_t)n);
		*size += (uint64_t)n;
	}
	sha256_end(&s, hash);
	free(piece);
	return n < 0 ? fails(path) : NULL;
}

char *file_hash(const char *path, uint8_t hash[32], uint64_t *size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char *complaint;

	if (fd < 0)
		return fails(path);
	complaint = hash_open_file(fd, path, hash, size);
	close(fd);
	return complaint;
}

char *file_read(const char *path, char **text, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct xtext all = { 0 };
	char *piece, *complaint;
	ssize_t n;

	*text = NULL;
	*length = 0;
	if (fd < 0)
		return fails(path);
	piece = xalloc(PIECE);
	xtext_put(&all, "", 0);
	while ((n = read(fd, piece, PIECE)) > 0)
		xtext_put(&all, piece, (size_t)n);
	complaint = n < 0 ? fails(path) : NULL;
	free(piece);
	close(fd);
	if (complaint) {
		free(all.text);
		return complaint;
	}
	*text = all.text;
	*length = all.length;
	return NULL;
}

static bool write_all(int fd, const char *text, size_t length)
{
	ssize_t n;

	while (length) {
		n = write(fd, text, length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		text += n;
		length -= (size_t)n;
	}
	return true;
}

static char *write_new(const char *path, const char *text, size_t length, unsigned int mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	char *complaint = NULL;

	if (fd < 0)
		return fails(path);
	if (!write_all(fd, text, length) || fchmod(fd, mode) || fsync(fd))
		complaint = fails(path);
	close(fd);
	return complaint;
}

char *file_write(const char *path, const char *text, size_t length, unsigned int mode)
{
	char *aside = xasprintf("%s.part", path), *complaint;
	struct stat st;

	complaint = write_new(aside, text, length, mode);
	if (!complaint && !lstat(path, &st) && S_ISREG(st.st_mode) &&
	    chown(aside, st.st_uid, st.st_gid))
		complaint = fails(aside);
	if (!complaint && rename(aside, path))
		complaint = fails(path);
	if (complaint)
		unlink(aside);
	free(aside);
	return complaint;
}
