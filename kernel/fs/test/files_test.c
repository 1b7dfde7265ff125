/* The descriptor table: lowest free number, growth, limits, copies, close-on-exec. */
// LINK: kernel/fs/files.c kernel/lib/bitops.c
#include <host/host.h>
#include "kernel/fs/vfs_internal.h"

static struct task task;
static struct process process;
static struct inode inode;
static const struct file_ops ops;
static unsigned int released, flushes;

void file_get(struct file *file)
{
	refcount_inc(&file->refs);
}
void file_put(struct file *file)
{
	if (refcount_dec(&file->refs)) {
		released++;
		kfree(file);
	}
}
void locks_remove_posix(struct file *file, void *owner)
{
}
static int count_flush(struct file *file)
{
	flushes++;
	return -EIO;
}
static const struct file_ops flushing = { .flush = count_flush };

static struct file *new_file(const struct file_ops *file_ops)
{
	struct file *f = kzalloc(sizeof(*f), GFP_KERNEL);

	refcount_set(&f->refs, 1);
	f->ops = file_ops;
	f->inode = &inode;
	return f;
}

static int set_up(void **state)
{
	static bool once;

	host_setup(state);
	if (!once)
		files_init();
	once = true;
	process.rlimits[RLIMIT_NOFILE].cur = 100;
	task.process = &process;
	current = &task;
	task.files = files_create();
	released = flushes = 0;
	return 0;
}

static int tear_down(void **state)
{
	files_put(task.files);
	return 0;
}

static int open_one(u32 flags)
{
	struct file *f = new_file(&ops);
	int fd = fd_install_new(f, flags);

	if (fd < 0)
		file_put(f);
	return fd;
}

static void lowest_number_first(void **state)
{
	for (int i = 0; i < 70; i++)
		assert_int_equal(open_one(0), i);
	assert_int_equal(fd_close(5), 0);
	assert_int_equal(fd_close(40), 0);
	assert_int_equal(fd_close(5), -EBADF);
	assert_int_equal(fd_close(-1), -EBADF);
	assert_int_equal(fd_close(1000), -EBADF);
	assert_int_equal(fd_alloc(20, 0), 40);
	fd_release(40);
	assert_int_equal(open_one(0), 5);
	assert_int_equal(open_one(0), 40);
	assert_int_equal(released, 2);
}

static void respects_the_limit(void **state)
{
	for (int i = 0; i < 100; i++)
		assert_int_equal(open_one(0), i);
	assert_int_equal(open_one(0), -EMFILE);
	assert_int_equal(fd_replace(100, NULL, 0), -EBADF);
	process.rlimits[RLIMIT_NOFILE].cur = 50;
	assert_int_equal(open_one(0), -EMFILE);
	assert_int_equal(fd_close(99), 0);
	assert_int_equal(open_one(0), -EMFILE);
}

static void no_memory_to_grow(void **state)
{
	struct file *f;

	for (int i = 0; i < 32; i++)
		assert_int_equal(open_one(0), i);
	f = new_file(&ops);
	host_fail_alloc(1);
	assert_int_equal(fd_install_new(f, 0), -ENOMEM);
	host_fail_disarm();
	assert_int_equal(fd_install_new(f, 0), 32);
}

static void copies(void **state)
{
	struct files *copy;

	for (int i = 0; i < 40; i++)
		assert_int_equal(open_one(i & 1 ? O_CLOEXEC : 0), i);
	assert_int_equal(fd_alloc(0, 0), 40); /* reserved only: not copied */
	host_fail_alloc_from(1);
	copy = files_dup(task.files);
	host_fail_disarm();
	assert_true(IS_ERR(copy));
	copy = files_dup(task.files);
	assert_false(IS_ERR(copy));
	assert_int_equal(files_next_fd(copy, 39), 39);
	assert_int_equal(files_next_fd(copy, 40), -1);
	files_close_on_exec(copy);
	assert_int_equal(files_next_fd(copy, 1), 2);
	assert_null(files_get(copy, 1));
	assert_int_equal(released, 0);
	files_put(copy);
	assert_int_equal(released, 0);
	fd_release(40);
}

static void replaces(void **state)
{
	struct file *a = new_file(&ops), *b;

	assert_int_equal(fd_replace(77, a, O_CLOEXEC), 77);
	assert_true(files_fd_cloexec(task.files, 77));
	b = new_file(&ops);
	assert_int_equal(fd_replace(77, b, 0), 77);
	assert_int_equal(released, 1);
	assert_false(files_fd_cloexec(task.files, 77));
	assert_ptr_equal(fd_get_light(77).file, b);
	assert_int_equal(fd_alloc(3, 0), 3);
	assert_int_equal(fd_replace(3, b, 0), -EBUSY);
	fd_release(3);
}

static void closes_ranges(void **state)
{
	for (int i = 0; i < 10; i++)
		open_one(0);
	files_close_range(task.files, 3, 5, false);
	assert_int_equal(released, 3);
	files_close_range(task.files, 8, ~0u, true);
	assert_true(files_fd_cloexec(task.files, 9));
	assert_false(files_fd_cloexec(task.files, 7));
	files_close_range(task.files, 0, ~0u, false);
	assert_int_equal(released, 10);
	assert_int_equal(open_one(0), 0);
}

static void hides_path_descriptors(void **state)
{
	struct file *f = new_file(&ops);

	f->mode = FMODE_PATH;
	assert_int_equal(fd_install_new(f, 0), 0);
	assert_null(fd_get(0));
	assert_null(fd_get_light(0).file);
	assert_ptr_equal(fd_get_light_raw(0).file, f);
	assert_int_equal(refcount_read(&f->refs), 1);
}

static void tells_what_flush_said(void **state)
{
	assert_int_equal(fd_install_new(new_file(&flushing), 0), 0);
	assert_int_equal(fd_close(0), -EIO);
	assert_int_equal(flushes, 1);
	assert_int_equal(released, 1);
}

#define files_test(fn) cmocka_unit_test_setup_teardown(fn, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		files_test(lowest_number_first),
		files_test(respects_the_limit),
		files_test(no_memory_to_grow),
		files_test(copies),
		files_test(replaces),
		files_test(closes_ranges),
		files_test(hides_path_descriptors),
		files_test(tells_what_flush_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
