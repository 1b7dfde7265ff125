/* input_list.h - the system's own list of keyboards and mice, /proc/bus/input/devices. */
#ifndef HWTEST_PROBE_INPUT_LIST_H
#define HWTEST_PROBE_INPUT_LIST_H

#include "probe.h"

/*
 * Notes the devices with that handler ("kbd", "mouse") as subjects input0, input1, ...: "name",
 * "phys". `text` is the list and is changed. How many. Pure but for the notes.
 */
unsigned int input_list_note(struct probe_run *run, char *text, const char *handler);
/* The same of the running system's list. */
unsigned int input_list_note_system(struct probe_run *run, const char *handler);

#endif
