name=gzip
version=1.12-1
dsc=49a287787a0b4fc816eb576c011c472d1f630ec1778dfa120bd7fce4a844c253
orig=ce5e03e519f637e1f814011ace35c4f87b33c0bbabeec35baf5fbd3479e91956
# zless is made where the building machine has less.
conf_args="ac_cv_prog_LESS=less"

#sets
base="usr/bin/gzip usr/bin/gunzip usr/bin/zcat"
full="usr/bin"
system="base: usr/bin"
