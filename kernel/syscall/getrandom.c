/* getrandom.c - random numbers without a file. */
#include <kernel/errno.h>
#include <kernel/page.h>
#include <kernel/random.h>
#include <kernel/signal.h>
#include <kernel/string.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uaccess.h>

#define GRND_NONBLOCK 1u
#define GRND_RANDOM   2u
#define GRND_INSECURE 4u
#define CHUNK	      256u
#define REQUEST_MAX   0x1ffffffu /* as Linux: 32 MB - 1 at once */

asmlinkage long sys_getrandom(void __user *buf, size_t count, u32 flags)
{
	u8 block[CHUNK];
	size_t done = 0;

	if ((flags & ~(GRND_NONBLOCK | GRND_RANDOM | GRND_INSECURE)) ||
	    (flags & (GRND_RANDOM | GRND_INSECURE)) == (GRND_RANDOM | GRND_INSECURE))
		return -EINVAL;
	if (!(flags & GRND_INSECURE)) {
		int err = random_wait_ready(flags & GRND_NONBLOCK);

		if (err)
			return err;
	}
	count = min(count, (size_t)REQUEST_MAX);
	while (done < count) {
		size_t n = min(count - done, sizeof(block));

		random_bytes(block, n);
		if (copy_to_user((u8 __user *)buf + done, block, n))
			return done ? (long)done : -EFAULT;
		done += n;
		if (done % PAGE_SIZE == 0 && signal_pending(current))
			break;
	}
	memset(block, 0, sizeof(block));
	return (long)done;
}
