/* The PS/2 controller; see i8042_core.h. */
#include <kernel/errno.h>
#include "i8042_core.h"
#include "i8042_reg.h"

#define AUX_LOOP_BYTE 0x5A
#define AUX_IRQ_BYTE  0xA5
/* The three loop bytes that end multiplexing; the last is answered by a version if there is any. */
#define MUX_LEAVE_1   0xF0
#define MUX_LEAVE_2   0xF6
#define MUX_LEAVE_3   0xA5
#define MUX_PRETENDED 0xAC /* USB legacy emulation answers so */

/* Boards known for what they lack; facts of Linux's i8042-acpipnpio.h (its DMI tables). */
const struct i8042_quirk i8042_quirks[] = {
	{ "ASUSTeK Computer Inc.", "P65UP5", I8042_NOLOOP },
	{ "Compaq", "ProLiant", I8042_NOLOOP },
	{ "COMPAQ", "ProLiant DL760", I8042_NOLOOP },
	{ "ULI", "EV4873", I8042_NOLOOP },
	{ "Microsoft Corporation", "Virtual Machine", I8042_NOLOOP },
	{ "FUJITSU", "LIFEBOOK P7010", I8042_NOMUX },
	{ "FUJITSU SIEMENS", "LIFEBOOK", I8042_NOMUX },
	{ "TOSHIBA", "Satellite P10", I8042_NOMUX },
	{ "TOSHIBA", "EQUIUM A110", I8042_NOMUX },
	{ "Sharp Corporation", "PC-MM20 Series", I8042_NOMUX },
	{ "Hewlett-Packard", "Pavilion ZT1000", I8042_NOMUX },
};
const unsigned int i8042_quirk_count = ARRAY_SIZE(i8042_quirks);

const char *i8042_fault_text(enum i8042_fault fault)
{
	static const char *const text[I8042_FAULT_COUNT] = {
		[I8042_FAULT_NONE] = "no fault",
		[I8042_FAULT_FLOATING] = "nothing at the ports",
		[I8042_FAULT_FLUSH] = "the output buffer never empties",
		[I8042_FAULT_STUCK_IBF] = "it takes no bytes",
		[I8042_FAULT_NO_REPLY] = "it answers no command",
		[I8042_FAULT_CTR_UNSTABLE] = "the control register reads differently each time",
		[I8042_FAULT_CTR_WRITE] = "the control register cannot be written",
		[I8042_FAULT_SELF_TEST] = "the self test fails",
		[I8042_FAULT_AUX_OFF] = "the mouse port was switched off by option",
		[I8042_FAULT_AUX_LOOP] = "no mouse port: the loop test",
		[I8042_FAULT_AUX_TOGGLE] = "no mouse port: it cannot be switched",
		[I8042_FAULT_AUX_IRQ] = "the mouse port raises no interrupt",
	};

	return fault < I8042_FAULT_COUNT ? text[fault] : "unknown fault";
}

static unsigned long lock(struct i8042 *c)
{
	return c->lock ? c->lock(c->lock_ctx) : 0;
}

static void unlock(struct i8042 *c, unsigned long saved)
{
	if (c->unlock)
		c->unlock(c->lock_ctx, saved);
}

/* ---- single bytes; the lock is held or not needed yet ---- */

static u8 status(struct i8042 *c)
{
	return hw_in8(c->hw, I8042_PORT_STATUS);
}

static int wait_writable(struct i8042 *c)
{
	unsigned int waited;

	for (waited = 0; waited < I8042_WAIT_US; waited += I8042_WAIT_STEP_US) {
		if (!(status(c) & I8042_STATUS_IBF))
			return 0;
		hw_delay_us(c->hw, I8042_WAIT_STEP_US);
	}
	return -ETIMEDOUT;
}

static int write_byte(struct i8042 *c, u16 port, u8 byte)
{
	int err = wait_writable(c);

	if (!err)
		hw_out8(c->hw, port, byte);
	else
		c->fault = I8042_FAULT_STUCK_IBF;
	return err;
}

/* The byte, with the status it came with in bits 8..15; or -ETIMEDOUT. */
static int read_byte(struct i8042 *c, unsigned int limit_us)
{
	unsigned int waited;
	u8 st;

	for (waited = 0; waited < limit_us; waited += I8042_WAIT_STEP_US) {
		st = status(c);
		if (st & I8042_STATUS_OBF)
			return hw_in8(c->hw, I8042_PORT_DATA) | st << 8;
		hw_delay_us(c->hw, I8042_WAIT_STEP_US);
	}
	return -ETIMEDOUT;
}

