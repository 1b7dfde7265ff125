/*
 * probe_bios.c - the geometry that the BIOS uses for its first two disks.
 *
 * The vectors of interrupts 41h and 46h point to a table of 16 bytes each: cylinders (word), heads,
 * ..., landing zone, sectors a track at byte 14. A BIOS that translates leaves an "enhanced" table:
 * byte 3 is Ax and bytes 9 and on hold the physical geometry, the logical one (which INT 13h uses)
 * is in the same places; its 16 bytes add up to 0. Vectors that point into RAM below the BIOS, or
 * to numbers that cannot be, are not believed: the whole machine may be newer than these tables.
 * Source: Ralf Brown's Interrupt List, INT 41; Phoenix Enhanced Disk Drive specification 1.1.
 */
#include "probe_internal.h"
#include <fcntl.h>
#include <kernel/unaligned.h>
#include <unistd.h>

#define VECTOR_41     0x104u
#define VECTOR_46     0x118u
#define TABLE_BYTES   16u
#define LOWEST_TABLE  0x400u
#define REAL_MODE_END 0x100000u

static bool read_at(int fd, uint32_t address, void *data, size_t n)
{
	return pread(fd, data, n, (off_t)address) == (ssize_t)n;
}

static bool decode(const uint8_t *t, struct geometry *g)
{
	*g = (struct geometry){ get_le16(t), t[2], t[14] };
	return g->cylinders >= 2 && g->cylinders <= 1024 && g->heads >= 1 && g->sectors >= 1 &&
	       g->sectors <= 63;
}

bool bios_disk_table(const char *memory, unsigned int drive, struct geometry *geometry)
{
	uint8_t vector[4], table[TABLE_BYTES];
	uint32_t address;
	bool good = false;
	int fd = open(memory, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read_at(fd, drive ? VECTOR_46 : VECTOR_41, vector, sizeof(vector))) {
		address = (uint32_t)get_le16(vector + 2) * 16 + get_le16(vector);
		good = address >= LOWEST_TABLE && address <= REAL_MODE_END - TABLE_BYTES &&
		       read_at(fd, address, table, sizeof(table)) && decode(table, geometry);
	}
	close(fd);
	if (!good)
		*geometry = (struct geometry){ 0 };
	return good;
}
