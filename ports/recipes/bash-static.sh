name=bash-static
source=bash
version=5.2.15-2
dsc=f51753e946af43eb58549c81e03b35a47af9fe6c6364179ccd4ef862b7c3b2d3
orig=7a315bc0e9d90713159e4390ec1096a41e4f33cd8cc3d1a749a8e5ad56600f51
deps=ncurses

build() {
	export bash_cv_func_strtoimax=no bash_cv_termcap_lib=libtinfo bash_cv_getcwd_malloc=yes
	conf --without-bash-malloc --disable-nls --without-installed-readline --with-curses --enable-static-link
	mk LOCAL_LDFLAGS= TERMCAP_LIB=-ltinfow TERMCAP_DEP=
	install -D bash "$root/usr/bin/bash-static"
}
#sets
base=
full=
