/*
 * sim_pci.h - a simulated host bridge: functions with 256 bytes of configuration space each, behind
 * mechanism 1, 2 or both, on a simulated bus. Bridges pass accesses on by the bus numbers that are
 * in their registers, as real ones do.
 *
 * A bit is written only where `writable` has it, which also makes base address registers answer
 * sizing. Chipset ports of interrupt routers (22/23, 24/26, C00/C01, ELCR) are simulated beside it.
 */
#ifndef DRIVERS_PCI_TEST_SIM_PCI_H
#define DRIVERS_PCI_TEST_SIM_PCI_H

#include <host/host.h>
#include <host/sim_bus.h>
#include "../pci_internal.h"

#define SIM_FUNCTIONS 64

struct sim_fn {
	u8 devfn;
	u8 config[256], writable[256];
	struct sim_fn *above; /* the bridge it is behind; NULL: on root_bus */
	u8 root_bus;
	bool ghost;		 /* answers under all eight function numbers */
	bool byte_only;		 /* a 32-bit access to registers from 40 on is fatal */
	unsigned int sized_live; /* base address registers that were written while decoding */
};

struct sim_pci {
	struct sim_bus bus;
	struct pci_access access;
	struct pci_tree tree;
	struct sim_fn fn[SIM_FUNCTIONS];
	unsigned int count;

	bool mech1, mech2;
	bool ignores_bus; /* bus 0 answers under every bus number */
	bool latch_only;  /* CF8 keeps what is written, but no PCI is behind it */
	u32 empty;	  /* what an empty slot reads */
	u32 address;	  /* mechanism 1 */
	u8 select, key, forward;

	u8 pc[256], pc_index; /* ports 22, 23 */
	u8 pc_lock_reg,
		pc_key; /* the others answer only while this register has the key; 0: always */
	u8 pp[256], pp_index; /* ports 24, 26 */
	u8 sw[256], sw_index; /* ports C00, C01 */
	u8 elcr[2];
	bool no_elcr;
};

void sim_pci_init(struct sim_pci *s); /* mechanism 1, nothing there */
struct sim_fn *sim_pci_add(struct sim_pci *s, unsigned int slot, unsigned int func, u16 vendor,
			   u16 device, u32 class);
/* 440FX and PIIX3, so that the sanity check finds a bus. */
struct sim_fn *sim_pci_add_host(struct sim_pci *s);
struct sim_fn *sim_pci_add_bridge(struct sim_pci *s, unsigned int slot, u8 primary, u8 secondary,
				  u8 last);
void sim_pci_behind(struct sim_fn *fn, struct sim_fn *bridge);
void sim_put16(struct sim_fn *fn, unsigned int reg, u16 value);
void sim_put32(struct sim_fn *fn, unsigned int reg, u32 value);
u32 sim_get32(const struct sim_fn *fn, unsigned int reg);
/* A register of `size` with those type bits at that base. */
void sim_pci_bar(struct sim_fn *fn, unsigned int reg, u32 base, u32 size, u32 type);
/* Probes, scans. peers may be NULL. */
void sim_pci_scan(struct sim_pci *s, u8 *peers);
struct pci_dev *sim_pci_dev(struct sim_pci *s, unsigned int bus, unsigned int slot,
			    unsigned int func);

#endif
