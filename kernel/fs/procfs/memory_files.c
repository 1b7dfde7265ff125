/* memory_files.c - /proc/meminfo, swaps, vmstat, slabinfo, buddyinfo, zoneinfo. */
#include "procfs_internal.h"
#include <kernel/block.h>
#include <kernel/blockdev.h>
#include <kernel/init.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/swap.h>

#define KB(pages)	 ((pages) * (PAGE_SIZE / 1024))
#define DMA_END_PFN	 ((16ul << 20) >> PAGE_SHIFT)
#define SWAP_NAME_COLUMN 40u
#define SWAP_WIDE	 10000000ul /* more digits than to the next tab */

static void put_kb(struct seq *s, const char *name, unsigned long kb)
{
	size_t from = s->len;

	seq_printf(s, "%s:", name);
	seq_pad(s, from, 16);
	seq_printf(s, "%8lu kB\n", kb);
}

/* As Linux estimates what programs can get without swapping: half of the caches may stay. */
static unsigned long available(const struct page_stats *st)
{
	unsigned long files = st->cache > st->shmem ? st->cache - st->shmem : 0;
	unsigned long pages = st->free > st->min ? st->free - st->min : 0;

	pages += files - min(files / 2, st->low);
	pages += st->slab_reclaimable - min(st->slab_reclaimable / 2, st->low);
	return min(pages, st->total);
}

static void put_main(struct seq *s, const struct page_stats *st)
{
	const unsigned long buffers = min(blockdev_cached_pages(), st->cache);
	struct swap_stats swap;

	swap_get_stats(&swap);
	put_kb(s, "MemTotal", KB(st->total));
	put_kb(s, "MemFree", KB(st->free));
	put_kb(s, "MemAvailable", KB(available(st)));
	put_kb(s, "Buffers", KB(buffers));
	put_kb(s, "Cached", KB(st->cache - buffers));
	put_kb(s, "SwapCached", KB(swap.cached));
	put_kb(s, "Active", KB(st->active));
	put_kb(s, "Inactive", KB(st->inactive));
	put_kb(s, "Active(anon)", KB(st->anon));
	put_kb(s, "Inactive(anon)", 0);
	put_kb(s, "Active(file)", KB(st->active));
	put_kb(s, "Inactive(file)", KB(st->inactive));
	put_kb(s, "Unevictable", KB(st->unevictable));
	put_kb(s, "Mlocked", 0);
	put_kb(s, "HighTotal", KB(st->high_total));
	put_kb(s, "HighFree", KB(st->high_free));
	put_kb(s, "LowTotal", KB(st->total - st->high_total));
	put_kb(s, "LowFree", KB(st->free - st->high_free));
	put_kb(s, "SwapTotal", KB(swap.total));
	put_kb(s, "SwapFree", KB(swap.free));
}

static void put_uses(struct seq *s, const struct page_stats *st)
{
	put_kb(s, "Dirty", KB(st->dirty));
	put_kb(s, "Writeback", KB(st->writeback));
	put_kb(s, "AnonPages", KB(st->anon));
	put_kb(s, "Mapped", KB(st->mapped));
	put_kb(s, "Shmem", KB(st->shmem));
	put_kb(s, "KReclaimable", KB(st->slab_reclaimable));
	put_kb(s, "Slab", KB(st->slab));
	put_kb(s, "SReclaimable", KB(st->slab_reclaimable));
	put_kb(s, "SUnreclaim", KB(st->slab - st->slab_reclaimable));
	put_kb(s, "KernelStack", KB(st->stacks));
	put_kb(s, "PageTables", KB(st->tables));
	put_kb(s, "NFS_Unstable", 0);
	put_kb(s, "Bounce", 0);
	put_kb(s, "WritebackTmp", 0);
	put_kb(s, "CommitLimit", KB(mm_commit_limit()));
	put_kb(s, "Committed_AS", KB(mm_committed()));
	put_kb(s, "VmallocTotal", (vmalloc_end - vmalloc_start) / 1024);
	put_kb(s, "VmallocUsed", KB(st->vmalloc + st->stacks));
	put_kb(s, "VmallocChunk", 0);
	put_kb(s, "Percpu", 0);
	put_kb(s, "DirectMap4k", KB(lowmem_end_pfn));
}

