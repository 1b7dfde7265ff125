/* The same questions by lines of text and by an answer file. */
// LINK: installer/ui/ui.c installer/ui/ui_text.c installer/ui/ui_answers.c
// LINK: installer/ui/answers.c installer/ui/answer_keys.c installer/ui/amount.c
// LINK: installer/ui/progress_line.c common/wrap.c common/xalloc.c
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <installer/ui/answers.h>
#include <installer/ui/ui.h>
#include <common/xalloc.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static const char *const first[] = { "serial:A1", "position:primary-master", "model:FIREBALL",
				     NULL };
static const char *const second[] = { "serial:B2", "position:primary-slave", "model:FIREBALL",
				      NULL };
static const char *const third[] = { "serial:C3", "position:secondary-slave", NULL };
static const struct ui_item disks[] = {
	{ .label = "hda", .answers = first },
	{ .label = "hdb", .answers = second },
	{ .label = "hdd", .answers = third, .refused = "it is mounted" },
};

struct session {
	struct ui *ui;
	struct answers answers;
	FILE *in, *out;
	char *said;
	size_t size;
};

static void by_text(struct session *s, const char *input)
{
	memset(s, 0, sizeof(*s));
	s->in = fmemopen((void *)(uintptr_t)input, strlen(input), "r");
	s->out = open_memstream(&s->said, &s->size);
	s->ui = ui_text_open(s->in, s->out);
}

static void by_file(struct session *s, const char *input)
{
	memset(s, 0, sizeof(*s));
	assert_null(answers_parse(&s->answers, "a.txt", input, strlen(input)));
	s->out = open_memstream(&s->said, &s->size);
	s->ui = ui_answers_open(&s->answers, s->out);
}

static void end(struct session *s)
{
	ui_close(s->ui);
	if (s->in)
		fclose(s->in);
	fclose(s->out);
	free(s->said);
	answers_free(&s->answers);
}

static struct ui_menu disk_menu(void)
{
	return (struct ui_menu){ .key = "disk", .title = "Disk", .items = disks, .n = 3 };
}

static void said(struct session *s, const char *text)
{
	fflush(s->out);
	if (!strstr(s->said, text))
		fail_msg("no `%s` in:\n%s", text, s->said);
}

static void why(struct session *s, const char *text)
{
	assert_non_null(s->ui->why);
	if (!strstr(s->ui->why, text))
		fail_msg("no `%s` in: %s", text, s->ui->why);
}

static void menus_by_text(void **state)
{
	struct ui_menu m = disk_menu();
	struct session s;

	by_text(&s, "2\n\n0\n4\nx\n3\n1\nb\n");
	assert_int_equal(ui_choose(s.ui, &m), UI_OK);
	assert_int_equal(m.chosen, 1);
	assert_int_equal(ui_choose(s.ui, &m), UI_OK); /* Enter takes what was proposed */
	assert_int_equal(m.chosen, 1);
	assert_int_equal(ui_choose(s.ui, &m), UI_OK);
	assert_int_equal(m.chosen, 0);
	said(&s, "A number from 1 to 3.");
	said(&s, "Not possible: it is mounted");
	assert_int_equal(ui_choose(s.ui, &m), UI_BACK);
	assert_int_equal(ui_choose(s.ui, &m), UI_STOP);
	why(&s, "the input ended");
	assert_int_equal(ui_choose(s.ui, &m), UI_STOP);
	end(&s);
}

static char *no_x(const char *value, void *arg)
{
	return strchr(value, 'x') ? xasprintf("no x here") : NULL;
}

