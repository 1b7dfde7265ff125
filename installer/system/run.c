#define _GNU_SOURCE
#include <installer/system/run.h>
#include <installer/system/log.h>
#include <common/xalloc.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_STARTED 127

static void log_command(const char *const argv[])
{
	struct xtext line = { 0 };

	for (; *argv; argv++)
		xtext_add(&line, " %s", *argv);
	log_line("run:%s", line.text);
	free(line.text);
}

/* A file without a name that holds the input; -1 when there is no memory for it. */
static int input_file(const char *input)
{
	size_t n = input ? strlen(input) : 0;
	char name[] = "/tmp/oldiron-install.XXXXXX";
	int fd;

	if (!n)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd < 0)
		return -1;
	unlink(name);
	if (write(fd, input, n) != (ssize_t)n || lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return -1;
	}
	return fd;
}

static void become(const char *const argv[], int in, int out, const char *folder)
{
	if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
		_exit(NOT_STARTED);
	if (folder && (chroot(folder) || chdir("/")))
		_exit(NOT_STARTED);
	setenv("LC_ALL", "C", 1);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(NOT_STARTED);
}

static char *read_output(int fd)
{
	struct xtext out = { 0 };
	char piece[1024];
	ssize_t n;

	do {
		n = read(fd, piece, sizeof(piece));
		if (n > 0)
			xtext_put(&out, piece, (size_t)n);
	} while (n > 0 || (n < 0 && errno == EINTR));
	return out.text ? out.text : xstrdup("");
}

/* The last line that says anything. */
static char *last_words(const char *output)
{
	const char *end = output + strlen(output), *start;

	while (end > output && (end[-1] == '\n' || end[-1] == ' '))
		end--;
	for (start = end; start > output && start[-1] != '\n'; start--)
		continue;
	return xstrndup(start, (size_t)(end - start));
}

static char *verdict(const char *name, pid_t child, const char *output)
{
	char *words, *complaint;
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return xasprintf("%s: cannot be waited for: %s", name, strerror(errno));
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return NULL;
	words = last_words(output);
	if (WIFSIGNALED(status))
		complaint =
			xasprintf("%s was ended by signal %d: %s", name, WTERMSIG(status), words);
	else
		complaint =
			xasprintf("%s failed with status %d: %s", name, WEXITSTATUS(status), words);
	free(words);
	log_line("%s", complaint);
	return complaint;
}

static char *run_between(const char *const argv[], int in, const int out[2], const char *folder,
			 char **output)
{
	pid_t child = fork();
	char *complaint;

	if (!child)
		become(argv, in, out[1], folder);
	close(out[1]);
	if (child < 0) {
		*output = xstrdup("");
		return xasprintf("%s cannot be started: %s", argv[0], strerror(errno));
	}
	*output = read_output(out[0]);
	complaint = verdict(argv[0], child, *output);
	log_text("    ", *output);
	return complaint;
}

char *run_program(const char *const argv[], const char *input, const char *folder, char **output)
{
	int out[2], in = input_file(input);
	char *printed = NULL, *complaint;

	if (output)
		*output = NULL;
	if (in < 0 || pipe2(out, O_CLOEXEC)) {
		if (in >= 0)
			close(in);
		return xasprintf("%s cannot be started: %s", argv[0], strerror(errno));
	}
	log_command(argv);
	complaint = run_between(argv, in, out, folder, &printed);
	close(out[0]);
	close(in);
	if (output)
		*output = printed;
	else
		free(printed);
	return complaint;
}
