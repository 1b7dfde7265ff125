/*
 * files.c - descriptor tables.
 *
 * A table grows by doubling, bitmaps and slots in one piece of memory; next_fd is the lowest number
 * that may be free. A slot that is reserved (fd_alloc) but not installed holds NULL.
 */
#include "vfs_internal.h"
#include <kernel/bitops.h>

#define FD_INITIAL 32
#define FD_MAX	   (1u << 20)

static struct kmem_cache *files_cache;

/* What a table needs besides struct files: slots, then the two bitmaps. */
struct table {
	struct file **fd;
	unsigned long *cloexec, *open;
};

void files_init(void)
{
	files_cache = kmem_cache_create("files", sizeof(struct files), 8);
	if (!files_cache)
		panic("No memory for descriptor tables");
}

static size_t slots_size(unsigned int n)
{
	return n * sizeof(struct file *);
}
static size_t bitmap_size(unsigned int n)
{
	return BITS_TO_LONGS(n) * sizeof(unsigned long);
}

static int table_alloc(struct table *t, unsigned int n)
{
	size_t size = slots_size(n) + 2 * bitmap_size(n);
	char *p = kzalloc(size, GFP_KERNEL);

	if (!p)
		return -ENOMEM;
	t->fd = (struct file **)p;
	t->cloexec = (unsigned long *)(p + slots_size(n));
	t->open = (unsigned long *)(p + slots_size(n) + bitmap_size(n));
	return 0;
}

static void table_copy(struct table *t, const struct files *from, unsigned int n)
{
	memcpy(t->fd, from->fd, slots_size(n));
	memcpy(t->cloexec, from->cloexec, bitmap_size(n));
	memcpy(t->open, from->open, bitmap_size(n));
}

static void table_use(struct files *files, const struct table *t, unsigned int n)
{
	files->fd = t->fd;
	files->cloexec = t->cloexec;
	files->open = t->open;
	files->size = n;
}

struct files *files_create(void)
{
	struct files *files = kmem_cache_alloc(files_cache, GFP_KERNEL);
	struct table t;

	if (!files)
		return NULL;
	if (table_alloc(&t, FD_INITIAL)) {
		kmem_cache_free(files_cache, files);
		return NULL;
	}
	refcount_set(&files->refs, 1);
	spin_init(&files->lock, RANK_FILES, "files");
	files->next_fd = 0;
	table_use(files, &t, FD_INITIAL);
	return files;
}

/* The size a copy needs: not more than up to the highest descriptor in use. */
static unsigned int used_size(const struct files *files)
{
	unsigned int words = BITS_TO_LONGS(files->size), n = FD_INITIAL;

	while (words && !files->open[words - 1])
		words--;
	while (n < words * BITS_PER_LONG)
		n *= 2;
	return n;
}

struct files *files_dup(struct files *old)
{
	struct files *files = kmem_cache_alloc(files_cache, GFP_KERNEL);
	struct table t;
	unsigned int n;

	if (!files)
		return ERR_PTR(-ENOMEM);
	for (;;) {
		n = used_size(old);
		if (table_alloc(&t, n)) {
			kmem_cache_free(files_cache, files);
			return ERR_PTR(-ENOMEM);
		}
		spin_lock(&old->lock);
		if (used_size(old) <= n)
			break;
		spin_unlock(&old->lock); /* grew meanwhile */
		kfree(t.fd);
	}
	table_copy(&t, old, min(n, old->size));
	files->next_fd = old->next_fd;
	for (unsigned int i = find_next_bit(t.open, n, 0); i < n;
	     i = find_next_bit(t.open, n, i + 1)) {
		if (t.fd[i])
			file_get(t.fd[i]);
		else /* reserved by another thread that has still to open its file */
			bit_clear(t.open, i);
	}
	spin_unlock(&old->lock);
	refcount_set(&files->refs, 1);
	spin_init(&files->lock, RANK_FILES, "files");
	if (files->next_fd > n)
		files->next_fd = n;
	table_use(files, &t, n);
	return files;
}

/* What close() owes besides the reference. */
static int close_file(struct file *file, struct files *files)
{
	int err = 0;

	if (!(file->mode & FMODE_PATH)) {
		if (unlikely(file->ops->flush))
			err = file->ops->flush(file);
		if (unlikely(file->inode->locks))
			locks_remove_posix(file, files);
	}
	file_put(file);
	return err;
}

