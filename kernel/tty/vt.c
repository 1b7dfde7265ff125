/*
 * vt.c - the virtual consoles: their screens, drawing the one in front, the log on the screen.
 *
 * Drawing is put off: output marks the screen, and it is drawn when the last drawing is
 * VT_DRAW_INTERVAL old, else by a timer. A flood of short writes so costs no more drawing than one
 * long write.
 */
#include <kernel/atomic.h>
#include <kernel/device.h>
#include <kernel/errno.h>
#include <kernel/fs.h>
#include <kernel/init.h>
#include <kernel/printk.h>
#include <kernel/slab.h>
#include <kernel/string.h>
#include <kernel/time.h>
#include "vt_console.h"

#define TTY_MAJOR     4
#define DEFAULT_COLS  80
#define DEFAULT_ROWS  25
#define HISTORY_LINES 200
#define HISTORY_SMALL 50 /* on a machine with little memory */
#define SMALL_MACHINE (16ul << 20 >> PAGE_SHIFT)
#define WRITE_ROOM    65536u
#define LATE_LOG      4096u /* log text that came while the lock was taken; a power of two */

struct vt *vt_table[VT_MAX];
unsigned int vt_front;
struct vt_display *vt_display;
DEFINE_WAIT_QUEUE(vt_change_wait);
static DEFINE_MUTEX(vt_alloc_lock, RANK_MUTEX_LEAF);

static struct atomic lock_taken;
static bool initialised;
static unsigned int back_lines; /* console lock: the view is scrolled back by */
static bool draw_due;		/* console lock, or set by who finds it taken */
static s64 drawn_at;		/* console lock */
static struct timer draw_timer;
static bool timers_work;

/* Log text for the holder of the lock to show. One producer: printk's lock. */
static char late_log[LATE_LOG];
static u32 late_head, late_tail;

static void show_log_text(const char *text, size_t len);

/* ---- the console lock ---- */

bool vt_trylock(void)
{
	preempt_disable();
	if (!atomic_xchg(&lock_taken, 1))
		return true;
	preempt_enable();
	return false;
}

void vt_lock(void)
{
	/* On one CPU the holder runs with preemption off: it is never met here. */
	while (!vt_trylock())
		barrier();
}

static void show_late_log(void)
{
	while (READ_ONCE(late_head) != late_tail) {
		u32 at = late_tail % LATE_LOG,
		    n = min(READ_ONCE(late_head) - late_tail, LATE_LOG - at);

		show_log_text(late_log + at, n);
		late_tail += n;
	}
}

static void draw_if_due(void)
{
	if (READ_ONCE(draw_due))
		vt_show_now(vt_table[vt_front]);
}

void vt_unlock(void)
{
	do {
		show_late_log();
		draw_if_due();
		atomic_set(&lock_taken, 0);
		preempt_enable();
	} while (READ_ONCE(late_head) != READ_ONCE(late_tail) && vt_trylock());
}

/* ---- drawing ---- */

static void draw_scroll(void *ctx, unsigned int n)
{
	vt_display->ops->scroll(vt_display, n);
}
static void draw_cells(void *ctx, unsigned int row, unsigned int col, const u16 *cells,
		       unsigned int n)
{
	vt_display->ops->cells(vt_display, row, col, cells, n);
}
static void draw_cursor(void *ctx, unsigned int row, unsigned int col, bool visible, u8 shape)
{
	vt_display->ops->cursor(vt_display, row, col, visible, shape);
}
static const struct vt_draw_ops draw_ops = { draw_scroll, draw_cells, draw_cursor };

static bool is_seen(const struct vt *vt)
{
	return vt_display && vt && vt->number == vt_front && vt->memory && !vt->graphics &&
	       !vt_is_blanked();
}

void vt_show_now(struct vt *vt)
{
	draw_due = false;
	if (!is_seen(vt))
		return;
	if (back_lines) {
		back_lines = 0;
		vt_screen_redraw(&vt->screen);
	}
	vt_screen_flush(&vt->screen, &draw_ops, NULL);
	if (timers_work)
		drawn_at = clock_coarse_monotonic();
}

static void draw_timer_fn(struct timer *timer)
{
	draw_due = true;
	if (vt_trylock())
		vt_unlock();
}

