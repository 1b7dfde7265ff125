/* The simulated controller of sim_ps2.h. */
#include <string.h>
#include "sim_ps2.h"
#include "../i8042_reg.h"

#define REFILL_US 20

static void refill(void *arg);

static void push(struct sim_queue *q, u8 byte, u8 error)
{
	unsigned int at = (q->head + q->count) % SIM_QUEUE;

	assert_true(q->count < SIM_QUEUE);
	q->byte[at] = byte;
	q->error[at] = error;
	q->count++;
}

static u8 pop(struct sim_queue *q, u8 *error)
{
	u8 byte = q->byte[q->head];

	*error = q->error[q->head];
	q->head = (q->head + 1) % SIM_QUEUE;
	q->count--;
	return byte;
}

static void plan_refill(struct sim_ps2 *sim)
{
	sim_bus_cancel(&sim->bus, refill, sim);
	sim_bus_at(&sim->bus, REFILL_US, refill, sim);
}

static u8 translate(u8 byte)
{
	/* Only what the tests send: the ID's second byte. */
	return byte == 0x83 ? 0x41 : byte;
}

static void present(struct sim_ps2 *sim, u8 byte, bool aux, u8 error)
{
	sim->data = byte;
	sim->status |= I8042_STATUS_OBF | error;
	if (aux)
		sim->status |= I8042_STATUS_AUX;
	if (!(sim->ctr & (aux ? I8042_CTR_AUX_INT : I8042_CTR_KBD_INT)) ||
	    (aux && sim->aux_irq_dead))
		return;
	sim->irqs[aux]++;
	sim_bus_raise_irq(&sim->bus);
	if (sim->deliver)
		sim->deliver(sim->deliver_arg);
}

static void refill(void *arg)
{
	struct sim_ps2 *sim = arg;
	u8 byte, error;

	if (sim->status & I8042_STATUS_OBF)
		return;
	sim->status &= (u8) ~(I8042_STATUS_AUX | I8042_STATUS_TIMEOUT | I8042_STATUS_PARITY);
	if (sim->own.count) {
		byte = pop(&sim->own, &error);
		present(sim, byte, error, 0);
	} else if (sim->kbd.out.count && !(sim->ctr & I8042_CTR_KBD_DISABLE)) {
		byte = pop(&sim->kbd.out, &error);
		present(sim, sim->ctr & I8042_CTR_TRANSLATE ? translate(byte) : byte, false, error);
	} else if (sim->mouse.out.count && !(sim->ctr & I8042_CTR_AUX_DISABLE)) {
		byte = pop(&sim->mouse.out, &error);
		present(sim, byte, true, error);
	}
}

/* An answer of the controller itself; `aux`: with the mouse's status bit. */
static void own_answer(struct sim_ps2 *sim, u8 byte, bool aux)
{
	if (sim->no_reply)
		return;
	push(&sim->own, byte, aux);
	plan_refill(sim);
}

/* ---- devices ---- */

static struct sim_ps2 *owner; /* one controller at a time */

static void device_late(void *arg)
{
	struct sim_device *dev = arg;
	unsigned int i;

	for (i = 0; i < dev->pending_count; i++)
		push(&dev->out, dev->pending[i], 0);
	dev->pending_count = 0;
	plan_refill(owner);
}

static void say_after(struct sim_device *dev, unsigned int us, const u8 *bytes, unsigned int n)
{
	/* An answer on its way is said first. */
	if (dev->pending_count) {
		sim_bus_cancel(&owner->bus, device_late, dev);
		device_late(dev);
	}
	memcpy(dev->pending, bytes, n);
	dev->pending_count = n;
	sim_bus_at(&owner->bus, us, device_late, dev);
}

static bool is_mouse(const struct sim_device *dev)
{
	return dev == &owner->mouse;
}

static void greet(struct sim_device *dev)
{
	u8 greeting[2] = { dev->bat_code, 0x00 };

	dev->enabled = !is_mouse(dev);
	dev->leds = dev->awaiting = 0;
	memset(dev->rates, 0, sizeof(dev->rates));
	dev->id_count = is_mouse(dev) ? 1 : 2;
	if (is_mouse(dev))
		dev->id[0] = 0;
	say_after(dev, dev->bat_us, greeting, is_mouse(dev) ? 2 : 1);
}

static void device_reset(struct sim_device *dev)
{
	static const u8 ack = 0xFA;

	dev->resets++;
	say_after(dev, dev->answer_us, &ack, 1);
	greet(dev);
}

/* The secret knocks of mice. */
static void note_rate(struct sim_device *dev, u8 rate)
{
	dev->rates[0] = dev->rates[1];
	dev->rates[1] = dev->rates[2];
	dev->rates[2] = rate;
	dev->rate = rate;
	if (dev->has_wheel && dev->rates[0] == 200 && dev->rates[1] == 100 && rate == 80)
		dev->id[0] = 3;
	if (dev->id[0] == 3 && dev->rates[0] == 200 && dev->rates[1] == 200 && rate == 80) {
		if (dev->has_explorer)
			dev->id[0] = 4;
		else if (dev->lost_after_explorer)
			dev->id[0] = 0;
	}
}

