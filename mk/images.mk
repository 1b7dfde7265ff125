# Bootable images; the same bytes come out each time. The initramfs files are ports.mk's.
## images        build/oldiron.iso (CD, USB stick) and build/floppy.img (1.44 MB rescue)
INITRAMFS        ?= $(B)/initramfs.cpio.gz
INITRAMFS_RESCUE ?= $(B)/initramfs-rescue.cpio.gz

.PHONY: images all
# The top Makefile lets `all` build the kernel; the rest follows it.
all:
	$(Q)$(MAKE) --no-print-directory images

images: $(B)/oldiron.iso $(B)/floppy.img

$(B)/oldiron.iso: $(B)/oldiron.elf $(INITRAMFS) $(INITRAMFS_RESCUE) bootdisk/make-iso bootdisk/grub.cfg
	$(Q)bootdisk/make-iso $@ $(B)/oldiron.elf $(INITRAMFS) $(INITRAMFS_RESCUE)

$(B)/floppy.img: $(B)/oldiron.elf $(INITRAMFS_RESCUE) bootdisk/make-floppy bootdisk/settle-fat-times bootdisk/syslinux.cfg
	$(Q)bootdisk/make-floppy $@ $(B)/oldiron.elf $(INITRAMFS_RESCUE)
