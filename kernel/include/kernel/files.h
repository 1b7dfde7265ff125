/*
 * files.h - descriptor tables and the file-system context of a task.
 *
 * struct files is shared by CLONE_FILES, struct fs_context (root, cwd, umask) by CLONE_FS.
 * fd_get() returns a referenced file or NULL; O_PATH descriptors only through fd_get_raw().
 * fd_get_light() avoids the reference when the table is not shared: pair with fd_put_light().
 *
 * Locking: files->lock (RANK_FILES), fs_context->lock.
 */
#ifndef KERNEL_FILES_H
#define KERNEL_FILES_H

#include <kernel/fs.h>
#include <kernel/lock.h>
#include <kernel/types.h>

struct files {
	struct refcount refs; /* tasks */
	struct spinlock lock;
	unsigned int size; /* slots; grows by doubling up to RLIMIT_NOFILE */
	unsigned int next_fd;
	struct file **fd;
	unsigned long *cloexec;
	unsigned long *open;
};

struct files *files_create(void);
struct files *files_dup(struct files *old); /* ERR_PTR */
void files_put(struct files *files);
void files_close_on_exec(struct files *files);

int fd_alloc(unsigned int from, u32 flags); /* O_CLOEXEC; reserves; -EMFILE */
void fd_install(int fd, struct file *file); /* takes over the reference */
void fd_release(int fd);		    /* undoes fd_alloc() */
int fd_close(int fd);			    /* -EBADF, or what flush() said */
/* Descriptors in use from `from` on, for /proc/PID/fd; -1 when there is none. */
int files_next_fd(struct files *files, unsigned int from);
/* Open descriptors' O_CLOEXEC, for /proc/PID/fdinfo. */
bool files_fd_cloexec(struct files *files, unsigned int fd);
struct file *fd_get(int fd);
struct file *fd_get_raw(int fd);
/* Another task's table; for /proc. */
struct file *files_get(struct files *files, unsigned int fd);
/* alloc + install; on error the reference stays the caller's. */
int fd_install_new(struct file *file, u32 flags);

struct fd {
	struct file *file;
	bool counted;
};
struct fd fd_get_light(int fd);
struct fd fd_get_light_raw(int fd); /* O_PATH ones too */
static inline void fd_put_light(struct fd f)
{
	if (f.counted)
		file_put(f.file);
}

struct fs_context { /* root.dentry is NULL until there is a root */
	struct refcount refs;
	struct spinlock lock;
	struct path root, cwd;
	u32 umask;
};
struct fs_context *fs_context_create(void);
struct fs_context *fs_context_dup(struct fs_context *old);
void fs_context_put(struct fs_context *fs);
void fs_get_root(struct fs_context *fs, struct path *path); /* referenced */
void fs_get_cwd(struct fs_context *fs, struct path *path);
void fs_set_root(struct fs_context *fs, const struct path *path);
void fs_set_cwd(struct fs_context *fs, const struct path *path);

#endif
