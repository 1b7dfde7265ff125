# What every recipe is built in: the flags, the places, the steps from source package to installed files. Read by
# ports/build in a shell of its own for each recipe; part of every recipe's hash, so a change here rebuilds everything.
# Set on entry: $recipe (path), $work (scratch, kept on failure), $out (where the result goes), $tc (toolchain),
# $deproots (the installed trees of the recipe's deps).
set -eu
. "$recipe"
: "${source:=$name}"
umask 022
export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=946684800 FORCE_UNSAFE_CONFIGURE=1
unset MAKEFLAGS MFLAGS MAKELEVEL CDPATH OLDIRON_STATIC || :
export PATH=$tc/bin:$PATH
host=i486-linux-musl
# Small code first: the machines have 8 to 64 MB. A 4-byte stack boundary is enough as nothing here uses SSE (it stands with
# the compiler and not in CFLAGS, which some packages also give to the host's compiler).
export CC="$host-gcc -mpreferred-stack-boundary=2" AR=$host-ar RANLIB=$host-ranlib NM=$host-nm STRIP=$host-strip OBJCOPY=$host-objcopy LD=$host-ld
export HOSTCC=gcc BUILD_CC=gcc CC_FOR_BUILD=gcc
export PKG_CONFIG_LIBDIR=/nonexistent PKG_CONFIG_PATH=
CFLAGS="-Os -g0 -fomit-frame-pointer -ffunction-sections -fdata-sections -ffile-prefix-map=$work=."
CPPFLAGS= LDFLAGS="-Wl,--gc-sections -Wl,--as-needed -Wl,-O1"
if [ "$deproots" ]; then	# one tree of links to all that the deps installed
	CPPFLAGS="-isystem $work/deps/usr/include" LDFLAGS="$LDFLAGS -L$work/deps/usr/lib -Wl,-rpath-link,$work/deps/usr/lib"
	export PKG_CONFIG_LIBDIR=$work/deps/usr/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work/deps
fi
export CFLAGS CPPFLAGS LDFLAGS
root=$work/root
jobs=${PORTS_JOBS:-2}

# conf [OPTION...]: configure in the usual places. Its test programs are linked statically, so that they run on this host.
conf() {
	OLDIRON_STATIC=1 "${configure:-./configure}" --host=$host --build=$host --prefix=/usr --bindir=/usr/bin --sbindir=/usr/bin \
		--libdir=/usr/lib --libexecdir=/usr/lib/"$name" --sysconfdir=/etc --localstatedir=/var \
		--mandir=/usr/share/man --infodir=/usr/share/info "$@"
}
# No manual pages: they are dropped anyway, and making them would run programs that need the target's loader.
noman="MAKEINFO=true HELP2MAN=true MANS= man_MANS= man1_MANS= dist_man_MANS= dist_man1_MANS= nodist_man_MANS="
mk() { make -j"$jobs" $noman "$@"; }
inst() { make DESTDIR="$root" $noman "$@" install; }

# busybox_merge FRAGMENT: its lines over .config. busybox_config FRAGMENT: over nothing else. That a line does not take
# is an error.
busybox_merge() {
	grep -E '^(# )?CONFIG_' "$1" > want
	sed -E 's/^(# )?(CONFIG_[A-Z0-9_]*).*/\2/' want > names
	grep -vwF -f names .config > rest
	cat rest want > .config
	yes '' | make oldconfig HOSTCC=gcc > oldconfig.log
	if grep -vxF -f .config want; then echo "busybox: the options above did not take"; return 1; fi
}
busybox_config() {
	make allnoconfig HOSTCC=gcc > /dev/null
	busybox_merge "$1"
}

# Default for recipes that need nothing special.
build() { conf ${conf_args-}; mk; inst; }
. "$recipe"		# again: its own build() wins

rm -rf "$work"; mkdir -p "$work" "$root"
for r in $deproots; do mkdir -p "$work/deps"; cp -rs "$r/." "$work/deps/"; done
if [ "${nosource-}" ]; then
	mkdir "$work/src"
else
	srcdir=$(fetch_source "$source" "$version" "$dsc" "$orig")
	dpkg-source --no-check -x "$srcdir"/*.dsc "$work/src"
	cd "$work/src"
	for p in "$PORTS/patches/$name"-*.patch; do [ ! -f "$p" ] || patch -p1 -i "$p"; done
	# One time stamp for all: nothing looks older than what it was generated from, so no generator runs.
	find . -exec touch -h -d @$SOURCE_DATE_EPOCH {} +
fi
cd "$work/src"
build

# What nobody needs on the target is dropped; programs and libraries are stripped.
cd "$root"
rm -rf usr/share/man usr/share/info usr/share/doc usr/share/locale usr/share/bash-completion usr/lib/charset.alias
find . -name '*.la' -delete
[ ! -d bin ] || { mkdir -p usr/bin; cp -a bin/. usr/bin/; rm -r bin; }
for d in sbin usr/sbin; do [ ! -d $d ] || { mkdir -p usr/bin; cp -a $d/. usr/bin/; rm -r $d; }; done
[ ! -d lib ] || { mkdir -p usr/lib; cp -a lib/. usr/lib/; rm -r lib; }
find . -type f \( -perm /111 -o -name '*.so*' \) | sort | while read -r f; do
	case $(od -An -N4 -tx1 "$f" | tr -d ' ') in 7f454c46) $STRIP --strip-unneeded -R .comment -R .note "$f" ;; esac
done
find . -type d -empty -delete
mkdir -p "$root"
find . -exec touch -h -d @$SOURCE_DATE_EPOCH {} +
