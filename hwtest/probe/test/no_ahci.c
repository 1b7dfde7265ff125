/* no_ahci.c - a machine without an AHCI controller, for the tests of what has IDE;
 * ahci_session_test.c has one. */
#include "../ahci_session.h"

unsigned int ahci_each(struct probe_run *run, bool tell,
		       unsigned int (*look)(struct ata_session *s, void *ctx), void *ctx)
{
	return 0;
}
