name=nano
version=7.2-1+deb12u1
dsc=e7ec15144ec5b984681d079ea4e3a0f6f17eb92895376511df6822bd770e7281
orig=86f3442768bd2873cec693f83cdf80b4b444ad3cc14760b74361474fc87a4526
deps=ncurses
build() {
	conf --disable-libmagic --disable-nls --enable-utf8 --disable-speller
	mk
	inst
	install -D -m 644 "$PORTS/files/nano/nanorc" "$root/etc/nanorc"
}
#sets
base="usr/bin"
full="usr/bin usr/share/nano etc"
system="editors: usr/bin usr/share/nano etc"
