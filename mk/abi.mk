# ABI tests: one static i486 binary whose expectations hold on Linux and on Oldiron.
## abi         the ABI tests on Oldiron in QEMU (ABI=files,proc chooses areas; ABI_MEM=64)
## abi-linux   the same binary on this host and on Debian's 686 kernel in QEMU: must pass whole
## abi-debug   the ABI tests on a kernel that checks its locks, then with threads preempted at random points
## abi-hostile fork bomb, memory hog and the like, in a guest of 32 MB
GUEST_CC     := $(B)/ports/toolchain/bin/i486-linux-musl-gcc
GUEST_STRIP  := $(B)/ports/toolchain/bin/i486-linux-musl-strip
GUEST_CFLAGS := -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
ABI_SRC      := $(sort $(wildcard tests/abi/*.c))
ABI_OBJ      := $(ABI_SRC:%.c=$(B)/%.o)
ABI_MEM      ?= 128
ABI          ?=
ABI_APPEND   := console=ttyS0 panic=-1 $(if $(ABI),abitest=$(ABI))
ABI_RUN      := tests/abi/guest.py --mem $(ABI_MEM) --disk --summary abitest
ABI_GUEST    := $(ABI_RUN) --initrd $(B)/tests/abi.cpio.gz
ABI_LINUX    := $(ABI_RUN) --initrd $(B)/tests/abi-linux.cpio.gz
# Linux's test of its timer fails now and then when the host is busy.
LINUX_QUIET  := quiet no_timer_check
TEST_TARGETS += abi abi-debug

.PHONY: abi abi-debug abi-linux abi-hostile abi-hostile-linux

# The toolchain is built once, by ports/; a newer one does not rebuild the tests.
$(GUEST_CC):
	$(Q)ports/build toolchain

$(B)/tests/abi/%.o: tests/abi/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

-include $(ABI_OBJ:.o=.d)

$(B)/tests/abitest: $(ABI_OBJ)
	$(Q)$(GUEST_CC) -static -o $@.debug $^
	$(Q)$(GUEST_STRIP) -o $@ $@.debug

$(B)/tests/abidyn: tests/abi/dyn/abidyn.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -o $@ $<

ABI_FILES := init=$(B)/tests/abitest bin/abidyn=$(B)/tests/abidyn lib/ld-musl-i386.so.1=$(B)/ports/toolchain/sysroot/usr/lib/libc.so
$(B)/tests/abi.cpio.gz $(B)/tests/abi-linux.cpio.gz: $(B)/tests/abitest $(B)/tests/abidyn tests/abi/mkinitrd
$(B)/tests/abi.cpio.gz:
	$(Q)tests/abi/mkinitrd $@ $(ABI_FILES)

# Linux has its drivers in modules.
$(B)/tests/abi-linux.cpio.gz:
	$(Q)tests/abi/mkinitrd --modules=$$(dirname $$(scripts/fetch-linux-686))/modules $@ $(ABI_FILES)

abi: $(B)/oldiron.elf $(B)/tests/abi.cpio.gz
	$(Q)$(ABI_GUEST) --kernel $(B)/oldiron.elf --append "$(ABI_APPEND)" --log $(B)/tests/abi.log

abi-debug: $(B)/tests/abi.cpio.gz
	$(Q)$(MAKE) --no-print-directory DEBUG=1 B=$(B)/debug kernel
	$(Q)for stress in "" stress_preempt; do \
		$(ABI_GUEST) --kernel $(B)/debug/oldiron.elf --append "$(ABI_APPEND) $$stress" --log $(B)/tests/abi-debug.log || exit 1; \
	done

# On this host in name spaces of its own, so that nothing it does is seen outside; then in the golden guest.
abi-linux: $(B)/tests/abi-linux.cpio.gz
	$(Q)rc=0; \
	unshare --mount --pid --fork --mount-proc env ABITEST_NOT_INIT=1 setsid -w $(B)/tests/abitest $(shell echo "$(ABI)" | tr , " ") || rc=1; \
	$(ABI_LINUX) --kernel $$(scripts/fetch-linux-686) --append "$(ABI_APPEND) $(LINUX_QUIET)" --log $(B)/tests/abi-linux.log || rc=1; \
	exit $$rc

abi-hostile: $(B)/oldiron.elf $(B)/tests/abi.cpio.gz
	$(Q)$(ABI_GUEST) --mem 32 --kernel $(B)/oldiron.elf --append "console=ttyS0 panic=-1 abitest=hostile" --log $(B)/tests/abi-hostile.log

# Linux itself needs more to boot.
abi-hostile-linux: $(B)/tests/abi-linux.cpio.gz
	$(Q)$(ABI_LINUX) --mem 64 --kernel $$(scripts/fetch-linux-686) --append "console=ttyS0 panic=-1 $(LINUX_QUIET) abitest=hostile" --log $(B)/tests/abi-hostile-linux.log