void vt_show(struct vt *vt)
{
	vt->changes++;
	if (wait_queue_active(&vt_change_wait))
		wake_up_all(&vt_change_wait);
	if (vt->number != vt_front || draw_due)
		return;
	if (!timers_work || clock_coarse_monotonic() - drawn_at >= VT_DRAW_INTERVAL)
		vt_show_now(vt);
	else if (!draw_timer.pending)
		timer_set(&draw_timer, clock_monotonic() + VT_DRAW_INTERVAL);
}

void vt_redraw_front(void)
{
	struct vt *vt = vt_table[vt_front];

	back_lines = 0;
	if (!vt || !vt->memory)
		return;
	if (is_seen(vt) && vt_display->ops->palette)
		vt_display->ops->palette(vt_display, vt->palette);
	vt_screen_redraw(&vt->screen);
	vt_show_now(vt);
}

void vt_set_back(unsigned int lines)
{
	struct vt *vt = vt_table[vt_front];

	if (!is_seen(vt))
		return;
	back_lines = min(lines, vt->screen.history);
	vt_screen_draw_back(&vt->screen, back_lines, &draw_ops, NULL);
	vt_screen_redraw(&vt->screen);
}

unsigned int vt_back(void)
{
	return back_lines;
}

/* ---- what a screen tells ---- */

static void screen_reply(void *ctx, const char *bytes, size_t n)
{
	struct vt *vt = ctx;

	if (vt->tty.driver)
		(void)tty_receive(&vt->tty, (const u8 *)bytes, n);
}
static void screen_bell(void *ctx, unsigned int hz, unsigned int ms)
{
	vt_beep(hz, ms);
}
static void screen_palette(void *ctx, const u8 *palette)
{
	struct vt *vt = ctx;

	memcpy(vt->palette, palette, sizeof(vt->palette));
	if (is_seen(vt) && vt_display->ops->palette)
		vt_display->ops->palette(vt_display, palette);
}
static void screen_kbd_modes(void *ctx, unsigned int modes)
{
	vt_keyboard_modes(ctx, modes);
}
static void screen_leds(void *ctx, unsigned int leds)
{
	vt_keyboard_leds(ctx, leds);
}
static void screen_switch(void *ctx, unsigned int n)
{
	if (!n)
		vt_request_previous();
	else if (n <= VT_MAX && vt_table[n - 1] && vt_table[n - 1]->memory)
		vt_request_switch(n - 1);
}
static void screen_blank_interval(void *ctx, unsigned int minutes)
{
	vt_set_blank_minutes(minutes);
}
static void screen_unblank(void *ctx)
{
	vt_poke();
}

static const struct vt_screen_ops screen_ops = {
	.reply = screen_reply,
	.bell = screen_bell,
	.palette = screen_palette,
	.kbd_modes = screen_kbd_modes,
	.leds = screen_leds,
	.switch_console = screen_switch,
	.blank_interval = screen_blank_interval,
	.unblank = screen_unblank,
};

/* ---- making consoles ---- */

static unsigned int screen_cols = DEFAULT_COLS, screen_rows = DEFAULT_ROWS;

static unsigned int history_lines(void)
{
	struct page_stats stats;
	unsigned int normal = HISTORY_LINES;

	page_get_stats(&stats);
	if (stats.total < SMALL_MACHINE)
		normal = HISTORY_SMALL;
	return min(cmdline_get_uint("scrollback", normal), 10000u);
}

static int give_screen(struct vt *vt)
{
	static unsigned int history; /* asked once: the command line goes after boot */
	void *memory;

	if (vt->memory)
		return 0;
	if (!history)
		history = history_lines() + 1;
	memory = kmalloc(vt_screen_bytes(screen_cols, screen_rows, history - 1), GFP_KERNEL);
	if (!memory)
		return -ENOMEM;
	memcpy(vt->palette, vt_default_palette, sizeof(vt->palette));
	vt_lock();
	(void)vt_screen_init(&vt->screen, memory, screen_cols, screen_rows, history - 1,
			     &screen_ops, vt);
	vt->memory = memory;
	vt->tty.winsize.ws_row = (u16)screen_rows;
	vt->tty.winsize.ws_col = (u16)screen_cols;
	vt_unlock();
	return 0;
}

static struct tty_driver vt_driver;