static void forms_by_text(void **state)
{
	struct ui_field fields[] = {
		{ .key = "hostname", .label = "Name", .value = xstrdup("old"), .check = no_x },
		{ .key = "root_password", .label = "Password", .secret = true },
		{ .key = "user_full_name",
		  .label = "Full name",
		  .value = xstrdup("Ann"),
		  .optional = true },
	};
	struct ui_form form = { .title = "Names", .fields = fields, .n = 3 };
	struct session s;

	by_text(&s, "x1\nb1\nb\n\\b\nsecret\nother\nb\\\nb\\\n-\n");
	assert_int_equal(ui_form(s.ui, &form), UI_OK);
	said(&s, "no x here");
	said(&s, "Name [old]: ");
	said(&s, "The two are not the same.");
	assert_string_equal(fields[0].value, "b");
	assert_string_equal(fields[1].value, "b\\");
	assert_string_equal(fields[2].value, "");
	end(&s);
	by_text(&s, "b\n");
	assert_int_equal(ui_form(s.ui, &form), UI_BACK);
	assert_string_equal(fields[0].value, "b");
	end(&s);
	free(fields[0].value);
	free(fields[1].value);
	free(fields[2].value);
}

static void consent_by_text(void **state)
{
	struct ui_consent c = {
		.key = "consent", .title = "Write", .text = "All of it.", .word = "hda"
	};
	struct session s;

	by_text(&s, "yes\n\nhda\nb\n");
	assert_int_equal(ui_consent(s.ui, &c), UI_OK);
	said(&s, "That is not the word. Nothing has been written.");
	assert_int_equal(ui_consent(s.ui, &c), UI_BACK);
	end(&s);
}

static void ticks_by_text(void **state)
{
	static const bool fixed[] = { true, false, false };
	bool on[] = { true, false, false };
	struct ui_ticks t = { .key = "groups", .title = "Groups", .items = disks, .n = 3 };
	struct session s;

	t.on = on;
	t.fixed = fixed;
	by_text(&s, "1\n2\n3\n\n");
	assert_int_equal(ui_tick(s.ui, &t), UI_OK);
	said(&s, "hda cannot be changed.");
	assert_true(on[0] && on[1] && !on[2]);
	end(&s);
}

static void long_pages_stop(void **state)
{
	struct xtext text = { 0 };
	struct session s;
	int i;

	for (i = 0; i < 30; i++)
		xtext_add(&text, "line %d\n", i);
	by_text(&s, "\nb\n");
	assert_int_equal(ui_page(s.ui, "Page", text.text), UI_BACK);
	said(&s, "line 21\n-- more");
	said(&s, "line 29\nEnter to go on");
	end(&s);
	free(text.text);
}

static void progress_is_a_line_for_each_tenth(void **state)
{
	struct ui_progress p = { .what = "Copying", .total = 1000 };
	struct session s;
	size_t lines = 0;
	char *at;

	by_text(&s, "\n");
	for (p.done = 0; p.done <= 1000; p.done++)
		ui_progress(s.ui, &p);
	said(&s, "Copying: 500 bytes of 1 KB, 50 %\n");
	for (at = s.said; (at = strchr(at, '\n')); at++)
		lines++;
	assert_int_equal(lines, 11);
	end(&s);
}

static void a_disk_is_answered_by_any_of_its_names(void **state)
{
	struct ui_menu m = disk_menu();
	struct session s;

	by_file(&s, "disk = position:Primary-Slave");
	assert_int_equal(ui_choose(s.ui, &m), UI_OK);
	assert_int_equal(m.chosen, 1);
	assert_int_equal(ui_answered(s.ui), UI_OK);
	end(&s);
}

static void refused_choice(const char *file, const char *message)
{
	struct ui_menu m = disk_menu();
	struct session s;

	by_file(&s, file);
	assert_int_equal(ui_choose(s.ui, &m), UI_STOP);
	why(&s, message);
	end(&s);
}

static void unclear_answers_stop(void **state)
{
	refused_choice("", "a.txt: the key `disk` is missing; accepted: serial:NUMBER");
	refused_choice("\ndisk = model:FIREBALL",
		       "a.txt:2: disk = model:FIREBALL: `model:FIREBALL` fits 2");
	refused_choice("disk = model:FIRE",
		       "there is no `model:FIRE`; accepted here: serial:A1, position");
	refused_choice("disk = serial:C3", "cannot be taken: it is mounted");
	refused_choice("disk =", "there is no ``");
}

