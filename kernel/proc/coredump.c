/*
 * coredump.c - the image of a program that died of a signal: an ELF core file "core" in its
 * working directory.
 *
 *   ELF header | program headers: one PT_NOTE, a PT_LOAD a mapping | notes | pages
 *
 * The registers of all threads are taken first, with none of them running; then the others are
 * killed, so that memory keeps still. Source: System V ABI, chapter 5; note names as Linux's.
 */
#include <kernel/arch.h>
#include <kernel/cred.h>
#include <kernel/errno.h>
#include <kernel/files.h>
#include <kernel/fs.h>
#include <kernel/mm.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/uaccess.h>
#include <abi/elfcore.h>
#include "ptrace.h"
#include "siginfo.h"
#include "signal_internal.h"

#define CORE_NAME      "core"
#define PT_LOAD	       1
#define PT_NOTE	       4
#define ET_CORE	       4
#define EM_386	       3
#define NOTE_NAME_SIZE 8 /* "CORE", "LINUX" with NUL and padding */

struct elf_header {
	u8 ident[16];
	u16 type, machine;
	u32 version, entry, phoff, shoff, flags;
	u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct elf_phdr {
	u32 type, offset, vaddr, paddr, filesz, memsz, flags, align;
};
struct elf_note {
	u32 namesz, descsz, type;
	char name[NOTE_NAME_SIZE];
};

struct thread_dump {
	struct elf_prstatus_abi status;
	struct user_fpregs_abi fp;
};
struct segment {
	u32 start, end, filesz, flags;
};

struct core {
	struct file *file;
	loff_t pos, limit;
	struct thread_dump *threads;
	unsigned int thread_count;
	struct segment *segments;
	unsigned int segment_count;
	struct elf_prpsinfo_abi psinfo;
	struct siginfo_abi siginfo;
	char page[PAGE_SIZE];
};

/* ---- gathering ---- */

static void fill_status(struct task *t, int sig, struct elf_prstatus_abi *s)
{
	struct process *p = t->process;
	u64 utime, stime;

	s->signo = s->cursig = (s16)sig;
	s->sigpend = (u32)t->pending.set;
	s->sighold = (u32)t->blocked;
	s->pid = task_tid(t);
	s->ppid = p->parent ? p->parent->tgid->nr : 0;
	s->pgrp = p->pgid->nr;
	s->sid = p->sid->nr;
	task_cpu_times(t, &utime, &stime);
	timeval_split((s64)utime, &s->utime.sec, &s->utime.usec);
	timeval_split((s64)stime, &s->stime.sec, &s->stime.usec);
	ptrace_fill_regs(t, &s->regs);
	s->fpvalid = t->thread.fpu != NULL;
}

/* The dying thread comes first: debuggers take its registers for the program's. */
static int gather_threads(struct core *c, int sig)
{
	struct process *p = current->process;
	unsigned int room = p->thread_count;
	unsigned long flags;
	struct task *t;

	c->threads = kcalloc(room, sizeof(*c->threads), GFP_KERNEL);
	if (!c->threads)
		return -ENOMEM;
	flags = spin_lock_irqsave(&task_list_lock);
	fill_status(current, sig, &c->threads[0].status);
	fpu_get_fnsave(current, &c->threads[0].fp);
	c->thread_count = 1;
	for_each_thread (p, t) {
		if (t == current || t->exit_state || c->thread_count == room)
			continue;
		fill_status(t, sig, &c->threads[c->thread_count].status);
		fpu_get_fnsave(t, &c->threads[c->thread_count].fp);
		c->thread_count++;
	}
	spin_unlock_irqrestore(&task_list_lock, flags);
	return 0;
}

/* What a debugger cannot get from the files themselves: everything that may have been written. */
static u32 bytes_to_dump(const struct vma *vma)
{
	u32 size = vma->end - vma->start;

	if ((vma->flags & VM_IO) || !(vma->flags & (VM_READ | VM_WRITE | VM_EXEC)))
		return 0;
	if (!vma->file || (vma->flags & VM_SPECIAL))
		return size;
	if ((vma->flags & VM_WRITE) && !(vma->flags & VM_MAYSHARE))
		return size;
	/* The ELF header of a mapped object, from which build ids are read. */
	return vma->pgoff ? 0 : PAGE_SIZE;
}

static int gather_segments(struct core *c)
{
	struct mm *mm = current->mm;
	unsigned int room = mm->map_count;
	struct vma *vma;

	c->segments = kcalloc(room ? room : 1, sizeof(*c->segments), GFP_KERNEL);
	if (!c->segments)
		return -ENOMEM;
	read_lock(&mm->mmap_lock);
	for (vma = vma_first(mm); vma && c->segment_count < room; vma = vma_next(vma)) {
		struct segment *s = &c->segments[c->segment_count++];

		s->start = vma->start;
		s->end = vma->end;
		s->filesz = bytes_to_dump(vma);
		/* PF_R 4, PF_W 2, PF_X 1 */
		s->flags = (vma->flags & VM_READ ? 4 : 0) | (vma->flags & VM_WRITE ? 2 : 0) |
			   (vma->flags & VM_EXEC ? 1 : 0);
	}
	read_unlock(&mm->mmap_lock);
	return 0;
}

static void gather_process(struct core *c, const struct siginfo_k *info)
{
	struct mm *mm = current->mm;
	struct elf_prpsinfo_abi *ps = &c->psinfo;
	size_t n = min_t(size_t, mm->arg_end - mm->arg_start, sizeof(ps->psargs) - 1);

	ps->sname = 'R';
	ps->nice = (char)current->nice;
	ps->uid = (u16)current_cred()->uid;
	ps->gid = (u16)current_cred()->gid;
	ps->pid = c->threads[0].status.pid;
	ps->ppid = c->threads[0].status.ppid;
	ps->pgrp = c->threads[0].status.pgrp;
	ps->sid = c->threads[0].status.sid;
	strscpy(ps->fname, current->comm, sizeof(ps->fname));
	if (!copy_from_user_partial(ps->psargs, (const void __user *)mm->arg_start, n))
		for (size_t i = 0; i < n; i++)
			if (!ps->psargs[i])
				ps->psargs[i] = ' ';
	if (info)
		siginfo_to_abi(&c->siginfo, info);
}

/* ---- writing ---- */

static int emit(struct core *c, const void *data, size_t len)
{
	while (len) {
		ssize_t n;

		if (c->pos + (loff_t)len > c->limit || fatal_signal_pending(current))
			return -EFBIG;
		n = file_write_kernel(c->file, data, len, &c->pos);
		if (n <= 0)
			return n ? (int)n : -EIO;
		data = (const char *)data + n;
		len -= (size_t)n;
	}
	return 0;
}

static size_t note_size(size_t desc)
{
	return sizeof(struct elf_note) + ALIGN_UP(desc, 4);
}

static int emit_note(struct core *c, const char *name, u32 type, const void *desc, size_t size)
{
	struct elf_note note = { (u32)strlen(name) + 1, (u32)size, type, "" };
	int err;

	strscpy(note.name, name, sizeof(note.name));
	err = emit(c, &note, sizeof(note));
	return err ? err : emit(c, desc, ALIGN_UP(size, 4));
}

static size_t auxv_size(void)
{
	return current->mm->auxv_words * sizeof(u32);
}

static size_t notes_size(const struct core *c)
{
	size_t n = note_size(sizeof(c->psinfo)) + note_size(sizeof(c->siginfo)) +
		   note_size(auxv_size());

	return n + c->thread_count * (note_size(sizeof(struct elf_prstatus_abi)) +
				      note_size(sizeof(struct user_fpregs_abi)));
}

static int emit_notes(struct core *c)
{
	int err = 0;

	for (unsigned int i = 0; i < c->thread_count && !err; i++) {
		struct thread_dump *t = &c->threads[i];

		err = emit_note(c, "CORE", NT_PRSTATUS, &t->status, sizeof(t->status));
		if (!err && !i)
			err = emit_note(c, "CORE", NT_PRPSINFO, &c->psinfo, sizeof(c->psinfo));
		if (!err && !i)
			err = emit_note(c, "CORE", NT_SIGINFO, &c->siginfo, sizeof(c->siginfo));
		if (!err && !i)
			err = emit_note(c, "CORE", NT_AUXV, current->mm->auxv, auxv_size());
		if (!err)
			err = emit_note(c, "CORE", NT_PRFPREG, &t->fp, sizeof(t->fp));
	}
	return err;
}

static int emit_headers(struct core *c, u32 notes_at, u32 data_at)
{
	struct elf_header h = {
		.ident = { 0x7f, 'E', 'L', 'F', 1, 1, 1 },
		.type = ET_CORE,
		.machine = EM_386,
		.version = 1,
		.phoff = sizeof(h),
		.ehsize = sizeof(h),
		.phentsize = sizeof(struct elf_phdr),
		.phnum = (u16)(c->segment_count + 1),
	};
	struct elf_phdr ph = { .type = PT_NOTE, .offset = notes_at, .filesz = notes_size(c) };
	int err = emit(c, &h, sizeof(h));

	if (!err)
		err = emit(c, &ph, sizeof(ph));
	for (unsigned int i = 0; i < c->segment_count && !err; i++) {
		const struct segment *s = &c->segments[i];

		ph = (struct elf_phdr){ PT_LOAD,   data_at,	      s->start, 0,
					s->filesz, s->end - s->start, s->flags, PAGE_SIZE };
		data_at += s->filesz;
		err = emit(c, &ph, sizeof(ph));
	}
	return err;
}

/* What cannot be read is a hole of zeros, so that the offsets stay right. */
static int emit_pages(struct core *c)
{
	int err = 0;

	for (unsigned int i = 0; i < c->segment_count; i++) {
		const struct segment *s = &c->segments[i];

		for (u32 off = 0; off < s->filesz && !err; off += PAGE_SIZE) {
			size_t n = mm_access(current->mm, s->start + off, c->page, PAGE_SIZE,
					     ACCESS_FORCE);

			memset(c->page + n, 0, PAGE_SIZE - n);
			err = emit(c, c->page, PAGE_SIZE);
		}
	}
	return err;
}

static int emit_all(struct core *c)
{
	u32 notes_at = sizeof(struct elf_header) + (c->segment_count + 1) * sizeof(struct elf_phdr);
	u32 end = notes_at + notes_size(c), data_at = ALIGN_UP(end, PAGE_SIZE);
	int err = emit_headers(c, notes_at, data_at);

	if (!err)
		err = emit_notes(c);
	memset(c->page, 0, PAGE_SIZE);
	if (!err)
		err = emit(c, c->page, data_at - end);
	return err ? err : emit_pages(c);
}

/* ---- whether, and where ---- */

/* Never through a link, into another's file, or a device. */
static struct file *open_core(void)
{
	struct file *f =
		file_open(AT_FDCWD, CORE_NAME, O_CREAT | O_WRONLY | O_NOFOLLOW | O_LARGEFILE, 0600);
	struct iattr cut = { .valid = ATTR_SIZE, .size = 0 };