static struct vt *make_vt(unsigned int number)
{
	struct vt *vt = kzalloc(sizeof(*vt), GFP_KERNEL);

	if (!vt)
		return NULL;
	vt->number = number;
	tty_init(&vt->tty, &vt_driver, number + 1);
	kbd_console_init(&vt->kbd);
	vt_table[number] = vt;
	return vt;
}

struct vt *vt_get(unsigned int number)
{
	struct vt *vt;
	int err;

	if (number >= VT_MAX)
		return ERR_PTR(-ENXIO);
	vt = READ_ONCE(vt_table[number]);
	if (vt && vt->memory)
		return vt;
	mutex_lock(&vt_alloc_lock);
	vt = vt_table[number];
	if (!vt)
		vt = make_vt(number);
	err = vt ? give_screen(vt) : -ENOMEM;
	mutex_unlock(&vt_alloc_lock);
	return err ? ERR_PTR(err) : vt;
}

int vt_disallocate(unsigned int number)
{
	struct vt *vt;
	void *memory = NULL;
	int err = 0;

	mutex_lock(&vt_alloc_lock);
	vt = vt_table[number];
	vt_lock();
	if (vt && vt->memory) {
		if (vt->tty.open_count || number == vt_front || !number) {
			err = -EBUSY;
		} else {
			memory = vt->memory;
			vt->memory = NULL;
		}
	}
	vt_unlock();
	mutex_unlock(&vt_alloc_lock);
	kfree(memory);
	return err;
}

static int resize_one(struct vt *vt, unsigned int cols, unsigned int rows)
{
	unsigned int history = vt->screen.lines_total - vt->screen.rows;
	void *memory = kmalloc(vt_screen_bytes(cols, rows, history), GFP_KERNEL), *old;
	struct winsize_abi ws = { (u16)rows, (u16)cols, 0, 0 };

	if (!memory)
		return -ENOMEM;
	vt_lock();
	old = vt->memory;
	(void)vt_screen_resize(&vt->screen, memory, cols, rows, history);
	vt->memory = memory;
	if (vt->number == vt_front)
		vt_redraw_front();
	vt_unlock();
	kfree(old);
	tty_set_winsize(&vt->tty, &ws);
	return 0;
}

/* The display shows one size: smaller ones leave its edge unused, larger ones do not fit. */
int vt_resize_all(unsigned int cols, unsigned int rows)
{
	int err = 0;

	if (!vt_screen_bytes(cols, rows, 0) ||
	    (vt_display && (cols > vt_display->cols || rows > vt_display->rows)))
		return -EINVAL;
	mutex_lock(&vt_alloc_lock);
	screen_cols = cols;
	screen_rows = rows;
	for (unsigned int i = 0; i < VT_MAX && !err; i++)
		if (vt_table[i] && vt_table[i]->memory)
			err = resize_one(vt_table[i], cols, rows);
	mutex_unlock(&vt_alloc_lock);
	return err;
}

/* ---- the tty ---- */

static int vt_tty_open(struct tty *tty)
{
	struct vt *vt = vt_get(vt_of_tty(tty)->number);

	return IS_ERR(vt) ? (int)PTR_ERR(vt) : 0;
}

static size_t vt_tty_write(struct tty *tty, const u8 *bytes, size_t n)
{
	struct vt *vt = vt_of_tty(tty);

	vt_lock();
	if (vt->memory)
		vt_screen_write(&vt->screen, bytes, n);
	vt_unlock();
	return n;
}

static size_t vt_tty_room(struct tty *tty)
{
	return WRITE_ROOM;
}

static void vt_tty_write_end(struct tty *tty)
{
	vt_lock();
	vt_show(vt_of_tty(tty));
	vt_unlock();
}

static const struct tty_ops vt_ops = {
	.open = vt_tty_open,
	.write = vt_tty_write,
	.room = vt_tty_room,
	.write_end = vt_tty_write_end,
	.ioctl = vt_ioctl,
};

/* Minor 0 is the console in front. */
static struct tty *vt_find(struct tty_driver *driver, unsigned int index)
{
	struct vt *vt = vt_get(index ? index - 1 : vt_front);

	if (IS_ERR(vt))
		return ERR_CAST(vt);
	tty_get(&vt->tty);
	return &vt->tty;
}

