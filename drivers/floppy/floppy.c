/*
 * floppy.c - the floppy controller in the kernel: finding it, its thread, interrupt, DMA channel.
 *
 * Which drives there are is what the BIOS wrote into CMOS: without any nothing is touched. The
 * controller is looked for in a thread, and no motor starts before somebody opens a drive.
 */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/isa_dma.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/reboot.h>
#include <kernel/resource.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "floppy.h"

#define FLOPPY_IRQ 6
#define FLOPPY_DMA 2u

static struct floppy *floppy; /* one; NULL: none. Written before its disks are added. */

/* ---- the core's host ---- */

static bool dma_start(void *ctx, bool to_memory, u32 offset, u32 bytes)
{
	struct floppy *f = ctx;

	return !isa_dma_start(FLOPPY_DMA, f->fdc.buffer + offset, bytes, to_memory);
}

static u32 dma_stop(void *ctx)
{
	return isa_dma_stop(FLOPPY_DMA);
}

static void turn_begin(void *ctx)
{
	struct floppy *f = ctx;

	f->turn_held = isa_turn_needed;
	if (f->turn_held)
		mutex_lock(&isa_turn);
}

static void turn_end(void *ctx)
{
	struct floppy *f = ctx;

	if (f->turn_held)
		mutex_unlock(&isa_turn);
}

static void note(void *ctx, const struct fdc_drive *d, const char *text)
{
	if (d)
		pr_warn("fd%u: %s\n", d->unit, text);
	else
		pr_warn("floppy: %s\n", text);
}

static const struct fdc_host core_host = { dma_start, dma_stop, turn_begin, turn_end, note };

static enum irq_return interrupt(int irq, void *data)
{
	struct floppy *f = data;

	if (!fdc_may_interrupt(&f->fdc))
		return IRQ_NONE;
	hw_host_irq(&f->hw);
	return IRQ_HANDLED;
}

/* ---- the thread ---- */

void floppy_lock(struct floppy_drive *d)
{
	mutex_lock(&d->floppy->lock);
}

static void kick(struct floppy *f)
{
	WRITE_ONCE(f->kicked, 1);
	wake_up(&f->wake);
}

void floppy_unlock(struct floppy_drive *d)
{
	struct floppy *f = d->floppy;
	bool turns = d->core->motor_since;

	if (turns)
		d->idle_at = clock_coarse_monotonic() + FLOPPY_IDLE;
	mutex_unlock(&f->lock);
	if (turns)
		kick(f);
}

static bool serve_drive(struct floppy_drive *d)
{
	bool some = false;

	for (unsigned int type = 0; type < FDC_FORMATS; type++) {
		struct floppy_disk *fd = READ_ONCE(d->disk[type]);

		if (fd)
			some |= floppy_serve(fd);
	}
	return some;
}

static s64 stop_idle_motor(struct floppy_drive *d, s64 now)
{
	if (!d->idle_at)
		return TIMEOUT_NEVER;
	if (d->idle_at > now)
		return d->idle_at - now;
	fdc_stop_motor(d->core);
	d->idle_at = 0;
	return TIMEOUT_NEVER;
}

/* Until the next motor is to be stopped. */
static s64 stop_idle_motors(struct floppy *f)
{
	s64 now = clock_coarse_monotonic(), left;

	mutex_lock(&f->lock);
	left = min(stop_idle_motor(&f->drive[0], now), stop_idle_motor(&f->drive[1], now));
	if (left == TIMEOUT_NEVER && !f->drive[0].openings && !f->drive[1].openings)
		floppy_drop_buffer(f);
	mutex_unlock(&f->lock);
	return left;
}

static int serve_thread(void *arg)
{
	struct floppy *f = arg;
	s64 left = TIMEOUT_NEVER;
	bool some;

	kthread_serve_reclaim();
	for (;;) {
		(void)wait_event_timeout(&f->wake, READ_ONCE(f->kicked), left);
		WRITE_ONCE(f->kicked, 0);
		do {
			some = serve_drive(&f->drive[0]);
			some |= serve_drive(&f->drive[1]);
		} while (some);
		left = stop_idle_motors(f);
	}
	return 0;
}

/* ---- finding it ---- */

static const u16 ports[][2] = { { 0x3f2, 0x3f2 }, { 0x3f4, 0x3f5 }, { 0x3f7, 0x3f7 } };

static void release_ports(unsigned int count)
{
	while (count--)
		resource_release(RESOURCE_PORT, ports[count][0], ports[count][1]);
}

static int claim_ports(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(ports); i++) {
		int err = resource_request(RESOURCE_PORT, ports[i][0], ports[i][1], "floppy");

		if (err) {
			release_ports(i);
			return err;
		}
	}
	return 0;
}

