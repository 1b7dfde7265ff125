/*
 * iov.h - one description of where data comes from or goes to: user vectors or kernel memory.
 *
 * A read fills an iter, a write drains one; each copy advances it. Copies return the number of
 * bytes moved; fewer than asked means a fault (-EFAULT is the caller's to return if nothing moved).
 */
#ifndef KERNEL_IOV_H
#define KERNEL_IOV_H

#include <kernel/page.h>
#include <kernel/types.h>

struct iovec {
	void __user *base;
	size_t len;
};

struct iov_iter {
	const struct iovec *iov; /* NULL: kernel memory at kbuf */
	char *kbuf;
	size_t segs;   /* left, the current one included */
	size_t offset; /* in the current segment */
	size_t count;  /* bytes left in all */
	struct iovec single;
};

void iov_init_user(struct iov_iter *it, void __user *buf, size_t len);
void iov_init_vec(struct iov_iter *it, const struct iovec *iov, size_t segs, size_t count);
void iov_init_kernel(struct iov_iter *it, void *buf, size_t len);
size_t iov_copy_to(struct iov_iter *it, const void *src, size_t n); /* into the iter */
size_t iov_copy_from(struct iov_iter *it, void *dst, size_t n);	    /* out of the iter */
size_t iov_zero(struct iov_iter *it, size_t n);
size_t iov_copy_page_to(struct iov_iter *it, struct page *page, size_t offset, size_t n);
size_t iov_copy_page_from(struct iov_iter *it, struct page *page, size_t offset, size_t n);
/* Whether a user's segment begins at an address, or has a length, with a bit of the masks set. */
bool iov_misaligned(const struct iov_iter *it, u32 address_mask, u32 length_mask);
/* Takes back the last n bytes of progress. */
void iov_revert(struct iov_iter *it, size_t n);
/* Touches the next n bytes so that a following atomic copy is likely to succeed; 0 or -EFAULT. */
int iov_fault_in(const struct iov_iter *it, size_t n, bool write);
/*
 * Reads and checks a user vector: at most 1024 segments, total <= INT_MAX & PAGE_MASK. `fast` has
 * room for 8; *out is it or a kmalloc'ed array (kfree it when it differs). Returns the total
 * length.
 */
ssize_t iov_import(const void __user *uvec, unsigned long segs, struct iovec *fast,
		   struct iovec **out);

#endif
