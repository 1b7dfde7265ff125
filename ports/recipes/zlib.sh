name=zlib
version=1:1.2.13.dfsg-1
dsc=3fa1e6b2fc525062aa88207dda52fed8e045373c809d362fe8a2bfbf7cf515a8
orig=71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1
build() {
	./configure --prefix=/usr --libdir=/usr/lib --sharedlibdir=/usr/lib
	mk
	inst
}
#sets
base=
full="usr/lib/libz.so.*"
system="base: usr/lib/libz.so.*"
