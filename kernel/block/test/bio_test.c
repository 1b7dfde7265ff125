/* The reserve of bios: memory is short, and disks stand on one another. */
// LINK: kernel/block/bio.c
#include <host/host.h>
#include <kernel/errno.h>
#include <kernel/task.h>
#include "../block_internal.h"

#define RESERVED 8u

static struct disk disk;
static struct task task;

void bio_submit(struct bio *bio)
{
}

static struct bio *get(unsigned int gfp)
{
	return bio_alloc(&disk, BIO_WRITE, 4, gfp);
}

/* A thread that serves a disk of the first kind finds some though those of the reserve wait for it.
 */
static void stacked(void **state)
{
	struct bio *below[RESERVED], *above[RESERVED];

	host_fail_alloc_from(1);
	for (unsigned int i = 0; i < RESERVED; i++)
		assert_non_null(below[i] = get(GFP_ATOMIC));
	assert_null(get(GFP_ATOMIC));
	current->flags |= PF_LOCAL_THROTTLE;
	for (unsigned int i = 0; i < RESERVED; i++)
		assert_non_null(above[i] = get(GFP_ATOMIC));
	assert_null(get(GFP_ATOMIC));
	/* Each goes back where it came from. */
	bio_free(below[0]);
	assert_null(get(GFP_ATOMIC));
	bio_free(above[0]);
	assert_non_null(above[0] = get(GFP_ATOMIC));
	current->flags &= ~PF_LOCAL_THROTTLE;
	assert_non_null(below[0] = get(GFP_ATOMIC));
	for (unsigned int i = 0; i < RESERVED; i++) {
		bio_free(below[i]);
		bio_free(above[i]);
	}
	host_fail_disarm();
}

/* None of the reserve comes back, but memory does. */
static void memory_comes_back(void **state)
{
	struct bio *bios[RESERVED], *bio;

	host_fail_alloc_from(1);
	for (unsigned int i = 0; i < RESERVED; i++)
		assert_non_null(bios[i] = get(GFP_ATOMIC));
	host_fail_disarm();
	host_fail_alloc(1); /* the first time it is not there yet */
	bio = get(GFP_KERNEL);
	assert_non_null(bio);
	bio_free(bio);
	host_fail_disarm();
	for (unsigned int i = 0; i < RESERVED; i++)
		bio_free(bios[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		host_test(stacked),
		host_test(memory_comes_back),
	};

	current = &task;
	if (bio_start())
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
