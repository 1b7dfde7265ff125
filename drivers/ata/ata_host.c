/*
 * ata_host.c - channels in the kernel: attaching them, their threads, their interrupts.
 *
 * Each channel is looked at by a thread of its own, so that slow drives hold up neither each other
 * nor the boot. The same thread then offers the drives to the uppers, while a second serves
 * requests: disk_add() reads the partition table and would else wait for itself.
 */
#include <kernel/atomic.h>
#include <kernel/block.h>
#include <kernel/errno.h>
#include <kernel/kthread.h>
#include <kernel/printk.h>
#include <kernel/reboot.h>
#include <kernel/resource.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include "ata_host.h"
#include "ata_names.h"

#define PRD_ENTRIES (PAGE_SIZE / 8) /* a page never crosses 64 KB */

struct ata_host {
	struct ata_channel ch;
	struct hw_host hw;
	unsigned int index;
	char name[8]; /* "ide0" */
	const char *controller;
	int irq;
	struct irq_action action;
	struct spinlock irq_lock; /* the core's lock */
	struct mutex own_lock;
	struct mutex *lock; /* own_lock, or its sister's too */
	struct ata_geometry geometry[2];
	struct ata_unit unit[2];
	struct device *parent;
	void (*forget)(void *data); /* NULL: a channel with ports of its own */
	void *data;
	int kicked;
	struct wait_queue wake;
	struct list_head node;
};

static LIST_HEAD(hosts); /* both: hosts_lock */
static LIST_HEAD(uppers);
static DEFINE_MUTEX(hosts_lock, RANK_MUTEX_LEAF - 1);

/* ---- for the uppers ---- */

void ata_upper_register(struct ata_upper *upper)
{
	mutex_lock(&hosts_lock);
	list_add_tail(&upper->node, &uppers);
	mutex_unlock(&hosts_lock);
}

void ata_unit_lock(struct ata_unit *unit)
{
	mutex_lock(unit->host->lock);
}

void ata_unit_unlock(struct ata_unit *unit)
{
	mutex_unlock(unit->host->lock);
}

void ata_unit_kick(struct ata_unit *unit)
{
	struct ata_host *host = unit->host;

	WRITE_ONCE(host->kicked, 1);
	wake_up(&host->wake);
}

/* ---- the core's callbacks ---- */

static unsigned long core_lock(void *ctx)
{
	struct ata_host *host = ctx;

	return spin_lock_irqsave(&host->irq_lock);
}

static void core_unlock(void *ctx, unsigned long saved)
{
	struct ata_host *host = ctx;

	spin_unlock_irqrestore(&host->irq_lock, saved);
}

static void core_note(struct ata_channel *ch, struct ata_device *dev, const char *text)
{
	struct ata_host *host = container_of(ch, struct ata_host, ch);

	pr_warn("%s: %s\n", dev ? host->unit[dev->unit].name : host->name, text);
}

static enum irq_return interrupt(int irq, void *data)
{
	struct ata_host *host = data;

	if (!ata_irq(&host->ch))
		return IRQ_NONE;
	hw_host_irq(&host->hw);
	return IRQ_HANDLED;
}

/* ---- serving ---- */

static bool serve_unit(struct ata_unit *unit)
{
	bool some;

	if (!unit->upper || !READ_ONCE(unit->private))
		return false;
	ata_unit_lock(unit);
	some = unit->upper->serve(unit);
	ata_unit_unlock(unit);
	return some;
}

static int serve_thread(void *arg)
{
	struct ata_host *host = arg;
	bool some;

	kthread_serve_reclaim();
	for (;;) {
		wait_event(&host->wake, READ_ONCE(host->kicked));
		WRITE_ONCE(host->kicked, 0);
		do {
			some = serve_unit(&host->unit[0]);
			some |= serve_unit(&host->unit[1]);
		} while (some);
	}
	return 0;
}

/* ---- looking for devices ---- */

static void release_ports(u16 base, u16 control)
{
	resource_release(RESOURCE_PORT, base, base + ATA_COMMAND_PORTS - 1u);
	resource_release(RESOURCE_PORT, control, control);
}

