name=hdparm
version=9.65+ds-1
dsc=e4d805922c1cd12f200b5b1691caba1cbd202238800126153018c06bf613af6b
orig=d6541daca56de332348aa15ba3fa70ad126522bc9e44128aabe07f5213732228
build() {
	mk CC="$CC" CFLAGS="$CFLAGS -D_GNU_SOURCE" LDFLAGS="$LDFLAGS" STRIP=true
	install -D hdparm "$root/usr/bin/hdparm"
}
#sets
base=
full="usr/bin"
system="disk: usr/bin"
