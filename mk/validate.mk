# hwtest beside what emulators and Linux say of the same machines, and the report on it.
## validate      hwtest in 41 emulated machines beside QEMU, Bochs and Linux; build/validation.html, docs/validation.md
## validate-short  two of them (part of make test); make validate VALIDATE_ARGS="-k q35" chooses others
TEST_TARGETS += validate-short
VALIDATE_JOBS ?= 2
VALIDATE_ARGS ?=
VALIDATE_RUN   = $(PYTEST) -q -n $(VALIDATE_JOBS) tests/validate
VALIDATE_NEEDS = $(B)/oldiron.elf $(B)/hwtest/hwtest $(B)/hwtest.img $(B)/disk.img $(B)/floppy.img $(INITRAMFS_RESCUE)

.PHONY: validate validate-short
validate: $(VALIDATE_NEEDS) seeded-faults
	$(Q)scripts/fetch-linux-686 >/dev/null
	$(Q)rm -rf $(B)/validate
	$(Q)failed=; $(VALIDATE_RUN) $(VALIDATE_ARGS) || failed=1; \
	  tests/validate/report.py $(B) $(if $(VALIDATE_ARGS),--part,--page docs/validation.md) && [ -z "$$failed" ]

validate-short: $(VALIDATE_NEEDS)
	$(Q)scripts/fetch-linux-686 >/dev/null
	$(Q)$(VALIDATE_RUN) -m short
