/* Scan codes of sets 1 and 2; see kernel/scancode.h. */
#include <kernel/scancode.h>
#include <kernel/string.h>
#include <abi/input-event-codes.h>

#define EXTENDED 0xE0
#define PAUSING	 0xE1
#define BREAKING 0xF0
#define BREAK1	 0x80 /* set 1: bit of a break code */

/* Set 1, plain: up to 0x53 the code is the keycode, as the PC's numbering is Linux's. */
static const u8 plain_from_54[0x80 - 0x54] = {
	[0x54 - 0x54] = KEY_SYSRQ,
	[0x56 - 0x54] = KEY_102ND,
	[0x57 - 0x54] = KEY_F11,
	[0x58 - 0x54] = KEY_F12,
	[0x59 - 0x54] = KEY_KPEQUAL,
	[0x5B - 0x54] = KEY_LINEFEED,
	[0x5C - 0x54] = KEY_KPJPCOMMA,
	[0x64 - 0x54] = KEY_F13,
	[0x65 - 0x54] = KEY_F14,
	[0x66 - 0x54] = KEY_F15,
	[0x67 - 0x54] = KEY_F16,
	[0x68 - 0x54] = KEY_F17,
	[0x69 - 0x54] = KEY_F18,
	[0x6A - 0x54] = KEY_F19,
	[0x6B - 0x54] = KEY_F20,
	[0x6C - 0x54] = KEY_F21,
	[0x6D - 0x54] = KEY_F22,
	[0x6E - 0x54] = KEY_F23,
	[0x70 - 0x54] = KEY_KATAKANAHIRAGANA,
	[0x71 - 0x54] = KEY_HANJA,
	[0x72 - 0x54] = KEY_HANGEUL,
	[0x73 - 0x54] = KEY_RO,
	[0x76 - 0x54] = KEY_F24,
	[0x77 - 0x54] = KEY_HIRAGANA,
	[0x78 - 0x54] = KEY_KATAKANA,
	[0x79 - 0x54] = KEY_HENKAN,
	[0x7B - 0x54] = KEY_MUHENKAN,
	[0x7D - 0x54] = KEY_YEN,
	[0x7E - 0x54] = KEY_KPCOMMA,
};

/* Set 1 after E0. 2A and 36 are the fake shifts. */
static const u8 extended[0x80] = {
	[0x10] = KEY_PREVIOUSSONG, [0x19] = KEY_NEXTSONG, [0x1C] = KEY_KPENTER,
	[0x1D] = KEY_RIGHTCTRL,	   [0x20] = KEY_MUTE,	  [0x21] = KEY_CALC,
	[0x22] = KEY_PLAYPAUSE,	   [0x24] = KEY_STOPCD,	  [0x2E] = KEY_VOLUMEDOWN,
	[0x30] = KEY_VOLUMEUP,	   [0x32] = KEY_HOMEPAGE, [0x35] = KEY_KPSLASH,
	[0x37] = KEY_SYSRQ,	   [0x38] = KEY_RIGHTALT, [0x46] = KEY_PAUSE,
	[0x47] = KEY_HOME,	   [0x48] = KEY_UP,	  [0x49] = KEY_PAGEUP,
	[0x4B] = KEY_LEFT,	   [0x4D] = KEY_RIGHT,	  [0x4E] = KEY_KPPLUSMINUS,
	[0x4F] = KEY_END,	   [0x50] = KEY_DOWN,	  [0x51] = KEY_PAGEDOWN,
	[0x52] = KEY_INSERT,	   [0x53] = KEY_DELETE,	  [0x5B] = KEY_LEFTMETA,
	[0x5C] = KEY_RIGHTMETA,	   [0x5D] = KEY_COMPOSE,  [0x5E] = KEY_POWER,
	[0x5F] = KEY_SLEEP,	   [0x63] = KEY_WAKEUP,	  [0x65] = KEY_SEARCH,
	[0x66] = KEY_BOOKMARKS,	   [0x67] = KEY_REFRESH,  [0x68] = KEY_STOP,
	[0x69] = KEY_FORWARD,	   [0x6A] = KEY_BACK,	  [0x6B] = KEY_COMPUTER,
	[0x6C] = KEY_MAIL,	   [0x6D] = KEY_MEDIA,	  [0x6F] = KEY_MACRO,
};

