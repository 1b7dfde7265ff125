#include <installer/ui/progress_line.h>
#include <installer/ui/amount.h>
#include <common/xalloc.h>
#include <stdlib.h>
#include <string.h>

#define STEP 10

char *progress_text(const struct ui_progress *p)
{
	char done[AMOUNT_TEXT], total[AMOUNT_TEXT];

	return xasprintf("%s: %s of %s, %u %%", p->what, amount_text(done, p->done),
			 amount_text(total, p->total), amount_percent(p->done, p->total));
}

void progress_line(struct progress_line *line, FILE *out, const struct ui_progress *p)
{
	unsigned int percent = amount_percent(p->done, p->total);
	char *text;

	if (line->what == p->what && percent >= line->percent &&
	    percent / STEP == line->percent / STEP)
		return;
	line->what = p->what;
	line->percent = percent;
	text = progress_text(p);
	fprintf(out, "%s\n", text);
	fflush(out);
	free(text);
}
