/* sys_info.c - what system and process are and have used: uname, sysinfo, times, getrusage. */
#include <kernel/arch.h>
#include <kernel/blockdev.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/main.h>
#include <kernel/math64.h>
#include <kernel/page.h>
#include <kernel/string.h>
#include <kernel/swap.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include <kernel/uts.h>
#include "task_internal.h"

#define OLD_UTS_LEN	9
#define PERSONALITY_ASK 0xffffffffu
#define LOAD_SHIFT	11 /* of sched_load_average() */
#define SI_LOAD_SHIFT	16 /* of struct sysinfo */

static DEFINE_SPINLOCK(uts_lock, RANK_LEAF); /* uts.nodename, uts.domainname */
static struct uts_names uts = {
	.sysname = "Linux",
	.nodename = "oldiron",
	.release = OLDIRON_RELEASE,
	.version = "#1 Oldiron " OLDIRON_VERSION,
	.domainname = "(none)",
};

void uts_get(struct uts_names *out)
{
	unsigned long flags = spin_lock_irqsave(&uts_lock);

	*out = uts;
	spin_unlock_irqrestore(&uts_lock, flags);
	memset(out->machine, 0, sizeof(out->machine));
	strscpy(out->machine, arch_platform, sizeof(out->machine));
}

static int set_name(char *slot, const char *name, size_t len)
{
	unsigned long flags;

	if (len >= UTS_LEN)
		return -EINVAL;
	flags = spin_lock_irqsave(&uts_lock);
	memcpy(slot, name, len);
	memset(slot + len, 0, UTS_LEN - len);
	spin_unlock_irqrestore(&uts_lock, flags);
	return 0;
}

int uts_set_hostname(const char *name, size_t len)
{
	return set_name(uts.nodename, name, len);
}

int uts_set_domainname(const char *name, size_t len)
{
	return set_name(uts.domainname, name, len);
}

static long set_name_user(const void __user *uname, size_t len, bool host)
{
	char name[UTS_LEN];

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (len >= UTS_LEN)
		return -EINVAL;
	if (copy_from_user(name, uname, len))
		return -EFAULT;
	return host ? uts_set_hostname(name, len) : uts_set_domainname(name, len);
}

asmlinkage long sys_sethostname(const void __user *name, size_t len)
{
	return set_name_user(name, len, true);
}

asmlinkage long sys_setdomainname(const void __user *name, size_t len)
{
	return set_name_user(name, len, false);
}

asmlinkage long sys_uname(void __user *buf)
{
	struct uts_names names;

	uts_get(&names);
	return copy_to_user(buf, &names, sizeof(names));
}

/* Without the domain name. */
asmlinkage long sys_olduname(void __user *buf)
{
	struct uts_names names;

	uts_get(&names);
	return copy_to_user(buf, &names, offsetof(struct uts_names, domainname));
}

asmlinkage long sys_oldolduname(void __user *buf)
{
	char out[5][OLD_UTS_LEN] = { "" };
	struct uts_names names;
	const char *in = (const char *)&names;

	uts_get(&names);
	for (unsigned int i = 0; i < ARRAY_SIZE(out); i++)
		strscpy(out[i], in + i * UTS_LEN, OLD_UTS_LEN);
	return copy_to_user(buf, out, sizeof(out));
}

/* ---- memory and load ---- */

struct sysinfo_abi {
	s32 uptime;
	u32 loads[3], totalram, freeram, sharedram, bufferram, totalswap, freeswap;
	u16 procs, pad;
	u32 totalhigh, freehigh, mem_unit;
	u8 unused[8];
};
_Static_assert(sizeof(struct sysinfo_abi) == 64, "struct sysinfo");

asmlinkage long sys_sysinfo(void __user *info)
{
	struct page_stats st;
	struct swap_stats swap;
	unsigned long load[3];
	struct sysinfo_abi out = { 0 };

	page_get_stats(&st);
	swap_get_stats(&swap);
	sched_load_average(load);
	/* A second that was begun counts. */
	out.uptime = (s32)div_u64((u64)clock_monotonic() + NSEC_PER_SEC - 1, (u32)NSEC_PER_SEC);
	for (unsigned int i = 0; i < 3; i++)
		out.loads[i] = load[i] << (SI_LOAD_SHIFT - LOAD_SHIFT);
	/* In bytes: 4 GB at most, and one byte less than that fits. */
	out.mem_unit = 1;
	if ((st.total + swap.total) >> (32 - PAGE_SHIFT))
		out.mem_unit = PAGE_SIZE;
	else
		st.total <<= PAGE_SHIFT, st.free <<= PAGE_SHIFT, st.shmem <<= PAGE_SHIFT,
			st.high_total <<= PAGE_SHIFT, st.high_free <<= PAGE_SHIFT,
			swap.total <<= PAGE_SHIFT, swap.free <<= PAGE_SHIFT;
	out.totalram = st.total;
	out.freeram = st.free;
	out.sharedram = st.shmem;
	out.bufferram = blockdev_cached_pages() * (PAGE_SIZE / out.mem_unit);
	out.totalhigh = st.high_total;
	out.freehigh = st.high_free;
	out.totalswap = swap.total;
	out.freeswap = swap.free;
	out.procs = (u16)task_count();
	return copy_to_user(info, &out, sizeof(out));
}

asmlinkage long sys_getcpu(void __user *cpu, void __user *node, void __user *unused)
{
	if (cpu && put_user(0, (u32 __user *)cpu))
		return -EFAULT;
	return node ? put_user(0, (u32 __user *)node) : 0;
}

asmlinkage long sys_personality(u32 persona)
{
	u32 old = current->personality;

	if (persona != PERSONALITY_ASK)
		current->personality = persona;
	return (long)old;
}

/* ---- usage ---- */

static s32 ticks(u64 ns)
{
	return (s32)div_u64(ns, (u32)(NSEC_PER_SEC / HZ));
}

asmlinkage long sys_times(void __user *buf)
{
	struct process *p = current->process;
	u64 utime, stime;
	s32 out[4];

	if (buf) {
		process_cpu_times(p, &utime, &stime);
		out[0] = ticks(utime);
		out[1] = ticks(stime);
		out[2] = ticks(p->dead_children.utime);
		out[3] = ticks(p->dead_children.stime);
		if (copy_to_user(buf, out, sizeof(out)))
			return -EFAULT;
	}
	return ticks((u64)clock_monotonic());
}

asmlinkage long sys_getrusage(int who, void __user *usage)
{
	struct rusage_k u = { 0 };
	struct rusage_abi out;

	switch (who) {
	case RUSAGE_SELF:
		process_get_usage(current->process, &u);
		break;
	case RUSAGE_CHILDREN:
		u = current->process->dead_children;
		break;
	case RUSAGE_THREAD:
		usage_add_task(&u, current);
		break;
	default:
		return -EINVAL;
	}
	rusage_to_abi(&u, &out);
	return copy_to_user(usage, &out, sizeof(out));
}