static void parameter(struct sim_device *dev, u8 byte)
{
	u64 now = owner->bus.now_ns / 1000;

	if (dev->awaiting == 0xED) {
		dev->leds = byte;
		if (dev->led_commands++ && now - dev->last_led_us < dev->least_led_gap_us)
			dev->least_led_gap_us = now - dev->last_led_us;
		dev->last_led_us = now;
	} else if (dev->awaiting == 0xF3 && is_mouse(dev)) {
		note_rate(dev, byte);
	} else if (dev->awaiting == 0xF3) {
		dev->rate = byte;
	} else if (dev->awaiting == 0xF0) {
		dev->set = byte;
	} else if (dev->awaiting == 0xE8) {
		dev->resolution = byte;
	}
	dev->awaiting = 0;
}

static void answer_id(struct sim_device *dev)
{
	u8 bytes[4];
	unsigned int n = 0;

	if (!dev->bare_id)
		bytes[n++] = 0xFA;
	if (dev->stray)
		bytes[n++] = dev->stray;
	dev->stray = 0;
	if (!dev->no_id) {
		memcpy(bytes + n, dev->id, dev->id_count);
		n += dev->id_count;
	}
	say_after(dev, dev->answer_us, bytes, n);
}

static void device_obeys(struct sim_device *dev, u8 byte)
{
	static const u8 ack = 0xFA;

	switch (byte) {
	case 0xFF:
		device_reset(dev);
		return;
	case 0xF2:
		answer_id(dev);
		return;
	case 0xF4:
		dev->enabled = true;
		break;
	case 0xF5:
		dev->enabled = false;
		break;
	case 0xED:
	case 0xF3:
	case 0xF0:
	case 0xE8:
		dev->awaiting = byte;
		break;
	}
	if (dev->swallow_ack_of == byte)
		dev->swallow_ack_of = 0;
	else
		say_after(dev, dev->answer_us, &ack, 1);
}

static void device_byte(struct sim_device *dev, u8 byte)
{
	static const u8 nak = 0xFE, error = 0xFC, ack = 0xFA;

	if (dev->absent) {
		push(&dev->out, 0xFE, I8042_STATUS_TIMEOUT);
		plan_refill(owner);
		return;
	}
	if (dev->silent)
		return;
	if (dev->nak) {
		dev->nak--;
		say_after(dev, dev->answer_us, &nak, 1);
	} else if (dev->awaiting && byte < 0xF0) {
		parameter(dev, byte);
		say_after(dev, dev->answer_us, &ack, 1);
	} else if (dev->ignores == byte) {
		return;
	} else if (dev->refuses == byte) {
		say_after(dev, dev->answer_us, &error, 1);
	} else {
		device_obeys(dev, byte);
	}
}

/* ---- the controller ---- */

static void loop(struct sim_ps2 *sim, u8 byte)
{
	if (sim->no_aux || sim->no_loop)
		return;
	if (sim->loop_to_kbd) {
		own_answer(sim, byte, false);
		return;
	}
	if (byte == 0xA5 && sim->looped[0] == 0xF0 && sim->looped[1] == 0xF6 && sim->mux_answer) {
		byte = sim->mux_answer;
		sim->mux_on = false;
	}
	sim->looped[0] = sim->looped[1];
	sim->looped[1] = byte;
	own_answer(sim, byte, true);
}

static void data_byte(struct sim_ps2 *sim, u8 byte)
{
	if (sim->ctr_next) {
		if (!sim->ctr_readonly)
			sim->ctr = byte;
		plan_refill(sim);
	} else if (sim->loop_next) {
		loop(sim, byte);
	} else if (sim->aux_next) {
		if (!sim->no_aux) {
			sim->ctr &= (u8)~I8042_CTR_AUX_DISABLE;
			device_byte(&sim->mouse, byte);
		}
	} else {
		/* Sending to the keyboard starts its clock. */
		sim->ctr &= (u8)~I8042_CTR_KBD_DISABLE;
		device_byte(&sim->kbd, byte);
	}
	sim->ctr_next = sim->loop_next = sim->aux_next = false;
}

static void read_ctr(struct sim_ps2 *sim)
{
	static u8 noise;

	if (sim->ctr_noise) {
		sim->ctr_noise--;
		own_answer(sim, (u8)(0x10 + sim->ctr_noise), false);
	}
	own_answer(sim, sim->ctr_unstable ? noise++ : sim->ctr, false);
}

