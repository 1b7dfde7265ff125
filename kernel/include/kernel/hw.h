/*
 * hw.h - the one way a driver core reaches hardware.
 *
 * A driver core is compiled three times: in the kernel, in host unit tests over a simulated chip
 * with virtual time, and in hwtest over iopl ports. It therefore does every register access, delay,
 * clock read and interrupt wait through `struct hw`, and includes no other kernel header that does
 * I/O, sleeps or schedules.
 *
 * Units: port numbers as on the bus; times in microseconds. `now_us` is monotonic and may be coarse
 * (10 ms in the worst case), so a bound is written as "deadline passed AND the condition is still
 * false after one more look".
 *
 * wait_irq() returns true when the device's interrupt came since the last call, false on time-out;
 * a host without interrupts (hwtest, early boot) sleeps a little and returns false, so the core
 * must look at its status register after either answer.
 *
 * Locking: none here; the core's own header says which lock its caller holds. delay_us() spins and
 * may be called anywhere; sleep_us() may sleep and must not be called from an interrupt or under a
 * spinlock (the kernel's implementation falls back to spinning before the scheduler runs).
 *
 * Errors: there are none; an absent device reads as all ones, which is the core's to notice.
 */
#ifndef KERNEL_HW_H
#define KERNEL_HW_H

#include <kernel/types.h>

struct hw;

struct hw_ops {
	u8 (*in8)(struct hw *hw, u16 port);
	u16 (*in16)(struct hw *hw, u16 port);
	u32 (*in32)(struct hw *hw, u16 port);
	void (*out8)(struct hw *hw, u16 port, u8 value);
	void (*out16)(struct hw *hw, u16 port, u16 value);
	void (*out32)(struct hw *hw, u16 port, u32 value);
	void (*ins16)(struct hw *hw, u16 port, void *buf, size_t words);
	void (*outs16)(struct hw *hw, u16 port, const void *buf, size_t words);
	void (*ins32)(struct hw *hw, u16 port, void *buf, size_t dwords);
	void (*outs32)(struct hw *hw, u16 port, const void *buf, size_t dwords);
	void (*delay_us)(struct hw *hw, unsigned int us);
	void (*sleep_us)(struct hw *hw, unsigned int us);
	u64 (*now_us)(struct hw *hw);
	bool (*wait_irq)(struct hw *hw, unsigned int timeout_us);
};

/* Embedded in each host's own structure; the host finds that by container_of(). */
struct hw {
	const struct hw_ops *ops;
};

static inline u8 hw_in8(struct hw *hw, u16 port)
{
	return hw->ops->in8(hw, port);
}
static inline u16 hw_in16(struct hw *hw, u16 port)
{
	return hw->ops->in16(hw, port);
}
static inline u32 hw_in32(struct hw *hw, u16 port)
{
	return hw->ops->in32(hw, port);
}
static inline void hw_out8(struct hw *hw, u16 port, u8 value)
{
	hw->ops->out8(hw, port, value);
}
static inline void hw_out16(struct hw *hw, u16 port, u16 value)
{
	hw->ops->out16(hw, port, value);
}
static inline void hw_out32(struct hw *hw, u16 port, u32 value)
{
	hw->ops->out32(hw, port, value);
}
static inline void hw_ins16(struct hw *hw, u16 port, void *buf, size_t words)
{
	hw->ops->ins16(hw, port, buf, words);
}
static inline void hw_outs16(struct hw *hw, u16 port, const void *buf, size_t words)
{
	hw->ops->outs16(hw, port, buf, words);
}
static inline void hw_ins32(struct hw *hw, u16 port, void *buf, size_t dwords)
{
	hw->ops->ins32(hw, port, buf, dwords);
}
static inline void hw_outs32(struct hw *hw, u16 port, const void *buf, size_t dwords)
{
	hw->ops->outs32(hw, port, buf, dwords);
}
static inline void hw_delay_us(struct hw *hw, unsigned int us)
{
	hw->ops->delay_us(hw, us);
}
static inline void hw_sleep_us(struct hw *hw, unsigned int us)
{
	hw->ops->sleep_us(hw, us);
}
static inline u64 hw_now_us(struct hw *hw)
{
	return hw->ops->now_us(hw);
}
static inline bool hw_wait_irq(struct hw *hw, unsigned int timeout_us)
{
	return hw->ops->wait_irq(hw, timeout_us);
}

#endif
