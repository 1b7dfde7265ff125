/*
 * uaccess.h - the only door to user memory.
 *
 * All return 0 or -EFAULT; copy_*_user() copy everything or fail (what was copied before the fault
 * stays copied). strncpy_from_user() returns the length without the NUL, or `size` when no NUL came
 * within size bytes, or -EFAULT. Any pointer value is safe to pass. They may sleep (a page may have
 * to be read) and must not be called under a spinlock; the *_nofault variants never sleep and fail
 * where a page is not there.
 *
 * get_user(x, p)/put_user(x, p) move 1, 2, 4 or 8 bytes.
 */
#ifndef KERNEL_UACCESS_H
#define KERNEL_UACCESS_H

#include <kernel/types.h>

#define USER_END 0xC0000000ul

static inline bool user_range_ok(const void __user *p, size_t n)
{
	return n <= USER_END && (uintptr_t)p <= USER_END - n;
}

#include <arch/uaccess.h> /* get_user, put_user, arch_copy_from_user, arch_copy_to_user, arch_clear_user */

int __must_check copy_from_user(void *dst, const void __user *src, size_t n);
int __must_check copy_to_user(void __user *dst, const void *src, size_t n);
int __must_check clear_user(void __user *dst, size_t n);
ssize_t __must_check strncpy_from_user(char *dst, const char __user *src, size_t size);
/* Length with the NUL, 0 if none within max, -EFAULT. */
ssize_t __must_check strnlen_user(const char __user *s, size_t max);
/* How many bytes could NOT be copied: for partial reads and writes. */
size_t copy_from_user_partial(void *dst, const void __user *src, size_t n);
size_t copy_to_user_partial(void __user *dst, const void *src, size_t n);
int __must_check copy_from_user_nofault(void *dst, const void __user *src, size_t n);

/* kmalloc'ed copies; ERR_PTR on failure. */
void *memdup_user(const void __user *src, size_t n);
char *strndup_user(const char __user *s, size_t max);

#endif
