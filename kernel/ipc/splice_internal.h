/*
 * splice_internal.h - moving pages between files and pipes; splice.c and sendfile.c.
 */
#ifndef SPLICE_INTERNAL_H
#define SPLICE_INTERNAL_H

#include <kernel/fs.h>
#include "pipe_internal.h"

#define SPLICE_F_MOVE	  1u
#define SPLICE_F_NONBLOCK 2u
#define SPLICE_F_MORE	  4u
#define SPLICE_F_GIFT	  8u
#define SPLICE_F_ALL	  15u

/* A call's 64-bit offset in user memory, or the file's own position when `user` is NULL. */
struct splice_pos {
	loff_t value;
	struct file *file;
	void __user *user;
	bool is64;
};
/* -ESPIPE for a file without position and an offset given; -EFAULT; -EINVAL: negative. */
int splice_pos_get(struct splice_pos *pos, struct file *file, void __user *user, bool is64);
int splice_pos_put(const struct splice_pos *pos);

/* Reads from a file into a pipe: bytes, 0 at the end of the file, or a negative errno. */
ssize_t splice_from_file(struct file *in, loff_t *pos, struct pipe *pipe, size_t len, u32 flags);
/* Copies through kernel pages; `pos` of pipes and sockets is not used. */
ssize_t splice_copy(struct file *in, loff_t *in_pos, struct file *out, loff_t *out_pos, size_t len);

#endif
