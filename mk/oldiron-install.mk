# oldiron-install: the part of the installer that a person meets, over installer.mk's library.
## oldiron-install      build/installer/oldiron-install
## install-docs         write the answer file's keys into docs/install.md and docs/man/oldiron-install.8 again
## install-docs-check   they are as installer/ui/answer_keys.c is
## install-matrix       installations that take longer than those of `make system` (INSTALL_ARGS="-k floppy")
## install-cuts         an installation beside others cut off at every write (CUTS="logical --no-machines")
## install-limits       room, time and least memory of an installation, by group, into docs/install.md (INSTALL_LIMITS="none memory")
TEST_TARGETS   += install-docs-check
INSTALL_SRC    := $(sort $(wildcard installer/ui/*.c installer/loader/*.c installer/system/*.c installer/flow/*.c))
INSTALL_OBJ    := $(INSTALL_SRC:%.c=$(B)/installer/obj/%.o)
INSTALL_LIBS   := -L$(INST_PKG)/ncurses/usr/lib -lformw -lmenuw -lncursesw -ltinfow
INSTALL_KEYS   := installer/ui/answer_keys.c common/xalloc.c
INSTALL_DOCS   := docs/install.md docs/man/oldiron-install.8

.PHONY: oldiron-install install-docs install-docs-check install-matrix install-limits install-cuts
oldiron-install: $(B)/installer/oldiron-install
installer: oldiron-install

# A question leaves out what it does not need, and an answer to a callback its argument.
$(INSTALL_OBJ): INST_CFLAGS += -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
$(INSTALL_OBJ): INST_CPP += -isystem $(INST_PKG)/ncurses/usr/include
$(INSTALL_OBJ): | $(INST_PKG)/ncurses
$(INST_PKG)/ncurses:
	$(Q)ports/build ncurses

$(B)/installer/oldiron-install: $(INSTALL_OBJ) $(B)/installer/libinstaller.a
	$(Q)$(GUEST_CC) -static -Wl,--gc-sections -o $@.debug $(INSTALL_OBJ) $(B)/installer/libinstaller.a \
		$(INSTALL_LIBS) $(INST_LDLIBS)
	$(Q)$(GUEST_STRIP) -o $@ $@.debug

-include $(INSTALL_OBJ:.o=.d)

$(B)/tests/answer-keys: tests/install-docs/print_keys.c $(INSTALL_KEYS) installer/ui/answer_keys.h
	@mkdir -p $(@D)
	$(Q)gcc -std=gnu11 -O1 -Wall -Wextra -Werror -I. -o $@ $(filter %.c,$^)

install-docs: $(B)/tests/answer-keys
	$(Q)tests/install-docs/update.py $< $(INSTALL_DOCS)
install-docs-check: $(B)/tests/answer-keys
	$(Q)tests/install-docs/update.py --check $< $(INSTALL_DOCS)

# The installer's programs are part of the system's tree, and so of the medium and of what is installed.
INSTALL_PARTS := oldiron-install oldiron-undo oldiron-disk
$(B)/system-extra/usr/bin/oldiron-%: $(B)/installer/oldiron-%
	@mkdir -p $(@D)
	$(Q)install -m 755 $< $@
$(B)/system.manifest: $(INSTALL_PARTS:%=$(B)/system-extra/usr/bin/%)

INSTALL_ARGS ?=
install-matrix: installer $(B)/oldiron.iso $(B)/floppy.img
	$(Q)$(PYTEST) -q -n $(SYSTEM_JOBS) $(INSTALL_ARGS) tests/install

INSTALL_LIMITS ?=
install-limits: $(B)/oldiron.iso $(B)/system.groups
	$(Q)SYSTEM_JOBS=$(SYSTEM_JOBS) scripts/measure-install $(INSTALL_LIMITS)

CUTS ?=
install-cuts: installer $(B)/oldiron.iso
	$(Q)tests/install/cuts.py --jobs $(SYSTEM_JOBS) $(CUTS)
