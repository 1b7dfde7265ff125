# Everything that must pass. A makefile of another part joins in with `TEST_TARGETS += name`.
## test          lint, unit tests, a short run of the fuzzers, system tests in the emulators
## system        the system tests alone; SYSTEM_ARGS="-k boot" chooses (pytest's arguments)
## system-stall the same on emulators that are stopped at random moments, as a loaded host does: finds races; half an hour
## system-debug the same on a kernel that checks its locks and its assumptions; 22 minutes
## pictures      docs/pictures/*.png again, from the screens of emulators: installing by keyboard, the hardware test
## bench-boot    kernel entry to /init and to the prompt, Oldiron beside Linux
PYTEST      := /usr/bin/python3 -m pytest -p no:cacheprovider
# Two emulators at a time: each keeps a core busy.
SYSTEM_JOBS ?= 2
SYSTEM_ARGS ?=
TEST_NEEDS  := $(B)/oldiron.elf $(INITRAMFS) $(INITRAMFS_RESCUE) $(B)/initramfs-base.cpio.gz $(B)/oldiron.iso $(B)/floppy.img $(B)/disk.img $(B)/system.manifest
# In this order; .ci/run times each.
TEST_STAGES = lint unit fuzz-short system $(TEST_TARGETS)

.PHONY: test print-test-stages system system-stall system-debug pictures bench-boot
test: setup
	$(Q)$(MAKE) --no-print-directory -j$(shell nproc) kernel lint unit-programs fuzz-programs
	$(Q)for stage in $(TEST_STAGES); do $(MAKE) --no-print-directory $$stage || exit 1; done

print-test-stages:
	@echo $(TEST_STAGES)

system: $(TEST_NEEDS)
	$(Q)scripts/fetch-linux-686 >/dev/null
	$(Q)scripts/system-tests -n $(SYSTEM_JOBS) $(SYSTEM_ARGS) tests/system

system-stall:
	$(Q)OLDIRON_STALL=150 $(MAKE) --no-print-directory system

system-debug:
	$(Q)$(MAKE) --no-print-directory DEBUG=1 B=$(B)/debug system

pictures: $(TEST_NEEDS)
	$(Q)$(PYTEST) -q tests/system/test_install.py tests/system/test_hwtest_boot.py -k "by_keyboard or on_the_screen"
	@mkdir -p docs/pictures
	$(Q)cp $(B)/pictures/*.png docs/pictures/

bench-boot: $(TEST_NEEDS)
	$(Q)scripts/fetch-linux-686 >/dev/null
	$(Q)BENCH_ROUNDS=3 $(PYTEST) -q -s tests/system/test_boot_time.py
