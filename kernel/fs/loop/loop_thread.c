/*
 * loop_thread.c - serving a loop device: requests by reading and writing its file, discards by
 * holes in it.
 *
 * Pages without a kernel address go through one page of the device's own. The thread is never made
 * to wait for memory to become clean as a writer is: it is what makes it clean.
 */
#include "loop_internal.h"
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <abi/fcntl.h>

static ssize_t move(struct loop *l, bool write, void *buf, size_t len, loff_t pos)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write ? file_write_kernel(l->file, (char *)buf + done, len - done, &pos)
				  : file_read_kernel(l->file, (char *)buf + done, len - done, &pos);

		if (n < 0)
			return n;
		if (!n)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

static void copy_page_part(struct page *page, unsigned int offset, void *buf, size_t len,
			   bool to_page)
{
	char *va = kmap_local(page);

	if (to_page)
		memcpy(va + offset, buf, len);
	else
		memcpy(buf, va + offset, len);
	kunmap_local(va);
}

static int serve_piece(struct loop *l, bool write, const struct bio_vec *v, loff_t pos)
{
	char *address = page_address(v->page);
	char *buf = address ? address + v->offset : page_address(l->bounce);
	ssize_t n;

	if (write && !address)
		copy_page_part(v->page, v->offset, buf, v->len, false);
	n = move(l, write, buf, v->len, pos);
	if (n < 0)
		return n == -ENOSPC ? -ENOSPC : -EIO;
	if (n < v->len) {
		if (write)
			return -ENOSPC;
		memset(buf + n, 0, v->len - (size_t)n); /* the file got shorter */
	}
	if (!write && !address)
		copy_page_part(v->page, v->offset, buf, v->len, true);
	return 0;
}

static int serve(struct loop *l, struct request *rq)
{
	loff_t pos = (loff_t)(l->offset + (rq->sector << SECTOR_SHIFT));
	struct request_iter it;
	struct bio_vec piece;
	int err = 0;

	if (rq->op == BIO_FLUSH)
		return l->file->ops->fsync ? l->file->ops->fsync(l->file, 0, LLONG_MAX, true) : 0;
	request_iter_init(&it, rq);
	while (!err && request_iter_next(&it, PAGE_SIZE, &piece)) {
		err = serve_piece(l, rq->op == BIO_WRITE, &piece, pos);
		pos += piece.len;
	}
	return err;
}

static void take_next_file(struct loop *l)
{
	struct file *old = l->file;

	l->file = l->next_file;
	WRITE_ONCE(l->next_file, NULL);
	wake_up_all(&l->ended);
	file_put(old);
}

/* Nobody serves them: who looked at the disk before it lost its file is told. */
static void refuse(struct loop *l)
{
	struct request *rq;

	while ((rq = request_next(&l->disk)))
		while (request_end(rq, rq->sectors << SECTOR_SHIFT, -EIO))
			;
}

/* ---- holes ---- */
/* On the stack of who waits for it. */
struct hole {
	struct list_head node;
	u64 sector, sectors;
	int err;
	bool done;
};

static struct hole *next_hole(struct loop *l)
{
	unsigned long flags = spin_lock_irqsave(&l->holes_lock);
	struct hole *hole = list_first_entry_or_null(&l->holes, struct hole, node);

	if (hole)
		list_del(&hole->node);
	spin_unlock_irqrestore(&l->holes_lock, flags);
	return hole;
}

static int make_hole(const struct loop *l, const struct hole *hole)
{
	int err;

	if (!l->disk.limits.discard)
		return -EOPNOTSUPP;
	err = vfs_fallocate(l->file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			    (loff_t)(l->offset + (hole->sector << SECTOR_SHIFT)),
			    (loff_t)(hole->sectors << SECTOR_SHIFT));
	return err && err != -EINVAL && err != -EOPNOTSUPP ? -EIO : err;
}

static void serve_holes(struct loop *l)
{
	struct hole *hole;

	while ((hole = next_hole(l))) {
		hole->err = l->serving ? make_hole(l, hole) : -EIO;
		WRITE_ONCE(hole->done, true);
		wake_up_all(&l->ended);
	}
}

int loop_discard(struct disk *disk, u64 sector, u64 sectors)
{
	struct loop *l = loop_of(disk);
	struct hole hole = { .sector = sector, .sectors = sectors };
	unsigned long flags = spin_lock_irqsave(&l->holes_lock);
	const bool served = READ_ONCE(l->serving);

	if (served)
		list_add_tail(&hole.node, &l->holes);
	spin_unlock_irqrestore(&l->holes_lock, flags);
	if (!served)
		return -EIO;
	l->work = true;
	wake_up(&l->wait);
	wait_event(&l->ended, READ_ONCE(hole.done));
	return hole.err;
}

/* ---- the thread ---- */
static int loop_thread(void *arg)
{
	struct loop *l = arg;
	struct request *rq;
	struct file *file;

	current->flags |= PF_LOCAL_THROTTLE;
	while (!l->stop) {
		wait_event(&l->wait, l->work || l->stop || l->next_file);
		if (l->next_file)
			take_next_file(l);
		l->work = false;
		serve_holes(l);
		while ((rq = request_next(&l->disk))) {
			int err = serve(l, rq);

			request_end(rq, rq->sectors << SECTOR_SHIFT, err);
		}
	}
	file = l->file;
	WRITE_ONCE(l->serving, false);
	refuse(l);
	serve_holes(l);
	WRITE_ONCE(l->running, false);
	wake_up_all(&l->ended);
	file_put(file);
	disk_put(&l->disk); /* the thread's own: who waited may have let go of it by now */
	return 0;
}

void loop_kick(struct disk *disk)
{
	struct loop *l = loop_of(disk);

	if (!READ_ONCE(l->serving)) {
		refuse(l);
		return;
	}
	l->work = true;
	wake_up(&l->wait);
}

int loop_start(struct loop *l)
{
	struct task *task;

	l->stop = false;
	l->running = l->serving = true;
	disk_get(&l->disk);
	task = kthread_create(loop_thread, l, l->disk.name);
	if (IS_ERR(task)) {
		l->running = l->serving = false;
		disk_put(&l->disk);
	}
	return IS_ERR(task) ? (int)PTR_ERR(task) : 0;
}

void loop_change(struct loop *l, struct file *file)
{
	WRITE_ONCE(l->next_file, file);
	wake_up(&l->wait);
	wait_event(&l->ended, !READ_ONCE(l->next_file));
}

void loop_stop(struct loop *l)
{
	l->stop = true;
	wake_up(&l->wait);
	wait_event(&l->ended, !READ_ONCE(l->running));
}
