/* elfcore.h - the notes of an ELF core file, as Linux i386 writes them and gdb reads them. */
#ifndef ABI_ELFCORE_H
#define ABI_ELFCORE_H

#include <kernel/types.h>
#include <abi/ptrace.h>
#include <abi/time.h>

struct elf_prstatus_abi {
	s32 signo, code, error;
	s16 cursig, pad;
	u32 sigpend, sighold;
	s32 pid, ppid, pgrp, sid;
	struct timeval_abi utime, stime, cutime, cstime;
	struct user_regs_abi regs;
	s32 fpvalid;
};
_Static_assert(sizeof(struct elf_prstatus_abi) == 144, "struct elf_prstatus");

struct elf_prpsinfo_abi {
	char state, sname, zomb, nice;
	u32 flag;
	u16 uid, gid;
	s32 pid, ppid, pgrp, sid;
	char fname[16], psargs[80];
};
_Static_assert(sizeof(struct elf_prpsinfo_abi) == 124, "struct elf_prpsinfo");

#endif
