/* io.h - port instructions of the unit-test host: they go to host_ports. Replaces x86's header. */
#ifndef ARCH_IO_H
#define ARCH_IO_H

#include <kernel/hw.h>

/* A struct sim_bus's, set by the test. */
extern struct hw *host_ports;

static inline u8 inb(u16 port)
{
	return hw_in8(host_ports, port);
}
static inline u16 inw(u16 port)
{
	return hw_in16(host_ports, port);
}
static inline u32 inl(u16 port)
{
	return hw_in32(host_ports, port);
}
static inline void outb(u8 v, u16 port)
{
	hw_out8(host_ports, port, v);
}
static inline void outw(u16 v, u16 port)
{
	hw_out16(host_ports, port, v);
}
static inline void outl(u32 v, u16 port)
{
	hw_out32(host_ports, port, v);
}
static inline void io_delay(void)
{
	outb(0, 0x80);
}

#endif
