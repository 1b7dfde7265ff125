name=diffutils
version=1:3.8-4
dsc=783af1a151c2a0f42a8a427693cc4bb16037c0d17282d28672d906f2eab424b8
orig=a6bdd7d1b31266d11c4f4de6c1b748d4607ab0231af5188fc2533d0ae2438fec
conf_args="--disable-nls"
#sets
base=
full="usr/bin"
system="base: usr/bin"
