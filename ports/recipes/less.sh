name=less
version=590-2.1~deb12u2
dsc=1a4219f8ec9342851805089d9ee5ec7c0150287d5722ecc914c50790673ad9a6
orig=6aadf54be8bf57d0e2999a3c5d67b1de63808bb90deb8f77b028eafae3a08e10
deps=ncurses
conf_args="--with-regex=posix"
#sets
base="usr/bin/less"
full="usr/bin"
system="base: usr/bin"