/* What an 8042 makes of set 2 (IBM's translation table); 83 and 84 are apart. */
static const u8 set2_to_set1[0x80] = {
	0xFF, 0x43, 0x41, 0x3F, 0x3D, 0x3B, 0x3C, 0x58, 0x64, 0x44, 0x42, 0x40, 0x3E, 0x0F, 0x29,
	0x59, 0x65, 0x38, 0x2A, 0x70, 0x1D, 0x10, 0x02, 0x5A, 0x66, 0x71, 0x2C, 0x1F, 0x1E, 0x11,
	0x03, 0x5B, 0x67, 0x2E, 0x2D, 0x20, 0x12, 0x05, 0x04, 0x5C, 0x68, 0x39, 0x2F, 0x21, 0x14,
	0x13, 0x06, 0x5D, 0x69, 0x31, 0x30, 0x23, 0x22, 0x15, 0x07, 0x5E, 0x6A, 0x72, 0x32, 0x24,
	0x16, 0x08, 0x09, 0x5F, 0x6B, 0x33, 0x25, 0x17, 0x18, 0x0B, 0x0A, 0x60, 0x6C, 0x34, 0x35,
	0x26, 0x27, 0x19, 0x0C, 0x61, 0x6D, 0x73, 0x28, 0x74, 0x1A, 0x0D, 0x62, 0x6E, 0x3A, 0x36,
	0x1C, 0x1B, 0x75, 0x2B, 0x63, 0x76, 0x55, 0x56, 0x77, 0x78, 0x79, 0x7A, 0x0E, 0x7B, 0x7C,
	0x4F, 0x7D, 0x4B, 0x47, 0x7E, 0x7F, 0x6F, 0x52, 0x53, 0x50, 0x4C, 0x4D, 0x48, 0x01, 0x45,
	0x57, 0x4E, 0x51, 0x4A, 0x37, 0x49, 0x46, 0x54,
};

/* Makes of set 1 whose break code means something else as well. */
static const u8 ambiguous[] = { 0x2A, 0x71, 0x72, 0x7A, 0x7C, 0x7E, 0x7F };

void scan_init(struct scan_decoder *d, unsigned int set)
{
	memset(d, 0, sizeof(*d));
	d->set = (u8)set;
}

static u8 keycode_of(u8 prefix, u8 make)
{
	if (prefix)
		return extended[make];
	return make < 0x54 ? make : plain_from_54[make - 0x54];
}

static bool is_fake_shift(u8 prefix, u8 make)
{
	return prefix == EXTENDED && (make == 0x2A || make == 0x36);
}

static u8 ambiguous_bit(u8 make)
{
	unsigned int i;

	for (i = 0; i < sizeof(ambiguous); i++)
		if (ambiguous[i] == make)
			return (u8)(1u << i);
	return 0;
}

static void restart(struct scan_decoder *d)
{
	d->prefix = d->skip = 0;
	d->breaking = false;
}

static struct scan_event simple(struct scan_decoder *d, enum scan_event_kind kind)
{
	restart(d);
	if (kind == SCAN_ALL_UP || kind == SCAN_REPLUG)
		d->ambiguous = 0;
	return (struct scan_event){ .kind = (u8)kind };
}

/* A whole code, in set 1's numbers. */
static struct scan_event key(struct scan_decoder *d, u8 make, bool released)
{
	u8 prefix = d->prefix;
	struct scan_event ev = { .raw = (u16)(prefix << 8 | make) };

	restart(d);
	if (is_fake_shift(prefix, make))
		return ev;
	ev.keycode = keycode_of(prefix, make);
	ev.kind = !ev.keycode ? SCAN_UNKNOWN : released ? SCAN_RELEASE : SCAN_PRESS;
	return ev;
}

static struct scan_event tap(struct scan_decoder *d, u16 keycode, u16 raw)
{
	restart(d);
	return (struct scan_event){ .kind = SCAN_TAP, .keycode = keycode, .raw = raw };
}

/* FF, 00: too many keys. AA: self test passed. F1, F2: Korean keys, which have no break. */
static struct scan_event special(struct scan_decoder *d, u8 byte)
{
	switch (byte) {
	case 0x00:
	case 0xFF:
		return simple(d, SCAN_ALL_UP);
	case 0xAA:
		return simple(d, SCAN_REPLUG);
	case 0xF1:
		return tap(d, KEY_HANJA, byte);
	case 0xF2:
		return tap(d, KEY_HANGEUL, byte);
	default:
		return simple(d, SCAN_REPLY);
	}
}

