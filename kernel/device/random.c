/*
 * random.c - random numbers: a pool that interrupts stir, a ChaCha20 generator keyed from it.
 *
 * random_add() is called in every interrupt, so it only mixes one word into a small pool. The pool
 * enters the key with each request, which gets a key of its own from one block whose first half
 * replaces the key (fast key erasure). An old PC has no better source than the timing of its
 * interrupts; READY_EVENTS of them are asked for before the numbers count as good.
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

/* A key for one request; what made it is gone afterwards. */
static void request_key(u32 out[8])
{
	static u32 counter[4];
	u32 block[16];
	unsigned long flags = spin_lock_irqsave(&random_lock);

	rekey_from_pool();
	counter[0]++;
	chacha20_block(key, counter, block);
	memcpy(key, block, sizeof(key));
	memcpy(out, block + 8, 8 * sizeof(u32));
	spin_unlock_irqrestore(&random_lock, flags);
	memset(block, 0, sizeof(block));
}

void random_bytes(void *buf, size_t n)
{
	u8 *out = buf;
	u32 mine[8], block[16], counter[4] = { 0 };

	request_key(mine);
	if (n <= sizeof(mine)) {
		memcpy(buf, mine, n);
		n = 0;
	}
	while (n) {
		size_t take = min(n, sizeof(block));

		counter[0]++;
		chacha20_block(mine, counter, block);
		memcpy(out, block, take);
		out += take;
		n -= take;
	}
	memset(mine, 0, sizeof(mine));
	memset(block, 0, sizeof(block));
}

u32 random_u32(void)
{
	u32 v;

	random_bytes(&v, sizeof(v));
	return v;
}
