// LINK: kernel/tty/n_tty.c kernel/tty/n_tty_output.c kernel/lib/bitops.c
/*
 * The line discipline: what is typed, what is echoed, what a reader gets. A table of sessions, then
 * the cases that need more than one step.
 */
#include <host/host.h>

#include <stdio.h>
#include <string.h>

#include <abi/signal.h>
#include "../n_tty.h"

static u8 buf[N_TTY_BUF];
static struct n_tty n;
static struct termios2_abi t;
static char echoed[20000], signals[64];
static size_t echoed_n;

static void op_echo(void *ctx, const u8 *bytes, size_t count)
{
	assert_true(echoed_n + count < sizeof(echoed));
	memcpy(echoed + echoed_n, bytes, count);
	echoed_n += count;
	echoed[echoed_n] = 0;
}
static void op_signal(void *ctx, int sig, bool flush)
{
	size_t at = strlen(signals);

	snprintf(signals + at, sizeof(signals) - at, "%s%s ",
		 sig == SIGINT	  ? "INT"
		 : sig == SIGQUIT ? "QUIT"
				  : "TSTP",
		 flush ? "" : "-");
}
static void op_stop(void *ctx, bool stop)
{
	n.stopped = stop;
	if (strlen(signals) < 32)
		strcat(signals, stop ? "stop " : "start ");
}
static const struct n_tty_ops ops = { op_echo, op_signal, op_stop };

static const u8 default_cc[NCCS] = {
	[VINTR] = 3,   [VQUIT] = 28, [VERASE] = 127, [VKILL] = 21,    [VEOF] = 4,     [VMIN] = 1,
	[VSTART] = 17, [VSTOP] = 19, [VSUSP] = 26,   [VREPRINT] = 18, [VWERASE] = 23, [VLNEXT] = 22
};

static void start(u32 iflag, u32 oflag, u32 lflag)
{
	memset(&n, 0, sizeof(n));
	memset(&t, 0, sizeof(t));
	memcpy(t.c_cc, default_cc, sizeof(default_cc));
	t.c_iflag = iflag;
	t.c_oflag = oflag;
	t.c_lflag = lflag;
	n.buf = buf;
	echoed_n = 0;
	echoed[0] = signals[0] = 0;
	n_tty_init(&n, &t, &ops, NULL);
}

static size_t type_bytes(const char *text, size_t count)
{
	return n_tty_receive(&n, (const u8 *)text, NULL, count);
}
static void type(const char *text)
{
	assert_int_equal(type_bytes(text, strlen(text)), strlen(text));
}

/* One read as the tty does it: piece after piece until it is over. "!" is an end of file. */
static size_t read_once(char *out, size_t size)
{
	size_t total = 0, got;
	bool done = false;

	while (total < size && !done) {
		got = n_tty_copy(&n, (u8 *)out + total, size - total, &done);
		total += got;
		if (total == size && !done)
			n_tty_skip_eof(&n);
		if (!got)
			break;
	}
	return total;
}

/* All reads, lines parted by '|'. */
static void read_all(char *out, size_t size)
{
	size_t at = 0;

	while (n_tty_readable(&n, 1)) {
		size_t got = read_once(out + at, size - at - 2);

		at += got;
		out[at++] = '|';
	}
	out[at] = 0;
}

#define COOK (ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | ECHOKE | ISIG | IEXTEN)
#define IN   (ICRNL | IXON)
#define OUT  (OPOST | ONLCR)
#define RUB  "\b \b"

