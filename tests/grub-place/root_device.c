/*
 * Preloaded into grub-bios-setup: makes it believe that its files lie on a disk that is an image
 * file. It insists on finding the device of its own folder, which on a build machine may be
 * anything, and be nothing that it may open. ROOT_MOUNTINFO stands for /proc/self/mountinfo,
 * ROOT_IMAGE for the device that this names.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const char *place_of(const char *path)
{
	if (!strcmp(path, "/dev/rootdisk"))
		return getenv("ROOT_IMAGE");
	return strcmp(path, "/proc/self/mountinfo") ? path : getenv("ROOT_MOUNTINFO");
}

FILE *fopen(const char *path, const char *mode)
{
	FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");

	return real(place_of(path), mode);
}

FILE *fopen64(const char *path, const char *mode)
{
	return fopen(path, mode);
}

int stat64(const char *path, struct stat64 *st)
{
	int (*real)(const char *, struct stat64 *) = dlsym(RTLD_NEXT, "stat64");
	int result = real(place_of(path), st);

	if (!result && place_of(path) != path) {
		st->st_mode = S_IFBLK | 0600;
		st->st_rdev = makedev(3, 0);
	}
	return result;
}

int stat(const char *path, struct stat *st)
{
	return stat64(path, (struct stat64 *)st);
}

int open64(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open64");
	va_list args;
	int mode;

	va_start(args, flags);
	mode = flags & O_CREAT ? va_arg(args, int) : 0;
	va_end(args);
	return real(place_of(path), flags, mode);
}

int open(const char *path, int flags, ...)
{
	return open64(path, flags & ~O_CREAT);
}

char *realpath(const char *restrict path, char *restrict resolved)
{
	char *(*real)(const char *, char *) = dlsym(RTLD_NEXT, "realpath");

	if (place_of(path) == path)
		return real(path, resolved);
	return strcpy(resolved ? resolved : malloc(PATH_MAX), path);
}

char *canonicalize_file_name(const char *path)
{
	return realpath(path, NULL);
}
