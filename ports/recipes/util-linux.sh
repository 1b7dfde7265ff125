name=util-linux
version=2.38.1-5+deb12u3
dsc=0fe5fcd2b83d0465e32ca5cb9d8319e9b6fbf14c9a69abfd7ea905e45fa90b67
orig=60492a19b44e6cf9a3ddff68325b333b8b52b6c59ce3ebd6a0ecaa4c5117e84f
deps=ncurses
build() {
	# Programs are switched off one by one: --disable-all-programs and then some back does not build.
	conf --disable-nls --without-systemd --without-systemdsystemunitdir --without-udev --without-python --without-selinux --without-audit --without-user \
		--without-btrfs --without-cap-ng --without-libz --without-libmagic --without-econf --without-readline --without-cryptsetup \
		--with-ncursesw --with-tinfo --with-util --disable-login --disable-su --disable-runuser --disable-chfn-chsh --disable-newgrp --disable-vipw \
		--disable-pylibmount --disable-liblastlog2 --disable-makeinstall-chown --disable-makeinstall-setuid \
		--disable-bash-completion --disable-poman --disable-asciidoc --disable-lsfd --disable-eject --disable-mesg --disable-last --disable-write \
		--disable-rfkill --disable-zramctl --disable-uuidd --disable-minix --disable-bfs --disable-cramfs --disable-pg --disable-raw \
		--disable-nologin --disable-utmpdump --disable-ipcs --disable-ipcmk --disable-ipcrm --disable-irqtop --disable-lsirq --disable-kill
	mk
	inst
}
#sets
base="usr/lib/libblkid.so.* usr/lib/libmount.so.* usr/lib/libsmartcols.so.* usr/lib/libuuid.so.* usr/lib/libfdisk.so.*
 usr/bin/mount usr/bin/umount usr/bin/dmesg usr/bin/more usr/bin/script usr/bin/setsid usr/bin/agetty usr/bin/lsblk usr/bin/blkid
 usr/bin/fdisk usr/bin/sfdisk usr/bin/losetup usr/bin/swapon usr/bin/swapoff usr/bin/mkswap usr/bin/hwclock usr/bin/renice
 usr/bin/flock usr/bin/getopt usr/bin/hexdump usr/bin/findmnt usr/bin/logger usr/bin/switch_root usr/bin/setterm usr/bin/mountpoint
 usr/bin/cal usr/bin/rev usr/bin/col usr/bin/column"
full="usr/lib/lib*.so.* usr/bin"
system="disk: usr/bin/*fdisk usr/bin/partx usr/bin/addpart usr/bin/delpart usr/bin/resizepart usr/bin/swaplabel usr/bin/blkzone usr/bin/blkdiscard
 usr/bin/fstrim usr/bin/fsfreeze usr/bin/wipefs usr/bin/isosize usr/bin/wdctl usr/bin/chmem usr/bin/lsmem
 base: usr/bin usr/lib/lib*.so.*"
