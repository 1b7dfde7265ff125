/* speaker.c - the PC speaker: channel 2 of the 8254 through port 61h. Source: hardware notes 9.5.
 */
#include <kernel/arch.h>
#include <arch/io.h>
#include "pit.h"

#define PIT_CH2	      0x42
#define PIT_CMD	      0x43
#define CMD_CH2_MODE3 0xB6 /* square wave, both bytes */
#define PORT_61	      0x61
#define PORT_61_ON    0x03 /* gate 2, speaker data */
#define HZ_MIN	      19   /* the counter has 16 bits */
#define HZ_MAX	      32766

void arch_speaker(unsigned int hz)
{
	unsigned long flags = local_irq_save();
	u32 count;

	if (hz < HZ_MIN || hz > HZ_MAX) {
		outb(inb(PORT_61) & (u8)~PORT_61_ON, PORT_61);
	} else {
		count = PIT_HZ / hz;
		outb(CMD_CH2_MODE3, PIT_CMD);
		outb(count & 0xff, PIT_CH2);
		outb((u8)(count >> 8), PIT_CH2);
		outb(inb(PORT_61) | PORT_61_ON, PORT_61);
	}
	local_irq_restore(flags);
}
