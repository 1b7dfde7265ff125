/*
 * strace.c - prints system calls as they are made, from the types in the table.
 * Text arguments are shown up to TEXT_MAX characters; what cannot be read is shown as an address.
 */
#include <kernel/arch.h>
#include <kernel/printk.h>
#include <kernel/strace.h>
#include <kernel/string.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>
#include "syscall_table.h"

#define TEXT_MAX 48

static size_t show_text(char *buf, size_t size, u32 addr)
{
	char text[TEXT_MAX + 1];
	ssize_t n = strncpy_from_user(text, (const char __user *)addr, TEXT_MAX);

	if (n < 0)
		return (size_t)scnprintf(buf, size, "%#x", addr);
	text[n] = '\0';
	for (ssize_t i = 0; i < n; i++)
		if (text[i] < ' ' || text[i] == 0x7f)
			text[i] = '.';
	return (size_t)scnprintf(buf, size, "\"%s\"%s", text, n == TEXT_MAX ? "..." : "");
}

static size_t show_argument(char *buf, size_t size, u8 type, u32 value)
{
	switch (type) {
	case ARG_STR:
	case ARG_PATH:
		return show_text(buf, size, value);
	case ARG_INT:
	case ARG_FD:
	case ARG_PID:
	case ARG_SIG:
	case ARG_LONG:
	case ARG_CLOCK:
		return (size_t)scnprintf(buf, size, "%d", (s32)value);
	case ARG_UINT:
	case ARG_SIZE:
	case ARG_UID:
	case ARG_GID:
		return (size_t)scnprintf(buf, size, "%u", value);
	case ARG_MODE:
		return (size_t)scnprintf(buf, size, "%#o", value);
	default:
		return (size_t)scnprintf(buf, size, "%#x", value);
	}
}

static const struct syscall_info *info_of(u32 nr)
{
	return nr < SYSCALL_COUNT && syscall_infos[nr].name ? &syscall_infos[nr] : NULL;
}

static void describe(char *buf, size_t size, const struct regs *regs)
{
	const u32 args[6] = { regs->ebx, regs->ecx, regs->edx, regs->esi, regs->edi, regs->ebp };
	const struct syscall_info *info = info_of((u32)regs->orig_eax);
	size_t n;

	if (!info) {
		scnprintf(buf, size, "call %d", regs->orig_eax);
		return;
	}
	n = (size_t)scnprintf(buf, size, "%s(", info->name);
	for (unsigned int i = 0; i < info->nargs; i++) {
		n += (size_t)scnprintf(buf + n, size - n, i ? ", " : "");
		n += show_argument(buf + n, size - n, info->type[i], args[i]);
	}
	scnprintf(buf + n, size - n, ")");
}

/* Calls that may not come back are shown when they begin, the others when they end. */
static bool shown_at_entry(s32 nr)
{
	return nr == NR_exit || nr == NR_exit_group || nr == NR_execve || nr == NR_execveat ||
	       nr == NR_sigreturn || nr == NR_rt_sigreturn;
}

void strace_enter(struct regs *regs)
{
	char text[256];

	if (!shown_at_entry(regs->orig_eax))
		return;
	describe(text, sizeof(text), regs);
	pr_info("%d %s: %s\n", current->pid->nr, current->comm, text);
}

void strace_leave(struct regs *regs)
{
	char text[256];

	if (regs->orig_eax < 0 || shown_at_entry(regs->orig_eax))
		return;
	describe(text, sizeof(text), regs);
	pr_info("%d %s: %s = %d\n", current->pid->nr, current->comm, text, (s32)regs->eax);
}
