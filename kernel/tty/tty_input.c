/*
 * tty_input.c - received bytes: from the driver into a ring, from there by a thread through the
 * line discipline.
 *
 * The ring has one consumer at a time (tty->lock) and any number of producers (input_lock). Bytes
 * the line discipline has no room for stay in it; the reader that makes room goes on with them.
 */
#include <kernel/init.h>
#include <kernel/poll.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include "tty_internal.h"

static DEFINE_SPINLOCK(queue_lock, RANK_SPIN + 1); /* also under input_lock */
static LIST_HEAD(queue); /* queue_lock: ttys with input; each referenced */
static DEFINE_WAIT_QUEUE(queue_wait);

/* ---- buffers ---- */

int tty_buffers_alloc(struct tty *tty)
{
	struct n_tty *n;
	u8 *ring;

	if (tty->n)
		return 0;
	n = kzalloc(sizeof(*n), GFP_KERNEL);
	ring = page_alloc_addr(GFP_KERNEL);
	tty->page = page_alloc_addr(GFP_KERNEL);
	tty->echo_left = kmalloc(TTY_ECHO_LEFT, GFP_KERNEL);
	if (n)
		n->buf = page_alloc_addr(GFP_KERNEL);
	if (!n || !n->buf || !ring || !tty->page || !tty->echo_left) {
		tty->n = n;
		tty->ring = ring;
		tty_buffers_free(tty);
		return -ENOMEM;
	}
	tty->echo_left_n = 0;
	n_tty_init(n, &tty->termios, &tty_n_ops, tty);
	tty->n = n;
	tty->ring_head = tty->ring_tail = tty->ring_flagged = 0;
	WRITE_ONCE(tty->ring, ring);
	return 0;
}

void tty_buffers_free(struct tty *tty)
{
	unsigned long flags = spin_lock_irqsave(&tty->input_lock);
	u8 *ring = tty->ring;

	tty->ring = NULL;
	spin_unlock_irqrestore(&tty->input_lock, flags);
	if (ring)
		page_free_addr(ring);
	if (tty->page)
		page_free_addr(tty->page);
	if (tty->n && tty->n->buf)
		page_free_addr(tty->n->buf);
	kfree(tty->n);
	kfree(tty->echo_left);
	tty->n = NULL;
	tty->page = tty->echo_left = NULL;
	tty->throttled = tty->input_full = false;
}

/* ---- producers ---- */

static bool put_locked(struct tty *tty, u8 c, unsigned int flag)
{
	u32 at = tty->ring_head % TTY_RING;

	if (!tty->ring)
		return false;
	if (tty->ring_head - tty->ring_tail >= TTY_RING) {
		tty->overruns++;
		return false;
	}
	tty->ring[at] = c;
	tty->ring[TTY_RING + at] = (u8)flag;
	if (flag != TTY_IN_NORMAL)
		tty->ring_flagged++;
	tty->ring_head++;
	return true;
}

bool tty_receive_char(struct tty *tty, u8 c, unsigned int flag)
{
	unsigned long flags = spin_lock_irqsave(&tty->input_lock);
	bool ok = put_locked(tty, c, flag);

	spin_unlock_irqrestore(&tty->input_lock, flags);
	return ok;
}

size_t tty_receive(struct tty *tty, const u8 *bytes, size_t n)
{
	unsigned long flags = spin_lock_irqsave(&tty->input_lock);
	size_t i = 0;

	while (i < n && put_locked(tty, bytes[i], TTY_IN_NORMAL))
		i++;
	spin_unlock_irqrestore(&tty->input_lock, flags);
	tty_receive_push(tty);
	return i;
}

void tty_receive_push(struct tty *tty)
{
	unsigned long flags = spin_lock_irqsave(&queue_lock);
	bool new = !tty->queued;

	if (new) {
		tty->queued = true;
		tty_get(tty);
		list_add_tail(&tty->queue_node, &queue);
	}
	spin_unlock_irqrestore(&queue_lock, flags);
	if (new)
		wake_up(&queue_wait);
}

/* ---- consumer ---- */

static void throttle_locked(struct tty *tty, bool on)
{
	if (tty->throttled == on)
		return;
	tty->throttled = on;
	if (tty->termios.c_iflag & IXOFF)
		tty_send_flow_char(tty, on);
	if (tty->driver->ops->throttle)
		tty->driver->ops->throttle(tty, on);
}

void tty_send_flow_char(struct tty *tty, bool stop)
{
	u8 c = tty->termios.c_cc[stop ? VSTOP : VSTART];

	if (!c)
		return;
	if (tty->driver->ops->send_now)
		tty->driver->ops->send_now(tty, c);
	else
		(void)tty->driver->ops->write(tty, &c, 1);
}