static void unwanted_answers_stop(void **state)
{
	struct ui_menu m = disk_menu();
	struct session s;

	by_file(&s, "disk = serial:A1\nroot_size = 3G");
	assert_int_equal(ui_choose(s.ui, &m), UI_OK);
	assert_int_equal(ui_answered(s.ui), UI_STOP);
	why(&s, "a.txt:2: `root_size` is answered, but nobody asks it here");
	end(&s);
}

static void lists_are_answered_by_names(void **state)
{
	static const char *const a[] = { "base", NULL }, *const b[] = { "dev", NULL };
	struct ui_item items[] = { { .label = "Base", .answers = a },
				   { .label = "Dev", .answers = b } };
	static const bool fixed[] = { true, false };
	bool on[] = { true, false };
	struct ui_ticks t = { .key = "groups", .items = items, .n = 2, .on = on, .fixed = fixed };
	struct session s;

	by_file(&s, "groups = base,  dev");
	assert_int_equal(ui_tick(s.ui, &t), UI_OK);
	assert_true(on[0] && on[1]);
	end(&s);
	by_file(&s, "groups = none");
	assert_int_equal(ui_tick(s.ui, &t), UI_OK);
	assert_true(on[0] && !on[1]);
	end(&s);
	by_file(&s, "groups = base,,dev");
	assert_int_equal(ui_tick(s.ui, &t), UI_STOP);
	why(&s, "there is no ``");
	end(&s);
	by_file(&s, "groups = dev,");
	assert_int_equal(ui_tick(s.ui, &t), UI_STOP);
	why(&s, "there is no ``");
	end(&s);
	by_file(&s, "groups = dev, games");
	assert_int_equal(ui_tick(s.ui, &t), UI_STOP);
	why(&s, "there is no `games`");
	end(&s);
}

/* A dry run needs no consent; a wrong one would stop the real one. */
static void rehearsals_look_at_the_word(void **state)
{
	const struct ui_consent consent = {
		.key = "consent", .title = "Dry run", .text = "Sectors 63-", .word = "hda"
	};
	struct session s;

	by_file(&s, "disk = a");
	assert_int_equal(ui_rehearse(s.ui, &consent), UI_OK);
	said(&s, "Sectors 63-");
	end(&s);
	by_file(&s, "consent = hda");
	assert_int_equal(ui_rehearse(s.ui, &consent), UI_OK);
	assert_int_equal(ui_answered(s.ui), UI_OK);
	end(&s);
	by_file(&s, "consent = yes");
	assert_int_equal(ui_rehearse(s.ui, &consent), UI_STOP);
	why(&s, "accepted here: hda");
	end(&s);
}

static void forms_are_answered_by_keys(void **state)
{
	struct ui_field f = { .key = "hostname", .label = "Name", .check = no_x };
	struct ui_field secret = {
		.key = "root_password", .label = "Password", .secret = true, .check = no_x
	};
	struct session s;

	by_file(&s, "hostname = box\nroot_password = x2");
	assert_int_equal(ui_ask(s.ui, "Name", "", &f), UI_STOP);
	why(&s, "a.txt:1: hostname = box: no x here");
	end(&s);
	by_file(&s, "hostname = a\nroot_password = hidden-x");
	assert_int_equal(ui_ask(s.ui, "Name", "", &f), UI_OK);
	assert_string_equal(f.value, "a");
	assert_int_equal(ui_ask(s.ui, "Password", "", &secret), UI_STOP);
	why(&s, "a.txt:2: root_password: no x here");
	assert_null(strstr(s.ui->why, "hidden"));
	end(&s);
	free(f.value);
	free(secret.value);
}

/* What a terminal is set to while each piece of text is shown on it. */
struct watched {
	int tty;
	struct termios asking; /* when a secret was asked for */
};

static ssize_t watch(void *cookie, const char *text, size_t n)
{
	struct watched *w = cookie;

	if (memmem(text, n, "not shown", 9))
		assert_int_equal(tcgetattr(w->tty, &w->asking), 0);
	return (ssize_t)n;
}