static const struct session {
	const char *name;
	u32 iflag, oflag, lflag;
	const char *typed, *echo, *read, *signals;
} sessions[] = {
	{ "line", IN, OUT, COOK, "abc\r", "abc\r\n", "abc\n|", "" },
	{ "two lines", IN, OUT, COOK, "a\nb\n", "a\r\nb\r\n", "a\n|b\n|", "" },
	{ "unfinished", IN, OUT, COOK, "abc", "abc", "", "" },
	{ "erase", IN, OUT, COOK, "ab\177c\n", "ab" RUB "c\r\n", "ac\n|", "" },
	{ "erase nothing", IN, OUT, COOK, "\177\177a\n", "a\r\n", "a\n|", "" },
	{ "erase stops at line", IN, OUT, COOK, "a\n\177\n", "a\r\n\r\n", "a\n|\n|", "" },
	{ "erase control", IN, OUT, COOK, "\001\177x\n", "^A" RUB RUB "x\r\n", "x\n|", "" },
	{ "erase control, no ECHOCTL", IN, OUT, COOK & ~ECHOCTL, "\001\177x\n", "\001x\r\n", "x\n|",
	  "" },
	{ "erase without ECHOE", IN, OUT, COOK & ~ECHOE, "ab\177\n", "ab^?\r\n", "a\n|", "" },
	{ "erase tab", IN, OUT, COOK, "ab\t\177c\n", "ab\t\b\b\b\b\b\bc\r\n", "abc\n|", "" },
	{ "erase tab, spaces", IN, OUT | XTABS, COOK, "ab\t\177\n", "ab      \b\b\b\b\b\b\r\n",
	  "ab\n|", "" },
	{ "erase tab after control", IN, OUT, COOK, "\001\t\177\n", "^A\t\b\b\b\b\b\b\r\n",
	  "\001\n|", "" },
	{ "kill", IN, OUT, COOK, "abc\025d\n", "abc" RUB RUB RUB "d\r\n", "d\n|", "" },
	{ "kill without ECHOKE", IN, OUT, COOK & ~ECHOKE, "abc\025d\n", "abc^U\r\nd\r\n", "d\n|",
	  "" },
	{ "kill without ECHOKE, ECHOK", IN, OUT, COOK & ~(ECHOKE | ECHOK), "abc\025d\n",
	  "abc^Ud\r\n", "d\n|", "" },
	{ "word erase", IN, OUT, COOK, "foo bar_1  \027x\n",
	  "foo bar_1  " RUB RUB RUB RUB RUB RUB RUB "x\r\n", "foo x\n|", "" },
	{ "word erase without IEXTEN", IN, OUT, COOK & ~IEXTEN, "a\027\n", "a^W\r\n", "a\027\n|",
	  "" },
	{ "literal next", IN, OUT, COOK, "a\026\003b\n", "a^\b^Cb\r\n", "a\003b\n|", "" },
	{ "literal erase", IN, OUT, COOK, "\026\177\n", "^\b^?\r\n", "\177\n|", "" },
	{ "literal newline stays in line", IN, OUT, COOK, "a\026\nb\n", "a^\b\r\nb\r\n", "a\nb\n|",
	  "" },
	{ "reprint", IN, OUT, COOK, "abc\022d\n", "abc^R\r\nabcd\r\n", "abcd\n|", "" },
	{ "eof empty", IN, OUT, COOK, "\004", "", "|", "" },
	{ "eof after text", IN, OUT, COOK, "ab\004c\n", "abc\r\n", "ab|c\n|", "" },
	{ "eof twice", IN, OUT, COOK, "\004\004", "", "||", "" },
	{ "no echo", IN, OUT, COOK & ~ECHO, "pw\177x\n", "", "px\n|", "" },
	{ "no echo, ECHONL", IN, OUT, (COOK & ~ECHO) | ECHONL, "pw\n", "\r\n", "pw\n|", "" },
	{ "ECHOPRT", IN, OUT, (COOK & ~ECHOE & ~ECHOKE) | ECHOPRT, "abc\177\177x\n",
	  "abc\\cb/x\r\n", "ax\n|", "" },
	{ "ECHOPRT to the start", IN, OUT, COOK | ECHOPRT, "a\177b\n", "a\\a/b\r\n", "b\n|", "" },
	{ "control echo", IN, OUT, COOK, "\001\033[A\n", "^A^[[A\r\n", "\001\033[A\n|", "" },
	{ "interrupt", IN, OUT, COOK, "abc\003x\n", "abc^Cx\r\n", "x\n|", "INT start " },
	{ "quit", IN, OUT, COOK, "\034", "^\\", "", "QUIT start " },
	{ "suspend", IN, OUT, COOK, "\032", "^Z", "", "TSTP start " },
	{ "NOFLSH", IN, OUT, COOK | NOFLSH, "abc\003x\n", "abc^Cx\r\n", "abcx\n|", "INT- start " },
	{ "no ISIG", IN, OUT, COOK & ~ISIG, "\003\n", "^C\r\n", "\003\n|", "" },
	{ "stop and start", IN, OUT, COOK, "a\023\021b\n", "ab\r\n", "ab\n|", "stop start " },
	{ "no IXON", ICRNL, OUT, COOK, "\023\n", "^S\r\n", "\023\n|", "" },
	{ "IXANY", IN | IXANY, OUT, COOK, "\023a\n", "a\r\n", "a\n|", "stop start " },
	{ "IGNCR", IGNCR, OUT, COOK, "a\rb\n", "ab\r\n", "ab\n|", "" },
	{ "INLCR", INLCR, OUT, COOK, "a\nb", "a^Mb", "", "" },
	{ "no ICRNL", 0, OUT, COOK, "a\r\n", "a^M\r\n", "a\r\n|", "" },
	{ "ISTRIP", IN | ISTRIP, OUT, COOK, "\341\n", "a\r\n", "a\n|", "" },
	{ "IUCLC", IN | IUCLC, OUT, COOK, "AbC\n", "abc\r\n", "abc\n|", "" },
	{ "OLCUC", IN, OUT | OLCUC, COOK, "abc\n", "ABC\r\n", "abc\n|", "" },
	{ "8 bits", IN, OUT, COOK, "\303\251\177\n", "\303\251" RUB "\r\n", "\303\n|", "" },
	{ "UTF-8 erase", IN | IUTF8, OUT, COOK, "a\303\251\177b\n", "a\303\251" RUB "b\r\n",
	  "ab\n|", "" },
	{ "UTF-8 erase, 3 bytes", IN | IUTF8, OUT, COOK, "\342\202\254\177\n",
	  "\342\202\254" RUB "\r\n", "\n|", "" },
	{ "UTF-8 lone tail", IN | IUTF8, OUT, COOK, "\202\177\n", "\202\r\n", "\202\n|", "" },
	{ "PARMRK doubles", IN | PARMRK, OUT, COOK, "\377\n", "\377\r\n", "\377\377\n|", "" },
	{ "raw", 0, 0, 0, "a\r\n\003\004\177", "", "a\r\n\003\004\177|", "" },
	{ "raw with echo", 0, 0, ECHO, "a\003", "a\003", "a\003|", "" },
	{ "cbreak", IN, OUT, COOK & ~ICANON, "a\177\004\n", "a^?^D\r\n", "a\177\004\n|", "" },
	{ "cbreak interrupt", IN, OUT, COOK & ~ICANON, "ab\003c", "ab^Cc", "c|", "INT start " },
};

