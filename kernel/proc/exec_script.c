/* exec_script.c - "#!interpreter argument" files. */
#include <kernel/errno.h>
#include <kernel/string.h>
#include "exec_internal.h"

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Cuts the line into interpreter and one optional argument, in place. */
static int split_line(char *line, char **interp, char **arg)
{
	char *end = strchr(line, '\n'), *p = line + 2;

	*arg = NULL;
	if (!end) {
		/* No line end within what was read: fine only if the interpreter's name is whole.
		 */
		for (p = line + 2; is_blank(*p); p++)
			;
		while (*p && !is_blank(*p))
			p++;
		if (!*p && strlen(line) >= EXEC_HEAD_SIZE - 1)
			return -ENOEXEC;
		end = line + strlen(line);
		p = line + 2;
	}
	*end = '\0';
	while (end > line && (is_blank(end[-1]) || end[-1] == '\r'))
		*--end = '\0';
	while (is_blank(*p))
		p++;
	if (!*p)
		return -ENOEXEC;
	*interp = p;
	while (*p && !is_blank(*p))
		p++;
	if (*p) {
		*p++ = '\0';
		while (is_blank(*p))
			p++;
		if (*p)
			*arg = p;
	}
	return 0;
}

int exec_script(struct exec *x)
{
	char line[EXEC_HEAD_SIZE], *interp, *arg;
	struct file *old = x->file;
	int err;

	if (x->head_len < 3 || x->head[0] != '#' || x->head[1] != '!')
		return -ENOEXEC;
	memset(line, 0, sizeof(line));
	memcpy(line, x->head, min(x->head_len, sizeof(line) - 1));
	err = split_line(line, &interp, &arg);
	if (err)
		return err;
	if (x->argc) {
		err = exec_args_remove_first(x);
		x->argc--;
	}
	if (!err)
		err = exec_args_push(x, x->filename);
	if (!err && arg)
		err = exec_args_push(x, arg);
	if (!err)
		err = exec_args_push(x, interp);
	if (err)
		return err;
	x->argc += arg ? 3 : 2;
	strscpy(x->interp_name, interp, sizeof(x->interp_name));
	x->filename = x->interp_name;
	x->file = NULL;
	inode_allow_write(old->inode);
	file_put(old);
	return exec_open(x, AT_FDCWD, x->interp_name, LOOKUP_FOLLOW);
}
