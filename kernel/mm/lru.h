/* lru.h - the reclaim scanner's access to the lists of lru.c. */
#ifndef MM_LRU_H
#define MM_LRU_H

#include <kernel/page.h>

/*
 * Takes the oldest page off a list, referenced; NULL: the list is empty. With low_only a high page
 * is moved to the head instead and an ERR_PTR returned.
 */
struct page *lru_isolate(bool active, bool low_only);
/* Back to a list's head (unless it left its mapping); drops the reference. */
void lru_putback(struct page *page, bool active);

#endif
