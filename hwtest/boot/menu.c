/* menu.c - after the run: pages, saving, sending, further probes, the end. */
#include "boot.h"
#include "../cmd/cmd.h"
#include "../cmd/load.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CLEAR "\033[H\033[2J"

static void wait_key(struct keys *keys)
{
	fputs("\nAny key: back to the menu ", stdout);
	(void)fflush(stdout);
	(void)keys->get(keys->ctx);
}

/* What the run complained of is read before the menu covers it. */
static void look_after_run(struct session *s, struct keys *keys)
{
	struct report r;

	s->whole = !load_report(&r, s->report) && r.complete;
	report_free(&r);
	if (!s->whole)
		wait_key(keys);
}

static void look_at_pages(struct session *s, struct keys *keys)
{
	struct report r;
	struct pages pages;

	if (!load_report(&r, s->report)) {
		pages_make(&pages, &r, NULL);
		pages_show(&pages, keys);
		pages_free(&pages);
	} else {
		wait_key(keys);
	}
	report_free(&r);
}

/* From where it is to a name on the medium, whole or not at all. */
static bool copy_report(const char *from, const char *to)
{
	size_t length;
	char *text = load_file(from, &length);
	FILE *out = text ? fopen(to, "we") : NULL;
	bool good = out && fwrite(text, 1, length, out) == length && !fflush(out) &&
		    !fsync(fileno(out));

	if (out && fclose(out))
		good = false;
	if (!good && text)
		printf("%s: %s\n", to, strerror(errno));
	if (!good && out)
		(void)unlink(to);
	free(text);
	return good;
}

/* What has the name there already is kept under another, and has its own again if this fails. */
static void save_on(const struct session *s, const struct medium *m)
{
	const char *name = strrchr(s->report, '/') + 1, *to = medium_path(m, name);
	char kept[KEPT_PATH];

	if (!keep_older(to, kept)) {
		printf("%s: %s\n", to, strerror(errno));
	} else if (copy_report(s->report, to)) {
		printf("Saved as %s on /dev/%s.\n", name, m->device);
		if (*kept)
			printf("The %s that was there is %s now.\n", name, strrchr(kept, '/') + 1);
	} else if (*kept && rename(kept, to)) {
		printf("The %s that was there is %s now.\n", name, strrchr(kept, '/') + 1);
	}
}

/* A report that is on a medium already is read from there first. */
static void save(struct session *s, struct keys *keys, bool floppy)
{
	struct medium m = { 0 };
	bool found;

	if (s->medium.mounted && s->whole) {
		printf("It is saved already: %s on /dev/%s.\n", strrchr(s->report, '/') + 1,
		       s->medium.device);
		wait_key(keys);
		return;
	}
	found = floppy ? medium_take_floppy(&m) : medium_find(&m);
	if (!found)
		puts(floppy ? "Put a floppy with a FAT (DOS) file system into the first drive."
			    : "There is no FAT volume labelled " MEDIUM_LABEL
			      " that can be written.");
	else
		save_on(s, &m);
	medium_release(&m);
	wait_key(keys);
}

static void send_report(struct session *s, struct keys *keys)
{
	char *args[] = { "send", (char *)(uintptr_t)s->report, SERIAL_CONSOLE, NULL };

	printf("Sending to COM1, 115200 baud, 8 bits, no parity ...\n");
	(void)cmd_send(3, args);
	wait_key(keys);
}

static const char *where_it_is(const struct session *s)
{
	if (!s->whole)
		return "there is no whole report: what was wrong was said before this menu";
	return s->medium.mounted ? "the report is saved on /dev/"
				 : "the report is in memory, save it before you switch off";
}

static void draw(const struct session *s)
{
	printf(CLEAR "hwtest: %s%s\n\n"
		     "  1  show what was found, page by page\n"
		     "  2  save the report on a floppy (any with a FAT file system)\n"
		     "  3  save it on a FAT volume labelled " MEDIUM_LABEL "\n"
		     "  4  send it over COM1\n"
		     "  5  run the probes that change devices' state too (class R2)\n"
		     "  6  run the probes that need your eyes and hands\n"
		     "  7  restart\n"
		     "  8  switch off\n\n",
	       where_it_is(s), s->whole && s->medium.mounted ? s->medium.device : "");
	(void)fflush(stdout);
}

static void choose(struct session *s, struct keys *keys, int key)
{
	switch (key) {
	case '1':
		look_at_pages(s, keys);
		break;
	case '2':
	case '3':
		save(s, keys, key == '2');
		break;
	case '4':
		send_report(s, keys);
		break;
	case '5':
	case '6':
		keyboard_close();
		run_once(s, true, key == '6');
		(void)keyboard_open(keys, &s->host, s->has_host && !s->words.keyboard);
		look_after_run(s, keys);
		if (s->whole)
			wait_key(keys);
		break;
	case '7':
	case '8':
		end_machine(s, key == '8');
	default:
		break;
	}
}

void menu(struct session *s)
{
	struct keys keys;
	int key;

	(void)keyboard_open(&keys, &s->host, s->has_host && !s->words.keyboard);
	look_after_run(s, &keys);
	for (;;) {
		draw(s);
		key = keys.get(keys.ctx);
		/* The console is gone: nobody will ever press one. */
		if (key < 0)
			end_machine(s, true);
		choose(s, &keys, key);
	}
}
