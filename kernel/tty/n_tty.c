/*
 * n_tty.c - input processing of the line discipline. See n_tty.h.
 *
 * The ring is indexed by free-running counters. An end of file is a '\0' whose bit in `ends` is
 * set; every other line end is itself part of the line. (A line that ends in a real '\0' as VEOL
 * is told apart by nobody, on Linux neither.)
 */
#include <kernel/assert.h>
#include <kernel/string.h>
#include <abi/signal.h>
#include "n_tty.h"

#define CC_DISABLED 0
#define EOF_MARK    0

static inline u32 slot(u32 i)
{
	return i % N_TTY_BUF;
}

static inline bool iflag(const struct n_tty *n, u32 f)
{
	return n->termios->c_iflag & f;
}
static inline bool lflag(const struct n_tty *n, u32 f)
{
	return n->termios->c_lflag & f;
}
/* Does `c` have this role? */
static inline bool is_cc(const struct n_tty *n, unsigned int which, u8 c)
{
	return c != CC_DISABLED && n->termios->c_cc[which] == c;
}
static inline bool is_control(u8 c)
{
	return c < 0x20 || c == 0x7f;
}
static inline bool continues(const struct n_tty *n, u8 c)
{
	return iflag(n, IUTF8) && (c & 0xc0) == 0x80;
}
static bool is_word(u8 c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       c == '_' || c >= 0x80;
}

/* ---- modes ---- */

static void mark_special(struct n_tty *n, u8 c)
{
	n->special[c / 32] |= 1u << c % 32;
}

static void mark_cc(struct n_tty *n, unsigned int which)
{
	if (n->termios->c_cc[which] != CC_DISABLED)
		mark_special(n, n->termios->c_cc[which]);
}

static void find_special(struct n_tty *n)
{
	bool iexten = lflag(n, IEXTEN);

	memset(n->special, 0, sizeof(n->special));
	if (iflag(n, IGNCR | ICRNL))
		mark_special(n, '\r');
	if (iflag(n, INLCR))
		mark_special(n, '\n');
	if (lflag(n, ICANON)) {
		static const u8 always[] = { VERASE, VKILL, VEOF, VEOL };
		static const u8 extended[] = { VWERASE, VLNEXT, VEOL2, VREPRINT };

		mark_special(n, '\n');
		for (unsigned int i = 0; i < ARRAY_SIZE(always); i++)
			mark_cc(n, always[i]);
		for (unsigned int i = 0; iexten && i < ARRAY_SIZE(extended); i++)
			mark_cc(n, extended[i]);
	}
	if (iflag(n, IXON)) {
		mark_cc(n, VSTART);
		mark_cc(n, VSTOP);
	}
	if (lflag(n, ISIG)) {
		mark_cc(n, VINTR);
		mark_cc(n, VQUIT);
		mark_cc(n, VSUSP);
	}
	n->raw = !lflag(n, ICANON | ECHO | ISIG) &&
		 !iflag(n, IXON | ISTRIP | IUCLC | IGNCR | ICRNL | INLCR | PARMRK);
}

void n_tty_init(struct n_tty *n, const struct termios2_abi *termios, const struct n_tty_ops *ops,
		void *ctx)
{
	n->termios = termios;
	n->ops = ops;
	n->ctx = ctx;
	n_tty_flush(n);
	find_special(n);
}

void n_tty_flush(struct n_tty *n)
{
	n->head = n->canon_head = n->tail = 0;
	memset(n->ends, 0, sizeof(n->ends));
	n->lnext = n->erasing = false;
}

void n_tty_termios_changed(struct n_tty *n, u32 old_lflag)
{
	if ((old_lflag ^ n->termios->c_lflag) & ICANON) {
		memset(n->ends, 0, sizeof(n->ends));
		n->canon_head = n->tail;
		/* What was typed in the other mode becomes a line of its own. */
		if (lflag(n, ICANON) && n->head != n->tail) {
			bit_set(n->ends, slot(n->head - 1));
			n->canon_head = n->head;
		}
		n->lnext = n->erasing = false;
	}
	find_special(n);
}

/* ---- echo ---- */

static void echo_flush(struct n_tty *n)
{
	if (n->echo_n && n->ops->echo)
		n->ops->echo(n->ctx, n->echo, n->echo_n);
	n->echo_n = 0;
}

/* One byte as output processing makes it. */
static void echo_raw(struct n_tty *n, u8 c)
{
	size_t used;

	if (n->echo_n >= N_TTY_ECHO)
		echo_flush(n);
	n->echo_n +=
		(u8)n_tty_output(n, &c, 1, n->echo + n->echo_n, sizeof(n->echo) - n->echo_n, &used);
}