static void test_sessions(void **state)
{
	char got[256];

	for (unsigned int i = 0; i < ARRAY_SIZE(sessions); i++) {
		const struct session *s = &sessions[i];

		start(s->iflag, s->oflag, s->lflag);
		type(s->typed);
		read_all(got, sizeof(got));
		if (strcmp(echoed, s->echo) || strcmp(got, s->read) || strcmp(signals, s->signals))
			fail_msg("%s: echo '%s', read '%s', signals '%s'", s->name, echoed, got,
				 signals);
	}
}

/* Byte by byte it must come to the same. */
static void test_sessions_in_pieces(void **state)
{
	char got[256];

	for (unsigned int i = 0; i < ARRAY_SIZE(sessions); i++) {
		const struct session *s = &sessions[i];

		start(s->iflag, s->oflag, s->lflag);
		for (const char *p = s->typed; *p; p++)
			assert_int_equal(type_bytes(p, 1), 1);
		read_all(got, sizeof(got));
		assert_string_equal(echoed, s->echo);
		assert_string_equal(got, s->read);
	}
}

static void test_eol_characters(void **state)
{
	char got[64];

	start(IN, OUT, COOK);
	t.c_cc[VEOL] = ';';
	t.c_cc[VEOL2] = ',';
	n_tty_termios_changed(&n, t.c_lflag);
	type("a;b,c");
	read_all(got, sizeof(got));
	assert_string_equal(got, "a;|b,|");
	assert_string_equal(echoed, "a;b,c");
}

