/*
 * compiler.h - the kernel's header of that name, for the unit-test host: the C library's headers
 * come first, for they define and use some of the same reserved names.
 */
#ifndef HOST_KERNEL_COMPILER_H
#define HOST_KERNEL_COMPILER_H

#include <errno.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#undef __always_inline

#include_next <kernel/compiler.h>

#endif
