# hwtest: one static program for a 486. What it is made of: hwtest/README.md.
## hwtest        build/hwtest/hwtest, and build/hwtest.img: a 1.44 MB floppy that starts it on a PC
HWT_SRC    := $(sort $(wildcard hwtest/report/*.c hwtest/rules/*.c hwtest/host/*.c hwtest/probe/*.c hwtest/screen/*.c hwtest/cmd/*.c hwtest/boot/*.c))
# What the installer links too.
HWT_COMMON := $(sort $(wildcard common/*.c))
# The drivers' cores and the kernel's pure files that it links, a line each.
HWTEST_CORES :=
HWTEST_CORES += kernel/lib/crc32_small.c
HWTEST_CORES += drivers/pci/pci_access.c drivers/pci/pir_decode.c
HWTEST_CORES += kernel/input/scancode.c
HWTEST_CORES += $(addprefix drivers/ata/,ata_channel.c ata_irq.c ata_command.c ata_pio.c ata_io32.c ata_dma.c ata_detect.c \
  ata_modes.c ata_recover.c ata_rw.c ata_packet.c ahci_controller.c ahci_port.c ahci_link.c ahci_command.c ahci_memory.c \
  ahci_recover.c pci_ahci_chips.c identify_decode.c chs.c ide_timing.c pci_ide_chips.c pci_ide_piix.c \
  pci_ide_via.c pci_ide_ali.c pci_ide_sis.c pci_ide_cmd64x.c cd_decode.c sense_decode.c)
HWTEST_CORES += $(addprefix drivers/floppy/,fdc_command.c fdc_decode.c fdc_drive.c fdc_medium.c fdc_rw.c fdc_same.c fdc_transfer.c)
HWTEST_CORES += $(addprefix kernel/block/,mbr.c gpt.c part_scan.c volume_id.c volume_dos.c) kernel/lib/unicode.c
HWTEST_CORES += drivers/rtc/mc146818_core.c drivers/rtc/rtc_decode.c
HWTEST_CORES += drivers/serial/uart8250_core.c
HWTEST_CORES += kernel/x86/cpu_decode.c kernel/x86/acpi_decode.c
HWTEST_CORES += drivers/ps2/i8042_core.c drivers/ps2/ps2_port.c drivers/ps2/atkbd_core.c drivers/ps2/psmouse_core.c

HWT_CPP    := -D_FILE_OFFSET_BITS=64 -DOLDIRON_HOST -I. -Ikernel/include -Ikernel/x86/include
# The build ID is in every report: the same for the same sources, wherever they stand.
HWT_CFLAGS := -std=gnu11 -Os -g -ffile-prefix-map=$(CURDIR)=. -Wall -Wextra -Werror -Wno-unused-parameter -ffunction-sections -fdata-sections
# The kernel's sources are written for other warnings than these; its own lint looks at them.
HWT_KFLAGS := $(HWT_CFLAGS) -Wno-sign-compare -Wno-missing-field-initializers
HWT_OBJ    := $(HWT_SRC:%.c=$(B)/hwtest/obj/%.o) $(HWT_COMMON:%.c=$(B)/hwtest/obj/%.o) $(patsubst %.c,$(B)/hwtest/obj/%.o,$(sort $(HWTEST_CORES)))

.PHONY: hwtest
hwtest: $(B)/hwtest/hwtest $(B)/hwtest.img

$(B)/hwtest/obj/hwtest/%.o: hwtest/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(HWT_CFLAGS) $(HWT_CPP) -MMD -MP -c -o $@ $<
$(B)/hwtest/obj/%.o: %.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(HWT_KFLAGS) $(HWT_CPP) -MMD -MP -c -o $@ $<

$(B)/hwtest/hwtest: $(HWT_OBJ) mk/hwtest.mk
	$(Q)$(GUEST_CC) -static -Wl,--gc-sections -Wl,--build-id=sha1 -o $@.debug $(filter %.o,$^)
	$(Q)$(GUEST_STRIP) -o $@ $@.debug
-include $(HWT_OBJ:.o=.d)

# The test disk: the kernel, and hwtest as process 1.
$(B)/hwtest/initramfs.cpio.gz: $(B)/hwtest/hwtest ports/mkcpio
	@mkdir -p $(B)/hwtest/root/dev
	$(Q)install -m 755 $< $(B)/hwtest/root/init
	$(Q)ports/mkcpio -n "dev/console c 5 1 600" -n "dev/null c 1 3 666" $(B)/hwtest/root $@
$(B)/hwtest.img: $(B)/oldiron.elf $(B)/hwtest/initramfs.cpio.gz bootdisk/make-floppy bootdisk/settle-fat-times bootdisk/hwtest.cfg
	$(Q)bootdisk/make-floppy $@ OI-HWTEST bootdisk/hwtest.cfg $(B)/oldiron.elf hwtest.gz=$(B)/hwtest/initramfs.cpio.gz

# In the system's tree, and so on the medium and on what is installed.
$(B)/system-extra/usr/bin/hwtest: $(B)/hwtest/hwtest $(B)/hwtest.img
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
$(B)/system.manifest: $(B)/system-extra/usr/bin/hwtest
# The system tests put it into the machines that they start.
TEST_NEEDS += $(B)/hwtest/hwtest $(B)/hwtest.img

# Lint, as mk/lint.mk does it for the kernel, with the target's own headers. That is read after this file.
HWT_SYS     := -isystem $(B)/ports/toolchain/sysroot/usr/include
HWT_CLANG    = $(filter-out -ffreestanding -nostdinc $(KINC) $(KDEFS) -mregparm=3 -isystem $(shell clang -print-resource-dir 2>/dev/null)/include,$(LINT_CLANG)) \
  -nostdlibinc $(HWT_CPP) $(HWT_SYS) -Wno-unsafe-buffer-usage -Wno-switch-default
HWT_LINT    := $(patsubst %.c,$(B)/lint/%.ok,$(HWT_SRC) $(HWT_COMMON))
HWT_SPARSE  := sparse -m32 -march=i486 -std=gnu11 $(HWT_CPP) $(HWT_SYS) -D__CHECKER__ -D__float128=double \
  -Wno-cast-truncate -Waddress-space -Wbitwise -Wcast-to-as -Wdecl -Wnon-pointer-null -Wptr-subtraction-blows -Wno-shift-count-negative -Wno-vla

.PHONY: lint-hwtest
lint: lint-hwtest
lint-hwtest: $(HWT_LINT) $(B)/lint/cppcheck-hwtest.ok

$(HWT_LINT): $(B)/lint/%.ok: %.c mk/lint.mk mk/hwtest.mk | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(HWT_CLANG) -MMD -MP -MT $@ -MF $(@:.ok=.d) $<
	@# Headers of others have complaints of their own.
	$(Q)! $(HWT_SPARSE) $< 2>&1 | grep -E '^(hwtest|common)/.*(error|warning):'
	$(Q)touch $@
-include $(HWT_LINT:.ok=.d)

$(B)/lint/cppcheck-hwtest.ok: $(HWT_SRC) $(HWT_COMMON) $(wildcard hwtest/*/*.h common/*.h) hwtest/probes.def scripts/cppcheck.suppressions mk/hwtest.mk
	@mkdir -p $(B)/lint/cppcheck-hwtest
	$(Q)cppcheck --quiet -j2 --cppcheck-build-dir=$(B)/lint/cppcheck-hwtest --enable=warning,performance,portability \
	  --inline-suppr --suppressions-list=scripts/cppcheck.suppressions --error-exitcode=1 --std=c11 --platform=unix32 \
	  --template='{file}:{line}: {severity}: {message} [{id}]' -D__i386__ -D__GNUC__=12 -DOLDIRON_HOST -I. -Ikernel/include $(HWT_SRC) $(HWT_COMMON)
	$(Q)touch $@
