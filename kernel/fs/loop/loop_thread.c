/*
 * loop_thread.c - serving a loop device's requests by reading and writing its file.
 *
 * Pages without a kernel address go through one page of the device's own. The thread is never made
 * to wait for memory to become clean as a writer is: it is what makes it clean.
 */
#include "loop_internal.h"
#include <kernel/errno.h>
#include <kernel/string.h>
#include <kernel/task.h>

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
		while ((rq = request_next(&l->disk))) {
			int err = serve(l, rq);

			request_end(rq, rq->sectors << SECTOR_SHIFT, err);
		}
	}
	file = l->file;
	WRITE_ONCE(l->serving, false);
	refuse(l);
	WRITE_ONCE(l->running, false);
	wake_up_all(&l->ended);
	file_put(file);
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
	task = kthread_create(loop_thread, l, l->disk.name);
	if (IS_ERR(task))
		l->running = l->serving = false;
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
