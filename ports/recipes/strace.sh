name=strace
version=6.1-0.1
dsc=87e4b573b73bbb4efc4b89ab4a051bca77384058b649913dbae7d0cdf53f103d
orig=2579e9cec37dbb786f6ea0bebd15f40dd561ef2bde2a2a2ecdce5963b01859fd
build() {
	conf --enable-mpers=no --disable-gcc-Werror --without-libdw --without-libunwind --without-libiberty --without-libselinux
	mk
	inst
	rm -f "$root/usr/bin/strace-log-merge"
}
#sets
base=
full="usr/bin"
system="development: usr/bin"
