#include <installer/loader/grub_place.h>
#include <installer/loader/bytes.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* boot.img */
#define BPB_START	0x03
#define BPB_END		0x5a
#define KERNEL_SECTOR	0x5c /* 64 bits */
#define BOOT_DRIVE	0x64
#define DRIVE_CHECK	0x66 /* a jump over the check's work-around; two NOPs switch that on */
#define DISK_SIGNATURE	0x1b8
#define TABLE_END	0x1fe
#define DRIVE_OF_BIOS	0xff
#define INSTRUCTION_NOP 0x90

/* diskboot.img, core.img's first sector: 12 bytes a piece { start, count, segment }, from the last
 * downwards. */
#define LIST_FIRST   (GRUB_SECTOR - 12)
#define LIST_LAST    24 /* pieces that are looked at: further up there is code */
#define LIST_ENTRY   12
#define LOAD_SEGMENT 0x820 /* 8200h: the first sector itself is at 8000h */

size_t grub_core_sectors(const struct grub_images *images)
{
	return (images->core_bytes + GRUB_SECTOR - 1) / GRUB_SECTOR;
}

static bool is_boot_image(const struct grub_images *i)
{
	return i->boot_bytes == GRUB_SECTOR && i->boot[510] == 0x55 && i->boot[511] == 0xaa &&
	       i->boot[BOOT_DRIVE] == DRIVE_OF_BIOS && i->boot[DRIVE_CHECK] == 0xeb;
}

static bool is_core_image(const struct grub_images *i)
{
	return i->core_bytes > GRUB_SECTOR && i->core_bytes < (UINT32_C(1) << 19) &&
	       get_le16(i->core + LIST_FIRST + 10) == LOAD_SEGMENT;
}

/* The old list is as long as grub-mkimage made it: usually one piece. */
static void clear_list(uint8_t *sector)
{
	size_t at = LIST_FIRST, n;

	for (n = 0; n < LIST_LAST && get_le16(sector + at + 8); n++, at -= LIST_ENTRY)
		memset(sector + at, 0, LIST_ENTRY);
}

/* Puts one piece in; false when the place below it is not free, where the end mark must fit. */
static bool put_piece(uint8_t *sector, size_t at, uint64_t start, size_t count, size_t segment)
{
	put_le64(sector + at, start);
	put_le16(sector + at + 8, (uint16_t)count);
	put_le16(sector + at + 10, (uint16_t)segment);
	at -= LIST_ENTRY;
	return !get_le16(sector + at + 8);
}

static int make_list(uint8_t *sector, const uint64_t *lba, size_t n)
{
	size_t at = LIST_FIRST, i = 1, segment = LOAD_SEGMENT, count;

	clear_list(sector);
	while (i < n) {
		for (count = 1; i + count < n && lba[i + count] == lba[i] + count; count++)
			continue;
		if (!put_piece(sector, at, lba[i], count, segment))
			return -E2BIG;
		segment += count * (GRUB_SECTOR / 16);
		i += count;
		at -= LIST_ENTRY;
	}
	memset(sector + at, 0, LIST_ENTRY);
	return 0;
}

static void make_boot_sector(const struct grub_images *images, const struct grub_target *target,
			     uint8_t *boot)
{
	memcpy(boot, images->boot, GRUB_SECTOR);
	memcpy(boot + BPB_START, target->old_boot + BPB_START, BPB_END - BPB_START);
	if (target->whole_disk)
		memcpy(boot + DISK_SIGNATURE, target->old_boot + DISK_SIGNATURE,
		       TABLE_END - DISK_SIGNATURE);
	put_le64(boot + KERNEL_SECTOR, target->core_lba[0]);
	boot[DRIVE_CHECK] = INSTRUCTION_NOP;
	boot[DRIVE_CHECK + 1] = INSTRUCTION_NOP;
}

int grub_place(const struct grub_images *images, const struct grub_target *target,
	       uint8_t boot[GRUB_SECTOR], uint8_t *core)
{
	size_t n = grub_core_sectors(images);

	if (!is_boot_image(images) || !is_core_image(images))
		return -EINVAL;
	if (target->core_sectors < n)
		return -ENOSPC;
	make_boot_sector(images, target, boot);
	memset(core, 0, n * GRUB_SECTOR);
	memcpy(core, images->core, images->core_bytes);
	return make_list(core, target->core_lba, n);
}

bool grub_is_placed(const struct grub_images *images, const struct grub_target *target,
		    const uint8_t *core_now)
{
	size_t bytes = grub_core_sectors(images) * GRUB_SECTOR;
	uint8_t boot[GRUB_SECTOR], *core = malloc(bytes ? bytes : 1);
	bool same = core && !grub_place(images, target, boot, core) &&
		    !memcmp(boot, target->old_boot, GRUB_SECTOR) && !memcmp(core, core_now, bytes);

	free(core);
	return same;
}
