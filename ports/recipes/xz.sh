name=xz
source=xz-utils
version=5.4.1-1+deb12u1
dsc=38f98e356f7e7e89b0920d39c55dd5f3d1a9f2684bff83c8b4890561e1832e94
orig=5d9827aa1875b21c288f78864bb26d2650b436ea8d2cad364e4921eb6266a5a5
build() {
	conf --disable-nls --disable-clmul-crc --disable-assembler --disable-lzmadec --disable-lzmainfo --disable-scripts --disable-doc
	mk
	inst
}
#sets
base=
full="usr/bin usr/lib/liblzma.so.*"
system="extras: usr/bin usr/lib/liblzma.so.*"
