name=tzdata
version=2026b-0+deb12u1
dsc=1a6e7b80823607130b79a12e5dff0d03ed81feb14faf5fffad94841e54cfe988
orig=114543d9f19a6bfeb5bca43686aea173d38755a3db1f2eec112647ae92c6f544
# Compiled by the build host's zic: the files are the same for every machine. Links are symbolic: an alias costs no block.
build() {
	z=$root/usr/share/zoneinfo
	mkdir -p "$z"
	PATH=$PATH:/usr/sbin zic -b slim -d "$z" africa antarctica asia australasia europe northamerica southamerica etcetera factory backward
	cp iso3166.tab zone1970.tab zone.tab "$z/"
	find "$z" -type f -links +1 -printf '%i %P\n' | sort -k1,1n -k2 | while read -r i f; do
		if [ "$i" = "${last-}" ]; then ln -sfnr "$z/$first" "$z/$f"; else last=$i first=$f; fi
	done
}
#sets
base=
full=
system="base: usr/share/zoneinfo"
