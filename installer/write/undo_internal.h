/* undo_internal.h - what undo.c and undo_record.c share. */
#ifndef INSTALLER_UNDO_INTERNAL_H
#define INSTALLER_UNDO_INTERNAL_H

#include "undo.h"

/* Does a record begin with this sector (its first 16 bytes)? */
bool undo_is_header(const uint8_t *sector);

#endif
