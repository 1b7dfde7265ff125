# Unit tests and fuzzers on the build host. scripts/gen-host-tests says how a test names what it links.
## unit          build and run the unit tests (32-bit, address and undefined-behaviour sanitizers)
## fuzz          run every fuzzer for FUZZ_SECONDS (60) each; findings stay below build/fuzz/
## fuzz-million  a million runs of every fuzzer, or of those that FUZZERS names, and a table; about an hour
HOST_FOLDERS := $(wildcard common kernel drivers hwtest installer tests/host)
HOST_TESTS   := $(shell find $(HOST_FOLDERS) -path '*/test/*' \( -name '*_test.c' -o -name '*_fuzz.c' \))
HOST_SHIMS   := $(wildcard tests/host/*.c)
HOST_HEADERS := -DOLDIRON_HOST -DCONFIG_DEBUG=1 -Itests/host/include -Ikernel/include -Ikernel/x86/include -I. -I$(B)/gen
HOST_CFLAGS  := -m32 -std=gnu11 -O1 -g -fno-strict-aliasing -fno-omit-frame-pointer -fno-common \
                -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers \
                -Wno-override-init -Wno-clobbered $(HOST_HEADERS)
HOST_SAN     := -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_CC      := clang
FUZZ_CFLAGS  := -m32 -std=gnu11 -O1 -g -fno-strict-aliasing -fno-omit-frame-pointer -Wno-everything -DHOST_FUZZ $(HOST_HEADERS)
FUZZ_SECONDS ?= 60
FUZZ_RUNS    ?= 20000
FUZZERS      ?=

UNIT_PROGRAMS :=
FUZZ_PROGRAMS :=
# Those that need the tests' programs, by themselves or through another (validate: seeded-faults).
HOST_GOALS := unit seeded-faults validate fuzz fuzz-million fuzz-short unit-programs fuzz-programs
ifneq ($(filter $(HOST_GOALS) $(B)/unit/% $(B)/fuzz/%,$(MAKECMDGOALS)),)
# The names themselves are a prerequisite, so that an added or removed test is noticed. Not by a rule: what
# a rule makes always, make would read the included file again for.
$(shell mkdir -p $(B)/host; echo '$(HOST_TESTS)' | cmp -s - $(B)/host/names || echo '$(HOST_TESTS)' >$(B)/host/names)
include $(B)/host/tests.mk
endif

$(B)/host/tests.mk: $(B)/host/names scripts/gen-host-tests $(HOST_TESTS)
	$(Q)scripts/gen-host-tests $(B) $(HOST_FOLDERS) >$@.new && mv $@.new $@

# Host objects need the headers that the kernel's build generates.
$(B)/unit/obj/%.o: %.c | gen-headers
	@mkdir -p $(@D)
	$(Q)gcc $(HOST_CFLAGS) $(HOST_SAN) -MMD -MP -c -o $@ $<

$(B)/fuzz/obj/%.o: %.c | gen-headers
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_CFLAGS) $(HOST_SAN) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

# Members of an archive yield to what a test links or defines itself.
$(B)/unit/libhost.a: $(HOST_SHIMS:%.c=$(B)/unit/obj/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^
$(B)/fuzz/libhost.a: $(HOST_SHIMS:%.c=$(B)/fuzz/obj/%.o)
	$(Q)rm -f $@ && ar rcs $@ $^

$(UNIT_PROGRAMS): $(B)/unit/libhost.a
	@mkdir -p $(@D)
	$(Q)gcc -m32 $(HOST_SAN) -o $@ $(filter %.o,$^) $(B)/unit/libhost.a -lcmocka
$(FUZZ_PROGRAMS): $(B)/fuzz/libhost.a
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -m32 $(HOST_SAN) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(B)/fuzz/libhost.a

.PHONY: unit fuzz fuzz-million fuzz-short unit-programs fuzz-programs
unit-programs: $(UNIT_PROGRAMS)
fuzz-programs: $(FUZZ_PROGRAMS)
unit: unit-programs
	$(Q)scripts/run-unit $(UNIT_PROGRAMS)
fuzz: fuzz-programs
	$(Q)scripts/run-fuzz --seconds $(FUZZ_SECONDS) $(B) $(FUZZ_PROGRAMS)
fuzz-short: fuzz-programs
	$(Q)scripts/run-fuzz --runs $(FUZZ_RUNS) $(B) $(FUZZ_PROGRAMS)
# FUZZERS="image iso_tree": without it all.
FUZZ_CHOSEN = $(if $(FUZZERS),$(foreach f,$(FUZZERS),$(filter %/$(f)_fuzz,$(FUZZ_PROGRAMS))),$(FUZZ_PROGRAMS))
fuzz-million: fuzz-programs
	$(Q)scripts/run-fuzz --table --runs 1000000 $(B) $(FUZZ_CHOSEN)

-include $(shell find $(B)/unit/obj $(B)/fuzz/obj -name '*.d' 2>/dev/null)
