name=tar
version=1.34+dfsg-1.2+deb12u1
dsc=c092b25be17ab3b138aabb756497b038516a3f7d23604ccd4bf76ebbabff7a27
orig=7d57029540cb928394defb3b377b3531237c947e795b51aa8acac0c5ba0e4844
conf_args="--disable-nls --without-posix-acls --without-selinux --without-xattrs"
#sets
base="usr/bin/tar"
full="usr/bin"
system="base: usr/bin"