/* One typed character: control characters as ^X. */
static void echo_char(struct n_tty *n, u8 c)
{
	if (lflag(n, ECHOCTL) && is_control(c) && c != '\t') {
		echo_raw(n, '^');
		c ^= 0x40;
	}
	echo_raw(n, c);
}

static void echo_rubout(struct n_tty *n)
{
	echo_raw(n, '\b');
	echo_raw(n, ' ');
	echo_raw(n, '\b');
}

static void finish_erasing(struct n_tty *n)
{
	if (n->erasing)
		echo_raw(n, '/');
	n->erasing = false;
}

/* Where the cursor is after the line up to (not including) `end`. */
static unsigned int column_of(const struct n_tty *n, u32 end)
{
	unsigned int column = n->start_column;

	for (u32 i = n->canon_head; i != end; i++) {
		u8 c = n->buf[slot(i)];

		if (c == '\t')
			column = (column | 7) + 1;
		else if (is_control(c))
			column += lflag(n, ECHOCTL) ? 2 : 0;
		else
			column += !continues(n, c);
	}
	return column;
}

/* ---- the ring ---- */

static inline void put(struct n_tty *n, u8 c)
{
	n->buf[slot(n->head)] = c;
	n->head++;
}

/* 0xff is doubled where it would look like a mark. */
static void put_marked(struct n_tty *n, u8 c)
{
	if (c == 0xff && iflag(n, PARMRK))
		put(n, c);
	put(n, c);
}

static void end_line(struct n_tty *n, u8 c)
{
	bit_set(n->ends, slot(n->head));
	put(n, c);
	n->canon_head = n->head;
}

static void echo_typed(struct n_tty *n, u8 c)
{
	if (!lflag(n, ECHO))
		return;
	finish_erasing(n);
	if (n->canon_head == n->head)
		n->start_column = n->column;
	if (c == '\n')
		echo_raw(n, c);
	else
		echo_char(n, c);
}

/* ---- editing ---- */

/* ECHOPRT: what is erased is printed, first byte `from`. */
static void print_erased(struct n_tty *n, u32 from, u32 end)
{
	if (!n->erasing)
		echo_raw(n, '\\');
	n->erasing = true;
	echo_char(n, n->buf[slot(from)]);
	for (u32 i = from + 1; i != end; i++)
		echo_raw(n, n->buf[slot(i)]);
}

/* The character [head, end) was taken away: make the screen say so. */
static void show_erased(struct n_tty *n, u32 end, bool one)
{
	u8 c = n->buf[slot(n->head)];

	if (!lflag(n, ECHO))
		return;
	if (lflag(n, ECHOPRT)) {
		print_erased(n, n->head, end);
	} else if (one && !lflag(n, ECHOE)) {
		echo_char(n, n->termios->c_cc[VERASE]);
	} else if (c == '\t') {
		/* From where the tab left the cursor, not from what output in between made of it.
		 */
		for (unsigned int back = column_of(n, end) - column_of(n, n->head); back; back--)
			echo_raw(n, '\b');
	} else {
		if (is_control(c) && lflag(n, ECHOCTL))
			echo_rubout(n);
		if (!is_control(c) || lflag(n, ECHOCTL))
			echo_rubout(n);
	}
}

/* The start of the character before head; head itself when only half of one is there. */
static u32 previous_char(const struct n_tty *n)
{
	u32 at = n->head;

	do {
		at--;
	} while (continues(n, n->buf[slot(at)]) && at != n->canon_head);
	return continues(n, n->buf[slot(at)]) ? n->head : at;
}

static void erase_back(struct n_tty *n, bool one, bool word)
{
	bool seen_word = false;

	while (n->head != n->canon_head) {
		u32 end = n->head, at = previous_char(n);
		u8 c = n->buf[slot(at)];

		if (at == end)
			break;
		if (word && !is_word(c) && seen_word)
			break;
		seen_word |= is_word(c);
		n->head = at;
		show_erased(n, end, one);
		if (one)
			break;
	}
	if (n->head == n->canon_head && lflag(n, ECHO))
		finish_erasing(n);
}

static void kill_line(struct n_tty *n)
{
	u32 all = ECHOK | ECHOKE | ECHOE;

	if (n->head == n->canon_head)
		return;
	if (lflag(n, ECHO) && (n->termios->c_lflag & all) == all) {
		erase_back(n, false, false);
		return;
	}
	n->head = n->canon_head;
	if (!lflag(n, ECHO))
		return;
	finish_erasing(n);
	echo_char(n, n->termios->c_cc[VKILL]);
	if (lflag(n, ECHOK))
		echo_raw(n, '\n');
}

static void reprint(struct n_tty *n)
{
	finish_erasing(n);
	echo_char(n, n->termios->c_cc[VREPRINT]);
	echo_raw(n, '\n');
	n->start_column = n->column;
	for (u32 i = n->canon_head; i != n->head; i++)
		echo_char(n, n->buf[slot(i)]);
}

