# GNU make. Everything made goes to build/; `make help` lists the targets.
#
#   CC, CFLAGS, CLANG    compilers, and options for the builds that are not
#                        sanitized
#   JOBS                 how many tests run at a time (all cores)
#   CORPUS               folder of json-test-suite and recorded replies
#   FUZZ_SECONDS         how long each fuzzer runs
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
TLS := -DLITELLM_TLS=1
TLS_LIBS := -lmbedtls -lmbedx509 -lmbedcrypto
# A vendored mbedTLS, built from the distribution's sources.
TLS36 := build/mbedtls-3.6
# Small programs that need nothing of the machine they run on.
STATIC := -static -s -Os -ffunction-sections -fdata-sections -Wl,--gc-sections
ARM := arm-linux-gnueabihf-gcc
# Machines that QEMU emulates: see tests/cross/cross.py. `make test` takes the
# first ones, `make cross` all.
CROSS := cortex-m4 s390x riscv64
CROSS_ALL := $(CROSS) arm cortex-m0

# One command from source to program; the dependencies are a side product. An
# older program goes first: no test may run it when its source is broken.
# $(call program,COMPILER,FLAGS,LIBRARIES)
program = @mkdir -p $(@D); rm -f $@; echo "  $(notdir $(1)) $@"; \
  $(1) -I. $(2) -MMD -MP -MF $@.d -o $@ $< $(3) -lm

# Programs named tls_* are about TLS and get it.
tls_of = $(if $(filter tls_%,$(notdir $@)),$(TLS))
tls_libs_of = $(if $(filter tls_%,$(notdir $@)),$(TLS_LIBS))

names = $(basename $(notdir $(wildcard $(1))))
UNIT := $(call names,tests/unit/*.c)
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
NEED_TEST := $(NEED_FIRMWARE) g++ $(CLANG):clang valgrind shellcheck \
  '/usr/lib/gcc/*/*/32/libgcc.a:gcc-@gcc-multilib' avr-gcc:gcc-avr \
  /usr/lib/avr/include/stdlib.h:avr-libc musl-gcc:musl-tools \
  qemu-arm-static:qemu-user-static $(foreach arch,arm-linux-gnueabihf:armhf \
    s390x-linux-gnu:s390x riscv64-linux-gnu:riscv64, \
    $(call need_cross,$(subst :, ,$(arch))))
NEED = tests/tools/need.sh
# Who has the compiler and mbedTLS but cannot have the rest sees the tests
# fail that want it, not all.
or_go_on = || LITELLM_NO_INSTALL=1 $(NEED) $(NEED_TLS) 2> /dev/null

.PHONY: need-cc need-tls need-firmware need-test
need-cc:
	@$(NEED) $(NEED_CC)
need-tls:
	@$(NEED) $(NEED_TLS)
need-firmware:
	@$(NEED) $(NEED_FIRMWARE) $(or_go_on)
need-test:
	@$(NEED) $(NEED_TEST) $(or_go_on)

# ---- programs --------------------------------------------------------------

build/examples/%: examples/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(CFLAGS) $(TLS),$(TLS_LIBS))
build/drivers/%: tests/drivers/%.c | need-cc
	$(call program,$(CC),$(STRICT) $(CFLAGS))
build/asan/drivers/%: tests/drivers/%.c | need-cc
	$(call program,$(CC),$(STRICT) $(SANITIZE))
build/asan/examples/%: examples/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE) $(TLS),$(TLS_LIBS))
build/asan/unit/%: tests/unit/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE) $(tls_of),$(tls_libs_of))
build/asan/faults/%: tests/faults/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE) $(tls_of),$(tls_libs_of))
# Against the system's mbedTLS, and against one built from its sources.
build/e2e/%-system: tests/e2e/%.c | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE) $(TLS),$(TLS_LIBS))
build/e2e/%-3.6: tests/e2e/%.c $(TLS36)/mbedtls.stamp | need-tls
	$(call program,$(CC),$(STRICT) $(SANITIZE) $(TLS) -isystem \
	  $(TLS36)/include,-L$(TLS36)/lib $(TLS_LIBS))
