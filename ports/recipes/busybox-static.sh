name=busybox-static
source=busybox
version=1:1.35.0-4+deb12u1
dsc=9c01fe128b0eeded371c70e37d474fdb5055f71b5d0a778db44c6b0c62d3a7fa
orig=faeeb244c35a348a334f4a59e44626ee870fb07b6884d68c10ae8bc19f83a694
# The rescue set: one static program, small enough for a floppy beside the kernel.
build() {
	export CFLAGS= CPPFLAGS= LDFLAGS=
	busybox_config "$PORTS/files/$name/config"
	mk CROSS_COMPILE=$host- CC="$CC" SKIP_STRIP=y EXTRA_CFLAGS="-ffile-prefix-map=$work=."
	install -D busybox "$root/usr/bin/busybox-static"
	mkdir -p "$root/usr/share/busybox-static"
	make -s busybox.links && sed 's|.*/||' busybox.links | sort > "$root/usr/share/busybox-static/applets"
}
#sets
base=
full=
