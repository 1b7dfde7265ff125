/*
 * vt_parse.h - bytes of a terminal's output to actions: UTF-8 decoding and escape sequences.
 *
 * The parser knows the grammar of Linux's console (console_codes(4), ECMA-48), not its meaning;
 * vt_screen.h gives the actions their effect. It holds no memory but its own small struct, cuts
 * nothing that may arrive in pieces, and accepts any byte in any state:
 *  - a broken or overlong UTF-8 sequence becomes one U+FFFD, and the byte that broke it is looked
 *    at again; surrogates and the non-characters U+FFFE, U+FFFF become U+FFFD;
 *  - control characters act inside escape sequences; CAN and SUB abort them, ESC restarts;
 *  - OSC, DCS, PM and APC strings are swallowed up to BEL, ST, CAN or SUB; in them BS..CR do not
 * act;
 *  - CSI sequences with intermediate bytes or colons are swallowed, as Linux does.
 *
 * A run of plain characters (0x20..0x7E outside of sequences) is handed over as one piece.
 *
 * Threading: none inside; the caller serialises a terminal's output.
 */
#ifndef KERNEL_TTY_VT_PARSE_H
#define KERNEL_TTY_VT_PARSE_H

#include <kernel/types.h>

#define VT_PARAMS 16
/* Parameters saturate here, so that arithmetic on them cannot overflow. */
#define VT_PARAM_MAX 32767

struct vt_parser;

struct vt_csi {
	u8 prefix; /* '?', '>', '=', '<', or 0 */
	u8 count;  /* parameters present, at least 1: an empty one reads 0 */
	u16 param[VT_PARAMS];
};

struct vt_actions {
	/* n plain ASCII characters; at least one. */
	void (*run)(void *ctx, const u8 *text, size_t n);
	/* One character that is not plain ASCII (or, in display-control mode, a raw byte). */
	void (*character)(void *ctx, u32 ucs);
	/* BEL BS HT LF VT FF CR SO SI. */
	void (*control)(void *ctx, u8 c);
	/* ESC [intermediate] final; intermediate is 0, '(', ')', '#' or '%'. */
	void (*escape)(void *ctx, u8 intermediate, u8 final);
	void (*csi)(void *ctx, const struct vt_csi *csi, u8 final);
	/* ESC ] P nrrggbb; reset is ESC ] R. */
	void (*palette)(void *ctx, u8 index, u8 r, u8 g, u8 b);
	void (*palette_reset)(void *ctx);
};

enum vt_state {
	VT_GROUND,
	VT_ESCAPE,
	VT_INTERMEDIATE, /* ESC and one of ( ) # % came */
	VT_CSI_ENTRY,
	VT_CSI_PARAM,
	VT_CSI_IGNORE,
	VT_FUNCTION_KEY, /* ESC [ [ came: swallow one byte */
	VT_OSC_ENTRY,	 /* ESC ] came */
	VT_PALETTE,
	VT_STRING /* OSC, DCS, PM, APC: to the terminator */
};

struct vt_parser {
	const struct vt_actions *act;
	void *ctx;
	/* Set by the owner of the parser, also from inside an action. */
	bool utf8;
	bool show_controls; /* display-control mode: only BS LF FF CR SO SI ESC NUL act, bytes are
			       raw */

	/* private */
	u8 state; /* enum vt_state */
	u8 intermediate;
	u8 utf8_left, utf8_len;
	u32 utf8_char;
	u8 palette_count;
	u8 palette_digit[7];
	struct vt_csi csi;
};

/* Ready for input in UTF-8 mode; nothing is reported. */
void vt_parser_init(struct vt_parser *p, const struct vt_actions *act, void *ctx);

/* Forget a sequence in progress; modes stay. */
void vt_parser_reset(struct vt_parser *p);

void vt_parse(struct vt_parser *p, const u8 *data, size_t n);

#endif
