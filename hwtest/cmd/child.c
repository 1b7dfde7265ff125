/*
 * child.c - a probe in a process of its own.
 *
 * The child sends its facts as a report's lines, each as soon as it is complete, so that what it
 * found is there even when it does not come back. The parent waits for their end, but not longer
 * than the probe may take.
 */
#include "run.h"
#include <common/xalloc.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define READ_BYTES   4096
#define REAP_WAIT_US 5000000u /* a process that was killed is gone by then, or never */
#define REAP_STEP_US 10000u

/* ---- in the child ---- */

struct sender {
	FILE *out;
	struct tell *tell;
	const struct fact *last; /* the last fact that was sent */
};

static void send_facts(void *ctx, const struct facts *facts)
{
	struct sender *s = ctx;
	const struct fact *fact = s->last ? s->last->next : facts->first;

	for (; fact; fact = fact->next) {
		report_write_fact(s->out, fact, NULL);
		s->last = fact;
	}
	(void)fflush(s->out);
}

static void say_step(void *ctx, const char *line)
{
	tell_step(((struct sender *)ctx)->tell, line);
}

static void commit_fault(enum fault fault)
{
	switch (fault) {
	case FAULT_FREEZE:
		(void)host_lock();
		for (;;)
			;
	case FAULT_HANG:
		for (;;)
			(void)pause();
	case FAULT_CRASH:
		__builtin_trap();
	case FAULT_NONE:
		break;
	}
}

static void be_child(const struct run_options *o, const struct probe *probe, struct host *host,
		     struct tell *t, int fd)
{
	static const char *const results[PROBE_ENDS] = {
		[PROBE_DONE] = "done", [PROBE_ABSENT] = "absent", [PROBE_NOT_RUN] = "not run"
	};
	struct sender sender = { .out = fdopen(fd, "w"), .tell = t };
	struct report_probe p = { .name = xstrdup(probe->name) };
	struct facts facts;
	struct probe_run run = { .probe = probe,
				 .options = &o->probe,
				 .host = host,
				 .facts = &facts,
				 .say = say_step,
				 .flush = send_facts,
				 .ctx = &sender };

	facts_init(&facts);
	if (o->fault && list_has(o->fault_probe, probe->name))
		commit_fault(o->fault);
	p.verdict = xstrdup(results[probe->run(&run)]);
	send_facts(&sender, &facts);
	report_write_end(sender.out, &p);
	_exit(fclose(sender.out) ? 1 : 0);
}

/* ---- in the parent ---- */

struct receiver {
	char *line;
	size_t used, room;
};

static void take_lines(struct receiver *in, struct report *r)
{
	char *begin = in->line, *stop;

	while ((stop = memchr(begin, '\n', (size_t)(in->line + in->used - begin)))) {
		(void)report_parse_line(r, begin, (size_t)(stop - begin));
		begin = stop + 1;
	}
	in->used -= (size_t)(begin - in->line);
	memmove(in->line, begin, in->used);
}

/* Takes what comes until the end or the deadline; false: the deadline. */
static bool receive(int fd, uint64_t deadline, struct report *r)
{
	struct receiver in = { 0 };
	struct pollfd p = { .fd = fd, .events = POLLIN };
	ssize_t n = 1;

	while (n > 0) {
		uint64_t now = host_now_us();

		if (now >= deadline)
			break;
		if (poll(&p, 1, (int)((deadline - now) / 1000 + 1)) <= 0)
			continue;
		if (in.room - in.used < READ_BYTES) {
			in.room = 2 * in.room + READ_BYTES;
			in.line = xrealloc(in.line, in.room, 1);
		}
		n = read(fd, in.line + in.used, READ_BYTES);
		if (n > 0)
			in.used += (size_t)n;
		take_lines(&in, r);
	}
	free(in.line);
	return n <= 0;
}

/* true and its status when the process is gone. */
static bool reap(pid_t pid, int *status)
{
	for (unsigned int us = 0; us < REAP_WAIT_US; us += REAP_STEP_US) {
		if (waitpid(pid, status, WNOHANG) == pid)
			return true;
		usleep(REAP_STEP_US);
	}
	return false;
}

static void set_verdict(struct report_probe *p, const char *verdict)
{
	free(p->verdict);
	p->verdict = xstrdup(verdict);
}

static void note_hang(struct report *r, const char *name, const char *format, unsigned int seconds)
{
	struct report_probe *p = report_find(r, name);

	set_verdict(p, verdict_name(VERDICT_HANG));
	p->why = xalloc(sizeof(p->why[0]));
	p->why[p->count++] = xasprintf("It did not end within %u s%s.", seconds, format);
}

static void end_child(pid_t pid, bool in_time, unsigned int seconds, struct report *r,
		      const char *name)
{
	struct report_probe *p;
	int status = 0;
	bool gone;

	if (!in_time)
		kill(pid, SIGKILL);
	gone = reap(pid, &status);
	p = report_find(r, name);
	if (!in_time || !gone) {
		note_hang(r, name, gone ? "" : ", and cannot be ended", seconds);
	} else if (!p->verdict) {
		facts_number(&r->facts, name, "", "crash",
			     WIFSIGNALED(status) ? WTERMSIG(status) : -1, "");
		set_verdict(p, "done");
	}
}

static void cannot_start(struct report *r, struct report_probe *p, const char *what)
{
	facts_text(&r->facts, p->name, "", "reason", "%s: %s", what, strerror(errno));
	set_verdict(p, verdict_name(VERDICT_NOT_RUN));
}

void child_run(const struct run_options *o, const struct probe *probe, struct host *host,
	       struct tell *t, struct report *r, struct report_probe *p)
{
	unsigned int seconds = probe->seconds + o->probe.seconds;
	bool in_time;
	pid_t pid;
	int fds[2];

	if (pipe(fds)) {
		cannot_start(r, p, "pipe");
		return;
	}
	pid = fork();
	if (!pid) {
		close(fds[0]);
		be_child(o, probe, host, t, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		cannot_start(r, p, "fork");
	} else {
		in_time = receive(fds[0], host_now_us() + seconds * 1000000ull, r);
		end_child(pid, in_time, seconds, r, probe->name);
	}
	close(fds[0]);
}
