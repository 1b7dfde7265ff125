# The tree of a disk: build/ports/root-system with its manifest and groups. Read by ports/image, whose functions it uses.
#
# A recipe's line system="GROUP: glob... GROUP: glob..." says which installed files there are and which group each belongs
# to (the first that takes it wins; system/groups lists the groups). Over that come rootfs/common, rootfs/system, the pages
# of docs/man, the kernel, and what other parts of the tree leave in build/system-extra/ (programs of our own).

R=		# the tree
MAP=		# lines "GROUP<tab>/path" for what is in no required group

system_take() {		# RECIPE WORD...
	local from=$B/ports/pkg/$1/. group= f word; shift
	for word; do
		case $word in
		*:) group=${word%:} ;;
		!*) ( cd "$R" && rm -rf ${word#!} ) ;;
		*)	take "$from" "$R" "$word"
			( cd "$from" && find $(compgen -G "$word") ! -type d -printf "$group\t/%p\n" ) >> "$MAP" ;;
		esac
	done
}

# One program under several names in one folder becomes one file and links to it.
system_dedupe() {	# DIR
	local sum= first= s f
	find "$1" -type f -exec sha256sum {} + | sort | while read -r s f; do
		if [ "$s" = "$sum" ]; then ln -sfn "${first##*/}" "$f"; else sum=$s first=$f; fi
	done
}

# Commands that busybox gives too when their group is not installed: its links are in a folder at the end of PATH.
system_busybox() {
	local a group
	install -m 755 "$B/ports/pkg/busybox/usr/bin/busybox" "$R/usr/bin/busybox"
	mkdir -p "$R/usr/lib/busybox"
	for a in $(cat "$B/ports/pkg/busybox/usr/share/busybox/applets"); do
		if [ ! -e "$R/usr/bin/$a" ] && [ ! -L "$R/usr/bin/$a" ]; then ln -s busybox "$R/usr/bin/$a"; continue; fi
		group=$(grep -m 1 -P "\t/usr/bin/\Q$a\E\$" "$MAP" | cut -f 1)
		[ "${group:-base}" = base ] || ln -s ../../bin/busybox "$R/usr/lib/busybox/$a"
	done
}

system_skeleton() {
	local d
	skeleton "$R"
	for d in boot/grub dev/pts media medium opt srv usr/local/bin usr/local/lib usr/local/share/man var/empty \
		etc/profile.d var/lib/oldiron var/spool/cron/crontabs "usr/lib/modules/$release"; do mkdir -p "$R/$d"; done
	install -m 755 "$B/ports/toolchain/sysroot/usr/lib/libc.so" "$R/usr/lib/libc.so"
	ln -s libc.so "$R/usr/lib/ld-musl-i386.so.1"
	ln -s ../lib/libc.so "$R/usr/bin/ldd"
}

system_own_files() {
	local page
	( cd "$PORTS/rootfs/common" && cp -a --parents etc/inputrc etc/hosts etc/hostname etc/shells "$R/" )
	cp -a "$PORTS/rootfs/system/." "$R/"
	for page in "$TOP"/docs/man/*.[1-8]; do
		install -D -m 644 "$page" "$R/usr/share/man/man${page##*.}/${page##*/}"
	done
	# The index of apropos and man, made by the target's own program.
	"$R/usr/lib/libc.so" --library-path "$R/usr/lib" "$R/usr/bin/makewhatis" "$R/usr/share/man"
	( cd "$R" && find usr/share/man -type f -printf 'doc\t/%p\n' ) >> "$MAP"
	# e2fsck would give an index to large folders of a mounted root, whose inodes the kernel has in memory.
	sed -i 's/^\[fs_types\]$/&\n\text2 = {\n\t\tfeatures = ^dir_index\n\t}/' "$R/etc/mke2fs.conf"
	sed -i "s/@VERSION@/$sysversion/" "$R/etc/os-release"
	strip -o "$R/boot/oldiron.elf" "$B/oldiron.elf"
	[ ! -d "$B/system-extra" ] || cp -a "$B/system-extra/." "$R/"
}

stage_system() {
	local line release sysversion
	[ -f "$B/oldiron.elf" ] || die "there is no $B/oldiron.elf; build it first: make kernel"
	release=$(sed -n 's/^#define OLDIRON_RELEASE "\(.*\)"$/\1/p' "$TOP/kernel/include/kernel/main.h")
	sysversion=$(sed -n 's/^#define OLDIRON_VERSION "\(.*\)"$/\1/p' "$TOP/kernel/include/kernel/main.h")
	R=$B/ports/root-system MAP=$B/ports/system.map
	rm -rf "$R"; : > "$MAP"
	system_skeleton
	while read -r line; do system_take $line; done < <(members system)
	system_own_files
	system_busybox
	system_dedupe "$R/usr/bin"
	find "$R/usr/share/kbd" -type f ! -name '*.gz' -exec gzip -9n {} +
	sed -i -E '/\/usr\/share\/kbd\//s/(\.gz)?$/.gz/' "$MAP"
	chmod -R u+w,go-w "$R/etc" "$R/usr" "$R/boot"
	find "$R" -exec touch -h -d @946684800 {} +
	"$PORTS/gate486" "$R/usr"	# the kernel asks first: kernel/gate486.allow
	"$PORTS/mkmanifest" "$R" "$PORTS/system/groups" "$MAP" "$PORTS/system/owners" "$sysversion" "$B/system.manifest" "$B/system.groups"
	say "$B/system.manifest: $(($(wc -l < "$B/system.manifest") - 2)) entries, $(du -sk --apparent-size "$R" | cut -f1) KB"
}
