/* Tables out of the system's files; see acpi_tables.h. */
#include "acpi_tables.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FOLDER "/sys/firmware/acpi/tables"

/* As much as there is, at most `room`: such files are given out in pieces. */
static size_t read_all(int fd, void *to, size_t room)
{
	size_t used = 0;
	ssize_t n;

	while (used < room && (n = read(fd, (char *)to + used, room - used)) > 0)
		used += (size_t)n;
	return used;
}

struct acpi_header *acpi_table_file(const char *signature, u32 least)
{
	struct acpi_header *table = malloc(ACPI_TABLE_MAX);
	char path[64];
	size_t n = 0;
	int fd;

	(void)snprintf(path, sizeof(path), FOLDER "/%s", signature);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && table)
		n = read_all(fd, table, ACPI_TABLE_MAX);
	if (fd >= 0)
		close(fd);
	if (n >= sizeof(*table) && n == table->length && n >= least)
		return table;
	free(table);
	return NULL;
}
