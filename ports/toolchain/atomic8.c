/*
 * 8-byte atomics for a CPU without CMPXCHG8B: gcc emits calls for them, and Debian's libatomic is not built for i486.
 * One lock per process, taken by XCHG; fine between threads, and (as with libatomic's locks) not between processes.
 */
typedef unsigned long long u64;

static volatile int lock;

static void take(void)
{
	while (__sync_lock_test_and_set(&lock, 1))
		while (lock)
			;
}

static void drop(void)
{
	__sync_lock_release(&lock);
}

/* gcc takes the plain names for built-ins, so each is given its symbol by hand. */
#define FN(ret, name, args) ret oldiron_##name args __asm__("__" #name); ret oldiron_##name args

FN(u64, atomic_load_8, (const volatile void *p, int order))
{
	(void)order;
	take();
	u64 v = *(const volatile u64 *)p;
	drop();
	return v;
}

FN(void, atomic_store_8, (volatile void *p, u64 v, int order))
{
	(void)order;
	take();
	*(volatile u64 *)p = v;
	drop();
}

FN(u64, atomic_exchange_8, (volatile void *p, u64 v, int order))
{
	(void)order;
	take();
	u64 old = *(volatile u64 *)p;
	*(volatile u64 *)p = v;
	drop();
	return old;
}

FN(_Bool, atomic_compare_exchange_8, (volatile void *p, void *expected, u64 v, int ok, int fail))
{
	(void)ok;
	(void)fail;
	take();
	u64 old = *(volatile u64 *)p;
	_Bool same = old == *(u64 *)expected;
	if (same)
		*(volatile u64 *)p = v;
	drop();
	*(u64 *)expected = old;
	return same;
}

#define FETCH(name, op)							\
FN(u64, atomic_fetch_##name##_8, (volatile void *p, u64 v, int order))	\
{									\
	(void)order;							\
	take();								\
	u64 old = *(volatile u64 *)p;					\
	*(volatile u64 *)p = op;					\
	drop();								\
	return old;							\
}
FETCH(add, old + v)
FETCH(sub, old - v)
FETCH(and, old & v)
FETCH(or, old | v)
FETCH(xor, old ^ v)
