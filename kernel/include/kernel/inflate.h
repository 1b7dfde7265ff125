/*
 * inflate.h - decompression of deflate data (RFC 1951) in gzip members (RFC 1952) and zlib streams
 * (RFC 1950). Pure: streaming, bounded memory, no allocation.
 *
 * The caller owns struct gunzip (about 44 KB: window and tables) and gives two functions: fill()
 * delivers the next piece of input, flush() takes output in order. Any input is safe. Members
 * follow each other until the input ends or something else than a member begins.
 */
#ifndef KERNEL_INFLATE_H
#define KERNEL_INFLATE_H

#include <kernel/crc32.h>
#include <kernel/types.h>

#define INFLATE_HISTORY 32768u /* how far back a match reaches */
/* The ring is longer, so that a copy by whole words may run a few bytes over its end. */
#define INFLATE_RING	(INFLATE_HISTORY + 512)
#define INFLATE_PADDING 4
/* Bits of the first look-up, and how large a table with its second ones can become: for any code of
 * 288 and of 32 symbols of up to 15 bits (zlib's examples/enough.c computes it). */
#define INFLATE_LITERAL_ROOT  10
#define INFLATE_LITERAL_SIZE  1334
#define INFLATE_DISTANCE_ROOT 8
#define INFLATE_DISTANCE_SIZE 402

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
	bool zlib;
	u32 crc, total;		   /* crc: of a zlib stream its Adler-32 */
	unsigned int pos, flushed; /* in the window */
	u32 literals[INFLATE_LITERAL_SIZE], distances[INFLATE_DISTANCE_SIZE];
	struct crc32_table crc_table;
	u8 window[INFLATE_RING + INFLATE_PADDING];
};

/* Decompresses one gzip member; INFLATE_OK or an error. g->fill, flush and arg are set, the rest
 * zero before the first member. */
enum inflate_error gunzip_member(struct gunzip *g);
/* Decompresses one zlib stream from the next fill() on; what is in g from one before is dropped. */
enum inflate_error zlib_stream(struct gunzip *g);
/* Input not consumed after a member: looks at the next byte, -1 at the end. */
int gunzip_peek(struct gunzip *g);
void gunzip_skip_byte(struct gunzip *g);
const char *inflate_strerror(enum inflate_error error);

#endif