/* ---- handing units over ---- */
static void attach_unit(struct ata_unit *unit)
{
	struct ata_upper *upper;

	if (unit->host->forget && unit->dev->kind == ATA_PACKET && ata_name_packet_unit(unit))
		return;
	ata_register_major(unit, unit->host->name);
	unit->device.attributes = ata_unit_attributes(unit);
	if (device_register(&unit->device))
		return;
	list_for_each_entry (upper, &uppers, node) {
		unit->upper = upper;
		if (!upper->attach(unit))
			return;
		unit->upper = NULL;
	}
	pr_warn("%s: %s: no driver for it\n", unit->name, unit->dev->id.model);
}

static void start_interrupts(struct ata_host *host)
{
	if (host->irq < 0 || irq_request(host->irq, &host->action)) {
		host->ch.flags |= ATA_CH_POLL;
		if (host->irq >= 0)
			pr_warn("%s: irq %d is taken: polling\n", host->name, host->irq);
	}
	ata_enable_irq(&host->ch, true);
}

static void attach_units(struct ata_host *host)
{
	for (unsigned int i = 0; i < 2; i++)
		if (host->ch.dev[i].kind != ATA_NONE)
			attach_unit(&host->unit[i]);
}

static void say_found(const struct ata_host *host)
{
	if (host->forget)
		pr_info("%s: %s, irq %d\n", host->name, host->controller, host->irq);
	else if (host->irq < 0)
		pr_info("%s: %s at %03x, %03x, polled\n", host->name, host->controller,
			host->ch.base, host->ch.control);
	else
		pr_info("%s: %s at %03x, %03x, irq %d\n", host->name, host->controller,
			host->ch.base, host->ch.control, host->irq);
}

static int look(struct ata_host *host)
{
	int err;

	mutex_lock(host->lock);
	err = ata_detect(&host->ch, host->geometry);
	if (!err) {
		say_found(host);
		ata_set_modes(&host->ch);
		start_interrupts(host);
	}
	mutex_unlock(host->lock);
	return err;
}

/* An empty channel leaves its ports to others, but not its position. */
static void forget_host(struct ata_host *host)
{
	mutex_lock(&hosts_lock);
	list_del(&host->node);
	mutex_unlock(&hosts_lock);
	if (host->forget)
		host->forget(host->data);
	else
		release_ports(host->ch.base, host->ch.control);
	if (host->ch.prd)
		page_free_addr(host->ch.prd);
	kfree(host);
}

static int probe_thread(void *arg)
{
	struct ata_host *host = arg;

	if (look(host))
		forget_host(host);
	else if (!IS_ERR(kthread_create(serve_thread, host, host->name)))
		attach_units(host);
	device_probe_end();
	return 0;
}

/* ---- attaching a channel ---- */

static int claim_ports(const struct ata_attachment *at)
{
	int err;

	err = resource_request(RESOURCE_PORT, at->base, at->base + ATA_COMMAND_PORTS - 1u, "ide");
	if (err)
		return err;
	err = resource_request(RESOURCE_PORT, at->control, at->control, "ide");
	if (err)
		resource_release(RESOURCE_PORT, at->base, at->base + ATA_COMMAND_PORTS - 1u);
	return err;
}

static void fill_units(struct ata_host *host)
{
	for (unsigned int i = 0; i < 2; i++) {
		struct ata_unit *unit = &host->unit[i];

		unit->host = host;
		unit->dev = &host->ch.dev[i];
		if (!host->forget)
			ata_name_channel_unit(unit, host->index, i);
		else if (!i)
			ata_name_port_unit(unit, host->index);
		unit->device.parent = host->parent;
	}
}

/* Without memory for the table there is PIO. */
static void fill_dma(struct ata_host *host, const struct ata_attachment *at)
{
	void *page =
		at->bm && !(host->ch.flags & ATA_CH_NO_DMA) ? page_alloc_addr(GFP_KERNEL) : NULL;

	if (!page)
		return;
	host->ch.bm = at->bm;
	host->ch.prd = page;
	host->ch.prd_phys = virt_to_phys(page);
	host->ch.prd_max = PRD_ENTRIES;
}