static void self_test(struct sim_ps2 *sim)
{
	if (sim->at_self_test)
		sim->at_self_test(sim);
	if (sim->silent_self_test)
		return;
	if (sim->ctr_lost_by_test)
		sim->ctr = I8042_CTR_KBD_INT;
	if (sim->bad_self_tests) {
		sim->bad_self_tests--;
		own_answer(sim, 0xAA, false);
	} else {
		own_answer(sim, I8042_SELF_TEST_OK, false);
	}
}

static void command_byte(struct sim_ps2 *sim, u8 cmd)
{
	switch (cmd) {
	case I8042_CMD_READ_CTR:
		read_ctr(sim);
		break;
	case I8042_CMD_WRITE_CTR:
		sim->ctr_next = true;
		break;
	case I8042_CMD_AUX_DISABLE:
		if (!sim->no_aux && !sim->aux_stuck_on)
			sim->ctr |= I8042_CTR_AUX_DISABLE;
		break;
	case I8042_CMD_AUX_ENABLE:
		if (!sim->no_aux)
			sim->ctr &= (u8)~I8042_CTR_AUX_DISABLE;
		break;
	case I8042_CMD_AUX_TEST:
		if (!sim->no_aux)
			own_answer(sim, 0, false);
		break;
	case I8042_CMD_SELF_TEST:
		self_test(sim);
		break;
	case I8042_CMD_AUX_LOOP:
		sim->loop_next = true;
		break;
	case I8042_CMD_AUX_SEND:
		sim->aux_next = true;
		break;
	case I8042_CMD_PULSE_RESET:
		sim->cpu_resets++;
		break;
	}
}

static void look(void *arg)
{
	struct sim_ps2 *sim = arg;

	sim->status &= (u8)~I8042_STATUS_IBF;
	if (sim->status & I8042_STATUS_CMD)
		command_byte(sim, sim->command);
	else
		data_byte(sim, sim->command);
}

static u32 chip_read(void *chip, u16 port, unsigned int width)
{
	struct sim_ps2 *sim = chip;

	if (port == I8042_PORT_DATA) {
		sim->status &= (u8)~I8042_STATUS_OBF;
		plan_refill(sim);
		return sim->data;
	}
	return sim->status;
}

static void chip_write(void *chip, u16 port, u32 value, unsigned int width)
{
	struct sim_ps2 *sim = chip;

	/* A driver that writes into a full buffer loses bytes; ours never does. */
	assert_false(sim->status & I8042_STATUS_IBF);
	sim->command = (u8)value;
	sim->status |= I8042_STATUS_IBF;
	if (port == I8042_PORT_COMMAND)
		sim->status |= I8042_STATUS_CMD;
	else
		sim->status &= (u8)~I8042_STATUS_CMD;
	sim_bus_at(&sim->bus, sim->ibf_us, look, sim);
}

/* ---- for tests ---- */

static void device_init(struct sim_device *dev)
{
	dev->answer_us = 1500;
	dev->bat_us = 400000;
	dev->bat_code = 0xAA;
	dev->id_count = 1;
	dev->least_led_gap_us = ~0ull;
}

void sim_ps2_init(struct sim_ps2 *sim)
{
	memset(sim, 0, sizeof(*sim));
	owner = sim;
	sim_bus_init(&sim->bus);
	sim_bus_claim(&sim->bus, I8042_PORT_DATA, 1, chip_read, chip_write, sim);
	sim_bus_claim(&sim->bus, I8042_PORT_STATUS, 1, chip_read, chip_write, sim);
	sim->ibf_us = 30;
	sim->status = I8042_STATUS_SYS | I8042_STATUS_UNLOCK;
	sim->ctr = I8042_CTR_KBD_INT | I8042_CTR_SYS | I8042_CTR_AUX_DISABLE | I8042_CTR_TRANSLATE;
	device_init(&sim->kbd);
	device_init(&sim->mouse);
	sim->kbd.enabled = true;
	sim->kbd.id[0] = 0xAB;
	sim->kbd.id[1] = 0x83;
	sim->kbd.id_count = 2;
	sim->mouse.has_wheel = true;
}

void sim_kbd_sends(struct sim_ps2 *sim, const u8 *bytes, unsigned int n)
{
	for (; n; n--)
		push(&sim->kbd.out, *bytes++, 0);
	plan_refill(sim);
}

void sim_kbd_sends_bad(struct sim_ps2 *sim, u8 byte, u8 error)
{
	push(&sim->kbd.out, byte, error);
	plan_refill(sim);
}

void sim_mouse_sends(struct sim_ps2 *sim, const u8 *bytes, unsigned int n)
{
	for (; n; n--, bytes++)
		if (!sim->lost || ++sim->mouse_bytes % sim->lost)
			push(&sim->mouse.out, *bytes, 0);
	plan_refill(sim);
}

void sim_replug(struct sim_ps2 *sim, struct sim_device *dev)
{
	greet(dev);
}

u64 sim_elapsed_us(struct sim_ps2 *sim)
{
	return sim->bus.now_ns / 1000 - sim->start_us;
}
