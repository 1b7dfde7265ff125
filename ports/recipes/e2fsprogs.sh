name=e2fsprogs
version=1.47.0-2
dsc=35b4de254e021f721362b767994598e249fea02e38ac446197cd9c22be1130fd
orig=6667afde56eef0c6af26684974400e4d2288ea49e9441bf5e6229195d51a3578
deps=util-linux
build() {
	conf --disable-fuse2fs --disable-uuidd --disable-tdb --disable-nls --disable-libuuid --disable-libblkid --enable-elf-shlibs \
		--disable-fsck --disable-e2initrd-helper --disable-rpath --without-crond-dir --without-udev-rules-dir --without-systemd-unit-dir
	b="BUILD_CC=gcc BUILD_CFLAGS=-O BUILD_LDFLAGS="	# some of its own tools run while it is built
	mk $b
	inst $b
	make DESTDIR="$root" $b install-libs
	rm -f "$root"/usr/bin/compile_et "$root"/usr/bin/mk_cmds
	# Its own tests, to be run in a guest from a disk (tests/suites).
	make -C tests/progs $b crcsum
	make -C tests $b test_one
	mkdir -p "$root/testdata"
	cp -r tests "$root/testdata/"
	rm -f "$root"/testdata/tests/progs/*.[cho] "$root"/testdata/tests/progs/*.ct "$root"/testdata/tests/f_bad_local_jnl/image
}
#sets
base=
full="usr/bin usr/lib/lib*.so.* etc"
system="base: usr/bin/e2fsck usr/bin/fsck.ext? usr/bin/mke2fs usr/bin/mkfs.ext? usr/bin/tune2fs usr/bin/e2label usr/bin/dumpe2fs
 usr/bin/resize2fs usr/bin/badblocks usr/bin/chattr usr/bin/lsattr usr/lib/lib*.so.* etc/mke2fs.conf
 disk: usr/bin/debugfs usr/bin/e2image usr/bin/e2undo usr/bin/e2freefrag usr/bin/filefrag usr/bin/logsave usr/bin/mklost+found"
