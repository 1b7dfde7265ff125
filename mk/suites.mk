# Upstream test suites inside the guest: the outcome of each test on Oldiron is that on Debian's Linux (docs/suites.md).
## suites        bash's, coreutils' and e2fsprogs' own tests on Linux and on Oldiron, compared; writes the figures into docs/suites.md
##               (SUITES="bash coreutils:misc/tee" chooses)
## suites-short  those of tests/suites/short; Linux's outcomes are kept between runs
SUITES       ?=
SUITES_JOBS  ?= $(shell nproc)
SUITES_CACHE := $${OLDIRON_CACHE:-$$HOME/.cache/oldiron}/suites
SUITES_BASE  := $(B)/initramfs-tests.cpio.gz
SUITES_DISK  := $(B)/suites/disk
SUITES_RUN   = tests/suites/run-suite --base $(SUITES_BASE) --disk $(SUITES_DISK) --jobs $(SUITES_JOBS)
SUITES_LINUX = --kernel $$(scripts/fetch-linux-686) --modules $$(dirname $$(scripts/fetch-linux-686))/modules
# Linux mounts no /dev by itself over an initramfs.
SUITES_OURS  := --kernel $(B)/oldiron.elf --append devtmpfs.mount=0
SUITES_DIFF  = tests/suites/compare --known tests/suites/known-differences
TEST_TARGETS += suites-short

.PHONY: suites suites-short suites-linux
$(SUITES_BASE): $(wildcard ports/recipes/*.sh ports/files/*/* ports/rootfs/common/etc/*) ports/image ports/mkcpio
	$(Q)ports/image tests

# What the guest's disk has in it: the tests of e2fsprogs.
$(SUITES_DISK).made: $(SUITES_BASE)
	$(Q)rm -rf $(SUITES_DISK) && mkdir -p $(SUITES_DISK)
	$(Q)cp -aL $(B)/ports/testdata/e2fsprogs $(SUITES_DISK)/
	@touch $@

$(B)/suites/all: $(SUITES_BASE) tests/suites/list-tests
	@mkdir -p $(@D)
	$(Q)tests/suites/list-tests $(B)/ports/testdata > $@

suites: $(B)/oldiron.elf $(B)/suites/all $(SUITES_DISK).made
	$(Q)$(SUITES_RUN) $(SUITES_LINUX) --cache "$(SUITES_CACHE)" --tests $(B)/suites/all --out $(B)/suites/linux.txt $(SUITES)
	$(Q)$(SUITES_RUN) $(SUITES_OURS) --tests $(B)/suites/all --out $(B)/suites/oldiron.txt $(SUITES)
	$(Q)$(SUITES_DIFF) --linux $(B)/suites/linux.txt --oldiron $(B)/suites/oldiron.txt \
		--linux-version "$$(cat $$(dirname $$(scripts/fetch-linux-686))/version)" $(if $(SUITES),,--report docs/suites.md)

# Linux against itself: what a comparison cannot rest on.
suites-linux: $(B)/suites/all $(SUITES_DISK).made
	$(Q)for n in 1 2; do $(SUITES_RUN) $(SUITES_LINUX) --tests $(B)/suites/all --out $(B)/suites/linux-$$n.txt $(SUITES); done
	$(Q)tests/suites/compare --known /dev/null --linux $(B)/suites/linux-1.txt --oldiron $(B)/suites/linux-2.txt

suites-short: $(B)/oldiron.elf $(SUITES_BASE) $(SUITES_DISK).made
	@mkdir -p $(B)/suites
	$(Q)$(PYTEST) -q tests/suites
	$(Q)$(SUITES_RUN) $(SUITES_LINUX) --cache "$(SUITES_CACHE)" --tests tests/suites/short --out $(B)/suites/linux-short.txt
	$(Q)$(SUITES_RUN) $(SUITES_OURS) --tests tests/suites/short --out $(B)/suites/oldiron-short.txt
	$(Q)$(SUITES_DIFF) --linux $(B)/suites/linux-short.txt --oldiron $(B)/suites/oldiron-short.txt
