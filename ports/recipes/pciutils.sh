name=pciutils
version=1:3.9.0-4
dsc=b605cd0cfb3e56ebfbc60af4a72aec3d6d60ce514ae2ebd9a8e2e84e61c2aeda
orig=8953a785b2e3af414434b8fdcbfb75c90758819631001e60dd3afb89b22b2331
deps=zlib
ids="pci.ids 0.0~2023.04.11-1 eac5f889128f3f53100be7f16f9a7dd5aade7499fa9571f53a6c1cfa0bf4565d"
build() {
	o="ZLIB=yes DNS=no SHARED=no LIBKMOD=no HWDB=no HOST=i486-linux PREFIX=/usr SBINDIR=/usr/bin IDSDIR=/usr/share/misc"
	mk $o CC="$CC" AR=$AR RANLIB=$RANLIB OPT="$CFLAGS" LDFLAGS="$LDFLAGS"
	make $o CC="$CC" AR=$AR DESTDIR="$root" STRIP= install
	rm -f "$root/usr/bin/update-pciids" "$root/usr/share/misc/pci.ids"*
	# The names of all devices: a third as large when packed, and lspci reads it so.
	mkdir -p "$root/usr/share/misc"
	dpkg-deb --fsys-tarfile "$(fetch_deb $ids)" | tar -x -O ./usr/share/misc/pci.ids | gzip -9nc > "$root/usr/share/misc/pci.ids.gz"
}
#sets
base=
full="usr/bin"
system="extras: usr/bin usr/share/misc"
