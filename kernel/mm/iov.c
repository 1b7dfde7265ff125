/* iov.c - see iov.h. */
#include <kernel/iov.h>
#include <kernel/percpu.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>

#define IOV_MAX_SEGS 1024u
#define IOV_FAST     8u

void iov_init_user(struct iov_iter *it, void __user *buf, size_t len)
{
	it->single = (struct iovec){ buf, len };
	it->iov = &it->single;
	it->kbuf = NULL;
	it->segs = 1;
	it->offset = 0;
	it->count = len;
}

void iov_init_vec(struct iov_iter *it, const struct iovec *iov, size_t segs, size_t count)
{
	it->iov = iov;
	it->kbuf = NULL;
	it->segs = segs;
	it->offset = 0;
	it->count = count;
}

void iov_init_kernel(struct iov_iter *it, void *buf, size_t len)
{
	it->iov = NULL;
	it->kbuf = buf;
	it->segs = 1;
	it->offset = 0;
	it->count = len;
}

static inline void advance(struct iov_iter *it, size_t n)
{
	it->offset += n;
	it->count -= n;
}

/* Steps over segments that are used up; false: nothing left. */
static inline bool next_segment(struct iov_iter *it)
{
	while (it->offset == it->iov->len) {
		if (it->segs <= 1)
			return false;
		it->segs--;
		it->iov++;
		it->offset = 0;
	}
	return true;
}

enum direction {
	INTO_ITER,
	OUT_OF_ITER,
	ZERO_ITER
};

/* Bytes that could not be moved. */
static inline size_t move_user(void __user *user, void *kernel, size_t n, enum direction dir)
{
	if (dir == INTO_ITER)
		return copy_to_user_partial(user, kernel, n);
	if (dir == OUT_OF_ITER)
		return copy_from_user_partial(kernel, user, n);
	if (!user_range_ok(user, n))
		return n;
	return arch_clear_user((void __force *)user, n);
}

static size_t move_kernel(struct iov_iter *it, void *kernel, size_t n, enum direction dir)
{
	char *at = it->kbuf + it->offset;

	if (dir == INTO_ITER)
		memcpy(at, kernel, n);
	else if (dir == OUT_OF_ITER)
		memcpy(kernel, at, n);
	else
		memset(at, 0, n);
	advance(it, n);
	return n;
}

static __always_inline size_t move(struct iov_iter *it, char *kernel, size_t n, enum direction dir)
{
	size_t done = 0;

	n = min(n, it->count);
	if (!it->iov)
		return move_kernel(it, kernel, n, dir);
	while (done < n && next_segment(it)) {
		size_t part = min(n - done, it->iov->len - it->offset);
		char __user *user = (char __user *)it->iov->base + it->offset;
		size_t left = move_user(user, kernel + done, part, dir);

		advance(it, part - left);
		done += part - left;
		if (left)
			break;
	}
	return done;
}

size_t iov_copy_to(struct iov_iter *it, const void *src, size_t n)
{
	return move(it, (char *)(uintptr_t)src, n, INTO_ITER);
}

size_t iov_copy_from(struct iov_iter *it, void *dst, size_t n)
{
	return move(it, dst, n, OUT_OF_ITER);
}

size_t iov_zero(struct iov_iter *it, size_t n)
{
	return move(it, NULL, n, ZERO_ITER);
}

/*
 * A low page has an address and the copy may fault as it likes. The temporary address of a high
 * page forbids sleeping: the copy stops at a page that is not there, which is then touched, and
 * goes on.
 */
static size_t copy_high_page(struct iov_iter *it, struct page *page, size_t offset, size_t n,
			     bool into)
{
	size_t done = 0;

	for (;;) {
		char *va = kmap_local(page);
		size_t moved = into ? iov_copy_to(it, va + offset + done, n - done)
				    : iov_copy_from(it, va + offset + done, n - done);

		kunmap_local(va);
		done += moved;
		if (done == n || !it->count)
			return done;
		/* Bad memory, not just absent: nothing moved and it cannot be touched. */
		if (iov_fault_in(it, 1, into))
			return done;
	}
}