static void literal_next(struct n_tty *n)
{
	n->lnext = true;
	if (!lflag(n, ECHO))
		return;
	finish_erasing(n);
	if (lflag(n, ECHOCTL)) {
		if (n->canon_head == n->head)
			n->start_column = n->column;
		echo_raw(n, '^');
		echo_raw(n, '\b');
	}
}

/* ICANON's own characters. True: dealt with. */
static bool edit(struct n_tty *n, u8 c)
{
	bool iexten = lflag(n, IEXTEN);

	if (is_cc(n, VERASE, c)) {
		erase_back(n, true, false);
	} else if (is_cc(n, VKILL, c)) {
		kill_line(n);
	} else if (iexten && is_cc(n, VWERASE, c)) {
		erase_back(n, false, true);
	} else if (iexten && is_cc(n, VLNEXT, c)) {
		literal_next(n);
	} else if (iexten && is_cc(n, VREPRINT, c) && lflag(n, ECHO)) {
		reprint(n);
	} else if (c == '\n') {
		if (lflag(n, ECHO))
			finish_erasing(n);
		if (lflag(n, ECHO | ECHONL))
			echo_raw(n, '\n');
		end_line(n, c);
	} else if (is_cc(n, VEOF, c)) {
		end_line(n, EOF_MARK);
	} else if (is_cc(n, VEOL, c) || (iexten && is_cc(n, VEOL2, c))) {
		echo_typed(n, c);
		if (c == 0xff && iflag(n, PARMRK))
			put(n, c);
		end_line(n, c);
	} else {
		return false;
	}
	return true;
}

/* ---- one character ---- */

static void send_signal(struct n_tty *n, int sig, u8 c, bool typed)
{
	bool flush = !lflag(n, NOFLSH);

	echo_flush(n);
	if (flush)
		n_tty_flush(n);
	n->ops->signal(n->ctx, sig, flush);
	if (!typed)
		return;
	if (iflag(n, IXON))
		n->ops->stop(n->ctx, false);
	if (lflag(n, ECHO))
		echo_char(n, c);
}

static int signal_of(const struct n_tty *n, u8 c)
{
	if (!lflag(n, ISIG))
		return 0;
	if (is_cc(n, VINTR, c))
		return SIGINT;
	if (is_cc(n, VQUIT, c))
		return SIGQUIT;
	return is_cc(n, VSUSP, c) ? SIGTSTP : 0;
}

static void receive_special(struct n_tty *n, u8 c)
{
	int sig;

	if (iflag(n, IXON)) {
		if (is_cc(n, VSTART, c)) {
			n->ops->stop(n->ctx, false);
			return;
		}
		if (is_cc(n, VSTOP, c)) {
			n->ops->stop(n->ctx, true);
			return;
		}
	}
	sig = signal_of(n, c);
	if (sig) {
		send_signal(n, sig, c, true);
		return;
	}
	if (n->stopped && iflag(n, IXON) && iflag(n, IXANY))
		n->ops->stop(n->ctx, false);
	if (c == '\r') {
		if (iflag(n, IGNCR))
			return;
		if (iflag(n, ICRNL))
			c = '\n';
	} else if (c == '\n' && iflag(n, INLCR)) {
		c = '\r';
	}
	if (lflag(n, ICANON) && edit(n, c))
		return;
	echo_typed(n, c);
	put_marked(n, c);
}

