/* main.c - hwtest: finds out what a machine has and whether it works. See hwtest/README.md. */
#include "../boot/boot.h"
#include "cmd.h"
#include "../probe/probe.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int complain(const char *format, ...)
{
	va_list args;

	fputs("hwtest: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return STATUS_USAGE;
}

static int cmd_list(int count, char **args)
{
	for (unsigned int i = 0; probe_table[i]; i++)
		printf("%-12s %-3s %s\n", probe_table[i]->name,
		       probe_class_name(probe_table[i]->class), probe_table[i]->title);
	return STATUS_OK;
}

static const struct command {
	const char *name, *usage;
	int (*run)(int count, char **args);
} commands[] = {
	{ "list", "the probes, their class and subject", cmd_list },
	{ "run", "[OPTION...]: look at this machine", cmd_run },
	{ "show", "[--pages] [--probe NAME] FILE: a report, judged with today's rules", cmd_show },
	{ "diff", "[--all] A B: what differs between two reports", cmd_diff },
	{ "verdict", "FILE: will Oldiron start, install and be comfortable there", cmd_verdict },
	{ "send", "FILE TTY: a report over a serial line", cmd_send },
	{ "receive", "CAPTURE FILE: out of what the other end captured", cmd_receive },
	{ "validate", "FILE...: may these go into hwtest/machines/", cmd_validate },
};

static int usage(void)
{
	fputs("usage: hwtest COMMAND ...\n", stderr);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(stderr, "  %-9s %s\n", commands[i].name, commands[i].usage);
	return STATUS_USAGE;
}

int main(int count, char **args)
{
	if (getpid() == 1)
		boot_main();
	for (size_t i = 0; count > 1 && i < sizeof(commands) / sizeof(commands[0]); i++)
		if (!strcmp(args[1], commands[i].name))
			return commands[i].run(count - 1, args + 1);
	return usage();
}
