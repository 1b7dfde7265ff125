/*
 * uaccess.h - user memory, with a fault fix-up for each access: a pair (instruction, landing place)
 * in the section .fixup_table, searched when the kernel faults on a user address. Only
 * <kernel/uaccess.h> includes this.
 */
#ifndef ARCH_UACCESS_H
#define ARCH_UACCESS_H

#include <kernel/errno.h>
#include <kernel/types.h>

#define FIXUP_ENTRY(from, to)                                                                      \
	".pushsection .fixup_table,\"a\"\n\t.balign 4\n\t.long " from ", " to "\n\t.popsection\n"
#define FIXUP_EFAULT(operand)                                                                      \
	".pushsection .text.fixup,\"ax\"\n3:\tmovl " operand                                       \
	", %0\n\tjmp 2b\n\t.popsection\n" FIXUP_ENTRY("1b", "3b")

#define ARCH_DEFINE_USER_ACCESS(type, bits, insn, constraint)                                      \
	static inline int arch_get_user_##bits(type *out, const void __user *p)                    \
	{                                                                                          \
		int err = 0;                                                                       \
		type v = 0;                                                                        \
		__asm__ volatile("1:\t" insn " %2, %1\n2:\n" FIXUP_EFAULT("%3")                    \
				 : "+r"(err), "+" constraint(v)                                    \
				 : "m"(*(const __force type *)p), "i"(-EFAULT));                   \
		*out = v;                                                                          \
		return err;                                                                        \
	}                                                                                          \
	static inline int arch_put_user_##bits(type v, void __user *p)                             \
	{                                                                                          \
		int err = 0;                                                                       \
		__asm__ volatile("1:\t" insn " %1, %2\n2:\n" FIXUP_EFAULT("%3")                    \
				 : "+r"(err)                                                       \
				 : constraint(v), "m"(*(__force type *)p), "i"(-EFAULT)            \
				 : "memory");                                                      \
		return err;                                                                        \
	}

ARCH_DEFINE_USER_ACCESS(u8, 8, "movb", "q")
ARCH_DEFINE_USER_ACCESS(u16, 16, "movw", "r")
ARCH_DEFINE_USER_ACCESS(u32, 32, "movl", "r")

static inline int arch_get_user_64(u64 *out, const void __user *p)
{
	u32 lo = 0, hi = 0;
	int err = arch_get_user_32(&lo, p);

	if (!err)
		err = arch_get_user_32(&hi, (const char __user *)p + 4);
	*out = (u64)hi << 32 | lo;
	return err;
}
static inline int arch_put_user_64(u64 v, void __user *p)
{
	int err = arch_put_user_32((u32)v, p);

	return err ? err : arch_put_user_32((u32)(v >> 32), (char __user *)p + 4);
}

#define user_value_word(v, size) __builtin_choose_expr((size) == 8, 0, (v))
#define user_value_quad(v, size) __builtin_choose_expr((size) == 8, (v), 0)

/* 0 or -EFAULT; x is zero after a fault. */
#define get_user(x, p)                                                                             \
	({                                                                                         \
		int gu_err_ = -EFAULT;                                                             \
		u64 gu_v64_ = 0;                                                                   \
		u32 gu_v32_ = 0;                                                                   \
		u16 gu_v16_ = 0;                                                                   \
		u8 gu_v8_ = 0;                                                                     \
		const void __user *gu_p_ = (p);                                                    \
		if (likely(user_range_ok(gu_p_, sizeof(*(p))))) {                                  \
			if (sizeof(*(p)) == 1) {                                                   \
				gu_err_ = arch_get_user_8(&gu_v8_, gu_p_);                         \
				gu_v32_ = gu_v8_;                                                  \
			} else if (sizeof(*(p)) == 2) {                                            \
				gu_err_ = arch_get_user_16(&gu_v16_, gu_p_);                       \
				gu_v32_ = gu_v16_;                                                 \
			} else if (sizeof(*(p)) == 4) {                                            \
				gu_err_ = arch_get_user_32(&gu_v32_, gu_p_);                       \
			} else {                                                                   \
				gu_err_ = arch_get_user_64(&gu_v64_, gu_p_);                       \
			}                                                                          \
		}                                                                                  \
		(x) = (__typeof__(x))__builtin_choose_expr(sizeof(*(p)) == 8, gu_v64_, gu_v32_);   \
		gu_err_;                                                                           \
	})
#define put_user(x, p)                                                                             \
	({                                                                                         \
		int pu_err_ = -EFAULT;                                                             \
		__typeof__(*(p)) pu_v_ = (__typeof__(*(p)))(x);                                    \
		void __user *pu_p_ = (p);                                                          \
		if (likely(user_range_ok(pu_p_, sizeof(*(p))))) {                                  \
			if (sizeof(*(p)) == 1)                                                     \
				pu_err_ = arch_put_user_8(                                         \
					(u8)(u32)user_value_word(pu_v_, sizeof(*(p))), pu_p_);     \
			else if (sizeof(*(p)) == 2)                                                \
				pu_err_ = arch_put_user_16(                                        \
					(u16)(u32)user_value_word(pu_v_, sizeof(*(p))), pu_p_);    \
			else if (sizeof(*(p)) == 4)                                                \
				pu_err_ = arch_put_user_32(                                        \
					(u32)user_value_word(pu_v_, sizeof(*(p))), pu_p_);         \
			else                                                                       \
				pu_err_ = arch_put_user_64(                                        \
					(u64)user_value_quad(pu_v_, sizeof(*(p))), pu_p_);         \
		}                                                                                  \
		pu_err_;                                                                           \
	})

/* How many bytes could not be moved (0 = all done). The caller has checked the range. */
size_t arch_copy_user(void *dst, const void *src, size_t n);
size_t arch_clear_user(void *dst, size_t n);
/* Copies up to and with the NUL; length without it, n when there was none, or -EFAULT. */
ssize_t arch_strncpy_user(char *dst, const char *src, size_t n);

#endif
