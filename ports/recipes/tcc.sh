name=tcc
version=0.9.27+git20200814.62c30a4a-1
dsc=3d211ea8e260e6b846c9a085ea43229c48b20871be7a7ad8f520b2d345587cfd
orig=d63c113bcdd657f51c8ee197a0b0a24203603313e19a52b5f678d40ab7f5df35
build() {
	# Its own makefile for i386 hosts; libtcc1 by our gcc, as a tcc that runs is not there yet.
	./configure --cpu=i386 --prefix=/usr --cc=$host-gcc --ar=$AR --extra-cflags="$CFLAGS -mpreferred-stack-boundary=2" --extra-ldflags="$LDFLAGS" --config-musl \
		--sysincludepaths=/usr/lib/tcc/include:/usr/include --libpaths=/usr/lib:/usr/lib/tcc --crtprefix=/usr/lib \
		--elfinterp=/lib/ld-musl-i386.so.1
	mk tcc libtcc.a
	mk libtcc1.a i386-libtcc1-usegcc=yes
	# libc.a was made by gcc: the helpers of libgcc that libtcc1 does not have, for -static.
	mkdir gcc && cd gcc && $AR x "$tc/lib/libgcc.a"
	for o in *.o; do
		f=$($NM --defined-only -g "$o" | awk '$2 == "T" && $3 !~ /thunk/ { print $3 }' | head -n 1)
		[ -z "$f" ] || $NM ../libtcc1.a 2> /dev/null | grep -q " T $f\$" || $AR rD ../libtcc1.a "$o"
	done
	cd ..
	$STRIP --strip-unneeded -D libtcc1.a	# names of temporary files
	install -D tcc "$root/usr/bin/tcc"
	ln -s tcc "$root/usr/bin/cc"
	install -D -m 644 libtcc1.a "$root/usr/lib/tcc/libtcc1.a"
	mkdir -p "$root/usr/lib/tcc/include"
	cp include/*.h "$root/usr/lib/tcc/include/"
	# What it compiles with in the guest: musl's headers and libraries, and Linux' headers.
	mkdir -p "$root/usr/include
 !usr/include/rdma !usr/include/misc !usr/include/xen !usr/include/sound !usr/include/drm !usr/include/linux/nl80211.h
 !usr/include/linux/bpf* !usr/include/linux/v4l2* !usr/include/linux/videodev2.h !usr/include/linux/dvb !usr/include/linux/netfilter*
 !usr/include/linux/can !usr/include/linux/mlx* !usr/include/linux/perf_event.h !usr/include/linux/kvm* !usr/include/linux/media*
 !usr/include/linux/tipc* !usr/include/linux/ethtool* !usr/include/linux/btrfs* !usr/include/linux/vfio* !usr/include/linux/devlink.h"
	cp -r "$tc"/sysroot/usr/include/. "$root/usr/include/"
	cp "$tc"/sysroot/usr/lib/*.a "$tc"/sysroot/usr/lib/*crt*.o "$root/usr/lib/"
}
#sets
base=
full="usr/bin usr/lib/tcc usr/lib/*.a usr/lib/*.o usr/include
 !usr/include/rdma !usr/include/misc !usr/include/xen !usr/include/sound !usr/include/drm !usr/include/linux/nl80211.h
 !usr/include/linux/bpf* !usr/include/linux/v4l2* !usr/include/linux/videodev2.h !usr/include/linux/dvb !usr/include/linux/netfilter*
 !usr/include/linux/can !usr/include/linux/mlx* !usr/include/linux/perf_event.h !usr/include/linux/kvm* !usr/include/linux/media*
 !usr/include/linux/tipc* !usr/include/linux/ethtool* !usr/include/linux/btrfs* !usr/include/linux/vfio* !usr/include/linux/devlink.h"
system="development: $full"
