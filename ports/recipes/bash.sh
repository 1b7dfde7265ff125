name=bash
version=5.2.15-2
dsc=f51753e946af43eb58549c81e03b35a47af9fe6c6364179ccd4ef862b7c3b2d3
orig=7a315bc0e9d90713159e4390ec1096a41e4f33cd8cc3d1a749a8e5ad56600f51
deps=ncurses

build() {
	export bash_cv_func_strtoimax=no bash_cv_termcap_lib=libtinfo bash_cv_getcwd_malloc=yes
	conf --without-bash-malloc --disable-nls --without-installed-readline --with-curses --enable-readline
	mk LOCAL_LDFLAGS= TERMCAP_LIB=-ltinfow TERMCAP_DEP=
	make DESTDIR="$root" install-strip STRIP=true
	ln -s bash "$root/usr/bin/sh"
	rm -rf "$root/usr/include" "$root/usr/lib" "$root/usr/bin/bashbug"
	# Its own tests, to be run in a guest (ports/image tests).
	t=$root/testdata
	mkdir -p "$t"
	cp -r tests "$t/"
	make CC_FOR_BUILD="$CC" CFLAGS_FOR_BUILD="$CFLAGS" LDFLAGS_FOR_BUILD="$LDFLAGS" recho zecho printenv xcase
	cp recho zecho printenv xcase "$t/tests/"
	cp "$PORTS/files/$name/run-tests" "$t/"
}
#sets
base="usr/bin/bash usr/bin/sh"
full="usr/bin"
system="base: usr/bin/bash"
