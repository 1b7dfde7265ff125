/* rtc.h - /dev/rtc in the Linux i386 ABI. Source: rtc(4), <linux/rtc.h> of the ABI. */
#ifndef ABI_RTC_H
#define ABI_RTC_H

#include <kernel/types.h>

struct rtc_time_abi {
	s32 tm_sec, tm_min, tm_hour, tm_mday, tm_mon, tm_year, tm_wday, tm_yday, tm_isdst;
};
struct rtc_wkalrm_abi {
	u8 enabled, pending, pad[2];
	struct rtc_time_abi time;
};
_Static_assert(sizeof(struct rtc_time_abi) == 36, "rtc_time");
_Static_assert(sizeof(struct rtc_wkalrm_abi) == 40, "rtc_wkalrm");

#define RTC_AIE_ON     0x7001u
#define RTC_AIE_OFF    0x7002u
#define RTC_UIE_ON     0x7003u
#define RTC_UIE_OFF    0x7004u
#define RTC_PIE_ON     0x7005u
#define RTC_PIE_OFF    0x7006u
#define RTC_ALM_SET    0x40247007u
#define RTC_ALM_READ   0x80247008u
#define RTC_RD_TIME    0x80247009u
#define RTC_SET_TIME   0x4024700Au
#define RTC_IRQP_READ  0x8004700Bu
#define RTC_IRQP_SET   0x4004700Cu
#define RTC_EPOCH_READ 0x8004700Du
#define RTC_EPOCH_SET  0x4004700Eu
#define RTC_WKALM_SET  0x4028700Fu
#define RTC_WKALM_RD   0x80287010u
#define RTC_VL_READ    0x80047013u

#endif