static void receive_char(struct n_tty *n, u8 c)
{
	if (iflag(n, ISTRIP))
		c &= 0x7f;
	if (iflag(n, IUCLC) && lflag(n, IEXTEN) && c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	if (n->lnext) {
		n->lnext = false;
		echo_typed(n, c);
		put_marked(n, c);
	} else if (n->special[c / 32] & 1u << c % 32) {
		receive_special(n, c);
	} else {
		if (n->stopped && iflag(n, IXON) && iflag(n, IXANY))
			n->ops->stop(n->ctx, false);
		echo_typed(n, c);
		put_marked(n, c);
	}
}

static void receive_break(struct n_tty *n)
{
	if (iflag(n, IGNBRK))
		return;
	if (iflag(n, BRKINT)) {
		send_signal(n, SIGINT, 0, false);
		return;
	}
	if (iflag(n, PARMRK)) {
		put(n, 0xff);
		put(n, 0);
	}
	put(n, 0);
}

static void receive_parity_error(struct n_tty *n, u8 c)
{
	if (!iflag(n, INPCK)) {
		put_marked(n, c);
		return;
	}
	if (iflag(n, IGNPAR))
		return;
	if (iflag(n, PARMRK)) {
		put(n, 0xff);
		put(n, 0);
		put(n, c);
	} else {
		put(n, 0);
	}
}

/* ---- the door ---- */

/* Most bytes one received byte may become. */
static inline u32 widest(const struct n_tty *n)
{
	return iflag(n, PARMRK) ? 3 : 1;
}

/*
 * Room for one more byte? A line that fills the ring loses its last byte to the next one, so that
 * its end can still be typed.
 */
static bool make_room(struct n_tty *n)
{
	u32 room = N_TTY_BUF - 1 - n_tty_used(n);

	if (n_tty_used(n) < N_TTY_BUF && room >= widest(n))
		return true;
	if (!lflag(n, ICANON) || n->canon_head != n->tail)
		return false;
	if (N_TTY_BUF - n_tty_used(n) < widest(n)) {
		n->head -= widest(n);
		if (iflag(n, IMAXBEL) && n->ops->echo)
			echo_raw(n, '\a');
	}
	return true;
}

static void receive_one(struct n_tty *n, u8 c, u8 flag)
{
	switch (flag) {
	case N_TTY_BREAK:
		receive_break(n);
		break;
	case N_TTY_PARITY:
		receive_parity_error(n, c);
		break;
	default:
		receive_char(n, c);
		break;
	}
}

/* Nothing to look at: whole pieces. */
static size_t receive_raw(struct n_tty *n, const u8 *bytes, size_t count)
{
	u32 room = N_TTY_BUF - n_tty_used(n);
	size_t left = min_t(size_t, count, room), taken = left;

	while (left) {
		size_t piece = min_t(size_t, left, N_TTY_BUF - slot(n->head));

		memcpy(n->buf + slot(n->head), bytes, piece);
		n->head += (u32)piece;
		bytes += piece;
		left -= piece;
	}
	return taken;
}

size_t n_tty_receive(struct n_tty *n, const u8 *bytes, const u8 *flags, size_t count)
{
	size_t i;

	if (n->raw && !flags && !n->lnext)
		return receive_raw(n, bytes, count);
	for (i = 0; i < count && make_room(n); i++)
		receive_one(n, bytes[i], flags ? flags[i] : N_TTY_NORMAL);
	echo_flush(n);
	return i;
}

/* ---- reading ---- */

bool n_tty_readable(const struct n_tty *n, unsigned int amount)
{
	if (lflag(n, ICANON))
		return n->canon_head != n->tail;
	return n_tty_used(n) >= amount;
}

/* The end of the first line in [tail, limit): its index, or limit. */
static u32 find_end(const struct n_tty *n, u32 limit)
{
	u32 from = slot(n->tail), span = limit - n->tail;
	u32 first = min(span, N_TTY_BUF - from);
	u32 at = find_next_bit(n->ends, from + first, from);

	if (at < from + first)
		return n->tail + (at - from);
	if (first < span) {
		at = find_next_bit(n->ends, span - first, 0);
		if (at < span - first)
			return n->tail + first + at;
	}
	return limit;
}

static void copy_out(const struct n_tty *n, u8 *dst, size_t count)
{
	size_t first = min_t(size_t, count, N_TTY_BUF - slot(n->tail));

	memcpy(dst, n->buf + slot(n->tail), first);
	memcpy(dst + first, n->buf, count - first);
}

static size_t copy_line(struct n_tty *n, u8 *dst, size_t size, bool *done)
{
	u32 limit = n->tail + (u32)min_t(size_t, size, n->canon_head - n->tail);
	u32 end = find_end(n, limit), count = end - n->tail;

	if (end == limit) {
		copy_out(n, dst, count);
		n->tail = end;
		return count;
	}
	if (n->buf[slot(end)] != EOF_MARK)
		count++;
	copy_out(n, dst, count);
	bit_clear(n->ends, slot(end));
	n->tail = end + 1;
	*done = true;
	return count;
}

size_t n_tty_copy(struct n_tty *n, u8 *dst, size_t size, bool *done)
{
	size_t count;

	*done = false;
	if (lflag(n, ICANON))
		return copy_line(n, dst, size, done);
	count = min_t(size_t, size, n_tty_used(n));
	copy_out(n, dst, count);
	n->tail += (u32)count;
	if ((s32)(n->canon_head - n->tail) < 0)
		n->canon_head = n->tail;
	return count;
}

void n_tty_skip_eof(struct n_tty *n)
{
	u32 at = slot(n->tail);

	if (!lflag(n, ICANON) || n->canon_head == n->tail)
		return;
	if (!bit_test(n->ends, at) || n->buf[at] != EOF_MARK)
		return;
	bit_clear(n->ends, at);
	n->tail++;
}

size_t n_tty_available(const struct n_tty *n)
{
	size_t count;

	if (!lflag(n, ICANON))
		return n_tty_used(n);
	count = n->canon_head - n->tail;
	for (u32 i = n->tail; i != n->canon_head; i++)
		if (bit_test(n->ends, slot(i)) && n->buf[slot(i)] == EOF_MARK)
			count--;
	return count;
}
