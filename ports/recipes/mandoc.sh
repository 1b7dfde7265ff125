name=mandoc
source=mdocml
version=1.14.6-1
dsc=0f25693caac513d1d22e58b97e877e7ba1f1e03647f404375e36a94253e4828d
orig=8bf0d570f01e70a6e124884088870cbed7537f36328d512909eb10cd53179d9c
deps=zlib
build() {
	cat > configure.local <<-C
	PREFIX=/usr
	SBINDIR=/usr/bin
	MANDIR=/usr/share/man
	CC="$CC $CPPFLAGS"
	AR=$AR
	CFLAGS="$CFLAGS"
	LDFLAGS="$LDFLAGS"
	LDADD="-lz"
	OSNAME=Oldiron
	MANPATH_DEFAULT=/usr/share/man:/usr/local/share/man
	MANPATH_BASE=/usr/share/man
	UTF8_LOCALE=C.UTF-8
	LN="ln -sf"
	STATIC=
	C
	OLDIRON_STATIC=1 ./configure
	mk
	inst
	rm -f "$root/usr/bin/soelim"
}
#sets
base=
full=
system="doc: usr/bin"