/* The longest piece that is in one place: without marks all normal bytes need no look at marks. */
static size_t take_piece(struct tty *tty)
{
	u32 at = tty->ring_tail % TTY_RING, used = tty->ring_head - tty->ring_tail;
	u32 piece = min(used, TTY_RING - at);
	bool flagged = READ_ONCE(tty->ring_flagged);
	size_t taken;

	taken = n_tty_receive(tty->n, tty->ring + at, flagged ? tty->ring + TTY_RING + at : NULL,
			      piece);
	if (flagged) {
		unsigned long flags = spin_lock_irqsave(&tty->input_lock);

		for (size_t i = 0; i < taken; i++)
			if (tty->ring[TTY_RING + at + i] != TTY_IN_NORMAL)
				tty->ring_flagged--;
		spin_unlock_irqrestore(&tty->input_lock, flags);
	}
	tty->ring_tail += (u32)taken;
	return taken;
}

static void input_done(struct tty *tty)
{
	if (tty->driver->ops->write_end)
		tty->driver->ops->write_end(tty);
	if (n_tty_readable(tty->n, 1))
		wake_up_poll(&tty->read_wait, POLLIN | POLLRDNORM);
}

void tty_process_locked(struct tty *tty)
{
	bool any = false;

	if (!tty->n)
		return;
	tty->input_full = false;
	while (READ_ONCE(tty->ring_head) != tty->ring_tail) {
		any = true;
		if (!take_piece(tty)) {
			tty->input_full = true;
			break;
		}
	}
	if (tty->input_full && tty->ring_head - tty->ring_tail >= TTY_THROTTLE_AT)
		throttle_locked(tty, true);
	if (any)
		input_done(tty);
}

/* A reader took something. */
void tty_unthrottle_locked(struct tty *tty)
{
	if (tty->input_full)
		tty_process_locked(tty);
	if (tty->throttled && n_tty_used(tty->n) <= TTY_UNTHROTTLE_AT)
		throttle_locked(tty, false);
	if (tty->driver->ops->input_taken)
		tty->driver->ops->input_taken(tty);
}

size_t tty_receive_now(struct tty *tty, const u8 *bytes, size_t n)
{
	size_t taken = 0;

	mutex_lock(&tty->lock);
	if (tty->n && (tty->active || tty->pinned)) {
		taken = n_tty_receive(tty->n, bytes, NULL, n);
		input_done(tty);
	}
	mutex_unlock(&tty->lock);
	return taken;
}

void tty_flush_input_locked(struct tty *tty)
{
	unsigned long flags = spin_lock_irqsave(&tty->input_lock);

	tty->ring_tail = tty->ring_head;
	tty->ring_flagged = 0;
	spin_unlock_irqrestore(&tty->input_lock, flags);
	n_tty_flush(tty->n);
	tty_unthrottle_locked(tty);
	if (tty->driver->ops->packet_event)
		tty->driver->ops->packet_event(tty, TIOCPKT_FLUSHREAD);
}

static struct tty *next_queued(void)
{
	unsigned long flags = spin_lock_irqsave(&queue_lock);
	struct tty *tty = list_first_entry_or_null(&queue, struct tty, queue_node);

	if (tty) {
		list_del_init(&tty->queue_node);
		tty->queued = false;
	}
	spin_unlock_irqrestore(&queue_lock, flags);
	return tty;
}

static int ttyd(void *arg)
{
	struct tty *tty;

	/* Echo and ^C are what a person waits for. */
	sched_set_nice(current, -10);
	for (;;) {
		wait_event(&queue_wait, !list_empty(&queue));
		while ((tty = next_queued()) != NULL) {
			mutex_lock(&tty->lock);
			tty_process_locked(tty);
			mutex_unlock(&tty->lock);
			tty_put(tty);
		}
	}
	return 0;
}

static int ttyd_start(void)
{
	struct task *task = kthread_create(ttyd, NULL, "ttyd");

	return IS_ERR(task) ? (int)PTR_ERR(task) : 0;
}
INIT_CALL(INIT_CORE, ttyd_start);

/* ---- what the line discipline wants ---- */

static void op_echo(void *ctx, const u8 *bytes, size_t n)
{
	tty_put_echo(ctx, bytes, n);
}

static void op_signal(void *ctx, int sig, bool flush)
{
	struct tty *tty = ctx;

	tty_signal_pgrp(tty, sig);
	if (!flush)
		return;
	tty_flush_output_locked(tty);
	if (tty->driver->ops->packet_event)
		tty->driver->ops->packet_event(tty, TIOCPKT_FLUSHREAD);
}

static void op_stop(void *ctx, bool stop)
{
	tty_stop_locked(ctx, stop);
}

const struct n_tty_ops tty_n_ops = { .echo = op_echo, .signal = op_signal, .stop = op_stop };

void tty_wake_readers(struct tty *tty)
{
	wake_up_poll(&tty->read_wait, POLLIN | POLLRDNORM);
}
