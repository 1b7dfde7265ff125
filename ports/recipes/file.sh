name=file
version=1:5.44-3
dsc=842e0ef356949218966d1521a95652b00aed18c152174ffc7e000cc3d79501e4
orig=3751c7fba8dbc831cb8d7cc8aff21035459b8ce5155ef8b0880a27d028475f3b
build() {
	conf --disable-zlib --disable-bzlib --disable-xzlib --disable-libseccomp --disable-shared --enable-static
	mk LDFLAGS="$LDFLAGS" FILE_COMPILE=/usr/bin/file
	inst
}
#sets
base=
full=		# its magic.mgc is 8 MB: not for a file system in memory
system="development: usr/bin usr/share/misc"
