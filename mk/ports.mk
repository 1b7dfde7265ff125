# The third-party user land: toolchain, packages, initramfs images. Built in a cache outside the tree (ports/lib.sh).
## toolchain   build/ports/toolchain/bin/i486-linux-musl-gcc and its libc
## ports       every third-party package, built from source
.PHONY: toolchain ports
toolchain:
	$(Q)ports/build toolchain

ports:
	$(Q)ports/build all
