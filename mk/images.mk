# Bootable images; the same bytes come out each time. The initramfs files and the system's tree are ports.mk's.
## images        build/oldiron.iso (CD, USB stick) and build/floppy.img (1.44 MB: finds the CD or disk; rescue)
INITRAMFS        ?= $(B)/initramfs.cpio.gz
INITRAMFS_RESCUE ?= $(B)/initramfs-rescue.cpio.gz
LIVE             := $(B)/live.cpio.gz
SYSTEM_ROOT      := $(B)/ports/root-full
SYSTEM_LISTS     := $(B)/system.manifest $(B)/system.groups

.PHONY: images all
# The top Makefile lets `all` build the kernel; the rest follows it.
all:
	$(Q)$(MAKE) --no-print-directory images

images: $(B)/oldiron.iso $(B)/floppy.img

$(B)/system.manifest: $(INITRAMFS) bootdisk/list-tree
	$(Q)bootdisk/list-tree $(SYSTEM_ROOT) >$@.new && mv $@.new $@
$(B)/system.groups:
	$(Q)echo base >$@

$(LIVE): $(INITRAMFS_RESCUE) $(B)/system.manifest bootdisk/make-live $(shell find bootdisk/live -type f)
	$(Q)bootdisk/make-live $@ $(B)/ports/root-rescue $(B)/system.manifest

$(B)/medium.cpio.gz: $(SYSTEM_LISTS) bootdisk/make-medium
	$(Q)bootdisk/make-medium $@ $(SYSTEM_ROOT) $(SYSTEM_LISTS)

$(B)/oldiron.iso: $(B)/oldiron.elf $(LIVE) $(B)/medium.cpio.gz $(SYSTEM_LISTS) bootdisk/make-iso bootdisk/medium-owners \
		bootdisk/grub.cfg bootdisk/menu.cfg
	$(Q)bootdisk/make-iso $@ $(B)/oldiron.elf $(LIVE) $(B)/medium.cpio.gz $(SYSTEM_ROOT) $(SYSTEM_LISTS)

$(B)/floppy.img: $(B)/oldiron.elf $(LIVE) bootdisk/make-floppy bootdisk/settle-fat-times bootdisk/syslinux.cfg
	$(Q)bootdisk/make-floppy $@ $(B)/oldiron.elf $(LIVE)
