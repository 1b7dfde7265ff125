/* siginfo.h - pure conversions between struct siginfo_k and the program's siginfo_t. */
#ifndef PROC_SIGINFO_H
#define PROC_SIGINFO_H

#include <kernel/signal.h>

void siginfo_to_abi(struct siginfo_abi *out, const struct siginfo_k *info);
void siginfo_from_abi(struct siginfo_k *out, const struct siginfo_abi *info);

#endif
