/* The machine of fdc_fixture.h. */
#include <string.h>
#include "fdc_fixture.h"

struct sim_fdc sim;
struct fdc *const fdc = &sim.fdc;
struct fdc_drive *const fd0 = &sim.fdc.drive[0], *const fd1 = &sim.fdc.drive[1];

void start(unsigned int type)
{
	sim_fdc_init(&sim, 4, 2);
	assert_int_equal(fdc_probe(fdc), FDC_OK);
	sim_insert(&sim, 0, type);
	if (type)
		assert_int_equal(fdc_detect(fd0), FDC_OK);
}

void stop(void)
{
	assert_int_equal(sim.violations, 0);
	sim_fdc_free(&sim);
}

enum fdc_error read_one(u32 sector)
{
	const u8 *data;
	u32 count;
	enum fdc_error e = fdc_read(fd0, sector, 1, &data, &count);

	if (!e)
		assert_true(count && sim_sector_is(data, sector));
	return e;
}

void read_all(struct fdc_drive *d)
{
	u32 sector = 0;

	while (sector < d->format.sectors) {
		const u8 *data;
		u32 count;

		assert_int_equal(fdc_read(d, sector, 256, &data, &count), FDC_OK);
		for (u32 i = 0; i < count; i++)
			assert_true(sim_sector_is(data + i * FDC_SECTOR, sector + i));
		sector += count;
	}
	assert_int_equal(sector, d->format.sectors);
}

enum fdc_error write_some(u32 sector, u32 count, u8 value, u32 *done)
{
	memset(fdc->buffer, value, count * FDC_SECTOR);
	return fdc_write(fd0, sector, count, done);
}
