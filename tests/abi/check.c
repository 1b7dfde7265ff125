/* Counting and reporting of checks. The total is kept in shared memory, so that forked children
 * count too. */
#include "abitest.h"

static int failures;
static unsigned local_total;
static unsigned *total = &local_total;

void check_init(void)
{
	void *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p != MAP_FAILED)
		total = p;
}

unsigned check_total(void)
{
	return *total;
}

int t_failures(void)
{
	return failures;
}

void t_exit(void)
{
	_exit(failures ? 1 : 0);
}

void t_skip(const char *why)
{
	t_note("skipped: %s", why);
	_exit(failures ? 1 : 77);
}

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

void t_note(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int n;

	line[0] = '#';
	line[1] = ' ';
	va_start(ap, fmt);
	n = vsnprintf(line + 2, sizeof(line) - 3, fmt, ap);
	va_end(ap);
	if (n < 0 || n > (int)sizeof(line) - 4)
		n = sizeof(line) - 4;
	line[n + 2] = '\n';
	if (write(STDOUT_FILENO, line, n + 3) < 0)
		return;
}

static int count(int ok)
{
	__atomic_fetch_add(total, 1, __ATOMIC_RELAXED);
	failures += !ok;
	return ok;
}

int check_true(int ok, const char *file, int line, const char *what)
{
	int err = errno;

	if (!ok)
		t_note("%s:%d: failed: %s (errno %d %s)", base_name(file), line, what, err,
		       strerror(err));
	return count(ok);
}

int check_eq(long long got, long long want, const char *file, int line, const char *what)
{
	int err = errno;

	if (got != want)
		t_note("%s:%d: %s is %lld (0x%llx), want %lld (0x%llx) (errno %d)", base_name(file),
		       line, what, got, got, want, want, err);
	return count(got == want);
}

int check_str(const char *got, const char *want, const char *file, int line, const char *what)
{
	int ok = !strcmp(got, want);

	if (!ok)
		t_note("%s:%d: %s is \"%s\", want \"%s\"", base_name(file), line, what, got, want);
	return count(ok);
}

int check_err(long long ret, int err, int want, const char *file, int line, const char *what)
{
	int ok = want ? ret == -1 && err == want : ret != -1;

	if (ok)
		return count(1);
	if (ret == -1)
		t_note("%s:%d: %s gives errno %d (%s), want %d (%s)", base_name(file), line, what,
		       err, strerror(err), want, want ? strerror(want) : "success");
	else
		t_note("%s:%d: %s gives %lld, want errno %d (%s)", base_name(file), line, what, ret,
		       want, strerror(want));
	return count(0);
}

long require_ok(long long ret, const char *file, int line, const char *what)
{
	if (!check_err(ret, errno, 0, file, line, what))
		t_exit();
	return ret;
}
