name=findutils
version=4.9.0-4
dsc=3bb39a6a5f96101f9bb28fed234db186fcec198e064478fef3c0fdf2434f0681
orig=a2bfb8c09d436770edc59f50fa483e785b161a3b7b9d547573cb08065fd462fe
conf_args="--disable-nls"
#sets
base="usr/bin/find usr/bin/xargs"
full="usr/bin"
system="base: usr/bin"
