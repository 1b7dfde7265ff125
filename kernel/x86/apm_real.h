/* apm_real.h - where apm_real.S runs: behind the BIOS data area, in a page that is nobody's. */
#ifndef X86_APM_REAL_H
#define X86_APM_REAL_H

#define APM_REAL_BASE  0x600
#define APM_REAL_STACK 0x1000

#endif
