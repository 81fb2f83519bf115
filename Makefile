# GNU make. Everything made goes to build/; `make help` lists the targets.
#
#   CC, CFLAGS, CLANG    compilers, and options for the builds that are not
#                        sanitized
#   JOBS                 how many tests run at a time (all cores)
#   CORPUS               folder of json-test-suite and recorded replies
#   FUZZ_SECONDS         how long each fuzzer runs
#   SOAK_CALLS           how many calls `make soak` makes (10000)
#   PREFIX, DESTDIR      where `make install` puts it: /usr/local, no stage
#   URL, MAINTAINER      for `make dist`: where the tarball will be, who answers
#   GATEWAY              litellm: `make firmware-run` asks the real proxy
#   PEERS                options of tests/bench/peers/run.py
#   LITELLM_NO_INSTALL   1: only say which packages are missing
#
# Every tests/unit/*.c and tests/faults/*.c is one program that prints
# `ok NAME` or `not ok NAME: reason` for each test; tests/run.py counts. What
# tries many values takes as its argument how many.

ifeq ($(origin CC),default)
CC := gcc
endif
CLANG ?= clang
CFLAGS ?= -O2 -g
JOBS ?= $(shell nproc)
FUZZ_SECONDS ?= 60
PREFIX ?= /usr/local
ifneq ($(or $(CORPUS),$(wildcard ../shared/corpus)),)
export CORPUS ?= $(abspath ../shared/corpus)
endif

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := help

# ---- the flags -------------------------------------------------------------

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion \
  -Wshadow -Wcast-qual -Wundef -Wvla -Werror
STRICT := -std=c99 $(WARNINGS)
# -Og and -g1 compile in half the time of -O1 -g; where in a line is enough.
SANITIZE := -Og -g1 -fno-omit-frame-pointer -fsanitize=address,undefined \
  -fno-sanitize-recover=all
export STRICT SANITIZE
TLS_LIBS := -lmbedtls -lmbedx509 -lmbedcrypto
# A vendored mbedTLS, built from the distribution's sources.
TLS36 := build/mbedtls-3.6
# Small programs that need nothing of the machine they run on.
STATIC := -static -s -Os -ffunction-sections -fdata-sections -Wl,--gc-sections
ARM := arm-linux-gnueabihf-gcc
# Machines that QEMU emulates: see tests/cross/cross.py. `make test` takes the
# first ones, `make cross` all.
CROSS := cortex-m4 s390x
CROSS_ALL := $(CROSS) riscv64 arm cortex-m0

# One command from source to program; the dependencies are a side product. An
# older program goes first: no test may run it when its source is broken.
# $(call program,COMPILER,FLAGS,LIBRARIES)
program = @mkdir -p $(@D); rm -f $@; echo "  $(notdir $(1)) $@"; \
  $(1) -I. $(2) -MMD -MP -MF $@.d -o $@ $< $(3) -lm

# Programs named tls_* are about TLS and get mbedTLS.
tls_libs_of = $(if $(filter tls_%,$(notdir $@)),$(TLS_LIBS))

