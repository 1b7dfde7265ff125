/*
 * Amounts of bytes as a person reads and types them. Pure.
 *
 * Units are powers of ten, as disks are sold and as the plan's texts have them; KiB, MiB, ... may
 * be typed.
 */
#ifndef INSTALLER_UI_AMOUNT_H
#define INSTALLER_UI_AMOUNT_H

#include <stdbool.h>
#include <stdint.h>

#define AMOUNT_TEXT 24

/* "512 bytes", "1.4 MB", "120 MB": three digits that mean something. Returns `out`. */
const char *amount_text(char out[AMOUNT_TEXT], uint64_t bytes);
/* "120", "120M", "120 MB", "1.5G", "64MiB": a plain number is megabytes. False when it is none, or
 * not below 2^63. */
bool amount_parse(const char *text, uint64_t *bytes);
/* done of total in hundredths, without overflow; 100 when total is 0. */
unsigned int amount_percent(uint64_t done, uint64_t total);

#endif