static void test_short_reads_and_eof(void **state)
{
	char got[16];

	start(IN, OUT, COOK);
	type("abcdef\n");
	assert_int_equal(read_once(got, 3), 3);
	assert_memory_equal(got, "abc", 3);
	assert_int_equal(read_once(got, 16), 4);
	assert_memory_equal(got, "def\n", 4);
	/* The end of file that ends a line is not another one for the next read. */
	type("abc\004");
	assert_int_equal(read_once(got, 3), 3);
	assert_false(n_tty_readable(&n, 1));
}

static void test_available(void **state)
{
	start(IN, OUT, COOK);
	type("abc");
	assert_int_equal(n_tty_available(&n), 0);
	type("\nx\004y");
	assert_int_equal(n_tty_available(&n), 5);
	start(0, 0, 0);
	type("abc");
	assert_int_equal(n_tty_available(&n), 3);
	assert_true(n_tty_readable(&n, 3));
	assert_false(n_tty_readable(&n, 4));
}

static void test_longest_line(void **state)
{
	static char line[5000], got[5000];

	start(IN | IMAXBEL, OUT, COOK & ~ECHO);
	memset(line, 'x', sizeof(line));
	assert_int_equal(type_bytes(line, 5000), 5000);
	assert_true(strchr(echoed, '\a'));
	type("\n");
	/* 4095 and the end; what came last was replaced. */
	assert_int_equal(read_once(got, sizeof(got)), 4096);
	assert_int_equal(got[4095], '\n');
	assert_false(n_tty_readable(&n, 1));
}

static void test_full_of_lines(void **state)
{
	static char lines[6000], got[100];
	size_t took;

	start(IN, OUT, COOK & ~ECHO);
	for (unsigned int i = 0; i < sizeof(lines); i++)
		lines[i] = i % 100 == 99 ? '\n' : 'a';
	took = type_bytes(lines, sizeof(lines));
	assert_int_equal(took, 4095);
	assert_int_equal(read_once(got, 100), 100);
	assert_int_equal(type_bytes(lines + took, sizeof(lines) - took), 100);
}

static void test_ring_wraps(void **state)
{
	char got[700], line[700];

	start(IN, OUT, COOK & ~ECHO);
	for (unsigned int round = 0; round < 50; round++) {
		memset(line, 'a' + (int)(round % 26), 600);
		line[600] = '\n';
		assert_int_equal(type_bytes(line, 601), 601);
		assert_int_equal(read_once(got, sizeof(got)), 601);
		assert_memory_equal(got, line, 601);
	}
}

static void test_raw_full(void **state)
{
	static char data[5000], got[5000];

	start(0, 0, 0);
	for (unsigned int i = 0; i < sizeof(data); i++)
		data[i] = (char)(i * 7);
	assert_int_equal(type_bytes(data, 5000), 4096);
	assert_int_equal(read_once(got, 1000), 1000);
	assert_int_equal(type_bytes(data + 4096, 904), 904);
	assert_int_equal(read_once(got + 1000, 4000), 4000);
	assert_memory_equal(got, data, 5000);
}

static void test_mode_changes(void **state)
{
	char got[64];
	u32 old;

	/* Raw bytes become a line when ICANON comes. */
	start(0, 0, 0);
	type("abc");
	old = t.c_lflag;
	t.c_lflag = COOK;
	n_tty_termios_changed(&n, old);
	read_all(got, sizeof(got));
	assert_string_equal(got, "abc|");
	/* An unfinished line is readable when ICANON goes. */
	type("xy");
	assert_false(n_tty_readable(&n, 1));
	old = t.c_lflag;
	t.c_lflag = 0;
	n_tty_termios_changed(&n, old);
	read_all(got, sizeof(got));
	assert_string_equal(got, "xy|");
}

static void errors(u32 iflag, const u8 *flags, const char *expect, size_t expect_n)
{
	char got[32];

	start(iflag, 0, iflag & BRKINT ? ISIG : 0);
	assert_int_equal(n_tty_receive(&n, (const u8 *)"\0a", flags, 2), 2);
	assert_int_equal(read_once(got, sizeof(got)), expect_n);
	assert_memory_equal(got, expect, expect_n);
}

