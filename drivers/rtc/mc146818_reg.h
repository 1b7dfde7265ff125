/*
 * mc146818_reg.h - registers of the real time clock. Hardware facts only.
 * Source: Motorola MC146818A datasheet; the PC/AT's use of its RAM.
 */
#ifndef DRIVERS_RTC_MC146818_REG_H
#define DRIVERS_RTC_MC146818_REG_H

#define RTC_PORT_INDEX 0x70
#define RTC_PORT_DATA  0x71
#define RTC_INDEX_NMI  0x80 /* bit 7 of the index port masks NMI */

#define RTC_REG_SECONDS	      0x00
#define RTC_REG_SECONDS_ALARM 0x01
#define RTC_REG_MINUTES	      0x02
#define RTC_REG_MINUTES_ALARM 0x03
#define RTC_REG_HOURS	      0x04
#define RTC_REG_HOURS_ALARM   0x05
#define RTC_REG_WEEKDAY	      0x06
#define RTC_REG_DAY	      0x07
#define RTC_REG_MONTH	      0x08
#define RTC_REG_YEAR	      0x09
#define RTC_REG_A	      0x0A
#define RTC_REG_B	      0x0B
#define RTC_REG_C	      0x0C
#define RTC_REG_D	      0x0D
#define RTC_REG_CENTURY	      0x32 /* the usual place; the FADT may name another */
#define RTC_REG_CENTURY_PS2   0x37

#define RTC_A_UIP	0x80
#define RTC_A_DIVIDER	0x70
#define RTC_A_RATE	0x0F
#define RTC_A_DIV_RESET 0x70 /* divider bits that hold the clock */
#define RTC_A_DIV_32KHZ 0x20 /* divider bits that let it run */

#define RTC_B_SET    0x80
#define RTC_B_PIE    0x40
#define RTC_B_AIE    0x20
#define RTC_B_UIE    0x10
#define RTC_B_BINARY 0x04
#define RTC_B_24H    0x02
#define RTC_B_DST    0x01

#define RTC_C_IRQF 0x80
#define RTC_C_PF   0x40
#define RTC_C_AF   0x20
#define RTC_C_UF   0x10

#define RTC_D_VALID 0x80

#define RTC_HOURS_PM  0x80
#define RTC_ALARM_ANY 0xC0 /* an alarm register with both top bits matches always */

#endif
