/* asm_offsets.h - places in struct regs and struct task for assembly; asserted in thread.c. */
#ifndef ASM_OFFSETS_H
#define ASM_OFFSETS_H

#define REG_EBX	     0
#define REG_ECX	     4
#define REG_EDX	     8
#define REG_ESI	     12
#define REG_EDI	     16
#define REG_EBP	     20
#define REG_EAX	     24
#define REG_DS	     28
#define REG_ES	     32
#define REG_FS	     36
#define REG_GS	     40
#define REG_ORIG_EAX 44
#define REG_TRAPNO   48
#define REG_ERROR    52
#define REG_EIP	     56
#define REG_CS	     60
#define REG_EFLAGS   64
#define REG_ESP	     68
#define REG_SS	     72
#define REGS_SIZE    76

#define THREAD_ESP	  0 /* struct task begins with struct arch_thread */
#define TASK_WORK	  104
#define TASK_TRACE_BIT	  4 /* TW_SYSCALL_TRACE */
#define CPU_CURRENT	  0
#define CPU_PREEMPT_COUNT 4

#define USER_DS	  0x7b
#define USER_CS	  0x73
#define KERNEL_CS 0x60
#define KERNEL_DS 0x68
#define ESPFIX_SS 0xd0

#endif
