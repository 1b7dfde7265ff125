# Documentation that is made from the source, and checks that the rest agrees with it.
## docs        write SYSCALLS.md (from the table of system calls and the sources) and the list in hwtest/machines again
## docs-check  SYSCALLS.md is as the source is; every kernel switch stands in docs/boot.md; no text names a missing file
## limits      measure the least memory of each configuration in QEMU; writes docs/limits.md (LIMITS="names" chooses)
SYSCALL_SRC  := $(shell find kernel -name '*.c' -not -path '*/test/*' | LC_ALL=C sort)
LIMITS       ?=
TEST_TARGETS += docs-check

.PHONY: docs docs-check limits
docs: $(B)/hwtest/hwtest
	$(Q)scripts/gen-syscalls doc $(SYSCALLS_TBL) $(SYSCALL_SRC) >SYSCALLS.md.new && mv SYSCALLS.md.new SYSCALLS.md
	$(Q)scripts/list-machines $< hwtest/machines

docs-check: $(B)/hwtest/hwtest
	$(Q)scripts/gen-syscalls doc $(SYSCALLS_TBL) $(SYSCALL_SRC) | cmp -s - SYSCALLS.md || \
		{ echo "docs-check: SYSCALLS.md is not as the source is: make docs" >&2; exit 1; }
	$(Q)scripts/list-machines --check $(B)/hwtest/hwtest hwtest/machines
	$(Q)scripts/check-cmdline
	$(Q)scripts/check-paths

limits: $(TEST_NEEDS)
	$(Q)scripts/measure-limits $(LIMITS)
