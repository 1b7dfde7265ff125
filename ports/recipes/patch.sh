name=patch
version=2.7.6-7
dsc=d954fd576d935ac54b7d44d4976eb52d0da84a57f7bad90c6e5bd5e33595030a
orig=ac610bda97abe0d9f6b7c963255a11dcb196c25e337c61f94e4778d632f1d8fd
conf_args="--disable-nls"
#sets
base=
full="usr/bin"
system="extras: usr/bin"
