"""The battery clock and its calendar."""
from .fault import Fault

CORE = "drivers/rtc/mc146818_core.c"
DATE = "drivers/rtc/rtc_decode.c"

FAULTS = [
    Fault("rtc-uip-not-awaited", CORE, "\t\tif (uip_works && !wait_update(r)) {", "\t\tif (0) {"),
    Fault("rtc-update-in-between", CORE, "\tif (uip_works && updating(r))\n\t\treturn false;\n", ""),
    Fault("rtc-read-once", CORE, "return !memcmp(raw, &again, sizeof(again));", "return true;"),
    Fault("rtc-uip-for-ever", CORE, "waited < RTC_UIP_US; waited += RTC_UIP_STEP_US", ";"),
    Fault("rtc-c-not-read", CORE, "u8 came = mc146818_get(r, RTC_REG_C);", "u8 came = RTC_B_PIE | RTC_B_AIE | RTC_B_UIE;"),
    Fault("rtc-set-while-it-runs", CORE, "\tchange(r, RTC_REG_B, 0, RTC_B_SET);\n", "",
          known="the divider is held in reset meanwhile, which stops the clock as well"),
    Fault("rtc-left-standing", CORE, "\tchange(r, RTC_REG_B, RTC_B_SET, 0);\n", ""),
    Fault("rtc-divider-left-in-reset", CORE, "\tmc146818_put(r, RTC_REG_A, a);\n\tchange", "\tchange"),
    Fault("rtc-writes-to-ram", CORE, "\tif (r->century_reg)\n\t\tmc146818_put(r, r->century_reg", "\tmc146818_put(r, 0x32"),
    Fault("rtc-battery-not-asked", CORE, "if (!(mc146818_get(r, RTC_REG_D) & RTC_D_VALID))", "if (0)"),
    Fault("rtc-nmi-mask-lost", CORE, "reg | (r->nmi_masked ? RTC_INDEX_NMI : 0)", "reg"),
    Fault("rtc-absent-clock-is-one", CORE, "\tif (all_and == 0xFF || all_or == 0)\n\t\treturn -ENODEV;\n", ""),
    Fault("rtc-rate-of-wrong-power", CORE, "if (32768u >> (rate - 1) == hz)", "if (32768u >> rate == hz)"),
    Fault("rtc-weekday-from-0", CORE, "(u8)(rtc_date_weekday(d) + 1)", "(u8)rtc_date_weekday(d)"),
    Fault("rtc-bcd-as-binary", DATE, "return is_bcd(value) ? (value >> 4) * 10 + (value & 0x0F) : -1;", "return value;"),
    Fault("rtc-bcd-unchecked", DATE, "return is_bcd(value) ? (value >> 4) * 10 + (value & 0x0F) : -1;", "return (value >> 4) * 10 + (value & 0x0F);"),
    Fault("rtc-pm-bit-ignored", DATE, "return hour % 12 + (pm ? 12 : 0);", "return hour % 12;"),
    Fault("rtc-noon-is-24", DATE, "return hour % 12 + (pm ? 12 : 0);", "return hour + (pm ? 12 : 0);"),
    Fault("rtc-24-hour-bit-ignored", DATE, "\tif (b & RTC_B_24H)\n\t\treturn number(", "\tif (1)\n\t\treturn number("),
    Fault("rtc-midnight-as-0", DATE, "encoded((hour + 11) % 12 + 1,", "encoded(hour % 12,"),
    Fault("rtc-century-ignored", DATE, "if (century_known && rtc_century_sound(raw))", "if (0)"),
    Fault("rtc-century-of-1900", DATE, "year < WINDOW_YEAR % 100 ? 2000 + year : 1900 + year", "1900 + year"),
    Fault("rtc-1900-is-a-leap-year", DATE, "year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)", "year % 4 == 0"),
]
