/* place BOOT.IMG CORE.IMG DISK FIRST: GRUB into a disk image by grub_place(), core.img from sector
 * FIRST on. */
#include <installer/loader/grub_place.h>
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static size_t read_image(const char *path, uint8_t **data)
{
	int fd = open(path, O_RDONLY);
	off_t size = lseek(fd, 0, SEEK_END);

	*data = malloc((size_t)size);
	if (fd < 0 || pread(fd, *data, (size_t)size, 0) != size)
		err(1, "%s", path);
	close(fd);
	return (size_t)size;
}

int main(int argc, char **argv)
{
	uint8_t *boot_image, *core_image, old[GRUB_SECTOR], boot[GRUB_SECTOR], *core;
	struct grub_images images = { 0 };
	struct grub_target target = { .old_boot = old, .whole_disk = true };
	uint64_t *lba;
	size_t n, i;
	int fd = argc == 5 ? open(argv[3], O_RDWR) : -1;

	if (fd < 0 || pread(fd, old, GRUB_SECTOR, 0) != GRUB_SECTOR)
		err(1, "place BOOT.IMG CORE.IMG DISK FIRST");
	images.boot_bytes = read_image(argv[1], &boot_image);
	images.core_bytes = read_image(argv[2], &core_image);
	images.boot = boot_image;
	images.core = core_image;
	n = grub_core_sectors(&images);
	lba = calloc(n, sizeof(*lba));
	core = calloc(n, GRUB_SECTOR);
	for (i = 0; i < n; i++)
		lba[i] = strtoull(argv[4], NULL, 0) + i;
	target.core_lba = lba;
	target.core_sectors = n;
	if (grub_place(&images, &target, boot, core))
		errx(1, "grub_place() does not want to");
	for (i = 0; i < n; i++)
		if (pwrite(fd, core + i * GRUB_SECTOR, GRUB_SECTOR, (off_t)(lba[i] * GRUB_SECTOR)) <
		    0)
			err(1, "%s", argv[3]);
	if (pwrite(fd, boot, GRUB_SECTOR, 0) != GRUB_SECTOR)
		err(1, "%s", argv[3]);
	free(lba);
	free(core);
	free(boot_image);
	free(core_image);
	return 0;
}
