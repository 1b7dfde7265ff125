# The kernel: build/oldiron.elf. Every .c and .S below kernel/ and drivers/ belongs to it, but for test/ folders.
KCC      ?= gcc
KSRC_C   := $(shell find kernel drivers -name '*.c' -not -path '*/test/*' | LC_ALL=C sort)
KSRC_S   := $(shell find kernel drivers -name '*.S' -not -path '*/test/*' | LC_ALL=C sort)
KOBJ     := $(KSRC_C:%.c=$(B)/obj/%.o) $(KSRC_S:%.S=$(B)/obj/%.o)

KINC     := -Ikernel/include -Ikernel/x86/include -I$(B)/gen
KWARN    := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wundef -Wvla \
            -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers -Wno-override-init
KCFLAGS  := -m32 -march=i486 -mtune=generic -std=gnu11 -ffreestanding -nostdinc -isystem $(shell $(KCC) -print-file-name=include) \
            -O2 -g -mregparm=3 -mpreferred-stack-boundary=2 -fno-pic -fno-pie -fcf-protection=none -fno-stack-protector \
            -fno-asynchronous-unwind-tables -fno-strict-aliasing -fno-delete-null-pointer-checks -fno-omit-frame-pointer \
            -fno-common -mno-mmx -mno-sse -mno-80387 -mno-fp-ret-in-387 $(KINC) $(KWARN) $(KDEFS)
KASFLAGS := -m32 -march=i486 -D__ASSEMBLY__ -fcf-protection=none $(KINC)
KLDFLAGS := -m elf_i386 -nostdlib -z noexecstack --no-warn-rwx-segments -z max-page-size=4096
# `make DEBUG=1`: lock-rank, held and leak checks (kernel/assert.h).
ifdef DEBUG
KDEFS    += -DCONFIG_DEBUG=1
endif
KLIBGCC  :=

.PHONY: kernel
kernel: $(B)/oldiron.elf

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KCFLAGS) -MMD -MP -c -o $@ $<

$(B)/obj/%.o: %.S
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KASFLAGS) -MMD -MP -c -o $@ $<

# What is known of system calls comes from one table.
SYSCALLS_TBL := kernel/syscall/syscalls.tbl
GENHDR   := $(B)/gen/gen/syscall_protos.h $(B)/gen/gen/syscall_numbers.h
$(B)/gen/gen/syscall_protos.h: $(SYSCALLS_TBL) scripts/gen-syscalls
	@mkdir -p $(@D)
	$(Q)scripts/gen-syscalls protos $< > $@
$(B)/gen/gen/syscall_numbers.h: $(SYSCALLS_TBL) scripts/gen-syscalls
	@mkdir -p $(@D)
	$(Q)scripts/gen-syscalls header $< > $@
$(B)/gen/syscall_table.c: $(SYSCALLS_TBL) scripts/gen-syscalls
	@mkdir -p $(@D)
	$(Q)scripts/gen-syscalls table $< > $@
$(B)/obj/syscall_table.o: $(B)/gen/syscall_table.c $(GENHDR)
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KCFLAGS) -Ikernel/syscall -c -o $@ $<
KOBJ     += $(B)/obj/syscall_table.o
$(KOBJ): | $(GENHDR)

-include $(KOBJ:.o=.d)
