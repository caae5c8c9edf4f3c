# wallwatch: `make help` lists what can be done here. SPDX-License-Identifier: Apache-2.0

PREFIX ?= /usr/local
DESTDIR ?=
BUILD ?= build
# Sanitizers, as -fsanitize= takes them; each set gets a build folder of its own from `make sanitize`.
SANITIZE ?=
WERROR ?= $(if $(CI),1,)

VERSION := $(shell sed -n 's/.*WW_VERSION "\(.*\)".*/\1/p' include/wallwatch/version.h)
SOVERSION := 0
# What only one feature needs is left out where it is missing; `wallwatch --version` says so.
OPTIONAL := libv4lconvert:WW_HAVE_V4LCONVERT libsystemd:WW_HAVE_SYSTEMD sqlite3:WW_HAVE_SQLITE3 \
            libarchive:WW_HAVE_LIBARCHIVE libmicrohttpd:WW_HAVE_LIBMICROHTTPD gnutls:WW_HAVE_GNUTLS
OPTIONAL_FOUND := $(foreach o,$(OPTIONAL),$(shell pkg-config --exists $(firstword $(subst :, ,$(o))) 2>/dev/null && echo $(o)))
OPTIONAL_MODULES := $(foreach o,$(OPTIONAL_FOUND),$(firstword $(subst :, ,$(o))))
OPTIONAL_DEFINES := $(foreach o,$(OPTIONAL_FOUND),-D$(lastword $(subst :, ,$(o))))
MODULES := libavformat libavcodec libavutil libswscale libjpeg libpng libcyaml yaml-0.1 jansson \
           libsodium nettle freetype2
MISSING := $(shell for m in $(MODULES); do pkg-config --exists $$m 2>/dev/null || echo $$m; done)

OPTIMISE ?= -O2 -g
CFLAGS ?= $(OPTIMISE)
override CFLAGS += -std=gnu17 -Wall -Wextra -Wconversion $(if $(WERROR),-Werror) -fPIC -pthread \
                   -ffp-contract=off -fvisibility=hidden -fno-math-errno \
                   $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
override CPPFLAGS += -D_GNU_SOURCE -Iinclude -Ikernels -Ipipeline \
                     $(OPTIONAL_DEFINES) \
                     $(shell pkg-config --cflags $(MODULES) $(OPTIONAL_MODULES) 2>/dev/null)
override LDFLAGS += -pthread $(if $(SANITIZE),-fsanitize=$(SANITIZE))
LDLIBS := $(shell pkg-config --libs $(MODULES) $(OPTIONAL_MODULES) 2>/dev/null) -lm

MACHINE := $(shell $(CC) -dumpmachine 2>/dev/null)
ifneq (,$(filter x86_64%,$(MACHINE)))
ISAS := sse2 avx2 avx512
else ifneq (,$(filter aarch64%,$(MACHINE)))
ISAS := neon
endif
isa_flags_sse2 :=
isa_flags_avx2 := -mavx2 -mbmi -mpopcnt
isa_flags_avx512 := -mavx512f -mavx512bw -mavx512vl -mavx2 -mbmi -mpopcnt -mprefer-vector-width=512
isa_flags_neon :=

kernel_objects := $(patsubst %.c,$(BUILD)/%.o,$(filter-out kernels/rows%,$(wildcard kernels/*.c))) \
                  $(foreach isa,$(ISAS),$(patsubst %.c,$(BUILD)/%.$(isa).o,$(wildcard kernels/rows*.c)))
library_objects := $(kernel_objects) $(BUILD)/pipeline/base/error.o $(BUILD)/pipeline/base/memory.o \
                   $(patsubst %.c,$(BUILD)/%.o,$(wildcard pipeline/detect/*.c))
# The console is left out as a whole.
absent := $(if $(filter libmicrohttpd,$(OPTIONAL_MODULES)),,$(BUILD)/pipeline/console/% $(BUILD)/pipeline/commands/console/%)
pipeline_objects := $(filter-out $(BUILD)/pipeline/main.o $(absent), $(patsubst %.c,$(BUILD)/%.o, \
                    $(wildcard pipeline/*.c pipeline/*/*.c pipeline/*/*/*.c)))
