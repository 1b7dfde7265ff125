# Process 1 of the system tests of swap (tests/system/test_swap.py): a static i486 binary.
SWAPTEST_OBJ := $(patsubst %.c,$(B)/%.o,$(sort $(wildcard tests/swap/*.c)))
SWAPTEST     := $(B)/tests/swap.cpio.gz

$(B)/tests/swap/%.o: tests/swap/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(GUEST_CFLAGS) -MMD -MP -c -o $@ $<

-include $(SWAPTEST_OBJ:.o=.d)

$(B)/tests/swaptest: $(SWAPTEST_OBJ)
	$(Q)$(GUEST_CC) -static -o $@ $^
	$(Q)$(GUEST_STRIP) $@

$(SWAPTEST): $(B)/tests/swaptest tests/abi/mkinitrd
	$(Q)tests/abi/mkinitrd $@ init=$<

system: $(SWAPTEST)
