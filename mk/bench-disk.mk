# Benchmarks of disks and ext2, run by Debian's Linux and by Oldiron in the same QEMU with the same disks.
## bench-disk  disks by DMA and PIO beside Linux, by the clock and by instructions; its part of docs/performance.md
## bench-disk-ahci the same of an AHCI controller's
OIDISK_SRC := $(sort $(wildcard tests/bench/disk/*.c))
OIDISK_OBJ := $(OIDISK_SRC:%.c=$(B)/%.o) $(B)/tests/abi/modules.o
# How many times Linux's instructions the short run allows.
BENCH_DISK_LIMIT ?= 1.3
BENCH_DISK ?=
TEST_TARGETS += bench-disk-short

.PHONY: bench-disk bench-disk-ahci bench-disk-short
-include $(OIDISK_OBJ:.o=.d)

$(B)/tests/oidisk: $(OIDISK_OBJ)
	$(Q)$(GUEST_CC) -static -s -o $@ $^

$(B)/tests/insn_count.so: tests/bench/plugin/insn_count.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -o $@ $<

$(B)/tests/oidisk.cpio.gz: $(B)/tests/oidisk tests/abi/mkinitrd
	$(Q)tests/abi/mkinitrd $@ init=$<

$(B)/tests/oidisk-linux.cpio.gz: $(B)/tests/oidisk tests/bench/disk/linux_modules.py
	$(Q)tests/bench/disk/linux_modules.py $$(dirname $$(scripts/fetch-linux-686))/modules $< $@

BENCH_DISK_NEEDS := $(B)/oldiron.elf $(B)/tests/oidisk.cpio.gz $(B)/tests/oidisk-linux.cpio.gz $(B)/tests/insn_count.so
BENCH_DISK_RUN = tests/bench/disk/run.py --linux $$(scripts/fetch-linux-686) --linux-initrd $(B)/tests/oidisk-linux.cpio.gz \
	--oldiron $(B)/oldiron.elf --oldiron-initrd $(B)/tests/oidisk.cpio.gz --plugin $(abspath $(B))/tests/insn_count.so \
	--logs $(B)/tests

bench-disk: $(BENCH_DISK_NEEDS)
	$(Q)$(BENCH_DISK_RUN) --report docs/performance.md $(BENCH_DISK)

bench-disk-ahci: $(BENCH_DISK_NEEDS)
	$(Q)$(BENCH_DISK_RUN) --modes ahci --section "make bench-disk-ahci" --report docs/performance.md $(BENCH_DISK)

# A test: smaller, instructions only. Fewer files would not show what grows with their number.
bench-disk-short: $(BENCH_DISK_NEEDS)
	$(Q)$(BENCH_DISK_RUN) --modes dma,pio,ahci --mb 8 --files 5000 --random 400 --repeat 0 --limit $(BENCH_DISK_LIMIT) $(BENCH_DISK)
