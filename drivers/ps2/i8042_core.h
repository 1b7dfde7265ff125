/*
 * i8042_core.h - the PS/2 controller: detect, bring up, send to its two ports, serve its
 * interrupts.
 *
 * Sequence: i8042_probe() (interrupts of lines 1 and 12 masked by the caller), then a device core
 * on each port (atkbd_core.h, psmouse_core.h over ps2_port.h), i8042_enable_irqs() once the
 * handlers are installed, i8042_core_irq() from both. Before reboot, power-off or going back to a
 * BIOS: i8042_restore(). A machine with no controller costs one status read; with a broken one, at
 * most I8042_PROBE_BUDGET_US.
 *
 * Errors: -ENODEV there is no controller, -ETIMEDOUT one that does not take or give bytes. `fault`
 * tells exactly where (i8042_fault_text()). A controller that lies about its control register or
 * fails its self test is used all the same, and `fault` is only a note. After -ETIMEDOUT the glue
 * may still poll i8042_core_irq() from a timer: some USB emulations type without knowing commands.
 *
 * Locking: every register access is under the lock the host hands in (`lock`, irq-safe; NULL: no
 * interrupts can come). The core takes it itself; i8042_core_irq() too. Port handlers run under it.
 * i8042_poll_byte() takes no lock: it is for panics.
 *
 * Source: hardware-notes 7.1 (facts of Linux's i8042.c, Tilck, SeaBIOS), IBM PS/2 reference.
 */
#ifndef DRIVERS_PS2_I8042_CORE_H
#define DRIVERS_PS2_I8042_CORE_H

#include <kernel/types.h>
#include <kernel/hw.h>

/* The buffers of the controller fill or empty within this time, or it is dead. */
#define I8042_WAIT_STEP_US 50u
#define I8042_WAIT_US	   500000u
/* A byte that never leaves the output buffer: more than the controller can hold. */
#define I8042_FLUSH_BYTES     16
#define I8042_CTR_READS	      10
#define I8042_SELF_TEST_TRIES 5
#define I8042_SELF_TEST_US    250000u
#define I8042_AUX_TOGGLE_US   5000u
#define I8042_AUX_IRQ_US      250000u
#define I8042_IRQ_BYTES	      16
#define I8042_RESET_PULSES    10
#define I8042_RESET_WAIT_US   130000u /* as much as Linux's 65,536 times 2 us */
#define I8042_PROBE_BUDGET_US 6000000u

enum i8042_fault {
	I8042_FAULT_NONE,
	I8042_FAULT_FLOATING,	  /* status reads FF */
	I8042_FAULT_FLUSH,	  /* the output buffer never empties (also: all zeros with OBF) */
	I8042_FAULT_STUCK_IBF,	  /* a byte written is never taken */
	I8042_FAULT_NO_REPLY,	  /* a command is not answered */
	I8042_FAULT_CTR_UNSTABLE, /* never twice the same */
	I8042_FAULT_CTR_WRITE,	  /* the control register does not keep its bits */
	I8042_FAULT_SELF_TEST,	  /* wrong answer every time */
	I8042_FAULT_AUX_OFF,	  /* by I8042_NOAUX */
	I8042_FAULT_AUX_LOOP,	  /* no mouse port: the loop test */
	I8042_FAULT_AUX_TOGGLE,	  /* no mouse port: cannot be switched off and on */
	I8042_FAULT_AUX_IRQ,	  /* the mouse port raises no interrupt */
	I8042_FAULT_COUNT
};

/* Command-line switches and board quirks. */
#define I8042_NOAUX	 (1u << 0)
#define I8042_NOLOOP	 (1u << 1) /* the loop command is not there: trust A8/A7 alone */
#define I8042_NOMUX	 (1u << 2) /* do not try to leave multiplexing */
#define I8042_NOSELFTEST (1u << 3)
#define I8042_AUX_IRQ                                                                              \
	(1u << 4) /* do the interrupt test of the mouse port; hw_wait_irq is IRQ 12                \
		   */

/* Status of a byte that came. */
#define I8042_RX_PARITY	 (1u << 0)
#define I8042_RX_TIMEOUT (1u << 1)

struct i8042 {
	struct hw *hw;
	unsigned int flags;
	/* From the host; both NULL or both set. */
	unsigned long (*lock)(void *ctx);
	void (*unlock)(void *ctx, unsigned long saved);
	void *lock_ctx;
	/* Who gets the bytes of the keyboard [0] and mouse [1] port; NULL: dropped. Runs locked. */
	void (*receive[2])(void *ctx, u8 byte, unsigned int flags);
	void *receive_ctx[2];

	/* Results of the probe, constant afterwards. */
	bool has_aux;
	bool has_mux;	 /* one was on, and was left; it is never entered */
	bool translated; /* the keyboard's bytes are set 1 */
	bool ctr_known;	 /* initial_ctr is real */
	u8 initial_ctr;
	u8 mux_version;
	u8 self_test; /* what the self test answered last */
	enum i8042_fault fault;
	enum i8042_fault aux_fault; /* why has_aux is false */

	u8 ctr; /* as written last; under the lock */
	/* Counters for /proc and tests; under the lock. */
	u32 bytes[2], errors, spurious;
};

/* Rows of machines that need flags; the glue matches the strings against DMI when it has it. */
struct i8042_quirk {
	const char *vendor, *product;
	unsigned int flags;
};
extern const struct i8042_quirk i8042_quirks[];
extern const unsigned int i8042_quirk_count;

/*
 * Find and bring up the controller: afterwards both ports are enabled, their interrupts are not.
 * `c` is zeroed but for hw, flags, lock, unlock and lock_ctx, which the caller has set.
 */
int i8042_probe(struct i8042 *c);

/* A byte to the keyboard or the mouse. -ETIMEDOUT: the controller does not take it. */
int i8042_send(struct i8042 *c, bool aux, u8 byte);

/* Let the controller raise IRQ 1 (and 12 if there is a mouse port). */
int i8042_enable_irqs(struct i8042 *c);
/* Switch one port's clock. */
int i8042_set_port(struct i8042 *c, bool aux, bool on);

/*
 * Take what is there, at most I8042_IRQ_BYTES, and hand it to the ports' receivers by the status
 * bit (not by the interrupt line). Also to be called by a timer when interrupts are lost. Returns
 * the number of bytes.
 */
unsigned int i8042_core_irq(struct i8042 *c);

/* Put the control register back as the BIOS had it. */
void i8042_restore(struct i8042 *c);

/* Pulse the processor's reset line; returns if the machine is still there. Takes no lock. */
void i8042_reset_cpu(struct hw *hw);

/* Panic console: the next byte of the keyboard or -1; bytes of the mouse are dropped. Takes no
 * lock. */
int i8042_poll_byte(struct hw *hw);

const char *i8042_fault_text(enum i8042_fault fault);

#endif
