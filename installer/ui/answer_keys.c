#include <installer/ui/answer_keys.h>
#include <common/xalloc.h>
#include <string.h>

const struct answer_key answer_keys[] = {
	{ "resume", "a run that was cut off is found", "continue, put-back, ignore",
	  "`continue` goes on with its partitions, `put-back` restores the disk first, `ignore` "
	  "begins anew",
	  "continue, or put-back where it had not come that far" },
	{ "mode", "an earlier installation is found", "install, upgrade",
	  "a new installation, or new files for the one that is found: `/home` and what was "
	  "changed in `/etc` stay",
	  NULL },
	{ "upgrade", "`mode = upgrade`, and several are found", "uuid:UUID",
	  "which one, by the UUID of its root file system", NULL },
	{ "disk", "always", "serial:NUMBER, model:NAME, position:PLACE",
	  "the disk to install on. PLACE is primary-master, primary-slave, secondary-master, "
	  "secondary-slave or port-N (AHCI). "
	  "A name that fits no disk, or two, stops the installation",
	  NULL },
	{ "place", "always", "whole-disk, free-space, partition",
	  "what of the disk is used. `whole-disk` loses all that is on it; `partition` replaces "
	  "what is on one",
	  NULL },
	{ "free", "`place = free-space`, and there are several areas", "start:SECTOR, largest",
	  "which area of free space", NULL },
	{ "partition", "`place = partition`", "number:N",
	  "which partition becomes the root file system", NULL },
	{ "table", "`place = whole-disk`", "mbr, gpt",
	  "the kind of partition table; `mbr` unless the disk is larger than 2 TB", NULL },
	{ "alignment", "`place` is `whole-disk` or `free-space`", "cylinder, 1M",
	  "where partitions begin: `cylinder` for BIOSes before about 1998, `1M` for the rest",
	  NULL },
	{ "logical", "`place = free-space`, and both kinds are possible", "primary, logical",
	  "what kind of partition the new ones are", NULL },
	{ "swap", "always", "none, SIZE",
	  "room for swapping: 64M, 1.5G, 64MiB; a plain number is megabytes. A partition where "
	  "partitions are made, else a "
	  "file",
	  NULL },
	{ "home", "`place` is `whole-disk` or `free-space`", "root, separate",
	  "`/home` on the root file system or on a partition of its own", NULL },
	{ "root_size", "`home = separate`", "SIZE",
	  "size of the root file system; `/home` gets the rest", NULL },
	{ "loader", "always", "mbr, partition, none",
	  "where GRUB's first sector goes. With `none` the menu entry for the loader that you have "
	  "is printed",
	  NULL },
	{ "gap", "there is code behind the MBR that is not known", "keep, overwrite",
	  "`overwrite` replaces it with GRUB; `keep` stops", NULL },
	{ "groups", "the medium has groups to choose", "none, all, NAME[, NAME...]",
	  "which optional groups of packages; the required ones are always installed", NULL },
	{ "hostname", "always", "letters, digits and `-`", "the name of the machine", NULL },
	{ "keymap", "always", "a name below /usr/share/kbd/keymaps, such as us, uk, de-latin1",
	  "the layout of the keyboard", NULL },
	{ "timezone", "always", "a name below /usr/share/zoneinfo, such as UTC, Europe/Berlin",
	  "the time zone", NULL },
	{ "clock", "always", "utc, local",
	  "what the battery clock keeps; DOS and Windows want `local`", NULL },
	{ "root_password", "always", "PASSWORD, hash:CRYPT",
	  "root's password, or its hash as `crypt(3)` makes it", NULL },
	{ "user", "always", "none, NAME", "the first user's login name", NULL },
	{ "user_full_name", "`user` is a name", "any text without `:` and `,`",
	  "that user's name in full", "empty" },
	{ "user_password", "`user` is a name", "PASSWORD, hash:CRYPT", "that user's password",
	  NULL },
	{ "serial_console", "always", "none, ttyS0, ttyS1",
	  "a serial line for the loader, the kernel's messages and a login", NULL },
	{ "other_systems", "another system is found", "yes, no",
	  "whether it gets an entry in the boot menu", NULL },
	{ "undo", "always", "none, DEVICE",
	  "a floppy or another disk's partition (`/dev/fd0`, `/dev/hdb1`) for a second copy of the "
	  "undo record; what is "
	  "there is overwritten",
	  "none" },
	{ "consent", "always", "yes, or the disk's name when something on it will be lost",
	  "the word that would be typed below the summary; the disk's name is such as `hda`",
	  NULL },
	{ "finish", "always", "reboot, poweroff, exit", "what comes when all is done", NULL },
	{ NULL, NULL, NULL, NULL, NULL },
};

const struct answer_key *answer_key_find(const char *name)
{
	const struct answer_key *k;

	for (k = answer_keys; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

char *answer_keys_list(void)
{
	struct xtext list = { 0 };
	const struct answer_key *k;

	for (k = answer_keys; k->name; k++)
		xtext_add(&list, "%s%s", k == answer_keys ? "" : ", ", k->name);
	return list.text;
}

void answer_keys_markdown(FILE *out)
{
	const struct answer_key *k;

	fputs("| key | needed when | accepted | meaning |\n|---|---|---|---|\n", out);
	for (k = answer_keys; k->name; k++)
		fprintf(out, "| `%s` | %s%s%s | %s | %s |\n", k->name, k->when,
			k->otherwise ? "; without it: " : "", k->otherwise ? k->otherwise : "",
			k->accepted, k->meaning);
}

/* mdoc has no backquotes for literals, and wants each sentence on a line of its own. */
static void put_plain(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (text[0] == '.' && text[1] == ' ') {
			fputs(".\n", out);
			text++;
		} else if (*text != '`') {
			fputc(*text, out);
		}
	}
	fputc('\n', out);
}

void answer_keys_mdoc(FILE *out)
{
	const struct answer_key *k;

	fputs(".Bl -tag -width user_full_name\n", out);
	for (k = answer_keys; k->name; k++) {
		fprintf(out, ".It Cm %s\n", k->name);
		put_plain(out, k->meaning);
		fputs(".br\nAccepted: ", out);
		put_plain(out, k->accepted);
		fputs(".br\nAsked: ", out);
		put_plain(out, k->when);
		if (k->otherwise)
			fprintf(out, ".br\nWithout it: %s\n", k->otherwise);
	}
	fputs(".El\n", out);
}
