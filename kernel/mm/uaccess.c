/* uaccess.c - copies to and from user memory, on top of the arch's fault-proof loops. */
#include <kernel/percpu.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/uaccess.h>

size_t copy_from_user_partial(void *dst, const void __user *src, size_t n)
{
	if (unlikely(!user_range_ok(src, n)))
		return n;
	return arch_copy_user(dst, (const void __force *)src, n);
}

size_t copy_to_user_partial(void __user *dst, const void *src, size_t n)
{
	if (unlikely(!user_range_ok(dst, n)))
		return n;
	return arch_copy_user((void __force *)dst, src, n);
}

int copy_from_user(void *dst, const void __user *src, size_t n)
{
	might_sleep();
	return copy_from_user_partial(dst, src, n) ? -EFAULT : 0;
}

int copy_to_user(void __user *dst, const void *src, size_t n)
{
	might_sleep();
	return copy_to_user_partial(dst, src, n) ? -EFAULT : 0;
}

/* With preemption off the page-fault handler does not sleep: it goes straight to the fix-up. */
int copy_from_user_nofault(void *dst, const void __user *src, size_t n)
{
	size_t left;

	preempt_disable();
	left = copy_from_user_partial(dst, src, n);
	preempt_enable();
	return left ? -EFAULT : 0;
}

int clear_user(void __user *dst, size_t n)
{
	might_sleep();
	if (unlikely(!user_range_ok(dst, n)))
		return -EFAULT;
	return arch_clear_user((void __force *)dst, n) ? -EFAULT : 0;
}

/* A string may end right below USER_END: what lies beyond counts as a fault only when reached. */
static size_t user_room(const char __user *s, size_t size)
{
	uintptr_t p = (uintptr_t)s;

	return p >= USER_END ? 0 : min_t(size_t, size, USER_END - p);
}

ssize_t strncpy_from_user(char *dst, const char __user *src, size_t size)
{
	size_t room = user_room(src, size);
	ssize_t n;

	might_sleep();
	if (!size)
		return 0;
	if (!room)
		return -EFAULT;
	n = arch_strncpy_user(dst, (const char __force *)src, room);
	return n == (ssize_t)room && room < size ? -EFAULT : n;
}

ssize_t strnlen_user(const char __user *s, size_t max)
{
	char buf[64];
	size_t done = 0;

	while (done < max) {
		size_t step = min(sizeof(buf), max - done);
		ssize_t n = strncpy_from_user(buf, s + done, step);

		if (n < 0)
			return n;
		done += (size_t)n;
		if ((size_t)n < step)
			return (ssize_t)done + 1;
	}
	return 0;
}

void *memdup_user(const void __user *src, size_t n)
{
	void *p = kmalloc(n, GFP_KERNEL);

	if (!p)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(p, src, n)) {
		kfree(p);
		return ERR_PTR(-EFAULT);
	}
	return p;
}

char *strndup_user(const char __user *s, size_t max)
{
	ssize_t n = strnlen_user(s, max);
	char *p;

	if (n < 0)
		return ERR_PTR(n);
	if (!n)
		return ERR_PTR(-EINVAL);
	p = memdup_user(s, (size_t)n);
	/* It may have changed meanwhile. */
	if (!IS_ERR(p))
		p[n - 1] = '\0';
	return p;
}
