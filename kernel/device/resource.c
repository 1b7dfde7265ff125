/*
 * resource.c - ranges of ports and addresses; see resource.h.
 *
 * A list per type, sorted by start, an outer range before those inside it: the depth of a range is
 * the number of earlier ones that reach over it. There are some dozens at most.
 */
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/list.h>
#include <kernel/lock.h>
#include <kernel/resource.h>
#include <kernel/slab.h>

struct resource {
	struct list_head node;
	u32 start, end;
	bool claimed;
	const char *name;
};

static DEFINE_SPINLOCK(resource_lock, RANK_SPIN);
static struct list_head lists[RESOURCE_TYPES] = {
	/* resource_lock */
	LIST_HEAD_INIT(lists[RESOURCE_PORT]),
	LIST_HEAD_INIT(lists[RESOURCE_MEMORY]),
	LIST_HEAD_INIT(lists[RESOURCE_DMA]),
};

static bool touches(const struct resource *a, const struct resource *b)
{
	return a->start <= b->end && b->start <= a->end;
}

static bool holds(const struct resource *outer, const struct resource *inner)
{
	return outer->start <= inner->start && inner->end <= outer->end;
}

/* May `new` stand beside or inside or around r? */
static bool compatible(const struct resource *r, const struct resource *new)
{
	if (!touches(r, new))
		return true;
	if (r->claimed && new->claimed)
		return false;
	return (holds(r, new) && !r->claimed) || (holds(new, r) && !new->claimed);
}

static bool comes_before(const struct resource *r, const struct resource *new)
{
	return r->start < new->start || (r->start == new->start &&holds(r, new));
}

static int insert(enum resource_type type, u32 start, u32 end, const char *name, bool claimed)
{
	struct resource *new, *r;
	struct list_head *at = &lists[type];
	int err = 0;

	if (start > end)
		return -EINVAL;
	new = kmalloc(sizeof(*new), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	*new = (struct resource){ .start = start, .end = end, .claimed = claimed, .name = name };
	spin_lock(&resource_lock);
	list_for_each_entry (r, &lists[type], node) {
		if (!compatible(r, new)) {
			err = -EBUSY;
			break;
		}
		if (comes_before(r, new))
			at = &r->node;
	}
	if (!err)
		list_add(&new->node, at);
	spin_unlock(&resource_lock);
	if (err)
		kfree(new);
	return err;
}

int resource_request(enum resource_type type, u32 start, u32 end, const char *name)
{
	return insert(type, start, end, name, true);
}

int resource_add(enum resource_type type, u32 start, u32 end, const char *name)
{
	return insert(type, start, end, name, false);
}

void resource_release(enum resource_type type, u32 start, u32 end)
{
	struct resource *r, *found = NULL;

	spin_lock(&resource_lock);
	list_for_each_entry (r, &lists[type], node) {
		if (r->claimed && r->start == start && r->end == end) {
			found = r;
			list_del(&r->node);
			break;
		}
	}
	spin_unlock(&resource_lock);
	kfree(found);
}

static unsigned int depth_of(const struct list_head *list, const struct resource *of)
{
	struct resource *r;
	unsigned int depth = 0;

	list_for_each_entry (r, list, node) {
		if (r == of)
			break;
		depth += holds(r, of);
	}
	return depth;
}

bool resource_get_info(enum resource_type type, unsigned int nth, struct resource_info *info)
{
	struct resource *r;
	bool found = false;

	spin_lock(&resource_lock);
	list_for_each_entry (r, &lists[type], node) {
		if (nth--)
			continue;
		*info = (struct resource_info){ r->start, r->end, depth_of(&lists[type], r),
						r->name };
		found = true;
		break;
	}
	spin_unlock(&resource_lock);
	return found;
}

/* What every PC has. Source: IBM PC/AT technical reference, I/O address map. */
static const struct {
	u16 start, end;
	const char *name;
} pc_ports[] = {
	{ 0x00, 0x1f, "dma1" },		{ 0x20, 0x21, "pic1" }, { 0x40, 0x43, "timer0" },
	{ 0x80, 0x8f, "dma page reg" }, { 0xa0, 0xa1, "pic2" }, { 0xc0, 0xdf, "dma2" },
	{ 0xf0, 0xff, "fpu" },
};

static int __init resource_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(pc_ports); i++)
		resource_add(RESOURCE_PORT, pc_ports[i].start, pc_ports[i].end, pc_ports[i].name);
	resource_request(RESOURCE_DMA, 4, 4, "cascade");
	resource_add(RESOURCE_MEMORY, 0xa0000, 0xbffff, "Video RAM area");
	resource_add(RESOURCE_MEMORY, 0xf0000, 0xfffff, "System ROM");
	return resource_add(RESOURCE_MEMORY, 0x100000, (u32)((page_map_pfns << PAGE_SHIFT) - 1),
			    "System RAM");
}
INIT_CALL(INIT_CORE, resource_init);
