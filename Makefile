# Oldiron. `make help` lists the targets. Everything made goes below build/ (and port builds into a cache outside the tree).
B ?= build
Q := $(if $(V),,@)
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

include $(sort $(wildcard mk/*.mk))

.PHONY: all clean help
all: kernel

clean:
	rm -rf $(B)

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
