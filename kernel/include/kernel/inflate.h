/*
 * inflate.h - decompression of deflate data (RFC 1951) in gzip members (RFC 1952). Pure: streaming,
 * bounded memory, no allocation.
 *
 * The caller owns struct gunzip (about 40 KB: window and tables) and gives two functions: fill()
 * delivers the next piece of input, flush() takes output in order. Any input is safe. Members
 * follow each other until the input ends or something else than a member begins.
 */
#ifndef KERNEL_INFLATE_H
#define KERNEL_INFLATE_H

#include <kernel/types.h>

#define INFLATE_WINDOW 32768u
#define INFLATE_FAST   9 /* bits of the first look-up */

struct inflate_huffman {
	u16 count[16];		     /* codes of each length */
	u16 symbol[288];	     /* in order of code */
	u16 fast[1 << INFLATE_FAST]; /* symbol << 4 | length; 0: longer than INFLATE_FAST */
};

enum inflate_error {
	INFLATE_OK = 0,
	INFLATE_TRUNCATED = -1, /* the input ended */
	INFLATE_BAD_DATA = -2,
	INFLATE_BAD_HEADER = -3,
	INFLATE_BAD_CRC = -4,
	INFLATE_BAD_LENGTH = -5,
	INFLATE_STOPPED = -6, /* flush() returned false */
};

struct gunzip {
	/* Next piece of input: its length, 0 at the end. */
	size_t (*fill)(void *arg, const u8 **data);
	/* Takes n bytes; false stops. */
	bool (*flush)(void *arg, const u8 *data, size_t n);
	void *arg;
	/* private */
	const u8 *in, *in_end;
	u32 bits;
	unsigned int bit_count;
	enum inflate_error error;
	u32 crc, total;
	unsigned int pos, flushed; /* in the window */
	struct inflate_huffman literals, distances;
	u8 window[INFLATE_WINDOW];
};

/* Decompresses one gzip member; INFLATE_OK or an error. g->fill, flush and arg are set, the rest
 * zero before the first member. */
enum inflate_error gunzip_member(struct gunzip *g);
/* Input not consumed after a member: looks at the next byte, -1 at the end. */
int gunzip_peek(struct gunzip *g);
void gunzip_skip_byte(struct gunzip *g);
const char *inflate_strerror(enum inflate_error error);
u32 crc32_update(u32 crc, const u8 *data, size_t n);

#endif
