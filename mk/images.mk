# Bootable images; the same bytes come out each time. The initramfs files and the system's tree are ports.mk's.
## images        build/oldiron.iso (CD, USB stick), build/floppy.img (1.44 MB: finds the CD or disk; rescue),
##               build/disk.img (a small disk or CF card), build/hwtest.img (the hardware test's floppy)
INITRAMFS        ?= $(B)/initramfs.cpio.gz
INITRAMFS_RESCUE ?= $(B)/initramfs-rescue.cpio.gz
LIVE             := $(B)/live.cpio.gz
SYSTEM_ROOT      := $(B)/ports/root-system
SYSTEM_LISTS     := $(B)/system.manifest $(B)/system.groups
GRUB_PLACE       := $(B)/tests/grub-place

.PHONY: images all
# In a make of its own: this one may have begun without a compiler, which `all` has installed by now.
all:
	$(Q)$(MAKE) --no-print-directory kernel images

images: $(B)/oldiron.iso $(B)/floppy.img $(B)/disk.img $(B)/hwtest.img

$(LIVE): $(INITRAMFS_RESCUE) $(B)/system.manifest bootdisk/make-live $(shell find bootdisk/live -type f)
	$(Q)bootdisk/make-live $@ $(B)/ports/root-rescue $(B)/system.manifest

$(B)/medium.cpio.gz: $(SYSTEM_LISTS) bootdisk/make-medium
	$(Q)bootdisk/make-medium $@ $(SYSTEM_ROOT) $(SYSTEM_LISTS)

$(B)/oldiron.iso: $(B)/oldiron.elf $(LIVE) $(B)/medium.cpio.gz $(SYSTEM_LISTS) bootdisk/make-iso bootdisk/medium-owners \
		bootdisk/grub.cfg bootdisk/menu.cfg $(B)/memtest.bin $(B)/hwtest/initramfs.cpio.gz
	$(Q)bootdisk/make-iso $@ $(B)/oldiron.elf $(LIVE) $(B)/medium.cpio.gz $(SYSTEM_ROOT) $(SYSTEM_LISTS) $(B)/memtest.bin $(B)/hwtest/initramfs.cpio.gz

$(B)/memtest.bin: bootdisk/fetch-memtest
	$(Q)bootdisk/fetch-memtest $@

$(B)/floppy.img: $(B)/oldiron.elf $(LIVE) bootdisk/make-floppy bootdisk/settle-fat-times bootdisk/syslinux.cfg
	$(Q)bootdisk/make-floppy $@ OLDIRON bootdisk/syslinux.cfg $(B)/oldiron.elf live.gz=$(LIVE)

$(B)/disk.img: $(B)/system.manifest $(GRUB_PLACE) ports/mkrootfs bootdisk/make-disk bootdisk/set-geometry
	$(Q)bootdisk/make-disk $@ $(SYSTEM_ROOT) $(B)/system.manifest $(GRUB_PLACE)
