/* input_internal.h - between the files of kernel/input. Locking: see <kernel/input.h>. */
#ifndef KERNEL_INPUT_INTERNAL_H
#define KERNEL_INPUT_INTERNAL_H

#include <kernel/input.h>
#include <kernel/lock.h>

extern struct spinlock input_lock;
extern struct device_class input_class;

/* evdev.c: input_lock held for the event; the others may sleep. True: grabbed, nobody else hears.
 */
bool evdev_event(struct input_dev *dev, unsigned int type, unsigned int code, int value);
int evdev_attach(struct input_dev *dev);
void evdev_detach(struct input_dev *dev);

#endif
