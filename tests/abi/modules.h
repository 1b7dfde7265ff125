/* Kernel modules, for Linux: /modules/list has a file name a line, in the order to load them.
 * Without that list nothing is done. */
#ifndef MODULES_H
#define MODULES_H

#include <stddef.h>

/* Parameters for the module in `file`, as modprobe takes them; empty for none. */
typedef void (*module_params_fn)(const char *file, char *params, size_t size);

/* Each file is removed once it is loaded. 0, or -1 with errno and the name of the file in `failed`.
 */
int load_modules(module_params_fn params_of, char *failed, size_t size);

#endif
