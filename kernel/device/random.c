/*
 * random.c - random numbers: a pool that interrupts stir, a ChaCha20 generator keyed from it.
 *
 * random_add() is called in every interrupt, so it only mixes one word into a small pool. Every
 * block of output also replaces the key (fast key erasure), and the pool enters the key again with
 * each request. An old PC has no better source than the timing of its interrupts; READY_EVENTS of
 * them are asked for before the numbers count as good.
 */
#include <kernel/arch.h>
#include <kernel/chacha20.h>
#include <kernel/lock.h>
#include <kernel/random.h>
#include <kernel/string.h>
#include <kernel/wait.h>

#define POOL_WORDS   16u
#define READY_EVENTS 128u

DEFINE_WAIT_QUEUE(random_wait);
static u32 pool[POOL_WORDS]; /* random_lock, but for the racy mixing of interrupts */
static u32 pool_at, events;
static u32 key[8]; /* random_lock */
static DEFINE_SPINLOCK(random_lock, RANK_LEAF);

void random_add(u32 value)
{
	u32 *slot = &pool[pool_at++ % POOL_WORDS];

	*slot = (*slot << 7 | *slot >> 25) ^ value ^ arch_random_bits();
	if (events < READY_EVENTS && ++events == READY_EVENTS)
		wake_up_all(&random_wait);
}

int random_wait_ready(bool nonblock)
{
	if (random_ready())
		return 0;
	return nonblock ? -EAGAIN : wait_event_interruptible(&random_wait, random_ready());
}

bool random_ready(void)
{
	return events >= READY_EVENTS;
}

static void rekey_from_pool(void)
{
	for (unsigned int i = 0; i < POOL_WORDS; i++)
		key[i % 8] ^= pool[i];
	key[0] ^= arch_random_bits();
}

/* One block; its first half becomes the next key, the second half is output. */
static void next_block(u32 out[8])
{
	static u32 counter[4];
	u32 block[16];

	counter[0]++;
	chacha20_block(key, counter, block);
	memcpy(key, block, sizeof(key));
	memcpy(out, block + 8, 32);
	memset(block, 0, sizeof(block));
}

void random_bytes(void *buf, size_t n)
{
	u8 *out = buf;
	u32 block[8];

	while (n) {
		size_t take = min(n, sizeof(block));
		unsigned long flags = spin_lock_irqsave(&random_lock);

		rekey_from_pool();
		next_block(block);
		spin_unlock_irqrestore(&random_lock, flags);
		memcpy(out, block, take);
		out += take;
		n -= take;
	}
}

u32 random_u32(void)
{
	u32 v;

	random_bytes(&v, sizeof(v));
	return v;
}