static bool from_aux(int byte)
{
	return byte >> 8 & I8042_STATUS_AUX;
}

/* Time first: the controller needs some to fill its buffer again. */
static int flush(struct i8042 *c)
{
	unsigned int i;

	for (i = 0; i < I8042_FLUSH_BYTES; i++) {
		hw_delay_us(c->hw, I8042_WAIT_STEP_US);
		if (!(status(c) & I8042_STATUS_OBF))
			return 0;
		hw_in8(c->hw, I8042_PORT_DATA);
	}
	return -EIO;
}

/* ---- commands to the controller itself ---- */

static int command(struct i8042 *c, u8 cmd)
{
	return write_byte(c, I8042_PORT_COMMAND, cmd);
}

static int command_send(struct i8042 *c, u8 cmd, u8 byte)
{
	int err = command(c, cmd);

	return err ? err : write_byte(c, I8042_PORT_DATA, byte);
}

static int command_reply(struct i8042 *c, u8 cmd, unsigned int limit_us)
{
	int err = command(c, cmd);

	return err ? err : read_byte(c, limit_us);
}

/* The answer to a loop command: the byte only if it came as the mouse's. */
static int aux_loop(struct i8042 *c, u8 byte)
{
	int got = command_send(c, I8042_CMD_AUX_LOOP, byte);

	if (!got)
		got = read_byte(c, I8042_WAIT_US);
	if (got < 0)
		return got;
	return from_aux(got) ? got & 0xFF : -EIO;
}

static int write_ctr(struct i8042 *c, u8 ctr)
{
	c->ctr = ctr;
	return command_send(c, I8042_CMD_WRITE_CTR, ctr);
}

/* The control register or a negative errno. */
static int read_ctr(struct i8042 *c)
{
	int got = command_reply(c, I8042_CMD_READ_CTR, I8042_WAIT_US);

	return got < 0 ? got : got & 0xFF;
}

/* ---- the probe, step by step ---- */

/* A key pressed right now may come instead of the register: believe what reads twice the same. */
static int read_stable_ctr(struct i8042 *c)
{
	int last, now = read_ctr(c);
	unsigned int i;

	for (i = 1; i < I8042_CTR_READS; i++) {
		last = now;
		now = read_ctr(c);
		if (now < 0 && last < 0)
			break;
		if (now >= 0 && now == last)
			return now;
		flush(c);
	}
	if (now < 0) {
		if (c->fault == I8042_FAULT_NONE)
			c->fault = I8042_FAULT_NO_REPLY;
		return now;
	}
	c->fault = I8042_FAULT_CTR_UNSTABLE;
	return now;
}

static int find_controller(struct i8042 *c)
{
	int ctr;

	if (status(c) == 0xFF) {
		c->fault = I8042_FAULT_FLOATING;
		return -ENODEV;
	}
	if (flush(c)) {
		c->fault = I8042_FAULT_FLUSH;
		return -ENODEV;
	}
	ctr = read_stable_ctr(c);
	if (ctr < 0)
		return ctr;
	c->ctr = c->initial_ctr = (u8)ctr;
	c->ctr_known = c->fault != I8042_FAULT_CTR_UNSTABLE;
	c->translated = ctr & I8042_CTR_TRANSLATE || !c->ctr_known;
	return 0;
}

/* Both clocks stopped and interrupts off, so that no key mixes into the answers. */
static int quiet(struct i8042 *c)
{
	u8 ctr = c->ctr;
	int err, got;

	if (!(status(c) & I8042_STATUS_UNLOCK))
		ctr |= I8042_CTR_IGNORE_LOCK;
	ctr |= I8042_CTR_KBD_DISABLE | I8042_CTR_AUX_DISABLE;
	ctr &= (u8) ~(I8042_CTR_KBD_INT | I8042_CTR_AUX_INT);
	err = write_ctr(c, ctr);
	if (err)
		return err;
	flush(c);
	got = read_ctr(c);
	if (got >= 0 && (got & I8042_CTR_KBD_DISABLE) == 0 && c->fault == I8042_FAULT_NONE)
		c->fault = I8042_FAULT_CTR_WRITE;
	return 0;
}

