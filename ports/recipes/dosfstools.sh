name=dosfstools
version=4.2-1
dsc=598c495fe393caedbe15c3595e62d66371114f08dd7482c0af5e3f25acd7e5c2
orig=64926eebf90092dca21b14259a5301b7b98e7b1943e8a201c7d726084809b527
conf_args="--without-udev --without-iconv"
#sets
base=
full="usr/bin"
system="disk: usr/bin"
