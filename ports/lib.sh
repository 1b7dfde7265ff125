# Shared by ports/build and the other scripts here: places, messages, and the fetching of pinned Debian packages.
# Read with `.`; POSIX shell. Needs what scripts/setup provides: dpkg-dev, source packages and i386 known to apt. No root.

: "${OLDIRON_CACHE:=$HOME/.cache/oldiron}"
PORTS=$(cd "$(dirname "$0")" && pwd)
while [ ! -f "$PORTS/lib.sh" ] && [ "$PORTS" != / ]; do PORTS=$(dirname "$PORTS"); done
TOP=$(dirname "$PORTS")
BUILD=${OLDIRON_BUILD:-$TOP/build}
CACHE=$OLDIRON_CACHE
mkdir -p "$CACHE/ports" "$CACHE/sources" "$CACHE/log" "$CACHE/work"

say() { printf 'ports: %s\n' "$*" >&2; }
die() { printf 'ports: error: %s\n' "$*" >&2; exit 1; }

# Fresh indexes, when a package could not be had with those there are. Only root can read them; one index may be in the
# middle of a sync, so a failed update is retried and then judged by whether what is needed resolves.
apt_update() {
	[ "$(id -u)" = 0 ] || { say "if the package indexes are old, run as root: apt-get update"; return; }
	for try in 1 2 3; do
		say "reading the package indexes (try $try)"
		apt-get -q=2 update > "$CACHE/log/apt-update.log" 2>&1 && break
		sleep 2
	done
	touch "$CACHE/apt-updated"
}

apt_fresh() { [ -f "$CACHE/apt-updated" ] && [ -n "$(find "$CACHE/apt-updated" -mmin -60)" ]; }

# newest_same_release NAME VERSION KIND: the newest VERSION' with the same upstream part; KIND source or binary.
newest_same_release() {
	up=${2%-*}		# empty: the newest of all
	if [ "$3" = source ]; then apt-cache showsrc "$1" | sed -n "/^Package: $1\$/,/^\$/s/^Version: //p"
	else apt-cache show "$1" | sed -n 's/^Version: //p'; fi 2>/dev/null |
	grep -F -e "$up" | sort -V | tail -n 1
}

apt_flags="-q=2 -o APT::Sandbox::User=root -o Acquire::Retries=3"
sha_of() { sha256sum "$1" | cut -d' ' -f1; }

# fetch_source NAME VERSION DSC_SHA256 ORIG_SHA256: prints a directory that holds the verified files of the source package.
fetch_source() {
	d=$CACHE/sources/$(printf '%s_%s' "$1" "$2" | tr : %)
	if [ ! -f "$d/.ok" ]; then ( flock 9; fetch_source_locked "$@" ) 9> "$CACHE/apt.lock" || exit 1; fi
	printf '%s\n' "$d"
}

fetch_source_locked() {
	[ -f "$d/.ok" ] && return
	rm -rf "$d.part"; mkdir -p "$d.part"
	pinned=1
	get_source "$1=$2" || { ! apt_fresh && apt_update && get_source "$1=$2"; } || {
		v=$(newest_same_release "$1" "$2" source)
		[ -n "$v" ] || die "$1 $2: apt has neither it nor another revision of that release (has scripts/setup been run?)"
		say "NOT AS PINNED: $1 $2 is gone from the archive; taking $v of the same upstream release"
		get_source "$1=$v" || die "$1 $v: cannot be fetched, see $CACHE/log/fetch-$1.log"
		pinned=
	}
	dsc=$(ls "$d.part"/*.dsc)
	[ -z "$pinned" ] || [ "$(sha_of "$dsc")" = "$3" ] ||
		die "$1: sha256 of ${dsc##*/} is $(sha_of "$dsc"), the recipe pins $3"
	( cd "$d.part" && sed -n '/^Checksums-Sha256:/,/^[^ ]/s/^ \([0-9a-f]*\) [0-9]* \(.*\)/\1  \2/p' *.dsc | sha256sum -c --quiet ) ||
		die "$1: a file does not have the checksum that its .dsc gives"
	orig=$(ls "$d.part"/*.orig.tar.* | grep -v '\.asc$' | head -n 1)
	[ "$(sha_of "$orig")" = "$4" ] || die "$1: sha256 of ${orig##*/} is $(sha_of "$orig"), the recipe pins $4"
	touch "$d.part/.ok"; rm -rf "$d"; mv "$d.part" "$d"
}

get_source() {
	( cd "$d.part" && apt-get $apt_flags --only-source --download-only source "$1" ) > "$CACHE/log/fetch-${1%%=*}.log" 2>&1
}

# fetch_deb NAME[:ARCH] VERSION SHA256 [SERIES]: prints the path of the .deb. If VERSION is gone, the newest whose version
# contains SERIES (default: the upstream part of VERSION) is taken, and that is said.
fetch_deb() {
	f=$CACHE/sources/$(printf '%s_%s.deb' "$1" "$2" | tr : %)
	if [ ! -f "$f" ]; then ( flock 9; fetch_deb_locked "$@" ) 9> "$CACHE/apt.lock" || exit 1; fi
	printf '%s\n' "$f"
}

fetch_deb_locked() {
	[ -f "$f" ] && return
	rm -rf "$f.d"; mkdir -p "$f.d"
	if get_deb "$1=$2" || { ! apt_fresh && apt_update && get_deb "$1=$2"; }; then
		[ "$(sha_of "$f.d"/*.deb)" = "$3" ] || die "$1: sha256 is $(sha_of "$f.d"/*.deb), the recipe pins $3"
	else
		v=$(newest_same_release "$1" "${4:-${2%-*}}-" binary)
		[ -n "$v" ] || die "$1 $2: gone from the archive, and nothing like it is there"
		say "NOT AS PINNED: $1 $2 is gone from the archive; taking $v"
		get_deb "$1=$v" || die "$1 $v: cannot be fetched, see $CACHE/log/fetch-$1.log"
	fi
	mv "$f.d"/*.deb "$f"; rm -rf "$f.d"
}

get_deb() {
	( cd "$f.d" && apt-get $apt_flags download "$1" ) > "$CACHE/log/fetch-${1%%=*}.log" 2>&1
}

# need_tool COMMAND PACKAGE ...: ends with the one command to type if something that builds need is missing.
need_tools() {
	miss=
	while [ $# -gt 1 ]; do command -v "$1" > /dev/null || miss="$miss $2"; shift 2; done
	[ -z "$miss" ] || die "missing on this machine. As root: apt-get install -y$miss"
}