/* Wrong the first time on some, never on others: a failure is only a note. */
static int self_test(struct i8042 *c)
{
	unsigned int i;
	int got = 0;

	if (c->flags & I8042_NOSELFTEST)
		return 0;
	for (i = 0; i < I8042_SELF_TEST_TRIES; i++) {
		got = command_reply(c, I8042_CMD_SELF_TEST, I8042_SELF_TEST_US);
		if (got >= 0)
			c->self_test = (u8)got;
		if (got < 0 || c->self_test == I8042_SELF_TEST_OK)
			break;
		hw_delay_us(c->hw, I8042_WAIT_STEP_US);
	}
	if ((got < 0 || c->self_test != I8042_SELF_TEST_OK) && c->fault == I8042_FAULT_NONE)
		c->fault = I8042_FAULT_SELF_TEST;
	/* Some forget the control register. */
	return write_ctr(c, c->ctr);
}

static bool aux_loops(struct i8042 *c)
{
	int got;

	if (!(c->flags & I8042_NOLOOP) && aux_loop(c, AUX_LOOP_BYTE) == AUX_LOOP_BYTE)
		return true;
	/* Some chips cannot loop; their answers to the test differ, but there is one. */
	c->flags |= I8042_NOLOOP;
	flush(c);
	got = command_reply(c, I8042_CMD_AUX_TEST, I8042_WAIT_US);
	if (got < 0)
		return false;
	got &= 0xFF;
	return got == 0x00 || got == 0xFA || got == 0xFF;
}

/* Does the clock bit follow the command? */
static bool aux_toggles(struct i8042 *c, u8 cmd, u8 want)
{
	unsigned int waited;
	int ctr;

	if (command(c, cmd))
		return false;
	for (waited = 0; waited < I8042_AUX_TOGGLE_US; waited += I8042_WAIT_STEP_US) {
		ctr = read_ctr(c);
		if (ctr < 0)
			return false;
		if ((ctr & I8042_CTR_AUX_DISABLE) == want)
			return true;
		hw_delay_us(c->hw, I8042_WAIT_STEP_US);
	}
	return false;
}

static enum i8042_fault find_aux(struct i8042 *c)
{
	if (c->flags & I8042_NOAUX)
		return I8042_FAULT_AUX_OFF;
	flush(c);
	if (!aux_loops(c))
		return I8042_FAULT_AUX_LOOP;
	if (!aux_toggles(c, I8042_CMD_AUX_DISABLE, I8042_CTR_AUX_DISABLE) ||
	    !aux_toggles(c, I8042_CMD_AUX_ENABLE, 0))
		return I8042_FAULT_AUX_TOGGLE;
	c->has_aux = true;
	return I8042_FAULT_NONE;
}

/* Only ever out of multiplexing, never into it: a controller without takes it as three loops. */
static void leave_mux(struct i8042 *c)
{
	int version;

	if (c->flags & (I8042_NOMUX | I8042_NOLOOP))
		return;
	if (aux_loop(c, MUX_LEAVE_1) != MUX_LEAVE_1 || aux_loop(c, MUX_LEAVE_2) != MUX_LEAVE_2)
		return;
	version = aux_loop(c, MUX_LEAVE_3);
	if (version < 0 || version == MUX_LEAVE_3 || version == MUX_PRETENDED)
		return;
	c->has_mux = true;
	c->mux_version = (u8)version;
}

static bool aux_interrupts(struct i8042 *c)
{
	bool came;

	hw_wait_irq(c->hw, 0); /* forget an old one */
	if (write_ctr(c, c->ctr | I8042_CTR_AUX_INT) ||
	    command_send(c, I8042_CMD_AUX_LOOP, AUX_IRQ_BYTE))
		return false;
	came = hw_wait_irq(c->hw, I8042_AUX_IRQ_US);
	flush(c);
	write_ctr(c, c->ctr & (u8)~I8042_CTR_AUX_INT);
	return came;
}

static int enable_ports(struct i8042 *c)
{
	u8 ctr = c->ctr & (u8) ~(I8042_CTR_KBD_DISABLE | I8042_CTR_KBD_INT | I8042_CTR_AUX_INT);

	if (c->has_aux)
		ctr &= (u8)~I8042_CTR_AUX_DISABLE;
	else
		ctr |= I8042_CTR_AUX_DISABLE;
	return write_ctr(c, ctr);
}

static int bring_up(struct i8042 *c)
{
	int err = find_controller(c);

	if (!err)
		err = quiet(c);
	if (!err)
		err = self_test(c);
	if (err)
		return err;
	c->aux_fault = find_aux(c);
	if (c->has_aux) {
		leave_mux(c);
		if (c->flags & I8042_AUX_IRQ && !(c->flags & I8042_NOLOOP) && !aux_interrupts(c))
			c->aux_fault = I8042_FAULT_AUX_IRQ;
	}
	flush(c);
	return enable_ports(c);
}

