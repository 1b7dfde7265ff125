/*
 * mount_root.c - root=: the file system that process 1 lives on, when no initramfs has an /init.
 *
 * The device is mounted on /root of the first root file system (in memory), moved over /, and
 * becomes the root of everybody, as Linux does it. root= may name a device that its driver is still
 * looking for: all probes are waited for first; `rootwait` waits until it comes.
 */
#include <kernel/blockdev.h>
#include <kernel/devfs.h>
#include <kernel/errno.h>
#include <kernel/init.h>
#include <kernel/fs.h>
#include <kernel/main.h>
#include <kernel/partition.h>
#include <kernel/printk.h>
#include <kernel/string.h>

#define NAME_SIZE  128u
#define TYPES_SIZE 512u
#define ROOT_NODE  "/dev/root"

static int list_disk(struct disk *disk, void *arg)
{
	struct partition *p;

	pr_err("  %s, %llu KB%s\n", disk->name, (unsigned long long)disk->sectors / 2,
	       disk->flags & DISK_REMOVABLE ? ", removable" : "");
	mutex_lock(&disk->part_lock);
	list_for_each_entry (p, &disk->partitions, node)
		pr_err("    %s, %llu KB\n", p->dev.name, (unsigned long long)p->sectors / 2);
	mutex_unlock(&disk->part_lock);
	return 0;
}

static u32 find_device(const char *name)
{
	unsigned int seen = disk_arrivals;
	u32 devnum;

	device_wait_probes();
	devnum = blockdev_find_name(name);
	if (devnum || !cmdline_has("rootwait"))
		return devnum;
	pr_info("root: waiting for %s\n", name);
	for (;;) {
		wait_event(&disk_arrival, disk_arrivals != seen);
		seen = disk_arrivals;
		devnum = blockdev_find_name(name);
		if (devnum)
			return devnum;
	}
}

/* A node of the device in the file system in memory, for mount() to find. */
static int make_node(u32 devnum)
{
	struct path root;
	int err = path_lookup_kernel("/", 0, &root);

	if (err)
		return err;
	(void)vfs_create_at(&root, "root", S_IFDIR | 0700, 0, NULL);
	(void)vfs_unlink_at(&root, "dev/root");
	err = vfs_create_at(&root, "dev/root", S_IFBLK | 0600, devnum, NULL);
	path_put(&root);
	return err;
}

static int mount_type(const char *type, u32 flags, const char *options)
{
	struct path where;
	int err = path_lookup_kernel("/root", LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &where);

	if (err)
		return err;
	err = vfs_mount(ROOT_NODE, &where, type, flags, options);
	path_put(&where);
	return err;
}

static size_t word_length(const char *text, char separator)
{
	size_t n = 0;

	while (text[n] && text[n] != separator)
		n++;
	return n;
}

/* Each type of the list in turn; its words are cut apart. */
static int mount_any(char *types, u32 flags, const char *options)
{
	int err = -ENODEV;

	while (*types) {
		size_t n = word_length(types, ',');
		bool last = !types[n];

		types[n] = 0;
		if (n) {
			err = mount_type(types, flags, options);
			/* Not this kind of file system; else it is the one, and has a problem. */
			if (err != -EINVAL && err != -ENODEV)
				return err;
		}
		types += n + !last;
	}
	return err;
}

/* /proc/filesystems without the lines that begin with "nodev". */
static void keep_device_types(char *text)
{
	char *out = text, *line = text;

	while (*line) {
		size_t n = word_length(line, '\n');
		bool more = line[n];

		if (*line == '\t') {
			memmove(out, line + 1, n - 1);
			out += n - 1;
			*out++ = ',';
		}
		line += n + more;
	}
	*out = 0;
}

static int mount_device(u32 flags)
{
	static char types[TYPES_SIZE], options[NAME_SIZE];
	const char *wanted = cmdline_get("rootflags");

	strscpy(options, wanted ? wanted : "", sizeof(options));
	wanted = cmdline_get("rootfstype");
	if (wanted) {
		strscpy(types, wanted, sizeof(types));
	} else {
		fs_types_format(types, sizeof(types));
		keep_device_types(types);
	}
	return mount_any(types, flags, options[0] ? options : NULL);
}

/* The new root over the old one, for this thread and all that come from it. */
static int enter(void)
{
	struct path to;
	int err = path_lookup_kernel("/", 0, &to);

	if (err)
		return err;
	err = vfs_mount("/root", &to, NULL, MS_MOVE, NULL);
	path_put(&to);
	if (!err)
		vfs_enter_top_root();
	return err;
}

void mount_root(void)
{
	static char name[NAME_SIZE];
	u32 flags = cmdline_has("rw") && !cmdline_has("ro") ? 0 : MS_RDONLY;
	u32 devnum;
	int err;

	strscpy(name, cmdline_get("root"), sizeof(name));
	devnum = find_device(name);
	if (!devnum) {
		pr_err("root: there is no %s; the disks are:\n", name);
		disk_for_each(list_disk, NULL);
		panic("the root device on the command line, root=%s, does not exist", name);
	}
	err = make_node(devnum);
	if (!err)
		err = mount_device(flags);
	if (!err)
		err = enter();
	if (err)
		panic("cannot mount the root file system on %s: %pE", name, ERR_PTR(err));
	pr_info("root: %s, %s\n", name, flags ? "read-only" : "writable");
	err = devfs_mount_default();
	if (err)
		pr_err("root: cannot mount /dev: %pE\n", ERR_PTR(err));
}
