/*
 * jbd2_format.h - what stands in the journal of an ext3 file system. Big-endian.
 *
 * The journal is a file (or a device) of blocks as large as the file system's. Block 0 is its super
 * block; the log runs from `first` to `maxlen` and starts over there. A transaction is descriptor
 * blocks, each followed by the new contents of the blocks its tags name, revoke blocks, and a
 * commit block; all of them carry the transaction's sequence number.
 *
 * Source: the documentation of ext4's data structures, chapter "Journal (jbd2)".
 */
#ifndef JBD2_FORMAT_H
#define JBD2_FORMAT_H

#include <kernel/types.h>

#define JBD2_MAGIC	0xc03b3998u
#define JBD2_SUPER_SIZE 1024u

/* The head of every block of the log that is not data: magic, type, sequence. */
#define JBD2_HEAD_MAGIC	   0u
#define JBD2_HEAD_TYPE	   4u
#define JBD2_HEAD_SEQUENCE 8u
#define JBD2_HEAD	   12u

#define JBD2_DESCRIPTOR 1u
#define JBD2_COMMIT	2u
#define JBD2_SUPER_V1	3u
#define JBD2_SUPER_V2	4u
#define JBD2_REVOKE	5u

/* Offsets in the super block. */
#define JBD2_S_BLOCK_SIZE    12u
#define JBD2_S_MAXLEN	     16u
#define JBD2_S_FIRST	     20u
#define JBD2_S_SEQUENCE	     24u /* expected first in the log */
#define JBD2_S_START	     28u /* 0: the log is empty */
#define JBD2_S_ERRNO	     32u
#define JBD2_S_COMPAT	     36u /* from here on not in version 1 */
#define JBD2_S_INCOMPAT	     40u
#define JBD2_S_RO_COMPAT     44u
#define JBD2_S_UUID	     48u
#define JBD2_S_CHECKSUM_TYPE 80u
#define JBD2_S_CHECKSUM	     252u

#define JBD2_COMPAT_CHECKSUM 0x1u /* version 1: over a transaction's descriptors and data */

#define JBD2_INCOMPAT_REVOKE	   0x1u
#define JBD2_INCOMPAT_64BIT	   0x2u
#define JBD2_INCOMPAT_ASYNC_COMMIT 0x4u
#define JBD2_INCOMPAT_CSUM_V2	   0x8u
#define JBD2_INCOMPAT_CSUM_V3	   0x10u
#define JBD2_INCOMPAT_FAST_COMMIT  0x20u
#define JBD2_INCOMPAT_KNOWN                                                                        \
	(JBD2_INCOMPAT_REVOKE | JBD2_INCOMPAT_64BIT | JBD2_INCOMPAT_ASYNC_COMMIT |                 \
	 JBD2_INCOMPAT_CSUM_V2 | JBD2_INCOMPAT_CSUM_V3)

#define JBD2_CRC32_TYPE	 1u
#define JBD2_CRC32C_TYPE 4u

/* A tag: block, checksum (16 bits), flags (16 bits), high half of the block with 64BIT; with
 * CSUM_V3 block, flags, high half, checksum of 32 bits each. A UUID follows unless SAME_UUID. */
#define JBD2_TAG_ESCAPE	   0x1u /* the data began with the magic, which was zeroed */
#define JBD2_TAG_SAME_UUID 0x2u
#define JBD2_TAG_LAST	   0x8u
#define JBD2_UUID	   16u

#define JBD2_REVOKE_COUNT 12u /* bytes used of a revoke block */
#define JBD2_REVOKE_HEAD  16u

/* Offsets in a commit block. */
#define JBD2_C_CHECKSUM_TYPE 12u
#define JBD2_C_CHECKSUM_SIZE 13u
#define JBD2_C_CHECKSUM	     16u
#define JBD2_C_SECONDS	     48u
#define JBD2_C_SIZE	     60u

#endif
