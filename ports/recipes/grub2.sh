name=grub2
version=2.06-13+deb12u2
dsc=9c0f89f34907e0e50df46401c811347f9559cd405b8c83659042f2c4687622b7
orig=b79ea44af91b93d17cd3fe80bdae6ed43770678a9a5ae192ccea803ebb657ee1
modules="grub-pc-bin 2.06-13+deb12u2 db6aced5a89f02e10e150140b4df9621196f311c26203baf8558b4c6808e1298 2.06"
tools="grub-install grub-bios-setup grub-probe grub-mkimage grub-editenv grub-mkrelpath grub-script-check grub-file"
# The tools that run on the target, and the loader itself, which is data to them, as Debian compiled it.
build() {
	echo '#define canonicalize_file_name(path) realpath(path, NULL)' > musl.h
	export CPPFLAGS="$CPPFLAGS -include $PWD/musl.h"
	conf --target=i386 --with-platform=pc --disable-nls --disable-werror --disable-device-mapper --disable-libzfs \
		--disable-grub-mkfont --disable-grub-mount --disable-grub-themes --disable-liblzma --enable-efiemu=no \
		TARGET_CC="$CC" BUILD_CC=gcc
	make -j"$jobs" -C grub-core/lib/gnulib
	make -j"$jobs" $tools
	for t in $tools; do install -D "$t" "$root/usr/bin/$t"; done
	deb=$(fetch_deb $modules)
	dpkg-deb --fsys-tarfile "$deb" | tar -C "$root" -x ./usr/lib/grub/i386-pc
	cd "$root/usr/lib/grub/i386-pc"
	# test.mod is the command that menus ask with; the others test GRUB. Not those, nor what is for other firmware, nor what uses a newer processor's instructions without asking.
	rm -f *.image *.exec gdb_grub gmodule.pl config.h efiemu* ?*test.mod *test?*.mod hello.mod xnu* rdmsr.mod wrmsr.mod random.mod \
		915resolution.mod cbfs.mod cbls.mod cbtable.mod cbtime.mod cbmemc.mod grub-bios-setup grub-ntldr-img
	sed -i '/^cbfs$/d' fs.lst	# GRUB would look for it
}
#sets
base=
full=
system="loader: usr/bin usr/lib/grub"
