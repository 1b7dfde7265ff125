/*
 * unix_scm.c - ancillary data of Unix sockets: open files and credentials.
 */
#include <kernel/cred.h>
#include <kernel/files.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "unix_internal.h"

#define SCM_MAX_FD 253u

/*
 * Putting a file can release a socket whose queue holds files, and so on: a chain a program may
 * build as long as it likes. So files wait in this list, and one task at a time puts them in a
 * loop.
 */
static DEFINE_SPINLOCK(drop_lock, RANK_SPIN);
static LIST_HEAD(drop_list);
static bool dropping;

static struct unix_files *drop_next(bool first)
{
	struct unix_files *files = NULL;

	spin_lock(&drop_lock);
	if (!first || !dropping) {
		files = list_first_entry_or_null(&drop_list, struct unix_files, drop_node);
		if (files)
			list_del(&files->drop_node);
		dropping = files != NULL;
	}
	spin_unlock(&drop_lock);
	return files;
}

void unix_files_put(struct unix_files *files)
{
	spin_lock(&drop_lock);
	list_add_tail(&files->drop_node, &drop_list);
	spin_unlock(&drop_lock);
	for (files = drop_next(true); files; files = drop_next(false)) {
		for (unsigned int i = 0; i < files->count; i++)
			file_put(files->file[i]);
		kfree(files);
	}
}

static size_t files_size(unsigned int count)
{
	return sizeof(struct unix_files) + count * sizeof(struct file *);
}

struct unix_files *unix_files_dup(const struct unix_files *files)
{
	struct unix_files *copy = kmalloc(files_size(files->count), GFP_KERNEL);

	if (!copy)
		return NULL;
	memcpy(copy, files, files_size(files->count));
	copy->inflight = false;
	for (unsigned int i = 0; i < copy->count; i++)
		file_get(copy->file[i]);
	return copy;
}

/* ---- sending ---- */

/* Adds the files of one SCM_RIGHTS record. */
static int scm_take_files(struct unix_scm *scm, const s32 *fds, unsigned int n)
{
	if (!scm->files) {
		scm->files = kmalloc(files_size(SCM_MAX_FD), GFP_KERNEL);
		if (!scm->files)
			return -ENOMEM;
		scm->files->count = 0;
		scm->files->inflight = false;
	}
	if (n > SCM_MAX_FD - scm->files->count)
		return -EINVAL;
	while (n--) {
		struct file *file = fd_get_raw(*fds++);

		if (!file)
			return -EBADF;
		scm->files->file[scm->files->count++] = file;
	}
	return 0;
}

/* One may only claim to be oneself, unless privileged. */
static int scm_check_cred(const struct ucred_abi *claim)
{
	const struct cred *cred = current_cred();

	if (claim->pid != task_tgid(current) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (claim->uid != cred->uid && claim->uid != cred->euid && claim->uid != cred->suid &&
	    !capable(CAP_SETUID))
		return -EPERM;
	if (claim->gid != cred->gid && claim->gid != cred->egid && claim->gid != cred->sgid &&
	    !capable(CAP_SETGID))
		return -EPERM;
	return 0;
}

static int scm_take_cred(struct unix_scm *scm, const void *data, size_t len)
{
	int err;

	if (len != sizeof(scm->cred))
		return -EINVAL;
	err = scm_check_cred(data);
	if (!err)
		memcpy(&scm->cred, data, len);
	return err;
}

static int scm_take_record(struct unix_scm *scm, const struct cmsghdr_abi *hdr)
{
	size_t len = hdr->len - sizeof(*hdr);

	if (hdr->level != SOL_SOCKET_ABI)
		return 0;
	switch (hdr->type) {
	case SCM_RIGHTS_ABI:
		return scm_take_files(scm, (const s32 *)(hdr + 1), len / sizeof(s32));
	case SCM_CREDENTIALS_ABI:
		return scm_take_cred(scm, hdr + 1, len);
	default:
		return -EINVAL;
	}
}

static int scm_parse_records(const struct socket_msg *msg, struct unix_scm *scm)
{
	size_t left = msg->controllen;
	const u8 *p = msg->control;

	while (left >= sizeof(struct cmsghdr_abi)) {
		const struct cmsghdr_abi *hdr = (const struct cmsghdr_abi *)p;
		size_t step;
		int err;

		if (hdr->len < sizeof(*hdr) || hdr->len > left)
			return -EINVAL;
		err = scm_take_record(scm, hdr);
		if (err)
			return err;
		step = min_t(size_t, CMSG_ALIGN_UP(hdr->len), left);
		p += step;
		left -= step;
	}
	return 0;
}

int unix_scm_parse(const struct socket_msg *msg, struct unix_scm *scm)
{
	int err;

	scm->cred = unix_current_cred();
	scm->files = NULL;
	if (likely(!msg->control))
		return 0;
	err = scm_parse_records(msg, scm);
	if (!err && scm->files)
		err = unix_inflight_check();
	if (scm->files && (err || !scm->files->count)) {
		unix_files_put(scm->files);
		scm->files = NULL;
	}
	return err;
}

/* ---- receiving ---- */

/* Installs one file and writes its number; the reference is taken over on success. */
static int scm_give_file(struct file *file, u32 flags, s32 __user *dst)
{
	int fd = fd_alloc(0, flags);

	if (fd < 0)
		return fd;
	if (put_user(fd, dst)) {
		fd_release(fd);
		return -EFAULT;
	}
	file_get(file);
	fd_install(fd, file);
	return 0;
}

static void scm_deliver_files(struct socket_msg *msg, const struct unix_files *files)
{
	u32 cloexec = msg->flags & MSG_CMSG_CLOEXEC_ABI ? O_CLOEXEC : 0;
	size_t room = msg->controllen - msg->control_used;
	struct cmsghdr_abi hdr = { .level = SOL_SOCKET_ABI, .type = SCM_RIGHTS_ABI };
	u8 __user *dst = NULL;
	unsigned int max = 0, n = 0;

	if (msg->control_user)
		dst = msg->control_user + msg->control_used;
	if (dst && room > sizeof(hdr))
		max = min_t(unsigned int, (room - sizeof(hdr)) / sizeof(s32), files->count);
	while (n < max &&
	       !scm_give_file(files->file[n], cloexec, (s32 __user *)(dst + sizeof(hdr)) + n))
		n++;
	if (n < files->count)
		msg->flags_out |= MSG_CTRUNC_ABI;
	if (!n)
		return;
	hdr.len = sizeof(hdr) + n * sizeof(s32);
	if (!copy_to_user(dst, &hdr, sizeof(hdr)))
		msg->control_used += min_t(size_t, CMSG_ALIGN_UP(hdr.len), room);
}

void unix_scm_deliver(struct socket *sock, struct socket_msg *msg, struct unix_scm *scm)
{
	if (sock->options & SOCKET_PASSCRED)
		socket_put_cmsg(msg, SOL_SOCKET_ABI, SCM_CREDENTIALS_ABI, &scm->cred,
				sizeof(scm->cred));
	if (scm->files) {
		scm_deliver_files(msg, scm->files);
		unix_files_put(scm->files);
		scm->files = NULL;
	}
}