static struct tty_driver vt_driver = {
	.name = "tty",
	.major = TTY_MAJOR,
	.first_minor = 0,
	.count = VT_MAX + 1,
	.flags = TTY_RESET_TERMIOS,
	.ops = &vt_ops,
	.find = vt_find,
};

/* ---- the log ---- */

/* As a program's output, but not in the middle of its escape sequence. */
static void show_log_text(const char *text, size_t len)
{
	struct vt *vt = vt_table[vt_front];
	struct vt_parser saved;
	size_t from = 0;

	if (!vt || !vt->memory || (vt->graphics && !panicking))
		return;
	saved = vt->screen.parser;
	vt_parser_reset(&vt->screen.parser);
	for (size_t i = 0; i <= len; i++) {
		if (i < len && text[i] != '\n')
			continue;
		vt_screen_write(&vt->screen, text + from, i - from);
		if (i < len)
			vt_screen_write(&vt->screen, "\r\n", 2);
		from = i + 1;
	}
	vt->screen.parser = saved;
	draw_due = true;
}

static void keep_late(const char *text, size_t len)
{
	u32 room = LATE_LOG - (late_head - READ_ONCE(late_tail));

	if (len > room)
		return; /* dmesg still has it */
	for (size_t i = 0; i < len; i++)
		late_log[(late_head + i) % LATE_LOG] = text[i];
	WRITE_ONCE(late_head, late_head + (u32)len);
}

/* Nobody else runs any more: show it, whatever was going on. */
static void panic_write(const char *text, size_t len)
{
	struct vt *vt = vt_table[vt_front];

	if (vt && vt->graphics) {
		vt->graphics = false;
		if (vt_display && vt_display->ops->restore)
			vt_display->ops->restore(vt_display);
		vt_screen_redraw(&vt->screen);
	}
	if (vt_is_blanked())
		vt_blank(false);
	show_log_text(text, len);
	vt_show_now(vt);
}

static void vt_console_write(struct console *con, const char *text, size_t len)
{
	if (panicking) {
		panic_write(text, len);
	} else if (vt_trylock()) {
		show_log_text(text, len);
		/* Whole lines are drawn, not each piece of one. */
		if (text[len - 1] != '\n')
			draw_due = false;
		vt_unlock();
	} else {
		keep_late(text, len);
	}
}

static struct console vt_console = { .name = "tty", .write = vt_console_write };

/* ---- start ---- */

void vt_display_register(struct vt_display *display)
{
	vt_display = display;
	if (initialised)
		return;
	screen_cols = min_t(unsigned int, display->cols, VT_COLS_MAX);
	screen_rows = min_t(unsigned int, display->rows, VT_ROWS_MAX);
}

bool vt_display_present(void)
{
	return vt_display != NULL;
}

static bool log_wanted(void)
{
	for (int i = 0; i <= VT_MAX; i++)
		if (console_wanted("tty", i))
			return true;
	return false;
}

static int vt_early_init(void)
{
	struct vt *vt;

	initialised = true;
	tty_driver_init_termios(&vt_driver.termios);
	vt_driver.termios.c_iflag |= IUTF8;
	timer_init(&draw_timer, draw_timer_fn);
	vt_keyboard_init();
	vt_blank_init();
	vt = make_vt(0);
	if (!vt || give_screen(vt))
		return -ENOMEM;
	vt_lock();
	vt_keyboard_front(vt);
	vt_redraw_front();
	vt_unlock();
	if (vt_display && log_wanted())
		console_register(&vt_console);
	return 0;
}
INIT_CALL(INIT_EARLY, vt_early_init);

static struct device_class tty_class = { .name = "tty" };
static struct device nodes[VT_NODES + 1];

static int vt_init(void)
{
	timers_work = true;
	for (unsigned int i = 0; i <= VT_NODES; i++) {
		scnprintf(nodes[i].name, sizeof(nodes[i].name), "tty%u", i);
		nodes[i].class = class_register(&tty_class);
		nodes[i].devnum = MKDEV(TTY_MAJOR, i);
		nodes[i].mode = 0620;
		if (device_register(&nodes[i]))
			return -ENOMEM;
	}
	return tty_driver_register(&vt_driver);
}
INIT_CALL(INIT_DRIVER, vt_init);
