name=sed
version=4.9-1+deb12u1
dsc=6bf366b84fd2025e355689e524132b3c38a2b4ef136de2e6129595be1e3bdd4f
orig=6e226b732e1cd739464ad6862bd1a1aba42d7982922da7a53519631d24975181
conf_args="--disable-nls --disable-acl --without-selinux"
#sets
base="usr/bin"
full="usr/bin"
system="base: usr/bin"