/* Is this byte of set 1 no break code, since its key is not down? */
static bool is_special1(const struct scan_decoder *d, u8 byte)
{
	u8 bit;

	if (!byte)
		return true;
	if (d->prefix || !(byte & BREAK1))
		return false;
	bit = ambiguous_bit(byte & 0x7F);
	return bit && !(d->ambiguous & bit);
}

static void note_ambiguous(struct scan_decoder *d, u8 byte)
{
	u8 bit = d->prefix ? 0 : ambiguous_bit(byte & 0x7F);

	if (byte & BREAK1)
		d->ambiguous &= (u8)~bit;
	else
		d->ambiguous |= bit;
}

/* Pause: E1 1D 45, and at once E1 9D C5. */
static struct scan_event pause1(struct scan_decoder *d, u8 byte)
{
	if (d->skip == 2) {
		d->breaking = byte & BREAK1;
		d->skip = 1;
		return (struct scan_event){ .kind = SCAN_NONE };
	}
	if (d->breaking)
		return simple(d, SCAN_NONE);
	return tap(d, KEY_PAUSE, PAUSING << 8 | 0x1D);
}

static struct scan_event byte1(struct scan_decoder *d, u8 byte)
{
	if (d->skip)
		return pause1(d, byte);
	if (is_special1(d, byte))
		return special(d, byte);
	if (byte == EXTENDED || byte == PAUSING) {
		d->prefix = byte;
		d->skip = byte == PAUSING ? 2 : 0;
		return (struct scan_event){ .kind = SCAN_NONE };
	}
	note_ambiguous(d, byte);
	return key(d, byte & 0x7F, byte & BREAK1);
}

/* Pause: E1 14 77 E1 F0 14 F0 77. */
static struct scan_event pause2(struct scan_decoder *d)
{
	if (--d->skip)
		return (struct scan_event){ .kind = SCAN_NONE };
	return tap(d, KEY_PAUSE, PAUSING << 8 | 0x14);
}

static struct scan_event byte2(struct scan_decoder *d, u8 byte)
{
	if (d->skip)
		return pause2(d);
	if (byte == BREAKING) {
		d->breaking = true;
		return (struct scan_event){ .kind = SCAN_NONE };
	}
	if (byte == EXTENDED || byte == PAUSING) {
		d->prefix = byte;
		d->skip = byte == PAUSING ? 7 : 0;
		return (struct scan_event){ .kind = SCAN_NONE };
	}
	if (byte == 0x83)
		return key(d, 0x41, d->breaking);
	if (byte == 0x84)
		return key(d, 0x54, d->breaking);
	if (byte == 0 || byte & BREAK1)
		return special(d, byte);
	return key(d, set2_to_set1[byte], d->breaking);
}

struct scan_event scan_byte(struct scan_decoder *d, u8 byte, u64 now_us)
{
	if (now_us - d->last_us > SCAN_PREFIX_TIMEOUT_US)
		restart(d);
	d->last_us = now_us;
	return d->set == 2 ? byte2(d, byte) : byte1(d, byte);
}

/* ---- back again ---- */

unsigned int scan_set1_keycode(unsigned int scancode)
{
	if (scancode < 0x80)
		return keycode_of(0, (u8)scancode);
	if ((scancode & ~0x7Fu) == EXTENDED << 8)
		return keycode_of(EXTENDED, scancode & 0x7F);
	return 0;
}

static unsigned int raw_pause(bool release, u8 *out)
{
	u8 up = release ? BREAK1 : 0;

	out[0] = PAUSING;
	out[1] = 0x1D | up;
	out[2] = 0x45 | up;
	return 3;
}

unsigned int scan_set1_from_keycode(unsigned int keycode, bool release, u8 *out)
{
	u8 up = release ? BREAK1 : 0;
	unsigned int make;

	if (!keycode)
		return 0;
	if (keycode == KEY_PAUSE)
		return raw_pause(release, out);
	for (make = 1; make < 0x80; make++) {
		if (keycode_of(0, (u8)make) == keycode) {
			out[0] = (u8)(make | up);
			return 1;
		}
	}
	for (make = 1; make < 0x80; make++) {
		if (extended[make] == keycode) {
			out[0] = EXTENDED;
			out[1] = (u8)(make | up);
			return 2;
		}
	}
	return 0;
}
