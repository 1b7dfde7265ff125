/* pty.c - pairs of pseudo terminals and the slave's driver. See pty.h. */
#include <kernel/device.h>
#include <kernel/devpts.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/poll.h>
#include <kernel/slab.h>
#include "pty.h"
#include "tty_internal.h"

#define TTYAUX_MAJOR 5
#define PTMX_MINOR   2
#define PTY_KEPT     4096u /* of the output, when it is flushed */

static DEFINE_MUTEX(pty_lock, RANK_MUTEX_LEAF);
static LIST_HEAD(ptys); /* pty_lock */
static unsigned int pty_count;

static struct pty *pty_of(struct tty *tty)
{
	return container_of(tty, struct pty, tty);
}

/* ---- the slave's ops ---- */

static int slave_open(struct tty *tty)
{
	pty_of(tty)->slave_closed = false;
	return 0;
}

/* What it wrote last can still be read. */
static void slave_close(struct tty *tty)
{
	struct pty *pty = pty_of(tty);

	WRITE_ONCE(pty->slave_closed, true);
	wake_up_all(&pty->read_wait);
	wake_up_all(&pty->write_wait);
}

static size_t slave_write(struct tty *tty, const u8 *bytes, size_t n)
{
	struct pty *pty = pty_of(tty);
	unsigned long flags = spin_lock_irqsave(&pty->lock);

	n = pty_ring_put(&pty->ring, bytes, n);
	spin_unlock_irqrestore(&pty->lock, flags);
	if (n)
		wake_up_poll(&pty->read_wait, POLLIN | POLLRDNORM);
	return n;
}

static size_t slave_room(struct tty *tty)
{
	return pty_ring_room(&pty_of(tty)->ring);
}

static void slave_flush_output(struct tty *tty)
{
	struct pty *pty = pty_of(tty);
	unsigned long flags = spin_lock_irqsave(&pty->lock);

	/* What a Linux master has in its own read buffer by then is past flushing: the last words
	 * of a program that ends are not lost. */
	if (pty_ring_used(&pty->ring) > PTY_KEPT)
		pty->ring.head = pty->ring.tail + PTY_KEPT;
	spin_unlock_irqrestore(&pty->lock, flags);
}

static void slave_input_taken(struct tty *tty)
{
	struct pty *pty = pty_of(tty);

	if (pty->may_write)
		return;
	WRITE_ONCE(pty->may_write, true);
	wake_up_poll(&pty->write_wait, POLLOUT | POLLWRNORM);
}

static void slave_packet_event(struct tty *tty, unsigned int status)
{
	struct pty *pty = pty_of(tty);
	unsigned long flags = spin_lock_irqsave(&pty->lock);
	bool told = pty_ring_event(&pty->ring, (u8)status);

	spin_unlock_irqrestore(&pty->lock, flags);
	if (told)
		wake_up_poll(&pty->read_wait, POLLPRI | POLLIN | POLLRDNORM);
}

/* ^S and ^Q as everybody has them: then a remote end may act on them itself. */
static bool usual_flow(const struct termios2_abi *t)
{
	return (t->c_iflag & IXON) && t->c_cc[VSTOP] == 19 && t->c_cc[VSTART] == 17;
}

static void slave_termios_changed(struct tty *tty, const struct termios2_abi *old)
{
	bool flow = usual_flow(&tty->termios);

	tty->termios.c_cflag = (tty->termios.c_cflag & ~(CSIZE | PARENB)) | CS8 | CREAD;
	if (usual_flow(old) != flow)
		slave_packet_event(tty, flow ? TIOCPKT_DOSTOP : TIOCPKT_NOSTOP);
}

static void slave_free(struct tty *tty)
{
	struct pty *pty = pty_of(tty);

	mutex_lock(&pty_lock);
	list_del(&pty->node);
	pty_count--;
	mutex_unlock(&pty_lock);
	kfree(pty->ring.bytes);
	kfree(pty);
}

