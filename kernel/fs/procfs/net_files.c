/* net_files.c - /proc/net: Unix sockets, and the empty tables of a kernel without a network. */
#include "procfs_internal.h"
#include "fill.h"
#include <kernel/init.h>
#include <kernel/ipc.h>

static int show_unix(struct seq *s)
{
	proc_lines(s, unix_proc_show);
	return 0;
}

static int show_dev(struct seq *s)
{
	seq_puts(s, "Inter-|   Receive                                                |  Transmit\n"
		    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    "
		    "packets errs drop fifo colls carrier compressed\n");
	return 0;
}

static int show_route(struct seq *s)
{
	size_t from = s->len;

	seq_puts(s,
		 "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\t"
		 "IRTT");
	seq_pad(s, from, 127);
	seq_putc(s, '\n');
	return 0;
}

static int show_tcp(struct seq *s)
{
	size_t from = s->len;

	seq_puts(s, "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "
		    "uid  timeout inode");
	seq_pad(s, from, 149);
	seq_putc(s, '\n');
	return 0;
}

static int show_udp(struct seq *s)
{
	size_t from = s->len;

	seq_puts(s,
		 "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   "
		 "uid  timeout inode ref pointer drops");
	seq_pad(s, from, 127);
	seq_putc(s, '\n');
	return 0;
}

static int show_arp(struct seq *s)
{
	seq_puts(s, "IP address       HW type     Flags       HW address            Mask     "
		    "Device\n");
	return 0;
}

static const struct proc_file files[] = {
	{ "arp", 0, show_arp },	    { "dev", 0, show_dev }, { "raw", 0, show_udp },
	{ "route", 0, show_route }, { "tcp", 0, show_tcp }, { "udp", 0, show_udp },
	{ "unix", 0, show_unix },
};

int __init proc_net_init(void)
{
	return proc_add_files("net", files, ARRAY_SIZE(files));
}