void files_put(struct files *files)
{
	if (!files || !refcount_dec(&files->refs))
		return;
	for (unsigned int i = find_next_bit(files->open, files->size, 0); i < files->size;
	     i = find_next_bit(files->open, files->size, i + 1))
		if (files->fd[i])
			close_file(files->fd[i], files);
	kfree(files->fd);
	kmem_cache_free(files_cache, files);
}

static struct file *take_out_locked(struct files *files, unsigned int fd)
{
	struct file *file = files->fd[fd];

	if (!file)
		return NULL;
	files->fd[fd] = NULL;
	bit_clear(files->open, fd);
	bit_clear(files->cloexec, fd);
	if (fd < files->next_fd)
		files->next_fd = fd;
	return file;
}

void files_close_on_exec(struct files *files)
{
	struct file *file;
	unsigned int fd = 0;

	for (;; fd++) {
		spin_lock(&files->lock);
		fd = find_next_bit(files->cloexec, files->size, fd);
		file = fd < files->size ? take_out_locked(files, fd) : NULL;
		spin_unlock(&files->lock);
		if (fd >= files->size)
			return;
		if (file)
			close_file(file, files);
	}
}

/* Makes room for descriptor `fd`; the lock is dropped meanwhile. */
static int grow(struct files *files, unsigned int fd)
{
	unsigned int n = files->size;
	struct file **old;
	struct table t;

	if (fd >= FD_MAX)
		return -EMFILE;
	while (n <= fd)
		n *= 2;
	spin_unlock(&files->lock);
	if (table_alloc(&t, n)) {
		spin_lock(&files->lock);
		return -ENOMEM;
	}
	spin_lock(&files->lock);
	if (files->size >= n) {
		kfree(t.fd);
		return 0;
	}
	table_copy(&t, files, files->size);
	old = files->fd;
	table_use(files, &t, n);
	/* Readers of another task hold the lock; on one CPU nobody else can be between. */
	kfree(old);
	return 0;
}

static unsigned int fd_limit(void)
{
	u64 limit = rlimit(RLIMIT_NOFILE);

	return limit > FD_MAX ? FD_MAX : (unsigned int)limit;
}

static int reserve_locked(struct files *files, unsigned int from, unsigned int limit, u32 flags)
{
	unsigned int fd;
	int err;

	for (;;) {
		fd = from > files->next_fd ? from : files->next_fd;
		if (fd < files->size)
			fd = find_next_zero_bit(files->open, files->size, fd);
		if (fd >= limit)
			return -EMFILE;
		if (likely(fd < files->size))
			break;
		err = grow(files, fd);
		if (err)
			return err;
	}
	bit_set(files->open, fd);
	if (flags & O_CLOEXEC)
		bit_set(files->cloexec, fd);
	else
		bit_clear(files->cloexec, fd);
	if (from <= files->next_fd)
		files->next_fd = fd + 1;
	return fd;
}

int fd_alloc(unsigned int from, u32 flags)
{
	struct files *files = current->files;
	int fd;

	spin_lock(&files->lock);
	fd = reserve_locked(files, from, fd_limit(), flags);
	spin_unlock(&files->lock);
	return fd;
}

void fd_install(int fd, struct file *file)
{
	struct files *files = current->files;

	spin_lock(&files->lock);
	DEBUG_ASSERT(!files->fd[fd]);
	files->fd[fd] = file;
	spin_unlock(&files->lock);
}

void fd_release(int fd)
{
	struct files *files = current->files;

	spin_lock(&files->lock);
	bit_clear(files->open, fd);
	bit_clear(files->cloexec, fd);
	if ((unsigned int)fd < files->next_fd)
		files->next_fd = fd;
	spin_unlock(&files->lock);
}

int fd_install_new(struct file *file, u32 flags)
{
	int fd = fd_alloc(0, flags);

	if (fd >= 0)
		fd_install(fd, file);
	return fd;
}

int fd_close(int fd)
{
	struct files *files = current->files;
	struct file *file = NULL;

	spin_lock(&files->lock);
	if ((unsigned int)fd < files->size)
		file = take_out_locked(files, fd);
	spin_unlock(&files->lock);
	return file ? close_file(file, files) : -EBADF;
}