names = $(basename $(notdir $(wildcard $(1))))
UNIT := $(call names,tests/unit/*.c)
# Of them those that run with mbedTLS 3.6 too.
TLS_UNIT := $(filter tls_%,$(UNIT))
FAULTS := $(call names,tests/faults/*.c)
DRIVERS := $(call names,tests/drivers/*.c)
EXAMPLES := $(call names,examples/*.c)
FUZZERS := $(call names,tests/fuzz/*.c)

# ---- what is needed --------------------------------------------------------

# TEST:PACKAGE, see need.sh. Each list has all that its users want, so that who
# has to install them by hand is told once. Nothing is started when nothing is
# missing.
NEED_CC := cc:gcc gcc:gcc stdio.h:libc6-dev python3:python3
NEED_TLS := $(NEED_CC) mbedtls/ssl.h:libmbedtls-dev
NEED_DEMO := $(NEED_TLS) openssl
NEED_FIRMWARE := $(NEED_TLS) openssl arm-none-eabi-gcc:gcc-arm-none-eabi \
  /usr/lib/arm-none-eabi/include/string.h:libnewlib-arm-none-eabi \
  dpkg-source:dpkg-dev patch:patch xz:xz-utils qemu-system-arm
need_cross = $(word 1,$(1))-gcc:gcc-$(word 1,$(1)) \
  /usr/$(word 1,$(1))/include/stdio.h:libc6-dev-$(word 2,$(1))-cross
NEED_TEST := $(NEED_FIRMWARE) g++ $(CLANG):clang valgrind shellcheck codespell \
  '/usr/lib/gcc/*/*/32/libgcc.a:gcc-@gcc-multilib' avr-gcc:gcc-avr \
  /usr/lib/avr/include/stdlib.h:avr-libc musl-gcc:musl-tools \
  xtensa-lx106-elf-gcc:gcc-xtensa-lx106 \
  /usr/lib/xtensa-lx106-elf/include/string.h:picolibc-xtensa-lx106-elf \
  riscv64-unknown-elf-gcc:gcc-riscv64-unknown-elf \
  /usr/lib/picolibc/riscv64-unknown-elf/include/stdio.h:picolibc-riscv64-unknown-elf \
  qemu-arm-static:qemu-user-static $(foreach arch,arm-linux-gnueabihf:armhf \
    s390x-linux-gnu:s390x riscv64-linux-gnu:riscv64, \
    $(call need_cross,$(subst :, ,$(arch))))
NEED_QUICK := $(NEED_CC) shellcheck codespell
NEED_PACKAGES := $(NEED_TLS) openssl cmake meson pkg-config:pkgconf mandoc \
  git dh:debhelper lintian '/usr/lib/python3*/ensurepip/__init__.py:python3-venv' \
  col:bsdextrautils tcc file arduino-builder arduino-ctags \
  avr-gcc:gcc-avr /usr/lib/avr/include/stdlib.h:avr-libc g++ \
  arm-none-eabi-gcc:gcc-arm-none-eabi dpkg-source:dpkg-dev patch:patch \
  /usr/lib/arm-none-eabi/include/string.h:libnewlib-arm-none-eabi xz:xz-utils \
  /usr/lib/python3/dist-packages/yaml/__init__.py:python3-yaml \
  /usr/lib/python3/dist-packages/kconfiglib.py:python3-kconfiglib \
  riscv64-unknown-elf-gcc:gcc-riscv64-unknown-elf \
  /usr/lib/picolibc/riscv64-unknown-elf/include/stdio.h:picolibc-riscv64-unknown-elf \
  x86_64-w64-mingw32-gcc:gcc-mingw-w64-x86-64-win32 \
  x86_64-w64-mingw32-g++:g++-mingw-w64-x86-64-win32 wine
NEED_PEERS := $(NEED_TLS) openssl valgrind curl /usr/bin/time:time \
  '/usr/lib/python3*/ensurepip/__init__.py:python3-venv'
NEED = tests/tools/need.sh
# Who has the compiler and mbedTLS but cannot have the rest sees the tests
# fail that want it, not all.
or_go_on = || LITELLM_NO_INSTALL=1 $(NEED) $(NEED_TLS) 2> /dev/null

.PHONY: need-cc need-quick need-tls need-firmware need-packages need-test
need-cc:
	@$(NEED) $(NEED_CC)
need-quick:
	@$(NEED) $(NEED_QUICK)
need-tls:
	@$(NEED) $(NEED_TLS)
need-firmware:
	@$(NEED) $(NEED_FIRMWARE) $(or_go_on)
need-packages:
	@$(NEED) $(NEED_PACKAGES) $(or_go_on)
need-test:
	@$(NEED) $(NEED_TEST) $(NEED_PACKAGES) $(or_go_on)

# ---- programs --------------------------------------------------------------

build/examples/%: examples/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(CFLAGS),$(TLS_LIBS))
build/drivers/%: tests/drivers/%.c | need-cc
	$(call program,$(CC),$(STRICT) $(CFLAGS))
