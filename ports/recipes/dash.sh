name=dash
version=0.5.12-2
dsc=25c0fb805c735fdb7470ce485ce76dae1a7b6c04efdfb0fdac5eab921cbd78a5
orig=6a474ac46e8b0b32916c4c60df694c82058d3297d8b385b74508030ca4a8f28a
build() {
	autoreconf -fi	# Debian's patches add a file to a Makefile.am
	conf --without-libedit
	mk CC_FOR_BUILD=gcc CFLAGS_FOR_BUILD=-O CPPFLAGS_FOR_BUILD= LDFLAGS_FOR_BUILD=
	inst
}
#sets
base=
full="usr/bin"
system="base: usr/bin"