struct file *files_get(struct files *files, unsigned int fd)
{
	struct file *file = NULL;

	spin_lock(&files->lock);
	if (fd < files->size) {
		file = files->fd[fd];
		if (file)
			file_get(file);
	}
	spin_unlock(&files->lock);
	return file;
}

struct file *fd_get_raw(int fd)
{
	return files_get(current->files, fd);
}

struct file *fd_get(int fd)
{
	struct file *file = files_get(current->files, fd);

	if (file && unlikely(file->mode & FMODE_PATH)) {
		file_put(file);
		return NULL;
	}
	return file;
}

__hot struct fd fd_get_light_raw(int fd)
{
	struct files *files = current->files;

	/* Nobody else can close it under us. */
	if (likely(refcount_read(&files->refs) == 1)) {
		if (unlikely((unsigned int)fd >= files->size))
			return (struct fd){ NULL, false };
		return (struct fd){ files->fd[fd], false };
	}
	struct file *file = files_get(files, fd);

	return (struct fd){ file, file != NULL };
}

__hot struct fd fd_get_light(int fd)
{
	struct fd f = fd_get_light_raw(fd);

	if (f.file && unlikely(f.file->mode & FMODE_PATH)) {
		fd_put_light(f);
		return (struct fd){ NULL, false };
	}
	return f;
}

int files_next_fd(struct files *files, unsigned int from)
{
	unsigned int fd;

	spin_lock(&files->lock);
	for (fd = from; fd < files->size; fd++) {
		fd = find_next_bit(files->open, files->size, fd);
		if (fd < files->size && files->fd[fd])
			break;
	}
	if (fd >= files->size)
		fd = (unsigned int)-1;
	spin_unlock(&files->lock);
	return (int)fd;
}

bool files_fd_cloexec(struct files *files, unsigned int fd)
{
	bool set;

	spin_lock(&files->lock);
	set = fd < files->size && bit_test(files->cloexec, fd);
	spin_unlock(&files->lock);
	return set;
}

/* dup2(), dup3(): puts a file (reference taken over) at a chosen number. */
int fd_replace(unsigned int fd, struct file *file, u32 flags)
{
	struct files *files = current->files;
	struct file *old;
	int err = 0;

	if (fd >= fd_limit())
		return -EBADF;
	spin_lock(&files->lock);
	while (fd >= files->size && !err)
		err = grow(files, fd);
	if (err) {
		spin_unlock(&files->lock);
		return err;
	}
	old = files->fd[fd];
	if (!old && bit_test(files->open, fd)) { /* another thread is about to open it */
		spin_unlock(&files->lock);
		return -EBUSY;
	}
	files->fd[fd] = file;
	bit_set(files->open, fd);
	if (flags & O_CLOEXEC)
		bit_set(files->cloexec, fd);
	else
		bit_clear(files->cloexec, fd);
	spin_unlock(&files->lock);
	if (old)
		close_file(old, files);
	return fd;
}

void fd_set_cloexec(unsigned int fd, bool on)
{
	struct files *files = current->files;

	spin_lock(&files->lock);
	if (fd < files->size && files->fd[fd]) {
		if (on)
			bit_set(files->cloexec, fd);
		else
			bit_clear(files->cloexec, fd);
	}
	spin_unlock(&files->lock);
}

/* close_range(2): the next open descriptor in [fd, last] is closed or marked; false: none left. */
static bool close_next(struct files *files, unsigned int *fd, unsigned int last, bool mark)
{
	struct file *file = NULL;
	bool found = false;

	spin_lock(&files->lock);
	*fd = *fd < files->size ? find_next_bit(files->open, files->size, *fd) : files->size;
	if (*fd < files->size && *fd <= last) {
		found = true;
		if (mark)
			bit_set(files->cloexec, *fd);
		else
			file = take_out_locked(files, *fd);
	}
	spin_unlock(&files->lock);
	if (file)
		close_file(file, files);
	++*fd;
	return found;
}

void files_close_range(struct files *files, unsigned int first, unsigned int last, bool mark)
{
	unsigned int fd = first;

	while (close_next(files, &fd, last, mark))
		;
}
