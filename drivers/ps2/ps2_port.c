/* Commands to PS/2 devices; see ps2_port.h. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "ps2_port.h"

static unsigned long lock(struct ps2_port *p)
{
	return p->ctl->lock ? p->ctl->lock(p->ctl->lock_ctx) : 0;
}

static void unlock(struct ps2_port *p, unsigned long saved)
{
	if (p->ctl->unlock)
		p->ctl->unlock(p->ctl->lock_ctx, saved);
}

/* ---- bytes that come; under the controller's lock ---- */

static void take_answer(struct ps2_port *p, u8 answer)
{
	p->answer = answer;
	p->phase = answer == PS2_ACK && p->reply_want ? PS2_WAIT_REPLY : PS2_IDLE;
}

static void take_reply(struct ps2_port *p, u8 byte)
{
	p->reply[p->reply_got++] = byte;
	if (p->reply_got == p->reply_want)
		p->phase = PS2_IDLE;
}

static bool is_answer(u8 byte)
{
	return byte == PS2_ACK || byte == PS2_NAK || byte == PS2_ERR;
}

/* Mice that answer F2 with 00, 03 or 04 at once. */
static bool is_bare_id(const struct ps2_port *p, u8 byte)
{
	return p->awaits_id && (byte == 0x00 || byte == 0x03 || byte == 0x04);
}

static void receive(void *ctx, u8 byte, unsigned int flags)
{
	struct ps2_port *p = ctx;

	if (p->draining)
		return;
	if (p->phase == PS2_WAIT_ACK && (flags || is_answer(byte))) {
		take_answer(p, flags ? PS2_NAK : byte);
	} else if (p->phase == PS2_WAIT_ACK && is_bare_id(p, byte)) {
		take_answer(p, PS2_ACK);
		take_reply(p, byte);
	} else if (flags) {
		return;
	} else if (p->phase == PS2_WAIT_REPLY) {
		take_reply(p, byte);
	} else if (p->byte) {
		p->byte(p->ctx, byte);
	}
}

void ps2_port_init(struct ps2_port *p, struct i8042 *ctl, bool aux,
		   void (*byte)(void *ctx, u8 byte), void *ctx)
{
	unsigned long saved;

	memset(p, 0, sizeof(*p));
	p->ctl = ctl;
	p->aux = aux;
	p->byte = byte;
	p->ctx = ctx;
	saved = lock(p);
	ctl->receive_ctx[aux] = p;
	ctl->receive[aux] = receive;
	unlock(p, saved);
}

/* ---- the waiting side ---- */

/* Until the phase is no longer `phase`; false: time is up. */
static bool wait_phase(struct ps2_port *p, enum ps2_phase phase, unsigned int limit_us)
{
	struct hw *hw = p->ctl->hw;
	u64 deadline = hw_now_us(hw) + limit_us;

	for (;;) {
		bool late = hw_now_us(hw) >= deadline;

		/* With interrupts lost or absent this is how bytes arrive. */
		i8042_core_irq(p->ctl);
		if (READ_ONCE(p->phase) != phase)
			return true;
		if (late)
			return false;
		hw_wait_irq(hw, PS2_POLL_US);
	}
}

static void begin(struct ps2_port *p, u8 byte, unsigned int reply_want)
{
	unsigned long saved = lock(p);

	p->phase = PS2_WAIT_ACK;
	p->answer = 0;
	p->awaits_id = p->aux && byte == PS2_CMD_GET_ID && reply_want;
	p->reply_want = (u8)reply_want;
	p->reply_got = 0;
	unlock(p, saved);
}

static void give_up(struct ps2_port *p)
{
	unsigned long saved = lock(p);

	p->phase = PS2_IDLE;
	unlock(p, saved);
}

static int send_once(struct ps2_port *p, u8 byte, unsigned int reply_want, unsigned int limit_us)
{
	int err;

	begin(p, byte, reply_want);
	err = i8042_send(p->ctl, p->aux, byte);
	if (!err && !wait_phase(p, PS2_WAIT_ACK, limit_us))
		err = -ETIMEDOUT;
	if (err) {
		give_up(p);
		return err;
	}
	if (p->answer == PS2_ACK)
		return 0;
	return p->answer == PS2_NAK ? -EAGAIN : -EIO;
}

static int send_byte(struct ps2_port *p, u8 byte, unsigned int reply_want, unsigned int limit_us)
{
	unsigned int tries;
	int err = -EAGAIN;

	for (tries = 0; tries < PS2_RETRIES && err == -EAGAIN; tries++)
		err = send_once(p, byte, reply_want, limit_us);
	return err == -EAGAIN ? -EIO : err;
}

static int wait_reply(struct ps2_port *p, struct ps2_cmd *cmd)
{
	bool whole = wait_phase(p, PS2_WAIT_REPLY, cmd->reply_us ? cmd->reply_us : PS2_REPLY_US);

	give_up(p);
	cmd->reply_got = p->reply_got;
	memcpy(cmd->reply, p->reply, p->reply_got);
	return whole ? 0 : -ETIMEDOUT;
}

int ps2_command(struct ps2_port *p, struct ps2_cmd *cmd)
{
	unsigned int limit = cmd->command == PS2_CMD_RESET ? PS2_ACK_RESET_US : PS2_ACK_US;
	unsigned int i;
	int err;

	if (cmd->reply_count > PS2_REPLY_MAX)
		return -EINVAL;
	cmd->reply_got = 0;
	err = send_byte(p, cmd->command, cmd->send_count ? 0 : cmd->reply_count, limit);
	for (i = 0; i < cmd->send_count && !err; i++)
		err = send_byte(p, cmd->send[i], i + 1 == cmd->send_count ? cmd->reply_count : 0,
				limit);
	if (!err && cmd->reply_count)
		err = wait_reply(p, cmd);
	return err;
}

int ps2_send(struct ps2_port *p, u8 command, const u8 *send, unsigned int n)
{
	struct ps2_cmd cmd = { .command = command, .send_count = (u8)n, .send = send };

	return ps2_command(p, &cmd);
}

void ps2_drain(struct ps2_port *p, unsigned int us)
{
	p->draining = true;
	wait_phase(p, PS2_IDLE, us);
	p->draining = false;
}
