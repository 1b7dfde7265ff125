# The kernel: build/oldiron.elf. Every .c and .S below kernel/ and drivers/ belongs to it, but for test/ folders.
KCC      ?= gcc
KSRC_C   := $(shell find kernel drivers -name '*.c' -not -path '*/test/*' -not -path '*/vdso/*' | LC_ALL=C sort)
KSRC_S   := $(shell find kernel drivers -name '*.S' -not -path '*/test/*' -not -path '*/vdso/*' | LC_ALL=C sort)
KOBJ     := $(KSRC_C:%.c=$(B)/obj/%.o) $(KSRC_S:%.S=$(B)/obj/%.o)

# `make DEBUG=1`: lock-rank, held and leak checks (kernel/assert.h).
ifdef DEBUG
KDEFS    += -DCONFIG_DEBUG=1
endif

KINC     := -Ikernel/include -Ikernel/x86/include -I$(B)/gen
KWARN    := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wshadow -Wundef -Wvla \
            -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers -Wno-override-init \
            -Wframe-larger-than=1024
# Kernel stacks are 8 KB: hence the limit of a frame, and scripts/check-recursion.
KCFLAGS  := -m32 -march=i486 -mtune=generic -std=gnu11 -ffreestanding -nostdinc -isystem $(shell $(KCC) -print-file-name=include 2>/dev/null) \
            -O2 -g -mregparm=3 -mpreferred-stack-boundary=2 -fno-pic -fno-pie -fcf-protection=none -fno-stack-protector \
            -fno-asynchronous-unwind-tables -fno-strict-aliasing -fno-delete-null-pointer-checks -fno-omit-frame-pointer \
            -fno-common -mno-mmx -mno-sse -mno-80387 -mno-fp-ret-in-387 $(KINC) $(KWARN) $(KDEFS)
KASFLAGS := -m32 -march=i486 -D__ASSEMBLY__ -fcf-protection=none $(KINC)
KLDFLAGS := -m elf_i386 -nostdlib -z noexecstack --no-warn-rwx-segments -z max-page-size=4096

## kernel     build/oldiron.elf, the Multiboot kernel (under a minute, no network)
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

# What builds the kernel is looked for once, before the first file.
$(B)/tools.ok: scripts/check-tools scripts/packages.list
	@mkdir -p $(@D)
	@scripts/check-tools $(KCC)
	@touch $@
$(GENHDR) $(B)/gen/syscall_table.c $(B)/obj/vdso/clock.o $(B)/obj/vdso/vdso.o $(B)/obj/symbols0.o: | $(B)/tools.ok

# The vDSO is a small shared object of its own; the kernel carries it as data and knows its offsets.
VDSO     := $(B)/obj/vdso/vdso.so
$(B)/obj/vdso/clock.o: kernel/x86/vdso/clock.c
	@mkdir -p $(@D)
	$(Q)$(KCC) $(filter-out -fno-pic -mregparm=3 -fno-omit-frame-pointer,$(KCFLAGS)) -fpic -fomit-frame-pointer -fvisibility=hidden -MMD -MP -c -o $@ $<
$(B)/obj/vdso/vdso.o: kernel/x86/vdso/vdso.S
	@mkdir -p $(@D)
	$(Q)$(KCC) $(KASFLAGS) -c -o $@ $<
$(VDSO): $(B)/obj/vdso/vdso.o $(B)/obj/vdso/clock.o kernel/x86/vdso/vdso.lds
	$(Q)ld -m elf_i386 -shared -soname linux-gate.so.1 --hash-style=both --build-id=none -Bsymbolic -z noexecstack -z max-page-size=4096 -T kernel/x86/vdso/vdso.lds -o $@.full $(filter %.o,$^)
	$(Q)objcopy -S $@.full $@
$(B)/gen/gen/vdso_offsets.h: $(VDSO)
	@mkdir -p $(@D)
	$(Q)nm $(VDSO).full | awk '$$3 ~ /^(vdso_patch|vdso_sysenter|vdso_after_sysenter|__kernel_.*)$$/ { print "#define VDSO_" $$3 " 0x" $$1 }' > $@
$(B)/obj/kernel/x86/vdso.o: $(B)/gen/gen/vdso_offsets.h
$(B)/obj/kernel/x86/vdso_image.o: KASFLAGS += -DVDSO_IMAGE='"$(VDSO)"'
$(B)/obj/kernel/x86/vdso_image.o: $(VDSO)

# Linked twice: the second time with the table of its own symbols.
KLD      := ld $(KLDFLAGS) -T kernel/x86/kernel.ld
$(B)/obj/symbols0.o: scripts/gen-symbols
	@mkdir -p $(@D)
	$(Q)scripts/gen-symbols < /dev/null | $(KCC) -m32 -x assembler -c -o $@ -
$(B)/oldiron.pass1: $(KOBJ) $(B)/obj/symbols0.o kernel/x86/kernel.ld
	$(Q)$(KLD) -o $@ $(KOBJ) $(B)/obj/symbols0.o
$(B)/obj/symbols1.o: $(B)/oldiron.pass1
	$(Q)nm $< | scripts/gen-symbols | $(KCC) -m32 -x assembler -c -o $@ -
$(B)/oldiron.pass2: $(B)/obj/symbols1.o
	$(Q)$(KLD) -o $@ $(KOBJ) $<
$(B)/obj/symbols2.o: $(B)/oldiron.pass2
	$(Q)nm $< | scripts/gen-symbols | $(KCC) -m32 -x assembler -c -o $@ -
$(B)/oldiron.debug: $(B)/obj/symbols2.o
	$(Q)$(KLD) -o $@ $(KOBJ) $<
# What is booted has no debugging sections; oldiron.debug is for gdb and addr2line.
$(B)/oldiron.elf: $(B)/oldiron.debug
	$(Q)objcopy --strip-all $< $@
	@echo "  $@: $$(stat -c %s $@) bytes"

-include $(KOBJ:.o=.d) $(B)/obj/vdso/clock.d