static void fill_channel(struct ata_host *host, const struct ata_attachment *at, u32 flags)
{
	struct ata_channel *ch = &host->ch;

	hw_host_init(&host->hw);
	ch->hw = &host->hw.hw;
	ch->base = at->base;
	ch->control = at->control;
	ch->flags = at->flags | flags;
	ch->chip = ch->flags & ATA_CH_BIOS_DMA ? NULL : at->chip;
	ch->chip_data = at->chip_data;
	ch->pio_max = at->pio_max;
	ch->mwdma_mask = at->mwdma_mask;
	ch->udma_mask = at->udma_mask;
	ch->cable80 = at->cable80;
	ch->lock = core_lock;
	ch->unlock = core_unlock;
	ch->lock_ctx = host;
	ch->note = core_note;
	strscpy(ch->name, host->name, sizeof(ch->name));
	fill_dma(host, at);
	ata_channel_init(ch);
	if (at->init)
		at->init(ch, at->data);
}

static void fill_host(struct ata_host *host, const struct ata_attachment *at,
		      const struct ata_options *opt)
{
	spin_init(&host->irq_lock, RANK_SPIN, "ata");
	mutex_init(&host->own_lock, RANK_MUTEX_LEAF, "ata");
	wait_queue_init(&host->wake);
	host->lock = at->shared ? at->shared : &host->own_lock;
	host->parent = at->parent;
	host->irq = at->irq;
	host->forget = at->forget;
	host->data = at->data;
	host->controller = at->name;
	host->action = (struct irq_action){ .handler = interrupt,
					    .data = host,
					    .name = host->name,
					    .flags = at->irq_shared ? IRQ_SHARED : 0 };
	(void)snprintf(host->name, sizeof(host->name), at->forget ? "sata%u" : "ide%u",
		       host->index);
	memcpy(host->geometry, opt->geometry, sizeof(host->geometry));
	fill_channel(host, at, opt->flags);
	fill_units(host);
}

/* Interrupts are off and no thread runs any more: by polling. */
static void shutdown(void)
{
	struct ata_host *host;

	list_for_each_entry (host, &hosts, node) {
		host->ch.polling = true;
		for (unsigned int i = 0; i < 2; i++) {
			struct ata_unit *unit = &host->unit[i];

			if (unit->upper && unit->private && unit->upper->shutdown)
				unit->upper->shutdown(unit);
		}
	}
}

static int start_host(struct ata_host *host)
{
	static bool hooked;

	mutex_lock(&hosts_lock);
	list_add_tail(&host->node, &hosts);
	if (!hooked)
		machine_shutdown_hook(shutdown);
	hooked = true;
	mutex_unlock(&hosts_lock);
	device_probe_begin();
	if (!IS_ERR(kthread_create(probe_thread, host, host->name)))
		return 0;
	device_probe_end();
	return -ENOMEM;
}

/* Position and ports; its index or -errno. */
static int claim_channel(const struct ata_attachment *at)
{
	int err = claim_ports(at), index;

	if (err)
		return err;
	index = ata_take_channel(at->index);
	if (index < 0)
		release_ports(at->base, at->control);
	return index;
}

static void get_options(const struct ata_attachment *at, unsigned int index,
			struct ata_options *opt)
{
	if (at->forget)
		ata_options_get_port(index, opt);
	else
		ata_options_get(index, opt);
}

int ata_host_add(const struct ata_attachment *at)
{
	struct ata_options opt;
	struct ata_host *host;
	int index;

	host = kzalloc(sizeof(*host), GFP_KERNEL);
	if (!host)
		return -ENOMEM;
	index = at->forget ? ata_take_port(at->index) : claim_channel(at);
	if (index < 0) {
		kfree(host);
		return index;
	}
	get_options(at, (unsigned int)index, &opt);
	host->index = (unsigned int)index;
	fill_host(host, at, &opt);
	return start_host(host);
}