static void claim_lines(struct floppy *f)
{
	f->action = (struct irq_action){ .handler = interrupt, .data = f, .name = "floppy" };
	if (irq_request(FLOPPY_IRQ, &f->action)) {
		f->fdc.flags |= FDC_POLL;
		pr_warn("floppy: irq %d is taken: polling\n", FLOPPY_IRQ);
	}
	if (!(f->fdc.flags & FDC_NO_DMA) && isa_dma_request(FLOPPY_DMA, "floppy")) {
		f->fdc.flags |= FDC_NO_DMA;
		pr_warn("floppy: DMA channel %u is taken\n", FLOPPY_DMA);
	}
}

/* Interrupts are off, no thread runs any more. */
static void shutdown(void)
{
	fdc_stop_motors(&floppy->fdc);
}

static ssize_t show_cmos(struct device *dev, char *buf, size_t size)
{
	const struct floppy *f = container_of(dev, struct floppy, device);

	return (ssize_t)scnprintf(buf, size, "%X\n", f->drive[0].cmos);
}
static const struct device_attribute attr_cmos = { "cmos", 0444, show_cmos, NULL };
static const struct device_attribute *const attributes[] = { &attr_cmos, NULL };

static void add_drive(struct floppy_drive *d)
{
	struct floppy_disk *fd;

	if (!d->core->kind)
		return;
	pr_info("fd%u: %s\n", d->core->unit, d->core->kind->name);
	fd = floppy_disk_get(d, 0);
	if (IS_ERR(fd))
		pr_err("fd%u: cannot be added: %pE\n", d->core->unit, fd);
	else
		floppy_types_init(d);
}

static int look(struct floppy *f)
{
	enum fdc_error e;

	mutex_lock(&f->lock);
	e = fdc_probe(&f->fdc);
	mutex_unlock(&f->lock);
	if (e) {
		pr_info("floppy: %s\n", fdc_error_text(e));
		return -ENODEV;
	}
	pr_info("floppy: %s at %03x, %s\n",
		f->fdc.version == FDC_VERSION_ENHANCED ? "82077" : "765", f->fdc.base,
		f->fdc.flags & FDC_NO_DMA ? "no DMA" : "DMA");
	return 0;
}

static void forget(struct floppy *f)
{
	if (!(f->fdc.flags & FDC_NO_DMA))
		isa_dma_free(FLOPPY_DMA);
	irq_free(FLOPPY_IRQ, &f->action);
	release_ports(ARRAY_SIZE(ports));
	kfree(f);
}

static int probe_thread(void *arg)
{
	struct floppy *f = arg;

	claim_lines(f);
	if (look(f)) {
		forget(f);
	} else if (!IS_ERR(kthread_create(serve_thread, f, "floppy"))) {
		floppy = f;
		machine_shutdown_hook(shutdown);
		(void)blkdev_register_major(FD_MAJOR, "fd");
		blkdev_set_probe(FD_MAJOR, floppy_probe_number);
		(void)device_register(&f->device);
		add_drive(&f->drive[0]);
		add_drive(&f->drive[1]);
	}
	device_probe_end();
	return 0;
}

struct floppy_drive *floppy_drive_by_unit(unsigned int unit)
{
	return floppy && unit < FLOPPY_DRIVES ? &floppy->drive[unit] : NULL;
}

static void fill(struct floppy *f, const struct floppy_options *opt)
{
	hw_host_init(&f->hw);
	f->fdc.hw = &f->hw.hw;
	f->fdc.base = FDC_BASE;
	f->fdc.flags = opt->flags;
	f->fdc.host = &core_host;
	f->fdc.ctx = f;
	fdc_init(&f->fdc);
	mutex_init(&f->lock, RANK_MUTEX_LEAF - 1, "floppy");
	wait_queue_init(&f->wake);
	strscpy(f->device.name, "floppy.0", sizeof(f->device.name));
	f->device.attributes = attributes;
	for (unsigned int i = 0; i < FLOPPY_DRIVES; i++) {
		struct floppy_drive *d = &f->drive[i];

		d->floppy = f;
		d->core = &f->fdc.drive[i];
		d->core->kind = fdc_kind_by_cmos(opt->type[i]);
		d->cmos = d->core->kind ? opt->type[i] : 0;
		if (d->core->kind)
			f->buffer_order =
				max(f->buffer_order, d->core->kind->max_kbps > 500 ? 4u : 3u);
	}
}

static int floppy_init(void)
{
	struct floppy_options opt;
	struct floppy *f;

	floppy_options_get(&opt);
	if (opt.off || !(fdc_kind_by_cmos(opt.type[0]) || fdc_kind_by_cmos(opt.type[1])))
		return 0;
	if (claim_ports())
		return -EBUSY;
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f) {
		release_ports(ARRAY_SIZE(ports));
		return -ENOMEM;
	}
	fill(f, &opt);
	device_probe_begin();
	if (!IS_ERR(kthread_create(probe_thread, f, "floppy")))
		return 0;
	device_probe_end();
	release_ports(ARRAY_SIZE(ports));
	kfree(f);
	return -ENOMEM;
}
INIT_CALL(INIT_DRIVER, floppy_init);