static const struct tty_ops slave_ops = {
	.open = slave_open,
	.close = slave_close,
	.write = slave_write,
	.room = slave_room,
	.flush_output = slave_flush_output,
	.input_taken = slave_input_taken,
	.packet_event = slave_packet_event,
	.termios_changed = slave_termios_changed,
	.free = slave_free,
};

static struct tty *slave_find(struct tty_driver *driver, unsigned int index)
{
	struct tty *found = ERR_PTR(-EIO);
	struct pty *pty;

	mutex_lock(&pty_lock);
	list_for_each_entry (pty, &ptys, node) {
		if (pty->tty.index != index || !refcount_inc_not_zero(&pty->tty.refs))
			continue;
		found = &pty->tty;
		break;
	}
	mutex_unlock(&pty_lock);
	if (!IS_ERR(found) && (pty_of(found)->locked || found->other_closed)) {
		tty_put(found);
		return ERR_PTR(-EIO);
	}
	return found;
}

static struct tty_driver slave_driver = {
	.name = "pts",
	.major = PTS_MAJOR,
	.first_minor = 0,
	.count = 1u << MINORBITS,
	.ops = &slave_ops,
	.find = slave_find,
};

/* ---- pairs ---- */

/* The lowest number that is free; pty_lock held. */
static int insert_pair(struct pty *pty)
{
	struct list_head *at = &ptys;
	unsigned int index = 0;
	struct pty *other;

	if (pty_count >= devpts_max())
		return -ENOSPC;
	list_for_each_entry (other, &ptys, node) {
		if (other->tty.index != index)
			break;
		index++;
		at = &other->node;
	}
	tty_init(&pty->tty, &slave_driver, index);
	list_add(&pty->node, at);
	pty_count++;
	return 0;
}

static struct pty *alloc_pair(void)
{
	struct pty *pty = kzalloc(sizeof(*pty), GFP_KERNEL);

	if (!pty)
		return NULL;
	pty->ring.bytes = kmalloc(PTY_RING, GFP_KERNEL);
	if (!pty->ring.bytes) {
		kfree(pty);
		return NULL;
	}
	spin_init(&pty->lock, RANK_SPIN, "pty");
	wait_queue_init(&pty->read_wait);
	wait_queue_init(&pty->write_wait);
	pty->locked = pty->may_write = true;
	return pty;
}

struct pty *pty_create(void)
{
	struct pty *pty = alloc_pair();
	int err;

	if (!pty)
		return ERR_PTR(-ENOMEM);
	mutex_lock(&pty_lock);
	err = insert_pair(pty);
	mutex_unlock(&pty_lock);
	if (err) {
		kfree(pty->ring.bytes);
		kfree(pty);
		return ERR_PTR(err);
	}
	err = tty_pin(&pty->tty);
	if (err) {
		tty_put(&pty->tty);
		return ERR_PTR(err);
	}
	pty->dentry = devpts_add(pty->tty.index, MKDEV(PTS_MAJOR, pty->tty.index));
	if (IS_ERR(pty->dentry)) {
		err = PTR_ERR(pty->dentry);
		tty_unpin(&pty->tty);
		tty_put(&pty->tty);
		return ERR_PTR(err);
	}
	return pty;
}

void pty_master_gone(struct pty *pty)
{
	devpts_remove(pty->dentry);
	WRITE_ONCE(pty->tty.other_closed, true);
	tty_hangup(&pty->tty);
	tty_unpin(&pty->tty);
	tty_put(&pty->tty);
}

static struct device_class tty_class = { .name = "tty" };
static struct device ptmx_device = { .name = "ptmx",
				     .mode = 0666,
				     .devnum = MKDEV(TTYAUX_MAJOR, PTMX_MINOR) };

static int pty_init(void)
{
	int err;

	tty_driver_init_termios(&slave_driver.termios);
	err = tty_driver_register(&slave_driver);
	if (!err)
		err = chrdev_register(TTYAUX_MAJOR, PTMX_MINOR, 1, "ptmx", &ptmx_fops);
	if (err)
		return err;
	ptmx_device.class = class_register(&tty_class);
	return device_register(&ptmx_device);
}
INIT_CALL(INIT_DRIVER, pty_init);
