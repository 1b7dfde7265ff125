/*
 * label.c - the volume label in a FAT boot sector.
 *
 * Source: Microsoft's FAT specification (fatgen103): BS_BootSig and BS_VolLab at 38/43 for FAT12
 * and FAT16 (BPB_FATSz16 is not 0), at 66/71 for FAT32.
 */
#include "boot.h"
#include <string.h>

#define FAT_SIZE16   22
#define SIGNATURE16  38
#define SIGNATURE32  66
#define LABEL_BEHIND 5 /* the label's place behind the signature's */
#define LABEL_BYTES  11
#define EXTENDED     0x29

bool label_is(const uint8_t sector[512], const char *label)
{
	bool fat16 = sector[FAT_SIZE16] || sector[FAT_SIZE16 + 1];
	const uint8_t *at = sector + (fat16 ? SIGNATURE16 : SIGNATURE32);
	char padded[LABEL_BYTES];
	size_t n = strlen(label);

	if (sector[510] != 0x55 || sector[511] != 0xaa || *at != EXTENDED || n > LABEL_BYTES)
		return false;
	memset(padded, ' ', sizeof(padded));
	memcpy(padded, label, n);
	return !memcmp(at + LABEL_BEHIND, padded, LABEL_BYTES);
}
