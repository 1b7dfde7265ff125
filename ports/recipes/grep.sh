name=grep
version=3.8-5
dsc=12b8d98e0112683e0439e61d5b3b7cdeafdfc579641c35aa25199bc0431061d0
orig=498d7cc1b4fb081904d87343febb73475cf771e424fb7e6141aff66013abc382
conf_args="--disable-nls --disable-perl-regexp"
#sets
base="usr/bin"
full="usr/bin"
system="base: usr/bin"
