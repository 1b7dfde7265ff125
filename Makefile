# Oldiron. `make help` lists the targets. Everything made goes below build/ (and port builds into a cache outside the tree).
B ?= build
# Where scripts and tests find what was made, and put it.
export OLDIRON_BUILD := $(abspath $(B))
Q := $(if $(V),,@)
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

include $(sort $(wildcard mk/*.mk))

.PHONY: all clean help

clean:
	rm -rf $(B)

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)
