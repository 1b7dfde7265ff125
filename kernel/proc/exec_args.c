/*
 * exec_args.c - argument and environment strings onto the new program's stack.
 *
 * Strings are written from the top of the stack downwards, the environment's last one first,
 * through one page-sized window, so that a typical exec touches the new address space once a page.
 */
#include <kernel/errno.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "exec_internal.h"

#define STACK_TOP     0xBFFFE000u
#define ARG_MIN_LIMIT (128u << 10)
#define ARG_MAX_LIMIT (6u << 20)
#define STRING_MAX    (128u << 10) /* MAX_ARG_STRLEN */
#define NO_PAGE	      1u

int exec_args_begin(struct exec *x)
{
	u64 quarter = rlimit(RLIMIT_STACK) / 4;
	u32 room = (u32)min_t(u64, max_t(u64, quarter, ARG_MIN_LIMIT), ARG_MAX_LIMIT);
	int err;

	x->mm = mm_create();
	x->window = page_alloc_addr(GFP_KERNEL);
	if (!x->mm || !x->window)
		return -ENOMEM;
	write_lock(&x->mm->mmap_lock);
	err = mm_stack_setup_locked(x->mm, STACK_TOP, 0);
	write_unlock(&x->mm->mmap_lock);
	x->sp = STACK_TOP - 4; /* a zero word ends the stack */
	x->limit = x->sp - room;
	x->window_page = NO_PAGE;
	return err;
}

static int flush_window(struct exec *x)
{
	size_t done;

	if (x->window_page == NO_PAGE)
		return 0;
	done = mm_access(x->mm, x->window_page, x->window, PAGE_SIZE, ACCESS_WRITE | ACCESS_FORCE);
	x->window_page = NO_PAGE;
	return done == PAGE_SIZE ? 0 : -ENOMEM;
}

static int select_page(struct exec *x, u32 page)
{
	int err;

	if (x->window_page == page)
		return 0;
	err = flush_window(x);
	memset(x->window, 0, PAGE_SIZE);
	x->window_page = page;
	return err;
}

/* Copies `size` bytes to below sp, piece by piece from the end. */
static int push_bytes(struct exec *x, const char *kernel, const char __user *user, u32 size)
{
	while (size) {
		u32 page = ALIGN_DOWN(x->sp - 1, (u32)PAGE_SIZE), n = min(size, x->sp - page);
		int err = select_page(x, page);

		if (err)
			return err;
		if (x->sp - n < x->limit)
			return -E2BIG;
		size -= n;
		x->sp -= n;
		if (kernel)
			memcpy(x->window + (x->sp - page), kernel + size, n);
		else if (copy_from_user(x->window + (x->sp - page), user + size, n))
			return -EFAULT;
	}
	return 0;
}

int exec_args_push(struct exec *x, const char *text)
{
	return push_bytes(x, text, NULL, strlen(text) + 1);
}

int exec_args_count(const struct exec_strings *s, u32 *count)
{
	*count = 0;
	if (!s->user && !s->kernel)
		return 0;
	for (;; (*count)++) {
		u32 p = 0;

		if (s->kernel)
			p = (u32)s->kernel[*count];
		else if (get_user(p, s->user + *count))
			return -EFAULT;
		if (!p)
			return 0;
		if (*count == ARG_MAX_LIMIT / 4)
			return -E2BIG;
		if ((*count & 1023) == 1023 && fatal_signal_pending(current))
			return -EINTR;
	}
}

static int push_user(struct exec *x, u32 pointer)
{
	const char __user *user = (const char __user *)pointer;
	ssize_t len = strnlen_user(user, STRING_MAX);

	if (len < 0)
		return -EFAULT;
	if (len == 0)
		return -E2BIG;
	return push_bytes(x, NULL, user, (u32)len);
}

int exec_args_copy(struct exec *x, const struct exec_strings *s, u32 count)
{
	while (count-- > 0) {
		u32 p;
		int err;

		if (s->kernel) {
			err = exec_args_push(x, s->kernel[count]);
		} else {
			if (get_user(p, s->user + count))
				return -EFAULT;
			err = push_user(x, p);
		}
		if (err)
			return err;
	}
	return 0;
}

/* Skips the string at sp. */
int exec_args_remove_first(struct exec *x)
{
	u32 page;
	int err;

	for (;;) {
		page = ALIGN_DOWN(x->sp, (u32)PAGE_SIZE);
		if (x->window_page != page) {
			err = flush_window(x);
			if (err)
				return err;
			if (mm_access(x->mm, page, x->window, PAGE_SIZE, ACCESS_FORCE) != PAGE_SIZE)
				return -EFAULT;
			x->window_page = page;
		}
		if (x->sp++, !x->window[x->sp - 1 - page])
			return 0;
	}
}

int exec_args_finish(struct exec *x)
{
	return flush_window(x);
}
