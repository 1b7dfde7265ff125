/*
 * sha256.h - SHA-256. Pure; any piece sizes.
 * Source: FIPS 180-4.
 */
#ifndef COMMON_SHA256_H
#define COMMON_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32u
#define SHA256_BLOCK 64u

struct sha256 {
	uint32_t h[8];
	uint64_t bytes;
	uint8_t block[SHA256_BLOCK];
};

void sha256_init(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *data, size_t n);
void sha256_end(struct sha256 *s, uint8_t hash[SHA256_BYTES]);
void sha256(const void *data, size_t n, uint8_t hash[SHA256_BYTES]);
/* 64 hexadecimal digits and NUL. */
void sha256_text(char out[2 * SHA256_BYTES + 1], const uint8_t hash[SHA256_BYTES]);

#endif
