/* irqflags.h - interrupts of the unit-test host: a flag that only tells. Replaces x86's header. */
#ifndef ARCH_IRQFLAGS_H
#define ARCH_IRQFLAGS_H

#include <kernel/types.h>

#define EFLAGS_IF 0x200ul

extern unsigned long host_irq_flags;

static inline unsigned long local_irq_flags(void)
{
	return host_irq_flags;
}
static inline bool irqs_disabled(void)
{
	return !(host_irq_flags & EFLAGS_IF);
}
static inline void local_irq_disable(void)
{
	host_irq_flags &= ~EFLAGS_IF;
}
static inline void local_irq_enable(void)
{
	host_irq_flags |= EFLAGS_IF;
}
static inline unsigned long local_irq_save(void)
{
	unsigned long flags = host_irq_flags;

	local_irq_disable();
	return flags;
}
static inline void local_irq_restore(unsigned long flags)
{
	if (flags & EFLAGS_IF)
		local_irq_enable();
}

#endif
