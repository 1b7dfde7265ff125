/*
 * ps2.c - the controller of keyboard and mouse.
 *
 * Where a driver has it, only its status is read, which disturbs nothing. Otherwise the driver's
 * core brings it up and its control register is put back; the self test, which some controllers do
 * not survive, is of class R2.
 *
 * Source: hardware-notes 7.1; IBM PS/2 reference.
 */
#include "ps2_open.h"
#include <drivers/ps2/i8042_reg.h>

static void note_found(struct probe_run *run, const struct i8042 *c, int err, u64 took)
{
	note_number(run, "", "error", err, "");
	note_text(run, "", "fault", "%s", i8042_fault_text(c->fault));
	note_number(run, "", "faulty", c->fault != I8042_FAULT_NONE, "");
	note_number(run, "", "time", (int64_t)took, "us");
	if (c->ctr_known)
		note_number(run, "", "control", c->initial_ctr, "");
	if (err)
		return;
	note_number(run, "", "translated", c->translated, "");
	note_number(run, "", "mouse-port", c->has_aux, "");
	if (!c->has_aux)
		note_text(run, "", "mouse-port-fault", "%s", i8042_fault_text(c->aux_fault));
	if (c->has_mux)
		note_number(run, "", "multiplexer", c->mux_version, "");
	if (run->options->class >= CLASS_R2)
		note_number(run, "", "self-test", c->self_test, "");
}

static enum probe_end run_ps2(struct probe_run *run)
{
	u8 status = hw_in8(&run->host->hw, I8042_PORT_STATUS);
	const char *owner = ps2_owner(run->host);
	struct i8042 c;
	u64 begin;
	int err;

	if (status == 0xff && !owner)
		return PROBE_ABSENT;
	note_number(run, "", "status", status, "");
	if (owner) {
		note_text(run, "", "owner", "%s", owner);
		return PROBE_DONE;
	}
	probe_step(run, "the controller's commands%s",
		   run->options->class >= CLASS_R2 ? ", with its self test" : "");
	begin = hw_now_us(&run->host->hw);
	err = ps2_open(&c, run, 0);
	note_found(run, &c, err, hw_now_us(&run->host->hw) - begin);
	if (!err)
		ps2_close(&c);
	return PROBE_DONE;
}

const struct probe probe_ps2 = {
	.name = "ps2",
	.title = "controller of keyboard and mouse",
	.class = CLASS_R1,
	.seconds = 15,
	.run = run_ps2,
};