static void test_breaks_and_parity(void **state)
{
	static const u8 brk[] = { N_TTY_BREAK, 0 }, par[] = { 0, N_TTY_PARITY };

	errors(0, brk, "\0a", 2);
	errors(IGNBRK, brk, "a", 1);
	errors(PARMRK, brk, "\377\0\0a", 4);
	errors(BRKINT, brk, "a", 1);
	assert_string_equal(signals, "INT ");
	errors(0, par, "\0a", 2);
	errors(INPCK, par, "\0\0", 2);
	errors(INPCK | IGNPAR, par, "\0", 1);
	errors(INPCK | PARMRK, par, "\0\377\0a", 4);
}

static void put_out(u32 oflag, const char *src, const char *expect, unsigned int column)
{
	u8 dst[128];
	size_t used, made;

	start(0, oflag, 0);
	made = n_tty_output(&n, (const u8 *)src, strlen(src), dst, sizeof(dst), &used);
	assert_int_equal(used, strlen(src));
	dst[made] = 0;
	assert_string_equal((char *)dst, expect);
	assert_int_equal(n.column, column);
}

static void test_output(void **state)
{
	put_out(0, "a\n\tb", "a\n\tb", 0);
	put_out(OPOST, "ab\n", "ab\n", 2);
	put_out(OPOST | ONLCR, "ab\n", "ab\r\n", 0);
	put_out(OPOST | ONLRET, "ab\n", "ab\n", 0);
	put_out(OPOST | OCRNL, "ab\r", "ab\n", 2);
	put_out(OPOST | ONOCR, "\rab\r\r", "ab\r", 0);
	put_out(OPOST | XTABS, "ab\tc", "ab      c", 9);
	put_out(OPOST | XTABS, "12345678\tc", "12345678        c", 17);
	put_out(OPOST | OLCUC, "aBc1", "ABC1", 4);
	put_out(OPOST, "abc\b\b", "abc\b\b", 1);
	put_out(OPOST, "\033[1m", "\033[1m", 3);
}

/* Any room for the output gives the same bytes in the end. */
static void test_output_in_little_room(void **state)
{
	const char *src = "a\tb\nlonger text\r\n\t\tend\n";
	u8 whole[256], pieces[256];
	size_t used, whole_n, n_src = strlen(src);

	start(0, OPOST | ONLCR | XTABS, 0);
	whole_n = n_tty_output(&n, (const u8 *)src, n_src, whole, sizeof(whole), &used);
	for (size_t room = 8; room < 40; room++) {
		size_t at = 0, made = 0;

		start(0, OPOST | ONLCR | XTABS, 0);
		while (at < n_src) {
			made += n_tty_output(&n, (const u8 *)src + at, n_src - at, pieces + made,
					     room, &used);
			assert_true(used > 0);
			at += used;
		}
		assert_int_equal(made, whole_n);
		assert_memory_equal(pieces, whole, whole_n);
	}
}

/* Anything may be typed in any mode. */
static void test_noise(void **state)
{
	u32 seed = 1;
	char got[300];

	for (unsigned int mode = 0; mode < 400; mode++) {
		seed = seed * 1664525 + 1013904223;
		start(seed >> 3 & 0x7fff, seed >> 7 & 0x183f, seed >> 11 & 0x1ffff);
		for (unsigned int i = 0; i < 60; i++) {
			u8 bytes[100];

			for (unsigned int k = 0; k < sizeof(bytes); k++) {
				seed = seed * 1664525 + 1013904223;
				bytes[k] = seed >> 24 & (mode & 1 ? 0x1f : 0xff);
			}
			(void)n_tty_receive(&n, bytes, NULL, sizeof(bytes));
			echoed_n = 0;
			signals[0] = 0;
			if (i % 3 == 0)
				(void)read_once(got, seed >> 20 & 0xff);
			assert_true(n_tty_used(&n) <= N_TTY_BUF);
			assert_true(n_tty_available(&n) <= N_TTY_BUF);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(test_sessions),
		host_test(test_sessions_in_pieces),
		host_test(test_eol_characters),
		host_test(test_short_reads_and_eof),
		host_test(test_available),
		host_test(test_longest_line),
		host_test(test_full_of_lines),
		host_test(test_ring_wraps),
		host_test(test_raw_full),
		host_test(test_mode_changes),
		host_test(test_breaks_and_parity),
		host_test(test_output),
		host_test(test_output_in_little_room),
		host_test(test_noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
