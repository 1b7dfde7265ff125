name=mawk
version=1.3.4.20200120-3.1
dsc=ed0543e3111f718e918a73033292fe2616760c8791c13efa0da3818ca835cdc1
orig=7fd4cd1e1fae9290fe089171181bbc6291dfd9bca939ca804f0ddb851c8b8237
build() {
	conf
	mk
	inst
	ln -s mawk "$root/usr/bin/awk"
}
#sets
base="usr/bin"
full="usr/bin"
system="base: usr/bin"