all_objects := $(sort $(pipeline_objects) $(library_objects))

program := $(BUILD)/wallwatch
static_library := $(BUILD)/libwallwatch.a
shared_library := $(BUILD)/libwallwatch.so.$(VERSION)

unit_tests := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(wildcard tests/unit/*.c))
fuzzers := $(patsubst tests/fuzz/%.c,$(BUILD)/tests/fuzz/%,$(wildcard tests/fuzz/*.c))
test_tools := $(patsubst tests/tools/%.c,$(BUILD)/tests/tools/%,$(wildcard tests/tools/*.c))

.PHONY: print-modules print-defines all help demo setup test test-programs tests test-faults sanitize lint format bench bench-live bench-evidence bench-console bench-kernels bench-peers bench-plot quality quality-long screenshots fuzz install uninstall clean
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:

all: $(program) $(static_library) $(shared_library) ## build the program and the library

help: ## show this list
	@echo "make, and:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 14
	@echo "variables: PREFIX ($(PREFIX)), DESTDIR, CC, CFLAGS, WERROR=1, SANITIZE=address,undefined,"
	@echo "           NO_INSTALL=1 (name missing packages, install none), REQUIRE_ALL=1 (a skipped test fails)"

demo: ## install what is missing, build, and watch somebody climb over a wall
	@sh pipeline/packages.sh build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@rm -rf $(BUILD)/demo
	$(program) replay -o $(BUILD)/demo scene:rear-wall
	@echo
	@$(program) events $(BUILD)/demo
	@echo
	@echo "The log is $(BUILD)/demo/events.jsonl; snapshots, and the clip with a sheet of its frames:"
	@cd $(BUILD)/demo && ls -d snapshots/* clips/* | sed 's/^/  /'

setup: ## install what building, tests and lint need, and nothing else
	@sh pipeline/packages.sh build test lint

test: ## install what is missing, and run all tests
	@sh pipeline/packages.sh build test lint
	@$(MAKE) --no-print-directory -j$$(nproc) tests

test-programs: all $(unit_tests) $(test_tools)

tests: test-programs
	@BUILD=$(BUILD) CC="$(CC)" MAKE="$(MAKE)" bash tests/run.sh $(SUITES)

test-faults: ## kill the program and cut the power, 500 times each: nothing that was told is lost
	@sh pipeline/packages.sh build test
	@KILLS=500 $(MAKE) --no-print-directory -j$$(nproc) tests SUITES=faults TEST_SECONDS=7200

sanitize: ## run the tests under address + undefined behaviour, and under thread
	@sh pipeline/packages.sh build test
	@for kind in address,undefined thread; do \
	    echo "== $$kind"; \
	    $(MAKE) --no-print-directory -j$$(nproc) BUILD=build/$$(echo $$kind | tr , -) SANITIZE=$$kind \
	        WERROR= tests SUITES="$(or $(SUITES),unit replay bad-input events run network)" || exit 1; \
	done

lint: ## clang-format, clang-tidy, cppcheck and mandoc, all clean
	@sh pipeline/packages.sh build lint
	@MODULES="$(MODULES) $(OPTIONAL_MODULES)" DEFINES="$(OPTIONAL_DEFINES)" bash tests/lint.sh

format: ## lay the code out as `make lint` wants it
	clang-format -i $$(git ls-files '*.c' '*.h')

bench: ## measure against the bare decoders and against what people use today
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory bench-peers
	@BUILD=$(BUILD) bash bench/run.sh

bench-live: ## measure how many live cameras one core takes, and how late it is
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) $(BUILD)/bench/live
	@BUILD=$(BUILD) bash bench/live.sh

bench-evidence: ## measure how fast events become durable, and how fast they are verified
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BUILD)/bench/log_rate
	@BUILD=$(BUILD) bash bench/evidence.sh

bench-console: ## measure what somebody who looks at the console costs
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) bash bench/viewers.sh

bench-kernels: ## measure the hot loop: every kernel, and detection next to OpenCV's
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BUILD)/bench/hot_loop
	@$(MAKE) --no-print-directory -f bench/peers.mk BUILD=$(BUILD)
	@BUILD=$(BUILD) bash bench/kernels.sh

bench-plot: ## draw the kernels over their rooflines
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@BUILD=$(BUILD) bash bench/plot.sh

quality: ## how often detection is right: CDnet's protocol, and made-up sites with exact truth
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BUILD)/bench/quality
	@$(MAKE) --no-print-directory -f bench/peers.mk BUILD=$(BUILD)
	@BUILD=$(BUILD) bash bench/quality.sh

quality-long: ## the same with an hour of each distraction
	@sh pipeline/packages.sh build bench
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BUILD)/bench/quality
	@$(MAKE) --no-print-directory -f bench/peers.mk BUILD=$(BUILD)
	@BUILD=$(BUILD) bash bench/quality.sh 3600

bench-peers: all
	@$(MAKE) --no-print-directory -f bench/peers.mk BUILD=$(BUILD)

screenshots: ## pictures of the console's views for README, made by a real browser
	@sh pipeline/packages.sh build test
	@$(MAKE) --no-print-directory -j$$(nproc) all $(BUILD)/tests/tools/scene_y4m
	@ONLY=guard BUILD=$(BUILD) bash tests/run.sh console
	@for view in laptop-live laptop-walls laptop-night phone-live; do \
	    ffmpeg -v error -y -i $(BUILD)/console/$$view.png -vf "scale=min(iw\,900):-2" -q:v 5 pipeline/console/pictures/$$view.jpg; done
	@ls $(BUILD)/console/*.png pipeline/console/pictures/*.jpg

fuzz: ## fuzz each parser for FUZZ_SECONDS (60)
	@$(MAKE) --no-print-directory -j$${JOBS:-$$(nproc)} BUILD=build/fuzz CC=clang SANITIZE=address,undefined FUZZING=1 \
	    OPTIMISE="-O1 -g" run-fuzzers

install: all ## install under PREFIX (and DESTDIR)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig \
	    $(DESTDIR)$(PREFIX)/include/wallwatch $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/lib/systemd/system
	install -m 755 $(program) $(DESTDIR)$(PREFIX)/bin/
	install -m 644 pipeline/wallwatch.1 $(DESTDIR)$(PREFIX)/share/man/man1/
	install -m 644 include/wallwatch/*.h $(DESTDIR)$(PREFIX)/include/wallwatch/
	install -m 644 $(static_library) $(DESTDIR)$(PREFIX)/lib/
	install -m 755 $(shared_library) $(DESTDIR)$(PREFIX)/lib/
	ln -sf libwallwatch.so.$(VERSION) $(DESTDIR)$(PREFIX)/lib/libwallwatch.so.$(SOVERSION)
	ln -sf libwallwatch.so.$(SOVERSION) $(DESTDIR)$(PREFIX)/lib/libwallwatch.so
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@OPENMP@|$(filter -fopenmp,$(OPENMP))|' \
	    pipeline/wallwatch.pc.in \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/wallwatch.pc
	sed -e 's|@PREFIX@|$(PREFIX)|' pipeline/wallwatch.service.in \
	    > $(DESTDIR)$(PREFIX)/lib/systemd/system/wallwatch.service

uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/wallwatch $(DESTDIR)$(PREFIX)/share/man/man1/wallwatch.1 \
	    $(DESTDIR)$(PREFIX)/lib/libwallwatch.* $(DESTDIR)$(PREFIX)/lib/pkgconfig/wallwatch.pc \
	    $(DESTDIR)$(PREFIX)/lib/systemd/system/wallwatch.service
	rm -rf $(DESTDIR)$(PREFIX)/include/wallwatch

print-defines: # of what is optional, likewise
	@echo $(OPTIONAL_DEFINES)

print-modules: # of pkg-config, for tests/lint.sh
	@echo $(MODULES) $(OPTIONAL_MODULES)

clean: ## remove what was built
	rm -rf build

# --- how things are built ---------------------------------------------------------------------------

# Rewritten only when it changes, so that other flags or another compiler rebuild everything.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' | cmp -s - $@ || \
	    echo '$(subst ','\'',$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) $(LDLIBS))' > $@
.PHONY: FORCE
FORCE:

ifneq (,$(MISSING))
.PHONY: missing
missing:
	@echo "cannot build: no development files for $(MISSING); 'make setup' installs them" >&2; exit 1
$(all_objects): | missing
endif

# V=1 shows the commands themselves.
say = $(if $(V),,@echo "  $(1) $(or $(2),$@)";)
compile = $(call say,CC,$<)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(compile)

$(BUILD)/pipeline/console/page_files.o: $(wildcard pipeline/console/page/*)

# Where the compiler has OpenMP; gcc's is not built for the thread sanitizer, which would see races in it.
OPENMP := $(if $(findstring thread,$(SANITIZE)),,$(shell echo 'int main(void) { return 0; }' | \
            $(CC) -fopenmp -x c - -o /dev/null 2>/dev/null && echo -fopenmp))
OPENMP := $(or $(OPENMP),-Wno-unknown-pragmas)
$(BUILD)/pipeline/detect/%.o: override CFLAGS += -O3 $(OPENMP)
override LDFLAGS += $(filter -fopenmp,$(OPENMP))

define row_rule
$(BUILD)/kernels/%.$(1).o: kernels/%.c $(BUILD)/flags
	@mkdir -p $$(@D)
	$$(compile) -O3 $(isa_flags_$(1)) -DWW_ISA=$(1)
endef
$(foreach isa,$(ISAS),$(eval $(call row_rule,$(isa))))

$(BUILD)/libpipeline.a: $(all_objects)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^

$(program): $(BUILD)/pipeline/main.o $(BUILD)/libpipeline.a
	$(call say,LD)$(CC) $(CFLAGS) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(static_library): $(library_objects)
	@rm -f $@
	$(call say,AR)ar rcs $@ $^

$(shared_library): $(library_objects)
	$(call say,LD)$(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,libwallwatch.so.$(SOVERSION) $^ -lm -o $@

$(BUILD)/tests/unit/%: tests/unit/%.c $(BUILD)/libpipeline.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CPPFLAGS) -Itests/unit $(CFLAGS) -MMD -MP $(LDFLAGS) $< $(BUILD)/libpipeline.a -lcmocka $(LDLIBS) -o $@

$(BUILD)/tests/tools/%: tests/tools/%.c $(BUILD)/libpipeline.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) $< $(BUILD)/libpipeline.a $(LDLIBS) -o $@

$(BUILD)/bench/%: bench/%.c $(BUILD)/libpipeline.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP $(LDFLAGS) $< $(BUILD)/libpipeline.a $(LDLIBS) -o $@

quality_sources := $(wildcard bench/quality/*.c)
$(BUILD)/bench/quality: $(quality_sources) $(wildcard bench/quality/*.h) $(BUILD)/libpipeline.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CPPFLAGS) -Ibench/quality $(CFLAGS) $(OPENMP) $(LDFLAGS) $(quality_sources) $(BUILD)/libpipeline.a $(LDLIBS) -o $@

ifdef FUZZING
$(all_objects): override CFLAGS += -fsanitize=fuzzer-no-link
endif
$(BUILD)/tests/fuzz/%: tests/fuzz/%.c $(BUILD)/libpipeline.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(CPPFLAGS) $(CFLAGS) -fsanitize=fuzzer -MMD -MP $(LDFLAGS) $< $(BUILD)/libpipeline.a $(LDLIBS) -o $@

FUZZ_SECONDS ?= 60
.PHONY: run-fuzzers
run-fuzzers: $(fuzzers)
	@for fuzzer in $(fuzzers); do \
	    echo "== $$(basename $$fuzzer), $(FUZZ_SECONDS) s"; \
	    mkdir -p $(BUILD)/corpus/$$(basename $$fuzzer); \
	    $$fuzzer -max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=2048 -print_final_stats=0 -verbosity=0 \
	        -artifact_prefix=$(BUILD)/ $(BUILD)/corpus/$$(basename $$fuzzer) \
	        $$(test -d tests/fuzz/$$(basename $$fuzzer) && echo tests/fuzz/$$(basename $$fuzzer)) || exit 1; \
	done

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
