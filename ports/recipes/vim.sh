name=vim
version=2:9.0.1378-2+deb12u2
dsc=aa797fe95fa4ba55811b599f34c2e35b0ef3dedfea85dfe4b45cce29173a2d91
orig=6f20c108c0fe5dbcb00a00080b3607feb024a499de2c4d004de9c3bd74516523
deps=ncurses
build() {
	export vim_cv_toupper_broken=no vim_cv_terminfo=yes vim_cv_tgetent=zero vim_cv_getcwd_broken=no vim_cv_timer_create=yes \
		vim_cv_stat_ignores_slash=no vim_cv_memmove_handles_overlap=yes vim_cv_bcopy_handles_overlap=yes vim_cv_tty_group=tty vim_cv_tty_mode=0620
	conf --with-features=small --disable-gui --without-x --disable-nls --disable-acl --disable-gpm --disable-selinux --disable-netbeans \
		--disable-canberra --with-tlib=tinfow --with-compiledby=oldiron --disable-darwin --disable-icon-cache-update --disable-desktop-database-update
	mk -C src auto/pathdef.c
	sed -i "s|$work|.|g" src/auto/pathdef.c		# vim --version shows the flags
	mk
	install -D src/vim "$root/usr/bin/vim"
	ln -s vim "$root/usr/bin/vi"; ln -s vim "$root/usr/bin/view"
	mkdir -p "$root/usr/share/vim/vim90"
	cp runtime/defaults.vim "$root/usr/share/vim/vim90/"
	mkdir -p "$root/etc"; printf 'set nocompatible backspace=indent,eol,start ruler\n' > "$root/usr/share/vim/vimrc"
}
#sets
base=
full="usr/bin usr/share/vim"
system="editors: usr/bin usr/share/vim"
