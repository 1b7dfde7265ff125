/* sysrq_mm.c - the magic keys of memory: m shows what it is used for, f kills the largest. */
#include "mm_internal.h"
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/sysrq.h>

static void key_memory(int key)
{
	struct page_stats s;

	page_get_stats(&s);
	pr_info("pages: %lu total, %lu free, %lu high, %lu high free\n", s.total, s.free,
		s.high_total, s.high_free);
	pr_info("pages: %lu cache, %lu anonymous, %lu shared, %lu dirty, %lu slab, %lu tables, %lu "
		"stacks\n",
		s.cache, s.anon, s.shmem, s.dirty, s.slab, s.tables, s.stacks);
}

static void key_oom(int key)
{
	if (!oom_kill(GFP_KERNEL, 0))
		pr_info("sysrq: nobody to kill\n");
}

static struct sysrq_key keys[] = {
	{ 'm', SYSRQ_DUMP, false, "show-memory-usage(m)", "Show Memory", key_memory },
	{ 'f', SYSRQ_SIGNAL, true, "memory-full-oom-kill(f)", "Manual OOM execution", key_oom },
};

static int sysrq_mm_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
		sysrq_register(&keys[i]);
	return 0;
}
INIT_CALL(INIT_CORE, sysrq_mm_init);
