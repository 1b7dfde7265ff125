/* User memory of the unit-test host. */
#include "host_internal.h"
#include <host/host.h>
#include <kernel/slab.h>
#include <kernel/uaccess.h>
#include <sys/mman.h>
#include <string.h>

#define AREA_BASE 0x48000000ul /* below USER_END, above the program */
#define AREA_SIZE (16ul << 20)

static uintptr_t bad_start;
static size_t bad_size, area_used;
static char *area;

void host_user_fault(const void *start, size_t size)
{
	bad_start = (uintptr_t)start;
	bad_size = size;
}

bool host_user_ok(const volatile void *p, size_t size)
{
	uintptr_t a = (uintptr_t)p;

	if (!a && size)
		return false;
	return !bad_size || !size || a + size <= bad_start || a >= bad_start + bad_size;
}

void *host_user_alloc(size_t size)
{
	char *p;

	if (!area) {
		area = mmap((void *)AREA_BASE, AREA_SIZE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		if (area != (char *)AREA_BASE)
			host_die("no place for user memory", __FILE__, __LINE__);
	}
	if (size > AREA_SIZE - area_used)
		host_die("user memory is used up", __FILE__, __LINE__);
	p = area + area_used;
	memset(p, 0, size);
	area_used += ALIGN_UP(size, (size_t)16);
	return p;
}

void host_user_reset(void)
{
	area_used = 0;
}

/* How much of [p, p + n) lies before the range that faults. */
static size_t good_bytes(const void *p, size_t n)
{
	if (host_user_ok(p, n))
		return n;
	return p && (uintptr_t)p < bad_start ? bad_start - (uintptr_t)p : 0;
}

__weak size_t arch_copy_user(void *dst, const void *src, size_t n)
{
	size_t good = min_t(size_t, good_bytes(src, n), good_bytes(dst, n));

	if (good)
		memcpy(dst, src, good);
	return n - good;
}

__weak size_t arch_clear_user(void *dst, size_t n)
{
	size_t good = good_bytes(dst, n);

	if (good)
		memset(dst, 0, good);
	return n - good;
}

__weak ssize_t arch_strncpy_user(char *dst, const char *src, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!host_user_ok(src + i, 1))
			return -EFAULT;
		dst[i] = src[i];
		if (!dst[i])
			return (ssize_t)i;
	}
	return (ssize_t)n;
}

__weak size_t copy_from_user_partial(void *dst, const void __user *src, size_t n)
{
	return arch_copy_user(dst, src, n);
}

__weak size_t copy_to_user_partial(void __user *dst, const void *src, size_t n)
{
	return arch_copy_user(dst, src, n);
}

__weak int copy_from_user(void *dst, const void __user *src, size_t n)
{
	return arch_copy_user(dst, src, n) ? -EFAULT : 0;
}

__weak int copy_from_user_nofault(void *dst, const void __user *src, size_t n)
{
	return copy_from_user(dst, src, n);
}

__weak int copy_to_user(void __user *dst, const void *src, size_t n)
{
	return arch_copy_user(dst, src, n) ? -EFAULT : 0;
}

__weak int clear_user(void __user *dst, size_t n)
{
	return arch_clear_user(dst, n) ? -EFAULT : 0;
}

__weak ssize_t strncpy_from_user(char *dst, const char __user *src, size_t size)
{
	return arch_strncpy_user(dst, src, size);
}

__weak ssize_t strnlen_user(const char __user *s, size_t max)
{
	for (size_t i = 0; i < max; i++) {
		if (!host_user_ok(s + i, 1))
			return -EFAULT;
		if (!s[i])
			return (ssize_t)i + 1;
	}
	return 0;
}

__weak void *memdup_user(const void __user *src, size_t n)
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

__weak char *strndup_user(const char __user *s, size_t max)
{
	ssize_t n = strnlen_user(s, max);

	if (n <= 0)
		return ERR_PTR(n ? n : -EINVAL);
	return memdup_user(s, (size_t)n);
}
