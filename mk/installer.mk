# The installer's programs, for the target: static, 486, musl. What they are made of: installer/README.md.
## installer       build/installer/oldiron-disk and oldiron-undo
## installer-check those programs over image files on this host: tables by other tools, cut power, undo
TEST_TARGETS += installer-check
INST_PKG    := $(B)/ports/pkg
INST_DIRS   := plan write table probe
# The kernel's own parsers, linked as they are.
INST_KERNEL := kernel/block/mbr.c kernel/block/gpt.c kernel/block/part_scan.c kernel/lib/unicode.c kernel/lib/crc32_small.c
INST_LIB    := $(sort $(wildcard $(INST_DIRS:%=installer/%/*.c)))
# What hwtest links too.
INST_COMMON := $(sort $(wildcard common/*.c))
INST_SRC    := $(INST_LIB) $(sort $(wildcard installer/expert/*.c installer/undo/*.c))
INST_CPP    := -D_FILE_OFFSET_BITS=64 -DOLDIRON_HOST -I. -Ikernel/include \
               -isystem $(INST_PKG)/parted/usr/include -isystem $(INST_PKG)/util-linux/usr/include
INST_CFLAGS := -std=gnu11 -Os -g -Wall -Wextra -Werror -ffunction-sections -fdata-sections
# The kernel's sources are written for other warnings than these; its own lint looks at them.
INST_KFLAGS := $(INST_CFLAGS) -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
INST_LDLIBS := -L$(INST_PKG)/parted/usr/lib -L$(INST_PKG)/util-linux/usr/lib -lparted -lblkid -luuid
INST_PROGRAMS := $(B)/installer/oldiron-disk $(B)/installer/oldiron-undo

.PHONY: installer installer-check
installer: $(INST_PROGRAMS)

$(INST_PKG)/parted $(INST_PKG)/util-linux:
	$(Q)ports/build util-linux parted

$(B)/installer/obj/kernel/%.o: kernel/%.c | $(GUEST_CC)
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(INST_KFLAGS) $(INST_CPP) -MMD -MP -c -o $@ $<
$(B)/installer/obj/%.o: %.c | $(GUEST_CC) $(INST_PKG)/parted $(INST_PKG)/util-linux
	@mkdir -p $(@D)
	$(Q)$(GUEST_CC) $(INST_CFLAGS) $(INST_CPP) -MMD -MP -c -o $@ $<

$(B)/installer/libinstaller.a: $(INST_LIB:%.c=$(B)/installer/obj/%.o) $(INST_KERNEL:%.c=$(B)/installer/obj/%.o) \
		$(INST_COMMON:%.c=$(B)/installer/obj/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/installer/oldiron-disk: $(patsubst %.c,$(B)/installer/obj/%.o,$(wildcard installer/expert/*.c))
$(B)/installer/oldiron-undo: $(patsubst %.c,$(B)/installer/obj/%.o,$(wildcard installer/undo/*.c))
$(INST_PROGRAMS): $(B)/installer/libinstaller.a
	$(Q)$(GUEST_CC) -static -Wl,--gc-sections -o $@.debug $(filter %.o,$^) $(B)/installer/libinstaller.a $(INST_LDLIBS)
	$(Q)$(GUEST_STRIP) -o $@ $@.debug

-include $(patsubst %.c,$(B)/installer/obj/%.d,$(INST_SRC) $(INST_KERNEL) $(INST_COMMON))

installer-check: installer
	$(Q)$(PYTEST) -q $(INSTALLER_ARGS) tests/installer

# Lint, as mk/lint.mk does it for the kernel, with the target's own headers.
INST_LINT   := $(INST_SRC) $(sort $(wildcard installer/ui/*.c installer/loader/*.c installer/system/*.c installer/flow/*.c))
INST_SYS    := -isystem $(B)/ports/toolchain/sysroot/usr/include
# mk/lint.mk is read after this file.
INST_CLANG   = $(filter-out -ffreestanding -nostdinc $(KINC) $(KDEFS) -mregparm=3 -isystem $(shell clang -print-resource-dir 2>/dev/null)/include,$(LINT_CLANG)) \
  -nostdlibinc $(INST_CPP) -isystem $(INST_PKG)/ncurses/usr/include $(INST_SYS) -Wno-unsafe-buffer-usage -Wno-switch-default
INST_SPARSE := sparse -m32 -march=i486 -std=gnu11 $(INST_CPP) -isystem $(INST_PKG)/ncurses/usr/include $(INST_SYS) -D__CHECKER__ -D__float128=double \
  -Wno-cast-truncate -Waddress-space -Wbitwise -Wcast-to-as -Wdecl -Wnon-pointer-null -Wptr-subtraction-blows -Wno-shift-count-negative -Wno-vla

.PHONY: lint-installer
lint: lint-installer
lint-installer: $(INST_LINT:%.c=$(B)/lint/%.ok) $(B)/lint/cppcheck-installer.ok

$(B)/lint/installer/%.ok: installer/%.c mk/lint.mk mk/installer.mk | $(GUEST_CC) $(INST_PKG)/parted $(INST_PKG)/util-linux
	@mkdir -p $(@D)
	$(Q)$(INST_CLANG) -MMD -MP -MT $@ -MF $(@:.ok=.d) $<
	@# Headers of others have complaints of their own.
	$(Q)! $(INST_SPARSE) $< 2>&1 | grep -E '^installer/.*(error|warning):'
	$(Q)touch $@
-include $(INST_LINT:%.c=$(B)/lint/%.d)

$(B)/lint/cppcheck-installer.ok: $(INST_LINT) $(wildcard installer/*/*.h) scripts/cppcheck.suppressions mk/installer.mk
	@mkdir -p $(B)/lint/cppcheck-installer
	$(Q)cppcheck --quiet -j2 --cppcheck-build-dir=$(B)/lint/cppcheck-installer --enable=warning,performance,portability \
	  --inline-suppr --suppressions-list=scripts/cppcheck.suppressions --error-exitcode=1 --std=c11 --platform=unix32 \
	  --template='{file}:{line}: {severity}: {message} [{id}]' -D__i386__ -D__GNUC__=12 -DOLDIRON_HOST -I. -Ikernel/include $(INST_LINT)
	$(Q)touch $@
