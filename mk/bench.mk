# Micro-benchmarks: one static i486 program run by Debian's Linux and by Oldiron in the same QEMU; and the call fuzzer.
## bench       Linux and Oldiron side by side, by the clock and by instruction count; writes docs/performance.md
## sysfuzz     every system call with random arguments inside Oldiron (SECONDS=60 SEED=1)
BENCH_SRC := $(sort $(wildcard tests/bench/*.c))
BENCH_OBJ := $(BENCH_SRC:%.c=$(B)/%.o)
FUZZ_SRC  := $(sort $(wildcard tests/fuzz-guest/*.c))
FUZZ_OBJ  := $(FUZZ_SRC:%.c=$(B)/%.o)
SECONDS   ?= 60
SEED      ?= 1
BENCH     ?=
TEST_TARGETS += sysfuzz

.PHONY: bench bench-linux sysfuzz sysfuzz-linux

$(B)/tests/bench/%.o: tests/bench/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/fuzz-guest/%.o: tests/fuzz-guest/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

-include $(BENCH_OBJ:.o=.d) $(FUZZ_OBJ:.o=.d)

$(B)/tests/oibench: $(BENCH_OBJ)
	$(Q)$(GUEST_CC) -static -s -o $@ $^

$(B)/tests/sysfuzz: $(FUZZ_OBJ)
	$(Q)$(GUEST_CC) -static -s -o $@ $^

# The shell that `sh -c` is measured with.
$(B)/tests/bench.cpio.gz: $(B)/tests/oibench tests/abi/mkinitrd
	$(Q)ports/build busybox-static
	$(Q)tests/abi/mkinitrd $@ init=$(B)/tests/oibench bin/sh=$(B)/ports/pkg/busybox-static/usr/bin/busybox-static

bench: $(B)/oldiron.elf $(B)/tests/bench.cpio.gz
	$(Q)tests/bench/run.py --linux $$(scripts/fetch-linux-686) --oldiron $(B)/oldiron.elf \
		--initrd $(B)/tests/bench.cpio.gz --logs $(B)/tests --report docs/performance.md $(BENCH)

# Linux against itself: how far the figures repeat.
bench-linux: $(B)/tests/bench.cpio.gz
	$(Q)tests/bench/run.py --linux $$(scripts/fetch-linux-686) --oldiron $$(scripts/fetch-linux-686) \
		--initrd $(B)/tests/bench.cpio.gz --logs $(B)/tests --report $(B)/tests/performance-linux.md $(BENCH)

$(B)/tests/sysfuzz.cpio.gz: $(B)/tests/sysfuzz tests/abi/mkinitrd
	$(Q)tests/abi/mkinitrd $@ init=$<

SYSFUZZ_GUEST = tests/abi/guest.py --mem 64 --initrd $(B)/tests/sysfuzz.cpio.gz --want '^\# sysfuzz: alive' \
	--timeout $$(( $(SECONDS) * 3 + 120 )) --append "console=ttyS0 panic=-1 quiet sysfuzz=$(SECONDS),$(SEED)"

sysfuzz: $(B)/oldiron.elf $(B)/tests/sysfuzz.cpio.gz
	$(Q)$(SYSFUZZ_GUEST) --kernel $(B)/oldiron.elf --log $(B)/tests/sysfuzz.log

sysfuzz-linux: $(B)/tests/sysfuzz.cpio.gz
	$(Q)$(SYSFUZZ_GUEST) --kernel $$(scripts/fetch-linux-686) --log $(B)/tests/sysfuzz-linux.log
