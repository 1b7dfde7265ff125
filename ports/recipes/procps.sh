name=procps
version=2:4.0.2-3
dsc=927de59c0fb3b3f1ccfd685ebd578fdd9ca524135f15810f766be2f6be5a7e83
orig=ee3fcd2ea6ff94aa43a81ba5cc7912b7c9615acd2911c7a3d3ea081287fdf47a
deps=ncurses
build() {
	CPPFLAGS="$CPPFLAGS -D__UT_NAMESIZE=32 -D__UT_LINESIZE=32 -D__UT_HOSTSIZE=256"	# glibc names, musl sizes
	conf --disable-nls --without-systemd --disable-numa --disable-modern-top --disable-w-from
	mk
	inst
}
#sets
base="usr/lib/lib*.so.* usr/bin/ps usr/bin/top usr/bin/free usr/bin/vmstat usr/bin/uptime usr/bin/pgrep usr/bin/pkill usr/bin/kill
 usr/bin/w usr/bin/sysctl"
full="usr/lib/lib*.so.* usr/bin"
system="base: usr/lib/lib*.so.* usr/bin"
