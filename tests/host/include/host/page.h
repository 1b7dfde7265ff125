/* page.h - the page frames of the unit-test host: 16 MB at PAGE_OFFSET. See host_page.c. */
#ifndef HOST_PAGE_H
#define HOST_PAGE_H

#define HOST_PAGES 4096u

/* Maps the frames, readable and writable, and returns PAGE_OFFSET as a pointer. */
void *host_page_arena(void);

#endif
