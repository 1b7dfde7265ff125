/*
 * pic.c - the pair of 8259A interrupt controllers.
 *
 * The master's lines are vectors 0x20.., the slave's 0x28... Masks are cached; every write is
 * followed by a short delay for old boards. Locking: called with interrupts off.
 * Source: Intel 8259A data sheet; hardware notes 3.1.
 */
#include <kernel/printk.h>
#include <arch/io.h>
#include "x86.h"

#define MASTER_CMD	  0x20
#define MASTER_DATA	  0x21
#define SLAVE_CMD	  0xA0
#define SLAVE_DATA	  0xA1
#define ICW1_INIT	  0x11 /* edge, cascade, ICW4 follows */
#define ICW4_8086	  0x01
#define OCW2_SPECIFIC_EOI 0x60
#define OCW3_READ_IRR	  0x0A
#define OCW3_READ_ISR	  0x0B
#define CASCADE		  2

static u16 pic_masks = 0xffff & ~(1u << CASCADE);

static void pic_write(u8 value, u16 port)
{
	outb(value, port);
	io_delay();
}

static void program(u16 cmd, u16 data, u8 vector, u8 icw3)
{
	pic_write(ICW1_INIT, cmd);
	pic_write(vector, data);
	pic_write(icw3, data);
	pic_write(ICW4_8086, data);
}

void __init pic_init(void)
{
	pic_write(0xff, MASTER_DATA);
	pic_write(0xff, SLAVE_DATA);
	program(MASTER_CMD, MASTER_DATA, 0x20, 1 << CASCADE);
	program(SLAVE_CMD, SLAVE_DATA, 0x28, CASCADE);
	for (int i = 0; i < 100; i++) /* about 100 us for the chips to settle */
		io_delay();
	pic_write((u8)pic_masks, MASTER_DATA);
	pic_write((u8)(pic_masks >> 8), SLAVE_DATA);
	if (inb(MASTER_DATA) != (u8)pic_masks)
		pr_err("pic: the interrupt controller does not answer\n");
}

static void write_mask(int irq)
{
	if (irq < 8)
		outb((u8)pic_masks, MASTER_DATA);
	else
		outb((u8)(pic_masks >> 8), SLAVE_DATA);
}

void pic_mask(int irq)
{
	pic_masks |= (u16)(1u << irq);
	write_mask(irq);
}

void pic_unmask(int irq)
{
	pic_masks &= (u16) ~(1u << irq);
	write_mask(irq);
}

static bool in_service(int irq)
{
	u16 cmd = irq < 8 ? MASTER_CMD : SLAVE_CMD;
	u8 isr;

	outb(OCW3_READ_ISR, cmd);
	isr = inb(cmd);
	outb(OCW3_READ_IRR, cmd);
	return isr & (1u << (irq & 7));
}

/* Lines 7 and 15 also come when a request vanished: then nothing is in service. */
bool pic_ack(int irq)
{
	if ((irq & 7) == 7 && !in_service(irq)) {
		if (irq == 15)
			outb(OCW2_SPECIFIC_EOI | CASCADE, MASTER_CMD);
		return false;
	}
	if (irq >= 8) {
		outb((u8)(OCW2_SPECIFIC_EOI | (irq & 7)), SLAVE_CMD);
		outb(OCW2_SPECIFIC_EOI | CASCADE, MASTER_CMD);
	} else {
		outb((u8)(OCW2_SPECIFIC_EOI | irq), MASTER_CMD);
	}
	return true;
}

void pic_shutdown(void)
{
	outb(0xff, MASTER_DATA);
	outb(0xff, SLAVE_DATA);
}
