/* probe_os.c - which system is on a volume, by its own files, read without mounting it. */
#include "probe_internal.h"
#include <stdio.h>
#include <string.h>

#define TEXT_MAX 4096u

static bool is_fat(const struct volume *volume)
{
	return volume->file_system &&
	       (!strcmp(volume->file_system, "vfat") || !strncmp(volume->file_system, "FAT", 3));
}

static bool is_ext(const struct volume *volume)
{
	return volume->file_system && !strncmp(volume->file_system, "ext", 3);
}

/* In the order of certainty: a Windows 9x has DOS's files too. */
static const char *name_fat_system(const struct volume_source *v)
{
	enum {
		BOOTMGR,
		NTLDR,
		WINBOOT,
		MSDOS_DPS,
		IO_SYS,
		IBMBIO,
		KERNEL,
		DRBIOS,
		COUNT
	};
	struct fat_names n[COUNT] = {
		[BOOTMGR] = { "BOOTMGR    ", false }, [NTLDR] = { "NTLDR      ", false },
		[WINBOOT] = { "WINBOOT SYS", false }, [MSDOS_DPS] = { "MSDOS   DPS", false },
		[IO_SYS] = { "IO      SYS", false },  [IBMBIO] = { "IBMBIO  COM", false },
		[KERNEL] = { "KERNEL  SYS", false },  [DRBIOS] = { "DRBIOS  SYS", false }
	};
	struct fat_names windows[] = { { "WINDOWS    ", false }, { "MSDOS   SYS", false } };

	if (!fat_find(v, n, COUNT))
		return NULL;
	fat_find(v, windows, 2);
	if (n[BOOTMGR].found)
		return "Windows Vista or later";
	if (n[NTLDR].found)
		return "Windows NT, 2000 or XP";
	if (n[WINBOOT].found || n[MSDOS_DPS].found ||
	    (n[IO_SYS].found && windows[0].found && windows[1].found))
		return n[WINBOOT].found || n[MSDOS_DPS].found ? "Windows 95 or 98"
							      : "MS-DOS or Windows 9x";
	if (n[IO_SYS].found)
		return "MS-DOS";
	if (n[IBMBIO].found)
		return "PC DOS or DR DOS";
	if (n[DRBIOS].found)
		return "DR DOS";
	return n[KERNEL].found ? "FreeDOS" : NULL;
}

/* The value of KEY=value or KEY="value" of an os-release; false: it has none. */
static bool os_release_value(const char *text, const char *key, char *out, size_t size)
{
	size_t n = strlen(key), length;

	while (text && strncmp(text, key, n)) {
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	if (!text)
		return false;
	text += n;
	if (*text == '"' || *text == '\'')
		length = strcspn(text + 1, *text == '"' ? "\"\n" : "'\n"), text++;
	else
		length = strcspn(text, "\n");
	snprintf(out, size, "%.*s", (int)length, text);
	return length > 0;
}

static int name_linux(const struct volume_source *v, struct volume *volume)
{
	char text[TEXT_MAX], name[256];

	if (ext2_read_file(v, "/etc/os-release", text, sizeof(text)) > 0 &&
	    (os_release_value(text, "PRETTY_NAME=", name, sizeof(name)) ||
	     os_release_value(text, "NAME=", name, sizeof(name))))
		return model_set(&volume->os, name);
	if (ext2_read_file(v, "/etc/debian_version", text, sizeof(text)) > 0) {
		snprintf(name, sizeof(name), "Debian %.*s", (int)strcspn(text, "\n"), text);
		return model_set(&volume->os, name);
	}
	if (ext2_has_file(v, "/etc/redhat-release") || ext2_has_file(v, "/etc/slackware-version") ||
	    ext2_has_file(v, "/sbin/init"))
		return model_set(&volume->os, "Linux");
	return 0;
}

int probe_os(const struct volume_source *v, struct volume *volume)
{
	if (is_fat(volume))
		return model_set(&volume->os, name_fat_system(v));
	if (is_ext(volume))
		return name_linux(v, volume);
	if (volume->file_system && !strcmp(volume->file_system, "ntfs"))
		return model_set(&volume->os, "Windows (by its file system)");
	return 0;
}