static int show_meminfo(struct seq *s)
{
	struct page_stats st;

	page_get_stats(&st);
	put_main(s, &st);
	put_uses(s, &st);
	return 0;
}

/* ---- swaps ---- */

static int show_swaps(struct seq *s)
{
	char *path = kmalloc(PATH_MAX, GFP_KERNEL);
	struct swap_info i;

	if (!path)
		return -ENOMEM;
	seq_puts(s, "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
	for (unsigned int n = 0; swap_get_info(n, &i, path, PATH_MAX); n++) {
		const size_t from = s->len;

		seq_escape(s, path, " \t\n\\");
		if (s->len - from >= SWAP_NAME_COLUMN)
			seq_putc(s, ' ');
		seq_pad(s, from, SWAP_NAME_COLUMN);
		seq_printf(s, "%s\t%lu\t%s%lu\t%s%d\n", i.file ? "file\t" : "partition",
			   KB(i.pages), KB(i.pages) < SWAP_WIDE ? "\t" : "", KB(i.used),
			   KB(i.used) < SWAP_WIDE ? "\t" : "", i.prio);
	}
	kfree(path);
	return 0;
}

/* ---- vmstat ---- */

struct fault_counts {
	u64 minor, major;
};

static void add_usage(struct fault_counts *n, const struct rusage_k *u)
{
	n->minor += u->min_flt;
	n->major += u->maj_flt;
}

/* A process's dead children and threads are counted in it, so all that ever was is in the living.
 */
static void count_faults(struct fault_counts *n)
{
	unsigned long flags = spin_lock_irqsave(&task_list_lock);
	struct process *p;
	struct task *t;

	for_each_process (p) {
		add_usage(n, &p->dead_threads);
		add_usage(n, &p->dead_children);
		for_each_thread (p, t) {
			n->minor += t->min_flt;
			n->major += t->maj_flt;
		}
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
}

static int show_vmstat(struct seq *s)
{
	struct fault_counts faults = { 0 };
	struct swap_stats swap;
	struct page_stats st;

	page_get_stats(&st);
	swap_get_stats(&swap);
	count_faults(&faults);
	seq_printf(s, "nr_free_pages %lu\nnr_zone_inactive_anon 0\nnr_zone_active_anon %lu\n",
		   st.free, st.anon);
	seq_printf(s, "nr_zone_inactive_file %lu\nnr_zone_active_file %lu\n", st.inactive,
		   st.active);
	seq_printf(s, "nr_zone_unevictable %lu\nnr_zone_write_pending %lu\nnr_mlock 0\n",
		   st.unevictable, st.dirty + st.writeback);
	seq_printf(s, "nr_inactive_anon 0\nnr_active_anon %lu\nnr_inactive_file %lu\n", st.anon,
		   st.inactive);
	seq_printf(s, "nr_active_file %lu\nnr_unevictable %lu\nnr_slab_reclaimable %lu\n",
		   st.active, st.unevictable, st.slab_reclaimable);
	seq_printf(s, "nr_slab_unreclaimable %lu\nnr_anon_pages %lu\nnr_mapped %lu\n",
		   st.slab - st.slab_reclaimable, st.anon, st.mapped);
	seq_printf(s, "nr_file_pages %lu\nnr_dirty %lu\nnr_writeback %lu\nnr_shmem %lu\n", st.cache,
		   st.dirty, st.writeback, st.shmem);
	seq_printf(s, "nr_kernel_stack %lu\nnr_page_table_pages %lu\n", KB(st.stacks), st.tables);
	seq_printf(s, "pgpgin %lu\npgpgout %lu\n", bio_sectors_submitted(BIO_READ) / 2,
		   bio_sectors_submitted(BIO_WRITE) / 2);
	seq_printf(s, "pswpin %lu\npswpout %lu\n", swap.in, swap.out);
	seq_printf(s, "pgfault %llu\npgmajfault %llu\n", faults.minor + faults.major, faults.major);
	seq_printf(s, "pgsteal_kswapd %lu\npgsteal_direct %lu\n", reclaim_stats.kswapd.freed,
		   reclaim_stats.direct.freed);
	seq_printf(s, "pgscan_kswapd %lu\npgscan_direct %lu\n", reclaim_stats.kswapd.scanned,
		   reclaim_stats.direct.scanned);
	seq_printf(s, "oom_kill %lu\n", oom_kill_count());
	return 0;
}

/* ---- slabs ---- */

static int show_slabinfo(struct seq *s)
{
	struct slab_info i;

	seq_puts(s, "slabinfo - version: 2.1\n"
		    "# name            <active_objs> <num_objs> <objsize> <objperslab> "
		    "<pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata "
		    "<active_slabs> <num_slabs> <sharedavail>\n");
	for (unsigned int n = 0; slab_get_info(n, &i); n++) {
		seq_printf(s, "%-17s %6lu %6lu %6u %4u %4u", i.name, i.active, i.total,
			   i.object_size, i.objects_per_slab, i.pages_per_slab);
		seq_printf(s, " : tunables    0    0    0 : slabdata %6lu %6lu      0\n", i.slabs,
			   i.slabs);
	}
	return 0;
}

/* ---- zones ---- */

struct zone_range {
	const char *name;
	unsigned long start, end;
};

static unsigned int get_zones(struct zone_range zones[3])
{
	const unsigned long low = min(lowmem_end_pfn, page_map_pfns);
	const struct zone_range all[3] = {
		{ "DMA", 0, min(DMA_END_PFN, low) },
		{ "Normal", min(DMA_END_PFN, low), low },
		{ "HighMem", low, page_map_pfns },
	};
	unsigned int n = 0;

	for (unsigned int i = 0; i < 3; i++)
		if (all[i].start < all[i].end)
			zones[n++] = all[i];
	return n;
}

/* Free blocks by order. The allocator goes on meanwhile: this is a look, not a count. */
static void count_blocks(const struct zone_range *z, unsigned long blocks[PAGE_MAX_ORDER + 1])
{
	memset(blocks, 0, sizeof(*blocks) * (PAGE_MAX_ORDER + 1));
	for (unsigned long pfn = z->start; pfn < z->end; pfn++) {
		const struct page *p = pfn_to_page(pfn);
		const unsigned long order = READ_ONCE(p->private);

		if (!page_test_flag(p, PG_BUDDY) || order > PAGE_MAX_ORDER)
			continue;
		blocks[order]++;
		pfn += (1ul << order) - 1;
	}
}

static int show_buddyinfo(struct seq *s)
{
	unsigned long blocks[PAGE_MAX_ORDER + 1];
	struct zone_range zones[3];
	unsigned int n = get_zones(zones);

	for (unsigned int i = 0; i < n; i++) {
		count_blocks(&zones[i], blocks);
		seq_printf(s, "Node 0, zone %8s ", zones[i].name);
		for (unsigned int order = 0; order <= PAGE_MAX_ORDER; order++)
			seq_printf(s, "%6lu ", blocks[order]);
		seq_putc(s, '\n');
	}
	return 0;
}

static unsigned long free_in(const struct zone_range *z)
{
	unsigned long blocks[PAGE_MAX_ORDER + 1], pages = 0;

	count_blocks(z, blocks);
	for (unsigned int order = 0; order <= PAGE_MAX_ORDER; order++)
		pages += blocks[order] << order;
	return pages;
}

static int show_zoneinfo(struct seq *s)
{
	struct zone_range zones[3];
	struct page_stats st;
	unsigned int n = get_zones(zones);

	page_get_stats(&st);
	for (unsigned int i = 0; i < n; i++) {
		const unsigned long span = zones[i].end - zones[i].start;

		seq_printf(s, "Node 0, zone %8s\n  pages free     %lu\n", zones[i].name,
			   free_in(&zones[i]));
		seq_printf(s, "        min      %lu\n        low      %lu\n        high     %lu\n",
			   st.min, st.low, st.high);
		seq_printf(s, "        spanned  %lu\n        present  %lu\n        managed  %lu\n",
			   span, span, span);
		seq_printf(s, "  start_pfn:           %lu\n", zones[i].start);
	}
	return 0;
}

static const struct proc_file files[] = {
	{ "buddyinfo", 0, show_buddyinfo },  { "meminfo", 0, show_meminfo },
	{ "slabinfo", 0400, show_slabinfo }, { "swaps", 0, show_swaps },
	{ "vmstat", 0, show_vmstat },	     { "zoneinfo", 0, show_zoneinfo },
};

int __init proc_memory_files_init(void)
{
	return proc_add_files("", files, ARRAY_SIZE(files));
}