int i8042_probe(struct i8042 *c)
{
	enum i8042_fault note;
	int err;

	c->fault = c->aux_fault = I8042_FAULT_NONE;
	err = bring_up(c);
	if (!err)
		return 0;
	note = c->fault;
	if (c->ctr_known)
		i8042_restore(c);
	c->fault = note;
	return err;
}

/* ---- while it runs ---- */

int i8042_send(struct i8042 *c, bool aux, u8 byte)
{
	unsigned long saved = lock(c);
	int err;

	if (aux)
		err = command_send(c, I8042_CMD_AUX_SEND, byte);
	else
		err = write_byte(c, I8042_PORT_DATA, byte);
	unlock(c, saved);
	return err;
}

int i8042_enable_irqs(struct i8042 *c)
{
	unsigned long saved = lock(c);
	int err = write_ctr(
		c, (u8)(c->ctr | I8042_CTR_KBD_INT | (c->has_aux ? I8042_CTR_AUX_INT : 0)));

	unlock(c, saved);
	return err;
}

int i8042_set_port(struct i8042 *c, bool aux, bool on)
{
	unsigned long saved = lock(c);
	u8 bit = aux ? I8042_CTR_AUX_DISABLE : I8042_CTR_KBD_DISABLE;
	int err = write_ctr(c, (u8)(on ? c->ctr & ~bit : c->ctr | bit));

	unlock(c, saved);
	return err;
}

static void take_byte(struct i8042 *c, u8 st)
{
	u8 byte = hw_in8(c->hw, I8042_PORT_DATA);
	unsigned int port = st & I8042_STATUS_AUX ? 1 : 0, flags = 0;

	if (st & I8042_STATUS_PARITY)
		flags |= I8042_RX_PARITY;
	if (st & I8042_STATUS_TIMEOUT)
		flags |= I8042_RX_TIMEOUT;
	c->bytes[port]++;
	if (flags)
		c->errors++;
	if (c->receive[port])
		c->receive[port](c->receive_ctx[port], byte, flags);
}

unsigned int i8042_core_irq(struct i8042 *c)
{
	unsigned long saved = lock(c);
	unsigned int n;

	for (n = 0; n < I8042_IRQ_BYTES; n++) {
		u8 st = status(c);

		/* All ones: the controller went away. */
		if (!(st & I8042_STATUS_OBF) || st == 0xFF)
			break;
		take_byte(c, st);
	}
	if (!n)
		c->spurious++;
	unlock(c, saved);
	return n;
}

/* ---- the end ---- */

void i8042_restore(struct i8042 *c)
{
	unsigned long saved = lock(c);

	flush(c);
	if (c->ctr_known)
		write_ctr(c, c->initial_ctr);
	unlock(c, saved);
}

static bool takes_bytes(struct hw *hw)
{
	unsigned int waited;

	for (waited = 0; waited < I8042_RESET_WAIT_US; waited += I8042_WAIT_STEP_US) {
		if (!(hw_in8(hw, I8042_PORT_STATUS) & I8042_STATUS_IBF))
			return true;
		hw_delay_us(hw, I8042_WAIT_STEP_US);
	}
	return false;
}

void i8042_reset_cpu(struct hw *hw)
{
	unsigned int i;

	/* Even one that seems stuck may pulse the line. */
	for (i = 0; i < I8042_RESET_PULSES; i++) {
		bool ready = takes_bytes(hw);

		hw_out8(hw, I8042_PORT_COMMAND, I8042_CMD_PULSE_RESET);
		hw_delay_us(hw, I8042_WAIT_STEP_US);
		if (!ready)
			return;
	}
}

int i8042_poll_byte(struct hw *hw)
{
	unsigned int i;

	for (i = 0; i < I8042_IRQ_BYTES; i++) {
		u8 st = hw_in8(hw, I8042_PORT_STATUS);
		u8 byte;

		if (!(st & I8042_STATUS_OBF) || st == 0xFF)
			return -1;
		byte = hw_in8(hw, I8042_PORT_DATA);
		if (!(st & (I8042_STATUS_AUX | I8042_STATUS_PARITY | I8042_STATUS_TIMEOUT)))
			return byte;
	}
	return -1;
}
