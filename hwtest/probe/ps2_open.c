/* See ps2_open.h. */
#include "ps2_open.h"
#include <drivers/ps2/i8042_reg.h>

const char *ps2_owner(const struct host *host)
{
	const char *owner = host_owner(host, I8042_PORT_DATA);

	return owner ? owner : host_owner(host, I8042_PORT_STATUS);
}

int ps2_open(struct i8042 *c, struct probe_run *run, unsigned int flags)
{
	*c = (struct i8042){ .hw = &run->host->hw, .flags = flags };
	if (run->options->class < CLASS_R2)
		c->flags |= I8042_NOSELFTEST;
	return i8042_probe(c);
}

void ps2_close(struct i8042 *c)
{
	i8042_restore(c);
}