	if (IS_ERR(f))
		return f;
	cut.file = f;
	if (!S_ISREG(f->inode->mode) || f->inode->nlink != 1 ||
	    f->inode->uid != current_cred()->fsuid || vfs_setattr(&f->path, &cut)) {
		file_put(f);
		return ERR_PTR(-EPERM);
	}
	return f;
}

/* The others die now; the exit status says so from here on. False: someone was faster. */
static bool claim_death(int sig)
{
	struct process *p = current->process;
	unsigned long flags = spin_lock_irqsave(&p->siglock);
	bool mine = !(p->group_flags & PG_EXITING);

	if (mine) {
		p->group_flags |= PG_EXITING;
		p->group_exit_code = sig;
		signal_kill_threads(p, current);
	}
	spin_unlock_irqrestore(&p->siglock, flags);
	return mine;
}

static bool dump(struct core *c, int sig, const struct siginfo_k *info)
{
	bool done = false;

	if (gather_threads(c, sig) || !claim_death(sig) || gather_segments(c))
		return false;
	gather_process(c, info);
	c->file = open_core();
	if (IS_ERR(c->file))
		return false;
	done = !emit_all(c);
	file_put(c->file);
	return done;
}

bool coredump_write(const struct siginfo_k *info)
{
	u64 limit = rlimit(RLIMIT_CORE);
	struct process *p = current->process;
	struct core *c;
	bool done;

	if (!info || !current->mm || !current->mm->dumpable || limit < PAGE_SIZE)
		return false;
	c = kzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return false;
	c->limit = limit > LLONG_MAX ? LLONG_MAX : (loff_t)limit;
	done = dump(c, info->signo, info);
	if (done)
		p->group_exit_code |= 0x80;
	kfree(c->threads);
	kfree(c->segments);
	kfree(c);
	return done;
}