size_t iov_copy_page_to(struct iov_iter *it, struct page *page, size_t offset, size_t n)
{
	if (likely(!page_is_high(page)))
		return iov_copy_to(it, (char *)page_address(page) + offset, n);
	return copy_high_page(it, page, offset, n, true);
}

size_t iov_copy_page_from(struct iov_iter *it, struct page *page, size_t offset, size_t n)
{
	if (likely(!page_is_high(page)))
		return iov_copy_from(it, (char *)page_address(page) + offset, n);
	return copy_high_page(it, page, offset, n, false);
}

bool iov_misaligned(const struct iov_iter *it, u32 address_mask, u32 length_mask)
{
	size_t left = it->count, offset = it->offset;

	for (const struct iovec *v = it->iov; v && left; v++) {
		size_t n = min(v->len - offset, left);

		if (((u32)(uintptr_t)v->base + offset) & address_mask || n & length_mask)
			return true;
		left -= n;
		offset = 0;
	}
	return false;
}

void iov_revert(struct iov_iter *it, size_t n)
{
	it->count += n;
	while (n > it->offset) {
		n -= it->offset;
		it->segs++;
		it->iov--;
		it->offset = it->iov->len;
	}
	it->offset -= n;
}

static int touch(char __user *p, bool write)
{
	char c;

	if (get_user(c, p))
		return -EFAULT;
	return write ? put_user(c, p) : 0;
}

static int touch_range(char __user *p, size_t n, bool write)
{
	uintptr_t last = (uintptr_t)p + n - 1;

	if (!user_range_ok(p, n))
		return -EFAULT;
	for (;;) {
		if (touch(p, write))
			return -EFAULT;
		if (((uintptr_t)p & PAGE_MASK) == (last & PAGE_MASK))
			return 0;
		p = (char __user *)(((uintptr_t)p & PAGE_MASK) + PAGE_SIZE);
	}
}

int iov_fault_in(const struct iov_iter *it, size_t n, bool write)
{
	const struct iovec *iov = it->iov;
	size_t offset = it->offset;

	if (!iov)
		return 0;
	for (n = min(n, it->count); n; iov++, offset = 0) {
		size_t part = min(n, iov->len - offset);

		if (part && touch_range((char __user *)iov->base + offset, part, write))
			return -EFAULT;
		n -= part;
	}
	return 0;
}

/* Checks the segments; returns the total, which is cut to what a call may move. */
static ssize_t check_segments(struct iovec *iov, unsigned long segs)
{
	const size_t limit = INT_MAX & PAGE_MASK;
	size_t total = 0;

	for (unsigned long i = 0; i < segs; i++) {
		if ((ssize_t)iov[i].len < 0)
			return -EINVAL;
		if (!user_range_ok(iov[i].base, iov[i].len))
			return -EFAULT;
		if (iov[i].len > limit - total)
			iov[i].len = limit - total;
		total += iov[i].len;
	}
	return (ssize_t)total;
}

ssize_t iov_import(const void __user *uvec, unsigned long segs, struct iovec *fast,
		   struct iovec **out)
{
	struct iovec *iov = fast;
	ssize_t total;

	*out = fast;
	if (segs > IOV_MAX_SEGS)
		return -EINVAL;
	if (segs > IOV_FAST) {
		iov = kmalloc(segs * sizeof(*iov), GFP_KERNEL);
		if (!iov)
			return -ENOMEM;
	}
	total = copy_from_user(iov, uvec, segs * sizeof(*iov)) ? -EFAULT
							       : check_segments(iov, segs);
	if (total < 0 && iov != fast)
		kfree(iov);
	else
		*out = iov;
	return total;
}
