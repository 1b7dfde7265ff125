# The third-party user land: toolchain, packages, initramfs images. Built in a cache outside the tree (ports/lib.sh).
## toolchain   build/ports/toolchain/bin/i486-linux-musl-gcc and its libc
## ports       every third-party package, built from source
## initramfs   build/initramfs{-rescue,-base,}.cpio.gz: static rescue, basics for 16 MB, everything
## system-tree build/ports/root-system with build/system.manifest and build/system.groups: what a disk gets
## gate486     no instruction that a 486 lacks in user land and kernel (exceptions: ports/, kernel/gate486.allow)
## ports-check tests of the gate and of the archive writer
.PHONY: toolchain ports ports-check system-tree initramfs initramfs-rescue initramfs-base gate486
toolchain:
	$(Q)ports/build toolchain

ports:
	$(Q)ports/build all

initramfs:
	$(Q)ports/image rescue base full

initramfs-rescue initramfs-base: initramfs-%:
	$(Q)ports/image $*

system-tree: $(B)/oldiron.elf
	$(Q)ports/image system

# As files, for what needs them: made once in a clean tree; `make initramfs` makes them anew.
$(B)/initramfs.cpio.gz:
	$(Q)ports/image full
$(B)/initramfs-base.cpio.gz $(B)/initramfs-rescue.cpio.gz: $(B)/initramfs-%.cpio.gz:
	$(Q)ports/image $*

# With all it is made from but the recipes: those are made anew by `make system-tree`.
SYSTEM_SOURCES := $(shell find ports/rootfs ports/system docs/man -type f 2>/dev/null) ports/image ports/stage-system.sh ports/mkmanifest
$(B)/system.manifest: $(B)/oldiron.elf $(SYSTEM_SOURCES)
	$(Q)ports/image system
# Written with it, and after it.
$(B)/system.groups: $(B)/system.manifest

TEST_TARGETS += ports-check gate486
gate486: $(B)/oldiron.elf $(B)/initramfs.cpio.gz $(B)/initramfs-base.cpio.gz $(B)/initramfs-rescue.cpio.gz
	$(Q)ports/gate486 -a kernel/gate486.allow $(B)/ports/root-*/usr $(VDSO).full $(B)/oldiron.debug

ports-check:
	$(Q)ports/test/run
