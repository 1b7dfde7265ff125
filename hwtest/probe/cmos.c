/* See cmos.h. */
#include "cmos.h"

#define TRIES 4

static unsigned long lock(void *ctx)
{
	return host_lock();
}

static void unlock(void *ctx, unsigned long saved)
{
	host_unlock(saved);
}

void cmos_open(struct mc146818 *chip, struct host *host)
{
	*chip = (struct mc146818){
		.hw = &host->hw, .lock = lock, .unlock = unlock, .century_reg = RTC_REG_CENTURY
	};
}

u8 cmos_get(struct mc146818 *chip, u8 reg)
{
	u8 value = mc146818_get(chip, reg);

	for (unsigned int i = 0; i < TRIES; i++) {
		u8 again = mc146818_get(chip, reg);

		if (again == value)
			break;
		value = again;
	}
	return value;
}
