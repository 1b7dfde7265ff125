# Static checks. Each file's verdict is a stamp below build/lint/, so only what changed is looked at again.
## lint          clang's warnings, sparse, cppcheck, clang-format, layers, function lengths, recursion, forbidden words
## tidy          clang-tidy over the kernel (advice, .clang-tidy; not part of lint)
## format        apply .clang-format to all C of the tree but ports/, where the bytes are part of what is built
LINT_C    := $(KSRC_C)
LINT_ALL  := $(shell find common kernel drivers hwtest installer tests \( -name '*.c' -o -name '*.h' \) -not -path '*/corpus/*' 2>/dev/null | LC_ALL=C sort)
LINT_CPP  := -m32 -march=i486 -std=gnu11 -ffreestanding -nostdinc $(KINC) $(KDEFS)

# Everything clang knows, but for what the conventions allow or ask for: reserved names and statement expressions of kernel
# style, implicit conversions and casts of systems code, padding of ABI structures, partly given initialisers and enums used as flags.
LINT_CLANG := clang $(LINT_CPP) -isystem $(shell clang -print-resource-dir 2>/dev/null)/include -mregparm=3 -fsyntax-only \
  -fno-strict-aliasing -fno-delete-null-pointer-checks -fno-common -Werror -Weverything \
  -Wno-reserved-macro-identifier -Wno-reserved-identifier -Wno-disabled-macro-expansion -Wno-unused-macros -Wno-unused-parameter \
  -Wno-pedantic -Wno-c++-compat -Wno-gnu -Wno-gnu-statement-expression -Wno-language-extension-token -Wno-vla -Wno-declaration-after-statement \
  -Wno-conditional-uninitialized -Wno-comma -Wno-duplicate-decl-specifier -Wno-padded -Wno-packed -Wno-cast-align -Wno-cast-qual -Wno-bad-function-cast -Wno-pointer-to-int-cast -Wno-int-to-pointer-cast \
  -Wno-sign-conversion -Wno-sign-compare -Wno-implicit-int-conversion -Wno-shorten-64-to-32 -Wno-shift-sign-overflow \
  -Wno-missing-field-initializers -Wno-initializer-overrides -Wno-assign-enum -Wno-duplicate-enum -Wno-switch-enum \
  -Wno-covered-switch-default -Wno-unreachable-code-break -Wno-unreachable-code-return -Wno-missing-noreturn \
  -Wno-address-of-packed-member -Wno-format-nonliteral -Wno-date-time -Wno-documentation-unknown-command \
  -Wno-documentation -Wno-unknown-warning-option -Wno-unused-command-line-argument -Wno-ignored-optimization-argument
# sparse knows the address spaces (__user, __iomem); __CHECKER__ turns the annotations on.
LINT_SPARSE := sparse $(LINT_CPP) -isystem $(shell gcc -print-file-name=include 2>/dev/null) -D__CHECKER__ -D__VERSION__=\"\" -D__float128=double -Wsparse-error \
  -Wno-cast-truncate -Waddress-space -Wbitwise -Wcast-to-as -Wdecl -Wnon-pointer-null -Wptr-subtraction-blows -Wno-shift-count-negative -Wno-vla

# The headers that the kernel's build makes from tables.
.PHONY: gen-headers
gen-headers: $(GENHDR) $(B)/gen/gen/vdso_offsets.h

.PHONY: lint lint-scripts lint-files lint-cppcheck lint-format lint-recursion format tidy
lint: lint-scripts lint-format lint-files lint-cppcheck lint-recursion
	@echo "lint: clean"

lint-scripts:
	$(Q)/usr/bin/python3 -m pytest -q -p no:cacheprovider scripts/test
	$(Q)scripts/check-words
	$(Q)scripts/check-layers
	$(Q)scripts/check-functions $(filter %.c,$(LINT_ALL))

lint-files: $(LINT_C:%.c=$(B)/lint/%.ok)
$(B)/lint/%.ok: %.c mk/lint.mk | gen-headers
	@mkdir -p $(@D)
	$(Q)$(LINT_CLANG) -MMD -MP -MT $@ -MF $(@:.ok=.d) $<
	$(Q)$(LINT_SPARSE) $<
	$(Q)touch $@
-include $(LINT_C:%.c=$(B)/lint/%.d)

lint-cppcheck: $(B)/lint/cppcheck.ok
$(B)/lint/cppcheck.ok: $(LINT_C) $(filter %.h,$(LINT_ALL)) scripts/cppcheck.suppressions mk/lint.mk | gen-headers
	@mkdir -p $(B)/lint/cppcheck
	$(Q)cppcheck --quiet -j2 --cppcheck-build-dir=$(B)/lint/cppcheck --enable=warning,performance,portability \
	  --inline-suppr --suppressions-list=scripts/cppcheck.suppressions --error-exitcode=1 --std=c11 --platform=unix32 \
	  --template='{file}:{line}: {severity}: {message} [{id}]' -D__i386__ -D__GNUC__=12 $(KINC) $(LINT_C)
	$(Q)touch $@

lint-recursion: $(B)/lint/recursion.ok
$(B)/lint/recursion.ok: $(B)/oldiron.debug scripts/check-recursion kernel/recursion.allow
	@mkdir -p $(@D)
	$(Q)scripts/check-recursion $< kernel/recursion.allow
	$(Q)touch $@

lint-format: $(B)/lint/format.ok
$(B)/lint/format.ok: $(LINT_ALL) .clang-format
	@mkdir -p $(@D)
	$(Q)echo $(LINT_ALL) | xargs -P2 -n20 clang-format --dry-run -Werror
	$(Q)touch $@

format:
	$(Q)clang-format -i $(LINT_ALL)

tidy:
	$(Q)clang-tidy --quiet $(LINT_C) -- $(LINT_CPP) -isystem $(shell clang -print-resource-dir)/include -Wno-everything