$(TLS36)/mbedtls.stamp: tests/tools/mbedtls.sh | need-tls
	@tests/tools/mbedtls.sh $(TLS36) 3.6 build/src
# Of musl: for the machine itself, and for ARM.
build/static/ask: examples/ask.c build/static/tls/mbedtls.stamp | need-test
	$(call program,musl-gcc,$(STRICT) $(STATIC) $(TLS) -isystem \
	  build/static/tls/include,-Lbuild/static/tls/lib $(TLS_LIBS))
	@echo "  $$(wc -c < $@) bytes"
build/static/ask-arm: examples/ask.c build/static/tls-arm/mbedtls.stamp
	$(call program,build/static/musl/bin/musl-$(ARM),$(STRICT) $(STATIC) \
	  $(TLS) -isystem build/static/tls-arm/include,\
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
	$(call program,$(CLANG),$(STRICT) -O1 -gdwarf-4 $(tls_of),$(tls_libs_of))

# The drivers that some fuzzers are have a main of their own.
build/fuzz/%: tests/fuzz/%.c | need-test
	$(call program,$(CLANG),$(STRICT) $(SANITIZE) -fsanitize=fuzzer \
	  -Dmain=driver_main)

-include $(wildcard $(addsuffix /*.d,$(addprefix build/,examples drivers e2e \
  asan/* clang/* static fuzz)))

ASAN_PROGRAMS := $(UNIT:%=build/asan/unit/%) $(FAULTS:%=build/asan/faults/%) \
  $(DRIVERS:%=build/asan/drivers/%)
E2E_PROGRAMS := $(foreach name,$(call names,tests/e2e/*.c), \
  build/e2e/$(name)-system build/e2e/$(name)-3.6) build/examples/ask \
  $(EXAMPLES:%=build/asan/examples/%) $(DRIVERS:%=build/asan/drivers/%)
PROGRAMS := $(ASAN_PROGRAMS) $(E2E_PROGRAMS) $(UNIT:%=build/clang/unit/%) \
  build/static/ask

.PHONY: demo examples drivers static programs
demo: ## a real model answers, over verified TLS
	@$(NEED) $(NEED_DEMO)
	@$(MAKE) build/examples/recommend_book
	@tests/e2e/demo.sh build/examples/recommend_book
.PHONY: firmware firmware-run firmware-size
firmware: need-firmware ## build examples/firmware/ to build/firmware/
	@$(MAKE) -C examples/firmware all
firmware-run: firmware ## run it in QEMU, check what it prints and takes
	@$(RUN) $(FIRMWARE_TESTS)
firmware-size: firmware ## what it takes; writes the table in README.md
	@python3 tests/firmware/budget.py --update README.md
examples: $(EXAMPLES:%=build/examples/%) ## build examples/ to build/examples/
drivers: $(DRIVERS:%=build/drivers/%) ## build the test drivers to build/drivers/
static: build/static/ask build/static/ask-arm ## ask without libraries, by musl, for this machine and for ARM
programs: $(PROGRAMS)

# ---- tests -----------------------------------------------------------------

scripts = $(patsubst %.py,'python3 %.py',$(filter %.py,$(1))) \
  $(patsubst %.sh,'sh %.sh',$(filter %.sh,$(1)))
files = $(sort $(wildcard $(1:%=tests/%/*.py) $(1:%=tests/%/*.sh)))
UNIT_TESTS = $(UNIT:%='build/asan/unit/%') $(FAULTS:%='build/asan/faults/%')
# Memory that was never written, which no sanitizer of gcc sees.
VALGRIND_TESTS = $(UNIT:%='valgrind -q --error-exitcode=99 \
  --leak-check=full build/clang/unit/% 100')
VECTOR_TESTS = $(patsubst %,'python3 % --drivers build/asan/drivers', \
  $(wildcard tests/vectors/run.py))
BENCH_TESTS = $(call scripts,$(call files,bench))
MATRIX = 'python3 tests/compile/matrix.py objects' \
  'python3 tests/compile/matrix.py units'
COMPILE_TESTS = $(call scripts,$(filter-out %/matrix.py, \
  $(call files,compile)))
ask_test = 'tests/e2e/scripted_run.py python3 tests/e2e/ask.py "$(1)"'
GATEWAY_TEST = 'tests/e2e/with_gateway.sh build/gateway \
  build/e2e/real-system build/e2e/real-3.6 tests/e2e/examples_real.py'
E2E_TESTS = $(foreach tls,system 3.6, \
  'tests/e2e/scripted_run.py build/e2e/scripted-$(tls)') \
  $(call ask_test,build/examples/ask) $(call ask_test,build/static/ask) \
  'tests/e2e/scripted_run.py python3 tests/e2e/examples.py \
  build/asan/examples build/asan/drivers'
CROSS_TESTS = $(CROSS:%='python3 tests/cross/cross.py %')
FIRMWARE_TESTS = 'python3 tests/firmware/run.py' \
  'python3 tests/firmware/budget.py --check README.md'
# Ports that need a network stack built beside them.
PORT_TESTS = 'CC="$(CC)" tests/ports/lwip.sh build/ports build/src'
RUN := tests/run.py --jobs $(JOBS)

.PHONY: test ports unit asan e2e cross matrix bench fuzz lint size
# A program that does not compile is a test that fails, so make goes on. What
# takes long is first: the gateway, which often waits, beside the matrix, which
# keeps all cores busy.
test: need-test ## install what is missing, run all tests
	@$(MAKE) -k -j$(JOBS) programs firmware || :
	@$(RUN) $(GATEWAY_TEST) $(MATRIX) $(E2E_TESTS) $(FIRMWARE_TESTS) \
	  $(VECTOR_TESTS) $(CROSS_TESTS) $(PORT_TESTS) $(COMPILE_TESTS) \
	  $(VALGRIND_TESTS) $(BENCH_TESTS) $(UNIT_TESTS)
ports: need-cc ## the ports for lwIP, on lwIP
	@$(RUN) $(PORT_TESTS)
unit asan: $(ASAN_PROGRAMS) ## unit tests, faults and vectors, by ASan and UBSan
	@$(RUN) $(VECTOR_TESTS) $(UNIT_TESTS)
e2e: need-test $(E2E_PROGRAMS) build/static/ask ## over TLS, against both gateways
	@$(RUN) $(GATEWAY_TEST) $(E2E_TESTS)
cross: need-test build/static/ask-arm ## everything on a Cortex-M, ARM, big-endian and RISC-V
	@$(RUN) $(patsubst %,'python3 tests/cross/cross.py --all %', \
	  $(CROSS_ALL)) \
	  $(call ask_test,qemu-arm-static build/static/ask-arm)
matrix: need-test ## compile as every standard, every switch off, every target
	@$(RUN) $(MATRIX) $(COMPILE_TESTS)
bench: need-test ## gates on stack, symbols, instructions and sizes
	@$(RUN) $(BENCH_TESTS)
# What breaks one goes to build/fuzz/found/, what else it came upon, for the
# next time, to build/fuzz/corpus/.
fuzz: $(FUZZERS:%=build/fuzz/%) ## random inputs, FUZZ_SECONDS=60 for each fuzzer
	@mkdir -p build/fuzz/found $(FUZZERS:%=build/fuzz/corpus/%)
	@python3 tests/fuzz/seeds.py build/fuzz/seeds
	@status=0; for name in $(FUZZERS); do echo "  $$name"; \
	  build/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	    -max_len=8192 -dict=tests/fuzz/words.dict -verbosity=0 \
	    -close_fd_mask=1 -print_final_stats=1 \
	    -artifact_prefix=build/fuzz/found/$$name- \
	    build/fuzz/corpus/$$name build/fuzz/seeds/$$name || status=1; \
	done; exit $$status
lint: need-test ## the form of the sources
	@$(RUN) 'python3 tests/compile/lint.py'
size: need-test ## what each switch costs; writes the table in README.md
	@python3 tests/bench/size.py --update README.md

.PHONY: help clean
help: ## this list
	@sed -n 's/^\([a-z][a-z ]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | \
	  awk -F '\t' '{ printf "make %-10s %s\n", $$1, $$2 }'
clean: ## remove build/
	rm -rf build
