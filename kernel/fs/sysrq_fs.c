/* sysrq_fs.c - the magic keys of file systems: s writes everything back, u makes all read-only. */
#include "vfs_internal.h"
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/sysrq.h>

static void key_sync(int key)
{
	sync_all(true);
	pr_info("Emergency Sync complete\n");
}

static int make_readonly(struct super_block *sb, void *arg)
{
	if (!(sb->flags & MS_RDONLY) && (sb->type->flags & FS_REQUIRES_DEV))
		(void)super_remount(sb, sb->flags | MS_RDONLY, NULL);
	return 0;
}

static void key_remount(int key)
{
	super_for_each(make_readonly, NULL);
	pr_info("Emergency Remount complete\n");
}

static struct sysrq_key keys[] = {
	{ 's', SYSRQ_SYNC, true, "sync(s)", "Emergency Sync", key_sync },
	{ 'u', SYSRQ_REMOUNT, true, "unmount(u)", "Emergency Remount R/O", key_remount },
};

static int sysrq_fs_init(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
		sysrq_register(&keys[i]);
	return 0;
}
INIT_CALL(INIT_CORE, sysrq_fs_init);
