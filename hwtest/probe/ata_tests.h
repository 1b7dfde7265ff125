/*
 * ata_tests.h - what the ATA probe finds out about one disk, by the ports or through the system.
 * Both note the same keys of the subject "ide0.0", so that one rule judges both:
 *
 *   identify (bytes; words 10 to 19 are secret)     by             how it was asked
 *   mode                                            start-rate, middle-rate, end-rate (bytes a
 * second) sectors-read, bad-sectors, bad-sector           repeat-same, chs-same, io32-same,
 * dma-same (1, 0) seek-us                                         status-pairs   given-up (what it
 * was doing)
 *
 * Everything only reads the medium.
 */
#ifndef HWTEST_PROBE_ATA_TESTS_H
#define HWTEST_PROBE_ATA_TESTS_H

#include "ata_session.h"

#define ATA_SERIAL_AT	 20u /* in the bytes of IDENTIFY */
#define ATA_SERIAL_BYTES 20u

/* until: by host_now_us(), when looking over the surface has to be over. */
void ata_test_disk(struct ata_session *s, struct ata_device *dev, u64 until);
/* Notes "line" and "line-raised": does its interrupt come? Nothing where that cannot be seen. */
void ata_test_line(struct ata_session *s, struct ata_device *dev);
/* The system's disks; how many there were. */
unsigned int ata_test_beside(struct probe_run *run);
void ata_note_identify(struct probe_run *run, const char *subject, const u16 words[256],
		       const char *by);

#endif
