name=shadow
version=1:4.13+dfsg1-1+deb12u2
dsc=624b24453887abb8d1e60cb6a159180685682ff149393095ba0a55fb2960e4f0
orig=a8bb3a2aceff1cbe39d0f50687dcc1d7e7be0516a9d954d8e2eedb93f5906207
build() {
	# Debian's login asks for a setting that Debian takes out of the list of settings.
	sed -i 's/^\t{"FAILLOG_ENAB", NULL},.*/&\n\t{"FAIL_DELAY", NULL},\t\t\t\\/' lib/getdef.c
	[ -x configure ] || autoreconf -fi
	conf --without-libpam --without-selinux --without-audit --without-acl --without-attr --without-tcb --without-nscd \
		--without-sssd --without-btrfs --without-libbsd --without-libcrack --without-skey --disable-subordinate-ids \
		--disable-account-tools-setuid --disable-nls --disable-man --disable-shared --with-sha-crypt --without-bcrypt \
		--without-yescrypt --with-su --with-group-name-max-length=32
	mk
	inst suidbins= suidusbins=
	rm -f "$root"/bin/groups "$root"/usr/bin/groups "$root"/usr/*bin/logoutd	# coreutils' is taken; and there is no utmp
}
#sets
base=
full=
system="base: usr/bin"
