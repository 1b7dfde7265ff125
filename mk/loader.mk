# Where the installer puts GRUB, beside where GRUB's own tool puts it.
## grub-compare  installer/loader against the host's grub-bios-setup, byte for byte
TEST_TARGETS += grub-compare

.PHONY: grub-compare
$(B)/tests/grub-place: tests/grub-place/place.c installer/loader/grub_place.c $(wildcard installer/loader/*.h)
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O1 -g -Wall -Wextra -Werror -fsanitize=address,undefined -I. -o $@ $(filter %.c,$^)

$(B)/tests/grub-root-device.so: tests/grub-place/root_device.c
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O1 -Wall -Wextra -Werror -shared -fPIC -o $@ $<

grub-compare: $(B)/tests/grub-place $(B)/tests/grub-root-device.so
	$(Q)tests/grub-place/compare.py $^
