/*
 * exec_internal.h - the state of one execve() and the steps it goes through.
 *
 *   exec_open() -> exec_args_*() (strings into the new stack) -> image recognised -> point of no
 *   return: exec_commit() -> exec_elf_load() -> the user frame is set
 */
#ifndef EXEC_INTERNAL_H
#define EXEC_INTERNAL_H

#include <kernel/fs.h>
#include <kernel/types.h>
#include "elf_image.h"

struct cred;
struct mm;

#define EXEC_SCRIPT_DEPTH 5
#define EXEC_HEAD_SIZE	  256

/* Where the argument strings come from. */
struct exec_strings {
	const u32 __user *user;	   /* array of user pointers */
	const char *const *kernel; /* or of kernel pointers */
};

struct exec {
	const char *filename; /* as given: AT_EXECFN and the script's argument */
	const char *name;     /* for comm */
	struct file *file;
	struct mm *mm; /* the new one, until committed */
	u8 head[EXEC_HEAD_SIZE];
	size_t head_len;
	u32 sp; /* where the next string goes, downwards */
	u32 argc, envc;
	u32 execfn;   /* user address of the file name */
	u32 limit;    /* lowest sp allowed by ARG_MAX */
	char *window; /* the page being filled, written out at once */
	u32 window_page;
	struct cred *cred;
	bool secure;
	int dfd;
	bool script_needs_fd_name;
	char interp_name[EXEC_HEAD_SIZE]; /* of a script */
	struct elf32_header header;
	struct elf32_phdr *phdrs;
	struct elf_image image;
	struct file *interp;
	struct elf32_header interp_header;
	struct elf32_phdr *interp_phdrs;
	struct elf_image interp_image;
};

int exec_args_begin(struct exec *x);
int exec_args_count(const struct exec_strings *s, u32 *count);
int exec_args_copy(struct exec *x, const struct exec_strings *s, u32 count);
int exec_args_push(struct exec *x, const char *text);
int exec_args_remove_first(struct exec *x); /* a script's argv[0] */
int exec_args_finish(struct exec *x);	    /* writes out the last page */

int exec_read(struct file *file, loff_t pos, void *buf, size_t size);
int exec_script(struct exec *x); /* 0: now x->file is the interpreter; -ENOEXEC: no script */
int exec_elf_prepare(struct exec *x);
int exec_elf_load(struct exec *x, u32 *entry, u32 *sp);
int exec_become_single(void); /* ends the other threads; -EAGAIN, -EINTR */
int exec_open(struct exec *x, int dfd, const char *filename, u32 lookup_flags);

#endif
