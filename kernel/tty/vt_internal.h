/*
 * vt_internal.h - between the files of the terminal: vt_buffer.c moves cells, vt_sgr.c makes
 * attributes, vt_csi.c and
 * vt_screen.c give actions their effect. Ranges are half-open and already checked.
 */
#ifndef KERNEL_TTY_VT_INTERNAL_H
#define KERNEL_TTY_VT_INTERNAL_H

#include <kernel/assert.h>
#include "vt_screen.h"

static inline struct vt_line *vt_row(const struct vt_screen *s, unsigned int row)
{
	unsigned int i = s->top + row;

	return &s->lines[i < s->lines_total ? i : i - s->lines_total];
}

static inline void vt_touch(struct vt_line *line, unsigned int first, unsigned int end)
{
	if (first < line->dirty_first)
		line->dirty_first = (u8)first;
	if (end > line->dirty_end)
		line->dirty_end = (u8)end;
}

/* Write the blank cell. */
void vt_erase(struct vt_screen *s, unsigned int row, unsigned int col, unsigned int end);
void vt_erase_rows(struct vt_screen *s, unsigned int first, unsigned int end);
/* Move the rows [top, bottom) by n; what is freed is erased. The whole screen feeds the history. */
void vt_scroll_up(struct vt_screen *s, unsigned int top, unsigned int bottom, unsigned int n);
void vt_scroll_down(struct vt_screen *s, unsigned int top, unsigned int bottom, unsigned int n);
/* In the cursor's row, from the cursor to the end of the line. */
void vt_insert_cells(struct vt_screen *s, unsigned int n);
void vt_delete_cells(struct vt_screen *s, unsigned int n);
/* Swap foreground and background of every cell (DECSCNM). */
void vt_invert_cells(struct vt_screen *s);

/* Attribute and blank cell from the pen. */
void vt_update_attr(struct vt_screen *s);
void vt_default_pen(struct vt_screen *s);
void vt_sgr(struct vt_screen *s, const struct vt_csi *csi);
/* ANSI order (red 1, blue 4) to VGA's (blue 1, red 4). */
extern const u8 vt_ansi_to_vga[16];

#define VT_BELL_HZ 750
#define VT_BELL_MS 125

/* Row and column may be beyond the screen on either side. */
void vt_move_to(struct vt_screen *s, int row, int col);
/* As the user counts rows: from the region's top in origin mode. */
void vt_move_to_user(struct vt_screen *s, int row, int col);
void vt_save_cursor(struct vt_screen *s);
void vt_restore_cursor(struct vt_screen *s);
void vt_set_tab(struct vt_screen *s, unsigned int x, bool on);
void vt_set_kbd_mode(struct vt_screen *s, unsigned int mode, bool on);
void vt_reply_identity(struct vt_screen *s);
void vt_act_csi(void *ctx, const struct vt_csi *csi, u8 final);

#endif
