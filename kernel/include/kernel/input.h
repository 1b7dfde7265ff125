/*
 * input.h - keyboards, mice and the like: devices that report events, and who listens.
 *
 * A driver fills a struct input_dev (names, ids, which events it can send) and registers it; then
 * reports by input_event() and ends each group that belongs together by input_sync(). Every
 * handler (virtual consoles, /dev/input/mice, /dev/input/eventN) hears every device, but for a
 * device that a program has grabbed: then only that program does.
 *
 * Values: EV_KEY 0 up, 1 down, 2 repeat; EV_REL a distance; types and codes as
 * abi/input-event-codes.h. Repeats come from the hardware.
 *
 * Locking: input_lock (spinlock, irqsave) in input.c is held around handlers' event(); they must
 * not sleep. registration may sleep. set_leds() and the like are called from threads.
 */
#ifndef KERNEL_INPUT_H
#define KERNEL_INPUT_H

#include <kernel/bitops.h>
#include <kernel/list.h>
#include <kernel/types.h>
#include <abi/input-event-codes.h>

#define INPUT_BITS(n) BITS_TO_LONGS((n) + 1)

#define BUS_I8042 0x11

struct input_id {
	u16 bustype, vendor, product, version;
};

struct evdev;

struct input_dev {
	const char *name, *phys;
	struct input_id id;
	unsigned long types[BITS_TO_LONGS(32)]; /* EV_* */
	unsigned long keys[BITS_TO_LONGS(768)];
	unsigned long rels[BITS_TO_LONGS(32)], leds[BITS_TO_LONGS(32)], mscs[BITS_TO_LONGS(32)],
		snds[BITS_TO_LONGS(32)];
	unsigned int repeat_delay, repeat_period; /* ms; EV_REP */
	void *private;
	/* From a thread; NULL: it cannot. */
	int (*set_leds)(struct input_dev *dev, unsigned int leds); /* bits 1 << LED_* */
	int (*set_repeat)(struct input_dev *dev, unsigned int delay_ms, unsigned int period_ms);

	/* input_lock */
	unsigned long down[BITS_TO_LONGS(768)], lit[BITS_TO_LONGS(32)];
	bool in_packet; /* events since the last input_sync() */
	struct evdev *evdev;
	struct list_head node;
	unsigned int number; /* eventN, inputN */
};

struct input_handler {
	struct list_head node;
	void (*event)(struct input_dev *dev, unsigned int type, unsigned int code, int value);
};

int input_register(struct input_dev *dev);
void input_unregister(struct input_dev *dev);
void input_handler_register(struct input_handler *handler);

/* Any context. */
void input_event(struct input_dev *dev, unsigned int type, unsigned int code, int value);
void input_sync(struct input_dev *dev);
/* Every key that is down goes up. */
void input_release_keys(struct input_dev *dev);

/* From a thread: lights of every keyboard, by 1 << LED_*; typematic. */
void input_set_leds(unsigned int leds);
void input_set_repeat(unsigned int *delay_ms, unsigned int *period_ms);

/* Visits devices in order of registration; may sleep. */
void input_for_each(void (*fn)(struct input_dev *dev, void *arg), void *arg);
/* The text of /proc/bus/input/devices. */
size_t input_devices_format(char *buf, size_t size);

#endif
