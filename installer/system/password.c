/* Passwords become hashes of crypt(3), with a salt of 96 random bits. */
#define _GNU_SOURCE
#include <installer/system/config.h>
#include <common/xalloc.h>
#include <crypt.h>
#include <string.h>
#include <sys/random.h>

#define SALT_LENGTH 16

char *password_hash(const char *password)
{
	static const char digits[] =
		"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	char setting[3 + SALT_LENGTH + 2] = "$6$";
	unsigned char random[SALT_LENGTH];
	const char *hash;
	size_t i;

	if (!strncmp(password, "hash:", 5))
		return xstrdup(password + 5);
	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return NULL;
	for (i = 0; i < SALT_LENGTH; i++)
		setting[3 + i] = digits[random[i] % 64];
	setting[3 + SALT_LENGTH] = '$';
	hash = crypt(password, setting);
	return hash && !strncmp(hash, "$6$", 3) ? xstrdup(hash) : NULL;
}
