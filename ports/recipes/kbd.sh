name=kbd
version=2.5.1-1
dsc=601a34466f78611c6e0bf0ff10941b2b8e9abf93e4c84a5f90327df2ca809966
orig=80513bfc54dceb31b06648ab38ca8447305b92cc0c6b9c05abb1d275af8581a8
build() {
	autoreconf -fi	# its tarball has no configure
	conf --disable-nls --disable-vlock --disable-tests --datadir=/usr/share/kbd
	for d in src data; do make -C $d -j"$jobs"; make -C $d DESTDIR="$root" install; done
	# Fonts are of no use on a text-mode screen in its own font; of the keymaps the PC ones.
	cd "$root/usr/share/kbd"
	rm -rf consolefonts consoletrans unimaps keymaps/amiga keymaps/atari keymaps/mac keymaps/ppc keymaps/sun keymaps/pine
	find . -name '*.gz' -exec gunzip {} +
	( cd "$root/usr/bin" && rm -f setfont psf* mapscrn setvesablank resizecons loadunimap unicode_* setvtrgb )
}
#sets
base=
full="usr/bin usr/share/kbd"
system="base: usr/bin usr/share/kbd"
