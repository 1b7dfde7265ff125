name=coreutils
version=9.1-1
dsc=2f2fca0a07a1a3f38e3ebeb4cbd97e97e675e77bed84f3e9d0b7e5da4cde75fc
orig=61a1f410d78ba7e7f37a5a4f50e6d1320aca33375484a3255eddf17a38580423
build() {
	CFLAGS="$CFLAGS -mno-avx -mno-avx2 -mno-pclmul"	# it would choose SIMD code when it runs
	conf --enable-single-binary=symlinks --disable-acl --disable-xattr --disable-libcap --disable-nls --without-selinux \
		--without-openssl --without-libgmp --enable-install-program=arch,hostname --enable-no-install-program=kill,uptime
	mk
	inst INSTALL="/usr/bin/install -c"
	# Its own tests, to be run in a guest (ports/image tests).
	t=$root/testdata
	mkdir -p "$t/src" "$t/lib" "$t/build-aux"
	cp -r tests init.cfg "$t/"
	cp lib/config.h "$t/lib/"
	make src/getlimits
	cp src/getlimits "$t/src/"
	echo ${version%-*} > "$t/VERSION"
	{ ls "$root/usr/bin"; } | tr '\n' ' ' > "$t/built_programs"
	sed -n 's|^[ \t]*tests/\(.*\)\.sh[ \t]*\\*$|\1|p' tests/local.mk | sort -u > "$t/tests.list"
	cp "$PORTS/files/$name/run-tests" "$t/"
}
#sets
base="usr/bin"
full="usr/bin usr/lib/coreutils"
system="base: usr/bin usr/lib/coreutils"