build/asan/drivers/%: tests/drivers/%.c | need-cc
	$(call program,$(CC),$(STRICT) $(SANITIZE))
build/asan/examples/%: examples/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE),$(TLS_LIBS))
build/asan/unit/%: tests/unit/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE),$(tls_libs_of))
build/asan/faults/%: tests/faults/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE),$(tls_libs_of))
# For `make quick`: not optimized and without sanitizers, which would take most
# of its time.
build/quick/%: tests/%.c | need-cc
	$(call program,$(CC),$(STRICT) -O0)
# Against the system's mbedTLS, and against one built from its sources.
build/e2e/%-system: tests/e2e/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE),$(TLS_LIBS))
with_3.6 = $(call program,$(CC),$(STRICT) $(SANITIZE) -isystem \
	  $(TLS36)/include,-L$(TLS36)/lib $(TLS_LIBS))
build/e2e/%-3.6: tests/e2e/%.c $(TLS36)/mbedtls.stamp | need-tls
	$(with_3.6)
build/e2e/%-3.6: tests/unit/%.c $(TLS36)/mbedtls.stamp | need-tls
	$(with_3.6)
$(TLS36)/mbedtls.stamp: tests/tools/mbedtls.sh | need-tls
	@tests/tools/mbedtls.sh $(TLS36) 3.6 build/src
# Of musl: for the machine itself, and for ARM.
build/static/ask: examples/ask.c build/static/tls/mbedtls.stamp | need-test
	$(call program,musl-gcc,$(STRICT) $(STATIC) -isystem \
	  build/static/tls/include,-Lbuild/static/tls/lib $(TLS_LIBS))
	@echo "  $$(wc -c < $@) bytes"
build/static/ask-arm: examples/ask.c build/static/tls-arm/mbedtls.stamp
	$(call program,build/static/musl/bin/musl-$(ARM),$(STRICT) $(STATIC) \
	  -isystem build/static/tls-arm/include,\
	  -Lbuild/static/tls-arm/lib $(TLS_LIBS))
	@echo "  $$(wc -c < $@) bytes"
static_tls = CC=$(1) CFLAGS='-Os -ffunction-sections -fdata-sections' \
  tests/tools/mbedtls.sh $(@D) 3.6 build/src
build/static/tls/mbedtls.stamp: tests/tools/mbedtls.sh | need-test
	@$(call static_tls,musl-gcc)
build/static/tls-arm/mbedtls.stamp: tests/tools/mbedtls.sh \
  tests/tools/musl.sh | need-test
	@tests/tools/musl.sh build/static/musl $(ARM) build/src
	@PATH="$(CURDIR)/build/static/musl/bin:$$PATH"; \
	  $(call static_tls,musl-$(ARM))
# DWARF 4, the newest that every valgrind reads.
build/clang/unit/%: tests/unit/%.c | need-test
	$(call program,$(CLANG),$(STRICT) -O1 -gdwarf-4,$(tls_libs_of))

# The drivers that some fuzzers are have a main of their own.
FUZZER := -fsanitize=fuzzer -Dmain=driver_main
build/fuzz/%: tests/fuzz/%.c | need-test
	$(call program,$(CLANG),$(STRICT) $(SANITIZE) $(FUZZER))
build/msan/%: tests/fuzz/%.c | need-test
	$(call program,$(CLANG),$(STRICT) -O1 -g1 -fno-omit-frame-pointer \
	  -fsanitize=memory $(FUZZER))

# By clang's own counts of what runs; some also with every switch off, and with
# those that leave other code than the rest.
COVERAGE := -O0 -g1 -fprofile-instr-generate -fcoverage-mapping
PLAIN := $(patsubst %,-DLITELLM_%=0,FORMAT MEDIA FLOAT COMPAT)
SMALL := $(PLAIN) $(patsubst %,-DLITELLM_%=0,TEMPLATES STREAMS TOOLS MODELS \
  HOOKS GATEWAY_INFO ERROR_TEXTS)
