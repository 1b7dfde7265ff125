# Negative controls: faults put into the drivers one by one, which the unit tests must notice.
## seeded-faults the mistakes of tests/seeded/faults/ one after the other: which the unit tests catch, and the rate
TEST_TARGETS += seeded-faults

.PHONY: seeded-faults
seeded-faults: unit-programs
	$(Q)CC='gcc $(HOST_CFLAGS) $(HOST_SAN)' LINK='gcc -m32 $(HOST_SAN)' tests/seeded/run.py $(B) $(SEEDED)
