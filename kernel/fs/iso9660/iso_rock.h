/*
 * iso_rock.h - Rock Ridge: owners, modes, times, long names, links and deep directories in the
 * system use area of directory records. Pure.
 *
 * The area of a record is fed, and then each continuation that `more` asks for; any bytes are safe.
 * Sources: System Use Sharing Protocol (IEEE P1281), Rock Ridge Interchange Protocol (IEEE P1282).
 */
#ifndef ISO_ROCK_H
#define ISO_ROCK_H

#include "iso_record.h"

/* In iso_rock.have: which entries there were. */
#define ROCK_PX	    1u
#define ROCK_PN	    2u
#define ROCK_SL	    4u
#define ROCK_NM	    8u
#define ROCK_CL	    16u /* the directory itself is at child_extent */
#define ROCK_PL	    32u
#define ROCK_RE	    64u /* the place of a moved directory: not to be shown */
#define ROCK_ZF	    128u
#define ROCK_ER	    256u /* says that it is Rock Ridge */
#define ROCK_SERIAL 512u
#define ROCK_ATIME  1024u
#define ROCK_MTIME  2048u
#define ROCK_CTIME  4096u

struct iso_rock {
	u32 have;
	u32 mode, nlink, uid, gid, serial;
	u32 dev_high, dev_low;
	u32 child_extent;
	/* Of a compressed file: letters of the method, header and log2 of the block in bytes, and
	 * the size that it unpacks to. */
	char zf_method[2];
	u8 zf_header, zf_block_bits;
	u32 zf_size;
	s64 atime, mtime, ctime;
	/* A symbolic link's target: its length, and the text when there is a place for it. */
	char *link;
	u32 link_size, link_length;
	u8 link_state;
	/* A continuation: `more` is set when there is one. */
	bool more;
	u32 more_block, more_offset, more_length;
	bool name_goes_on;
	u32 name_length;
	char name[ISO_NAME_MAX + 1];
};

/* link: room of link_size bytes for the target, or NULL: it is only measured. */
void iso_rock_init(struct iso_rock *rock, char *link, u32 link_size);
/* The next area. False: an entry was malformed; what came before it holds. */
bool iso_rock_feed(struct iso_rock *rock, const u8 *bytes, u32 n);
/*
 * The area of the root directory's own record: does it announce the protocol? *skip is how many
 * bytes come before the entries in every other record (CD-XA discs).
 */
bool iso_rock_announced(const u8 *bytes, u32 n, u8 *skip);

#endif
