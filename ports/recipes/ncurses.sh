name=ncurses
version=6.4-4
dsc=a35710b02a3de6ab8f9da7fa2e3726a609cc26c936ad85b2094ef91aa996fc94
orig=6931283d9ac87c5073f30b6290c4c75f21632bb4fc3603ac8100812bed248159
terms="ansi dumb linux linux-basic screen screen-256color vt100 vt102 vt220 xterm xterm-256color xterm-color"

build() {
	export cf_cv_ar_flags=-crD	# its own choice keeps times in the archives
	conf --enable-widec --with-termlib --with-shared --with-normal --without-debug --without-ada --without-cxx \
		--without-cxx-binding --without-tests --without-manpages --enable-overwrite --disable-stripping --disable-home-terminfo \
		--enable-pc-files --with-pkg-config-libdir=/usr/lib/pkgconfig --with-default-terminfo-dir=/usr/share/terminfo \
		--with-terminfo-dirs=/etc/terminfo:/usr/share/terminfo --with-tic-path=/usr/bin/tic --with-infocmp-path=/usr/bin/infocmp \
		--with-fallbacks=linux,vt100,vt220,xterm,ansi,dumb
	mk
	inst
	# The plain names for the wide libraries, so that -lncurses and -ltinfo find them.
	for l in ncurses panel menu form tinfo; do
		ln -s lib${l}w.so "$root/usr/lib/lib$l.so"
		ln -s lib${l}w.a "$root/usr/lib/lib$l.a"
		ln -s ${l}w.pc "$root/usr/lib/pkgconfig/$l.pc"
	done
	ln -s libncursesw.so "$root/usr/lib/libcurses.so"
	ln -s . "$root/usr/include/ncursesw"
	mv "$root/usr/share/terminfo" all
	for t in $terms; do mkdir -p "$root/usr/share/terminfo/${t%"${t#?}"}"; cp "all/${t%"${t#?}"}/$t" "$root/usr/share/terminfo/${t%"${t#?}"}/"; done
	rm -rf "$root/usr/share/tabset" "$root/usr/lib/terminfo"
}
#sets
base="usr/lib/libncursesw.so.* usr/lib/libtinfow.so.* usr/share/terminfo usr/bin/clear usr/bin/reset usr/bin/tset usr/bin/tput"
full="usr/lib/lib*.so.* usr/share/terminfo usr/bin"
system="base: usr/lib/lib*.so.* usr/share/terminfo usr/bin"
