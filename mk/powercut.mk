# Power cuts: tests/powercut is the workload (process 1 of the guest) and what looks at the disk afterwards.
## power-cuts     200 power cuts under a workload; POWER_CUT_SEED=S begins at another seed, N=n makes n of them
POWERCUT_OBJ := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/powercut/*.c)))
POWERCUT     := $(B)/tests/powercut.cpio.gz
POWER_CUT_SEED ?= 1
N              ?= 200

.PHONY: power-cuts
-include $(POWERCUT_OBJ:.o=.d)

$(B)/tests/powercut/%.o: tests/powercut/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

$(B)/tests/powercut.bin: $(POWERCUT_OBJ)
	$(Q)$(GUEST_CC) -static -o $@ $^
	$(Q)$(GUEST_STRIP) $@

$(POWERCUT): $(B)/tests/powercut.bin tests/abi/mkinitrd
	$(Q)tests/abi/mkinitrd $@ init=$<

system: $(POWERCUT)

power-cuts: $(B)/oldiron.elf $(POWERCUT)
	$(Q)tests/powercut/run.py --seed $(POWER_CUT_SEED) --cuts $(N) --jobs $(SYSTEM_JOBS)
