# A PC to play with.
## run           boot the live CD in QEMU (on a screen if there is one, else on this terminal; ^A x ends it)
##               RUN_ARGS="..." is added to QEMU's command line, RUN_APPEND="..." to the kernel's
RUN_ARGS   ?=
RUN_APPEND ?=

$(B)/scratch.img:
	@mkdir -p $(@D)
	$(Q)truncate -s 512M $@

.PHONY: run setup
run: setup
	$(Q)$(MAKE) --no-print-directory $(B)/oldiron.iso $(B)/scratch.img
	$(Q)scripts/run-qemu $(B) "$(RUN_APPEND)" $(RUN_ARGS)

## setup         install the packages that are missing
setup:
	$(Q)scripts/setup
# `make` alone: packages, kernel, user land, images.
all: setup
