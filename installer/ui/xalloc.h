/*
 * Memory for texts and lists. The installer is one process with little to allocate: when even that
 * is missing it ends with a message, which before the consent loses nothing and later leaves the
 * journal to go on from. Every function returns memory that free() takes; none returns NULL.
 */
#ifndef INSTALLER_UI_XALLOC_H
#define INSTALLER_UI_XALLOC_H

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
