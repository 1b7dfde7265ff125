/*
 * xalloc.h - memory for texts and lists. These programs are one process each with little to
 * allocate: when even that is missing they end with a message and status 70, which in the installer
 * loses nothing before the consent and later leaves the journal to go on from. Every function
 * returns memory that free() takes; none returns NULL.
 */
#ifndef COMMON_XALLOC_H
#define COMMON_XALLOC_H

#include <stdarg.h>
#include <stddef.h>

void *xalloc(size_t size);			      /* zeroed */
void *xrealloc(void *old, size_t count, size_t size); /* count * size bytes, checked */
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));
char *xvasprintf(const char *format, va_list args);

/* A text that grows. Begin with { 0 }; `text` is NULL or ended by NUL and is the owner's to free.
 */
struct xtext {
	char *text;
	size_t length, room;
};
void xtext_add(struct xtext *t, const char *format, ...) __attribute__((format(printf, 2, 3)));
void xtext_put(struct xtext *t, const char *bytes, size_t n);

#endif
