/*
 * iso_record.h - what stands on an ISO 9660 volume: volume descriptors, directory records, dates,
 * names. Pure: bytes to structures, every number checked. Source: ECMA-119 (4th edition), Joliet
 * specification 1; names are shown as Linux shows them.
 */
#ifndef ISO_RECORD_H
#define ISO_RECORD_H

#include <kernel/types.h>

#define ISO_SECTOR	 2048u /* the logical sector: of descriptors, and what records do not cross */
#define ISO_FIRST_SECTOR 16u   /* of the volume descriptors */
#define ISO_NAME_MAX	 255u

enum iso_descriptor {
	ISO_OTHER, /* boot records and the like */
	ISO_PRIMARY,
	ISO_JOLIET,
	ISO_TERMINATOR,
	ISO_FOREIGN, /* no volume descriptor at all */
};

struct iso_volume {
	u32 block_size; /* 512, 1024, 2048 */
	u32 blocks;
	u32 root_extent, root_size;
	char label[33];
};

/* Flags of a record (ECMA-119, 9.1.6). */
#define ISO_HIDDEN     0x01
#define ISO_DIRECTORY  0x02
#define ISO_ASSOCIATED 0x04
#define ISO_MULTI      0x80 /* the file goes on in the next record */

struct iso_record {
	u32 length;	/* of the record itself */
	u32 extent;	/* first block of the data, behind an extended attribute record */
	u32 size;	/* bytes */
	u8 flags, unit; /* unit: of an interleaved file, else 0 */
	u8 name_length, susp_length;
	u8 date[7];
	const u8 *name, *susp; /* in the bytes decoded; susp: what Rock Ridge is in */
};

/* `sector` holds ISO_SECTOR bytes; *volume is filled for a primary or Joliet descriptor. What is
 * one but has impossible numbers is ISO_FOREIGN. */
enum iso_descriptor iso_descriptor_decode(const u8 *sector, struct iso_volume *volume);
/* False: the n bytes do not begin with a whole and sound record. */
bool iso_record_decode(struct iso_record *record, const u8 *bytes, size_t n);
/* Is it the directory itself (0), its parent (1), or another name (-1)? */
int iso_record_dot(const struct iso_record *record);

/* ns since 1970; 0 for what is no date. 7 bytes, or 17 of digits (the long form). */
s64 iso_date_short(const u8 *date);
s64 iso_date_long(const u8 *date);

/* Names go to out[ISO_NAME_MAX + 1]; the length is returned. */
enum iso_mapping {
	ISO_MAP_NORMAL, /* lower case, without ";1" */
	ISO_MAP_OFF,
};
u32 iso_name_plain(char *out, const u8 *name, u32 length, enum iso_mapping mapping);
u32 iso_name_joliet(char *out, const u8 *name, u32 length);
/* Equal; or, without `exact`, but for case of ASCII letters. */
bool iso_name_equal(const char *a, u32 a_length, const char *b, u32 b_length, bool exact);

#endif
