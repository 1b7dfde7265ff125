/* probe_volume.c - what is on a volume, by libblkid: file system, label, UUID. */
#include "probe_internal.h"
#include <blkid/blkid.h>
#include <errno.h>
#include <kernel/unaligned.h>
#include <string.h>

bool volume_read(const struct volume_source *v, uint64_t at, void *data, size_t n)
{
	return at <= v->bytes && n <= v->bytes - at &&
	       v->io->read(v->io->ctx, v->offset + at, data, n) == 0;
}

static int take_value(blkid_probe probe, const char *name, char **to)
{
	const char *value;

	if (blkid_probe_lookup_value(probe, name, &value, NULL))
		value = NULL;
	return model_set(to, value);
}

/* How long an ext2 is: the room behind it may hold an undo record. */
static void note_length(const struct volume_source *v, struct volume *volume, uint32_t sector_size)
{
	uint8_t s[1024];

	if (!volume->file_system || strncmp(volume->file_system, "ext", 3) ||
	    !volume_read(v, 1024, s, sizeof(s)) || get_le32(s + 24) > 6)
		return;
	volume->fs_sectors = (((uint64_t)get_le32(s + 4)) << (10 + get_le32(s + 24))) / sector_size;
	volume->used_bytes = ((uint64_t)get_le32(s + 4) - get_le32(s + 12))
			     << (10 + get_le32(s + 24));
}

static int identify(blkid_probe probe, struct volume *volume)
{
	const char *value;
	int error;

	blkid_probe_enable_superblocks(probe, 1);
	blkid_probe_set_superblocks_flags(probe, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_LABEL |
							 BLKID_SUBLKS_UUID | BLKID_SUBLKS_VERSION);
	if (blkid_do_safeprobe(probe) != 0)
		return 0; /* nothing, or two at once: nothing that can be named */
	error = take_value(probe, "TYPE", &volume->file_system);
	/* FAT12, FAT16, FAT32 rather than vfat. */
	if (!error && volume->file_system && !strcmp(volume->file_system, "vfat") &&
	    !blkid_probe_lookup_value(probe, "VERSION", &value, NULL))
		error = model_set(&volume->file_system, value);
	if (!error)
		error = take_value(probe, "LABEL", &volume->label);
	return error ? error : take_value(probe, "UUID", &volume->uuid);
}

int probe_volume(int fd, const struct volume_source *v, uint32_t sector_size, struct volume *volume)
{
	blkid_probe probe = blkid_new_probe();
	int error = 0;

	if (!probe)
		return -ENOMEM;
	if (blkid_probe_set_device(probe, fd, (blkid_loff_t)v->offset, (blkid_loff_t)v->bytes) == 0)
		error = identify(probe, volume);
	blkid_free_probe(probe);
	if (!error) {
		note_length(v, volume, sector_size);
		error = probe_os(v, volume);
	}
	return error;
}
