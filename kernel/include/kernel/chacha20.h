/*
 * chacha20.h - the ChaCha20 block function. Pure. Source: RFC 8439, 2.3.
 * key: 8 words; counter and nonce: 4 words; out: 64 bytes.
 */
#ifndef KERNEL_CHACHA20_H
#define KERNEL_CHACHA20_H

#include <kernel/types.h>

void chacha20_block(const u32 key[8], const u32 counter[4], u32 out[16]);

#endif