static struct ui *on_terminal(int *keyboard, struct watched *w, FILE **in, FILE **out)
{
	*keyboard = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(*keyboard >= 0 && !grantpt(*keyboard) && !unlockpt(*keyboard));
	w->tty = open(ptsname(*keyboard), O_RDWR | O_NOCTTY);
	*in = fdopen(w->tty, "r");
	*out = fopencookie(w, "w", (cookie_io_functions_t){ .write = watch });
	assert_true(*in && *out);
	return ui_text_open(*in, *out);
}

static void secrets_are_hidden_and_cannot_be_left_half_way(void **state)
{
	static const char typed[] = "hush\nhush\n";
	struct ui_field secret = { .key = "root_password", .label = "Password", .secret = true };
	struct termios before, after;
	struct watched w;
	FILE *in, *out;
	int keyboard;
	struct ui *ui = on_terminal(&keyboard, &w, &in, &out);

	assert_int_equal(tcgetattr(w.tty, &before), 0);
	assert_int_equal(write(keyboard, typed, strlen(typed)), strlen(typed));
	assert_int_equal(ui_ask(ui, "", "", &secret), UI_OK);
	assert_string_equal(secret.value, "hush");
	assert_false(w.asking.c_lflag & ECHO);
	assert_true(w.asking.c_lflag & ISIG);
	assert_int_equal(w.asking.c_cc[VINTR], before.c_cc[VINTR]);
	assert_int_equal(w.asking.c_cc[VSUSP], _POSIX_VDISABLE);
	assert_int_equal(w.asking.c_cc[VQUIT], _POSIX_VDISABLE);
	assert_int_equal(tcgetattr(w.tty, &after), 0);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_memory_equal(after.c_cc, before.c_cc, sizeof(after.c_cc));
	ui_close(ui);
	free(secret.value);
	fclose(in);
	fclose(out);
	close(keyboard);
}

static void consent_is_answered_by_the_word(void **state)
{
	struct ui_consent c = {
		.key = "consent", .title = "Write", .text = "All of it.", .word = "hda"
	};
	struct session s;

	by_file(&s, "consent = yes");
	assert_int_equal(ui_consent(s.ui, &c), UI_STOP);
	why(&s, "accepted here: hda");
	said(&s, "All of it.");
	end(&s);
	by_file(&s, "consent = hda");
	assert_int_equal(ui_consent(s.ui, &c), UI_OK);
	end(&s);
}

static void keep_note(void *arg, const char *line)
{
	xtext_add(arg, "%s\n", line);
}

static void answers_are_noted_but_no_secrets(void **state)
{
	struct ui_field secret = { .key = "root_password", .label = "Password", .secret = true };
	struct ui_menu m = disk_menu();
	struct xtext notes = { 0 };
	struct session s;

	by_file(&s, "disk = position:primary-master\nroot_password = hush");
	s.ui->note = keep_note;
	s.ui->note_arg = &notes;
	assert_int_equal(ui_choose(s.ui, &m), UI_OK);
	assert_int_equal(ui_ask(s.ui, "", "", &secret), UI_OK);
	assert_string_equal(notes.text,
			    "answer: disk = serial:A1\nanswer: root_password = (not shown)\n");
	end(&s);
	free(secret.value);
	free(notes.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(menus_by_text),
		cmocka_unit_test(forms_by_text),
		cmocka_unit_test(consent_by_text),
		cmocka_unit_test(ticks_by_text),
		cmocka_unit_test(long_pages_stop),
		cmocka_unit_test(progress_is_a_line_for_each_tenth),
		cmocka_unit_test(a_disk_is_answered_by_any_of_its_names),
		cmocka_unit_test(unclear_answers_stop),
		cmocka_unit_test(unwanted_answers_stop),
		cmocka_unit_test(lists_are_answered_by_names),
		cmocka_unit_test(forms_are_answered_by_keys),
		cmocka_unit_test(rehearsals_look_at_the_word),
		cmocka_unit_test(secrets_are_hidden_and_cannot_be_left_half_way),
		cmocka_unit_test(consent_is_answered_by_the_word),
		cmocka_unit_test(answers_are_noted_but_no_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