build/coverage/%: tests/%.c | need-test
	$(call program,$(CLANG),$(STRICT) $(COVERAGE),$(if $(filter e2e/%,$*), \
	  $(TLS_LIBS),$(tls_libs_of)))
build/coverage/small/%: tests/unit/%.c | need-test
	$(call program,$(CLANG),$(STRICT) $(COVERAGE) $(SMALL))
build/coverage/plain/%: tests/unit/%.c | need-test
	$(call program,$(CLANG),$(STRICT) $(COVERAGE) $(PLAIN))
build/coverage/extras/%: tests/unit/%.c | need-test
	$(call program,$(CLANG),$(STRICT) $(COVERAGE) -DLITELLM_EXTRAS=1)
COVERAGE_PROGRAMS := $(patsubst tests/%.c,build/coverage/%,$(wildcard \
  $(foreach folder,unit faults drivers,tests/$(folder)/*.c) \
  tests/e2e/scripted.c)) \
  $(patsubst %,build/coverage/small/%,blocking core http order) \
  $(patsubst %,build/coverage/plain/%,http rounds template) \
  $(patsubst %,build/coverage/extras/%,http retries reuse)

-include $(wildcard $(addsuffix /*.d,$(addprefix build/,examples drivers e2e \
  asan/* clang/* quick/* static fuzz msan coverage/*)))

ASAN_PROGRAMS := $(UNIT:%=build/asan/unit/%) $(FAULTS:%=build/asan/faults/%) \
  $(DRIVERS:%=build/asan/drivers/%)
E2E_PROGRAMS := $(foreach name,$(call names,tests/e2e/*.c), \
  build/e2e/$(name)-system build/e2e/$(name)-3.6) \
  $(TLS_UNIT:%=build/e2e/%-3.6) build/examples/ask \
  $(EXAMPLES:%=build/asan/examples/%) $(DRIVERS:%=build/asan/drivers/%)
# What takes longest is first, what needs mbedTLS is not there.
QUICK := $(FAULTS:%=build/quick/faults/%) \
  $(patsubst %,build/quick/unit/%,$(filter-out tls_%,$(UNIT)))
QUICK_PROGRAMS := $(QUICK) $(DRIVERS:%=build/quick/drivers/%)
PROGRAMS := $(ASAN_PROGRAMS) $(E2E_PROGRAMS) $(UNIT:%=build/clang/unit/%) \
  build/static/ask $(FUZZERS:%=build/fuzz/%) $(COVERAGE_PROGRAMS)

.PHONY: demo gateway examples drivers static programs
demo: ## a real model answers, over verified TLS
	@$(NEED) $(NEED_DEMO)
	@$(MAKE) build/examples/recommend_book
	@tests/e2e/demo.sh build/examples/recommend_book
gateway: ## a stand-in at http://localhost:4000 that has one answer
	@$(NEED) python3:python3
	@mkdir -p build
	@tests/gateway/scripted.py --plain --port PLAIN=4000 \
	  --ports-file build/gateway.ports \
	  --model 'answer:Try "The Name of the Wind" by Patrick Rothfuss.'
.PHONY: firmware firmware-run firmware-size firmware-svg
firmware: need-firmware ## build examples/firmware/ to build/firmware/
	@$(MAKE) -C examples/firmware all
ifeq ($(GATEWAY),litellm)
firmware-run: need-firmware
	@$(FIRMWARE_REAL)
else
firmware-run: firmware ## run it in QEMU, check what it prints and takes
	@$(RUN) $(FIRMWARE_TESTS)
endif
firmware-svg: need-firmware ## ask the real proxy; records docs/firmware.svg
	@RECORD=build/firmware/serial.cast $(FIRMWARE_REAL)
	@svg=$$(tests/tools/pip.sh termtosvg 1.1.0 termtosvg build/pip) && \
	  $$svg render build/firmware/serial.cast docs/firmware.svg \
	  -t gjm8 -m 50 -D 5000
firmware-size: firmware ## what it takes; writes the table in README.md
	@python3 tests/firmware/budget.py --update README.md
examples: $(EXAMPLES:%=build/examples/%) ## build examples/ to build/examples/
drivers: $(DRIVERS:%=build/drivers/%) ## build the test drivers to build/drivers/
static: build/static/ask build/static/ask-arm ## ask without libraries, by musl, for this machine and for ARM
programs: $(PROGRAMS)

# ---- documents -------------------------------------------------------------

# The picture says of which source it is, as fonts make each one different.
PICTURES := $(wildcard docs/*.dot)

.PHONY: docs
docs: ## docs/api.md of the header's comments, pictures of docs/*.dot
	@$(NEED) python3:python3 dot:graphviz
	python3 tests/tools/api.py > docs/api.md
	@set -e; for dot in $(PICTURES); do echo "  $$dot"; \
	  { dot -Tsvg $$dot; sha256sum < $$dot | \
	    sed 's/\(.*\)  -/<!-- \1 -->/'; } > $${dot%.dot}.svg; done

# ---- installing ------------------------------------------------------------

VERSION = $(shell sed -n 's/^\#define LITELLM_VERSION "\(.*\)"/\1/p' \
  litellm_call.h)
INCLUDED := $(DESTDIR)$(PREFIX)/include/litellm_call
SHARED := $(DESTDIR)$(PREFIX)/share
MODULES := litellm_call litellm_call_tls

.PHONY: install uninstall dist
install: build/examples/ask ## headers, pkg-config files, ask and its man page
	install -d $(INCLUDED)/port $(SHARED)/pkgconfig $(SHARED)/man/man1 \
	  $(DESTDIR)$(PREFIX)/bin
	install -m 644 litellm_call.h $(INCLUDED)
	install -m 644 port/*.h $(INCLUDED)/port
	install -m 644 examples/ask.1 $(SHARED)/man/man1
	install build/examples/ask $(DESTDIR)$(PREFIX)/bin
	@for module in $(MODULES); do sed -e 's#@prefix@#$(PREFIX)#' \
	  -e 's#@includedir@#$${prefix}/include#' -e 's#@version@#$(VERSION)#' \
	  cmake/$$module.pc.in > $(SHARED)/pkgconfig/$$module.pc; done
uninstall: ## what install has put there
	rm -rf $(INCLUDED)
	rm -f $(MODULES:%=$(SHARED)/pkgconfig/%.pc) $(SHARED)/man/man1/ask.1 \
	  $(DESTDIR)$(PREFIX)/bin/ask

dist: ## a release's tarball, and recipes with its hashes, to build/dist/
	@$(NEED) git
	@URL="$(URL)" MAINTAINER="$(MAINTAINER)" packaging/release.sh build/dist

# ---- tests -----------------------------------------------------------------

scripts = $(patsubst %.py,'python3 %.py',$(filter %.py,$(1))) \
  $(patsubst %.sh,'sh %.sh',$(filter %.sh,$(1)))
files = $(sort $(wildcard $(1:%=tests/%/*.py) $(1:%=tests/%/*.sh)))
UNIT_TESTS = $(UNIT:%='build/asan/unit/%') $(FAULTS:%='build/asan/faults/%')
# Memory that was never written, which no sanitizer of gcc sees. A program's own
# calloc stays its own.
VALGRIND_TESTS = $(foreach name,$(UNIT),'valgrind -q --error-exitcode=99 \
  --soname-synonyms=somalloc=nouserintercepts --leak-check=full \
  build/clang/unit/$(name) $(if $(filter template,$(name)),20,100)')
VECTOR_TESTS = $(patsubst %,'python3 % --drivers build/asan/drivers', \
  $(wildcard tests/vectors/run.py))
BENCH_TESTS = $(call scripts,$(filter-out %/hints.py,$(call files,bench)))
MATRIX = 'python3 tests/compile/matrix.py objects' \
  'python3 tests/compile/matrix.py units'
COMPILE_TESTS = $(call scripts,$(filter-out %/matrix.py, \
  $(call files,compile)))
ask_test = 'tests/e2e/scripted_run.py python3 tests/e2e/ask.py "$(1)"'
GATEWAY_TEST = 'tests/e2e/with_gateway.sh build/gateway \
  build/e2e/real-system build/e2e/real-3.6 tests/e2e/examples_real.py \
  tests/e2e/voice_real.py \
  tests/firmware/litellm.py'
E2E_TESTS = $(foreach tls,system 3.6, \
  'tests/e2e/scripted_run.py build/e2e/scripted-$(tls)' \
  'tests/e2e/scripted_run.py --network build/e2e/network-$(tls)') \
  $(TLS_UNIT:%='build/e2e/%-3.6') \
  $(call ask_test,build/examples/ask) $(call ask_test,build/static/ask) \
  'tests/e2e/scripted_run.py python3 tests/e2e/examples.py \
  build/asan/examples build/asan/drivers'
CROSS_TESTS = $(CROSS:%='python3 tests/cross/cross.py %')
FIRMWARE_TESTS = 'python3 tests/firmware/run.py' \
  'python3 tests/firmware/budget.py --check README.md'
FIRMWARE_REAL = tests/e2e/with_gateway.sh build/gateway \
  tests/firmware/litellm.py
# Ports that need a network stack built beside them.
PORT_TESTS = 'CC="$(CC)" tests/ports/lwip.sh build/ports build/src'
# What users of other build systems and of other systems get.
NO_GATEWAY = $(wildcard $(addprefix tests/packages/,compilers.sh pico.sh yocto.sh))
PACKAGE_TESTS = $(patsubst %,'tests/e2e/scripted_run.py sh %', \
  $(filter-out %/check.sh $(NO_GATEWAY),$(wildcard tests/packages/*.sh))) \
  $(call scripts,$(NO_GATEWAY))
ORACLE_TEST = 'python=$$(PIP_CONSTRAINT=tests/oracle/constraints.txt \
  tests/tools/pip.sh "mirascope[litellm,tenacity]" 1.25.7 python build/pip) && \
  CC="$(CC)" python3 tests/oracle/run.py "$$python"'
LINT_TEST = 'python3 tests/compile/lint.py'
COVERAGE_TEST = 'python3 tests/coverage/run.py build/coverage'
PROOF_TESTS = 'sh tests/proofs/run.sh build/cbmc'
FUZZ_TESTS = $(FUZZERS:%='python3 tests/fuzz/run.py --runs 4000 build/fuzz %')
QUICK_TESTS = $(QUICK:%='% 100') $(LINT_TEST) \
  'python3 tests/vectors/run.py --drivers build/quick/drivers --once'
RUN := tests/run.py --jobs $(JOBS)

.PHONY: test quick ports packages unit asan e2e cross matrix matrix-all bench lint size
.PHONY: bench-peers oracle soak
.PHONY: fuzz fuzz-msan proofs proofs-all coverage
# A program that does not compile is a test that fails, so make goes on. What
# takes long is first: the gateway, which often waits, beside the matrix, which
# keeps all cores busy.
test: need-test ## install what is missing, run all tests
	@$(MAKE) -k -j$(JOBS) programs firmware || :
	@$(RUN) $(GATEWAY_TEST) $(MATRIX) $(E2E_TESTS) $(FIRMWARE_TESTS) \
	  $(VECTOR_TESTS) $(CROSS_TESTS) $(COVERAGE_TEST) $(PORT_TESTS) \
	  $(PACKAGE_TESTS) $(ORACLE_TEST) \
	  $(COMPILE_TESTS) $(FUZZ_TESTS) $(PROOF_TESTS) $(VALGRIND_TESTS) \
	  $(BENCH_TESTS) $(UNIT_TESTS)
quick: need-quick ## vectors once, unit tests, lint: half a minute
	@$(MAKE) -s -k -j$(JOBS) $(QUICK_PROGRAMS) || :
	@$(RUN) $(QUICK_TESTS)
ports: need-cc ## the ports for lwIP, on lwIP
	@$(RUN) $(PORT_TESTS)
packages: need-packages ## CMake, Meson, pkg-config, and other systems
	@$(RUN) $(PACKAGE_TESTS)
unit asan: $(ASAN_PROGRAMS) ## unit tests, faults and vectors, by ASan and UBSan
	@$(RUN) $(VECTOR_TESTS) $(UNIT_TESTS)
e2e: need-test $(E2E_PROGRAMS) build/static/ask ## over TLS, against both gateways
	@$(RUN) $(GATEWAY_TEST) $(E2E_TESTS)
soak: build/e2e/soak-system ## 10,000 calls while their servers are killed, 5 minutes
	@$(NEED) $(NEED_DEMO)
	@tests/e2e/with_gateway.sh build/gateway tests/e2e/soak.py
cross: need-test build/static/ask-arm ## everything on a Cortex-M, ARM, big-endian and RISC-V
	@$(RUN) $(patsubst %,'python3 tests/cross/cross.py --all %', \
	  $(CROSS_ALL)) \
	  $(call ask_test,qemu-arm-static build/static/ask-arm)
matrix: need-test ## compile as every standard, every switch off, every target
	@$(RUN) $(MATRIX) $(COMPILE_TESTS)
matrix-all: need-test $(TLS36)/mbedtls.stamp ## and all combinations of switches, for hours
	@$(RUN) --jobs 1 --timeout 20000 'python3 tests/compile/matrix.py --all'
bench: need-test ## gates on stack, symbols, instructions and sizes
	@$(RUN) $(BENCH_TESTS)
# Not a part of `make test`: it downloads the others. PEERS=--allow-missing goes
# on without those that cannot be had.
bench-peers: ## ours beside cJSON, yyjson, jsmn, curl, openai; writes docs/performance.*
	@$(NEED) $(NEED_PEERS)
	@$(MAKE) build/examples/ask
	@CC="$(CC)" python3 tests/bench/peers/run.py --update docs $(PEERS)
oracle: need-cc ## what Mirascope sends beside what this library does
	@$(NEED) '/usr/lib/python3*/ensurepip/__init__.py:python3-venv'
	@$(RUN) $(ORACLE_TEST)
# What breaks one goes to build/fuzz/found/, what else it came upon, for the
# next time, to build/fuzz/corpus/.
fuzz_all = @python3 tests/fuzz/run.py --seconds $(FUZZ_SECONDS) --seeds --keep
fuzz: $(FUZZERS:%=build/fuzz/%) ## random inputs, FUZZ_SECONDS=60 for each fuzzer
	$(fuzz_all) build/fuzz
fuzz-msan: $(FUZZERS:%=build/msan/%) ## the same, for memory that was never written
	$(fuzz_all) build/msan
coverage: $(COVERAGE_PROGRAMS) ## what the tests run, in 2 minutes
	@$(RUN) $(COVERAGE_TEST)
proofs: need-cc ## what cbmc proves for all inputs, in 2 minutes
	@$(RUN) $(PROOF_TESTS)
proofs-all: ALL = --all --seconds 3600
proofs-all: need-cc ## and longer ones, and that each fails when it should
	@$(RUN) --timeout 20000 'sh tests/proofs/run.sh build/cbmc $(ALL)' \
	  'sh tests/proofs/run.sh build/cbmc $(ALL) --mutants'
lint: need-test ## the form of the sources
	@$(RUN) $(LINT_TEST)
size: need-test ## what each switch costs; writes the table in README.md
	@python3 tests/bench/size.py --update README.md

.PHONY: help clean
help: ## this list
	@sed -n 's/^\([a-z][a-z0-9 -]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | \
	  awk -F '\t' '{ printf "make %-13s %s\n", $$1, $$2 }'
clean: ## remove build/
	rm -rf build
