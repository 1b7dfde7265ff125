name=make
source=make-dfsg
version=4.3-4.1
dsc=d2523d94f4d4198df6801f238d36cf0dea2ab5521f1d19ee76b2e8ee1f1918bb
orig=be4c17542578824e745f83bcd2a9ba264206187247cb6a5f5df99b0a9d1f9047
build() {
	autoreconf -fi	# its archive has no configure
	conf --disable-nls --without-guile
	mk
	inst
}
#sets
base=
full=
system="development: usr/bin"
