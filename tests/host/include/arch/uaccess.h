/*
 * uaccess.h - "user memory" of the unit-test host, in place of x86's header: any pointer is good
 * but those in the range given to host_user_fault().
 */
#ifndef ARCH_UACCESS_H
#define ARCH_UACCESS_H

#include <kernel/errno.h>
#include <kernel/types.h>

bool host_user_ok(const volatile void *p, size_t size);

#define get_user(x, p)                                                                             \
	({                                                                                         \
		__typeof__(p) gu_p_ = (p);                                                         \
		int gu_err_ = host_user_ok(gu_p_, sizeof(*gu_p_)) ? 0 : -EFAULT;                   \
		(x) = gu_err_ ? (__typeof__(x))0 : (__typeof__(x))*gu_p_;                          \
		gu_err_;                                                                           \
	})
#define put_user(x, p)                                                                             \
	({                                                                                         \
		__typeof__(p) pu_p_ = (p);                                                         \
		int pu_err_ = host_user_ok(pu_p_, sizeof(*pu_p_)) ? 0 : -EFAULT;                   \
		if (!pu_err_)                                                                      \
			*pu_p_ = (__typeof__(*pu_p_))(x);                                          \
		pu_err_;                                                                           \
	})

size_t arch_copy_user(void *dst, const void *src, size_t n);
size_t arch_clear_user(void *dst, size_t n);
ssize_t arch_strncpy_user(char *dst, const char *src, size_t n);

#endif
