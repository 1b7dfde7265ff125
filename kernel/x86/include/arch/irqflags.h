/* irqflags.h - the interrupt flag of this CPU. */
#ifndef ARCH_IRQFLAGS_H
#define ARCH_IRQFLAGS_H

#include <kernel/types.h>

#define EFLAGS_IF 0x200ul

static inline unsigned long local_irq_flags(void)
{
	unsigned long flags;

	__asm__ volatile("pushfl; popl %0" : "=r"(flags));
	return flags;
}
static inline bool irqs_disabled(void)
{
	return !(local_irq_flags() & EFLAGS_IF);
}
static inline void local_irq_disable(void)
{
	__asm__ volatile("cli" ::: "memory");
}
static inline void local_irq_enable(void)
{
	__asm__ volatile("sti" ::: "memory");
}
static inline unsigned long local_irq_save(void)
{
	unsigned long flags = local_irq_flags();

	local_irq_disable();
	return flags;
}
static inline void local_irq_restore(unsigned long flags)
{
	if (flags & EFLAGS_IF)
		local_irq_enable();
}

#endif
