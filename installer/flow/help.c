/* What F1 and `?` say of a menu, by the key that an answer file has for it. */
#include "install.h"
#include <string.h>

static const struct {
	const char *key, *text;
} helps[] = {
	{ "mode", "Install makes a new system: on a disk, in free space or on a partition that you "
		  "name next. Upgrade replaces the files of the Oldiron that is there; its users, "
		  "their files and what was changed in /etc stay." },
	{ "resume", "Before the installation that was cut off wrote anything, it saved what was "
		    "there. Go on: its partitions stay, and the system is copied into them again. "
		    "Put everything back: tables and boot sectors become what they were. Begin "
		    "anew: neither; the disk is taken as it is." },
	{ "disk", "Disks are listed by name, model, serial number, size and where they are "
		  "connected. Nothing is written to any before you have seen what will be and "
		  "typed a word." },
	{ "place", "The whole disk: a new partition table; all partitions that are there go. Free "
		   "space: what is there stays. A partition: it alone is replaced. By hand: a "
		   "shell with fdisk, sfdisk and parted, then what each partition becomes. No "
		   "partition is ever made smaller: that is for the tools of its own system." },
	{ "free", "Stretches of the disk that no partition has. One in the extended partition can "
		  "only hold logical partitions." },
	{ "partition", "It becomes the root file system. All other partitions stay as they are." },
	{ "table", "MBR is what every PC starts from, and DOS and old Windows read no other. A "
		   "disk larger than 2 TB is used as a whole only with GPT." },
	{ "alignment", "BIOSes before about 1998 and DOS expect partitions to begin at a cylinder. "
		       "Disks made since about 2010 and flash memory are faster with 1 MB." },
	{ "logical", "A disk with an MBR has at most four primary partitions; one of them may be "
		     "an extended one, with any number of logical ones in it. Oldiron starts from "
		     "both kinds." },
	{ "home", "/home has the files of the users. On a partition of its own they stay when "
		  "the root file system is made anew." },
	{ "loader",
	  "The MBR is the first sector of the disk, where the PC starts. GRUB there shows "
	  "a menu of the systems that were found. In the partition it waits to be "
	  "started by a boot manager, or by DOS's code in the MBR when the partition is "
	  "the active one. Nowhere: nothing starts Oldiron until you give the loader "
	  "that you have the entry that is shown at the end." },
	{ "gap", "Boot managers and copy protections keep data in the sectors between the MBR and "
		 "the first partition. If you know what is there and do not need it, GRUB can go "
		 "there; oldiron-undo brings the old contents back." },
	{ "groups", "Groups with a cross are installed; behind each is what it takes of the "
		    "disk." },
	{ "clock", "PCs have one clock, which DOS and Windows keep at local time and change in "
		   "spring and autumn. Without them UTC is better." },
	{ "serial_console", "With a terminal or another computer at a serial port: GRUB's menu, "
			    "the kernel's messages and a login come there too." },
	{ "other_systems", "What was found on other partitions and can be started gets an entry in "
			   "GRUB's menu, behind Oldiron's." },
};

const char *help_of(const char *key)
{
	size_t i;

	for (i = 0; i < sizeof(helps) / sizeof(helps[0]); i++)
		if (!strcmp(helps[i].key, key))
			return helps[i].text;
	return NULL;
}
