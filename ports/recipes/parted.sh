name=parted
version=3.5-3
dsc=2a181ce170282ae8b3380b75fd3eb0ff031ebdff95ebbb79538bc6d6e7fa4482
orig=4938dd5c1c125f6c78b1f4b3e297526f18ee74aa43d45c248578b1d2470c05a2
deps=util-linux
build() {
	sed -i 's/udevadm settle[^"]*/:/' libparted/arch/linux.c	# nobody to wait for
	sed -i '/^# define USE_DMI/d' libparted/labels/gpt.c	# at each start a shell and dmidecode, to know an Intel Mac
	autoreconf -fi	# Debian's patches add a file to a Makefile.am
	conf --disable-device-mapper --disable-dynamic-loading --without-readline --disable-nls --disable-rpath --enable-shared
	mk
	inst
}
#sets
base=
full="usr/bin usr/lib/lib*.so.*"
system="disk: usr/bin usr/lib/lib*.so.*"
