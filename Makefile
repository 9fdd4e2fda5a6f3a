# xianzhi: `make help` lists the targets. Sources are found by wildcard; each build flavour has an
# object folder of its own: SAN=address,undefined or SAN=thread, CC=clang.

CC      ?= gcc
ifeq ($(origin CC),default)
CC      := gcc
endif
SAN     ?=
comma   := ,
FLAVOUR := $(if $(SAN),$(subst $(comma),-,$(SAN)),plain)$(if $(filter clang%,$(CC)),-clang)
B       := build$(if $(filter plain,$(FLAVOUR)),,/$(FLAVOUR))
O       := $(B)/o

PACKAGES := libzmq libpcre2-8 nettle libarchive yaml-0.1 jansson libmicrohttpd
CFLAGS   ?= -O2 -g
override CFLAGS += -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -I. \
	-DXIANZHI_HOME='"$(CURDIR)"' \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all $(SAN_QUIET))
# Under UBSan gcc takes its own null checks for null format strings.
SAN_QUIET = $(if $(filter clang%,$(CC)),,-Wno-format-truncation -Wno-format-overflow)
LDLIBS   = $(shell pkg-config --libs $(PACKAGES)) -lmsgpackc -lrocksdb -lunistring -lpthread -lm
LDFLAGS += $(if $(SAN),-fsanitize=$(SAN))

PARTS   := $(wildcard proto/*.c broker/*.c workers/*.c workers/*/*.c workers/*/*/*.c)
MAIN    := $(wildcard deploy/commands/*.c deploy/generate/*.c)
UNITS   := $(wildcard tests/unit/test_*.c)
OBJECTS := $(PARTS:%.c=$(O)/%.o)
PROGRAM := $(B)/xianzhi
TESTS   := $(UNITS:tests/unit/%.c=$(B)/tests/%)
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
BENCHES := $(B)/bench/load $(B)/bench/stages

REPORTS ?= tests/data/reports

.PHONY: all run test unit flow bench torture fuzz fuzzers deps format lint clean help
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM)                ## build build/xianzhi (what is missing is installed first)
run: all                       ## run the pipeline over REPORTS=folder (the samples by default)
	$(PROGRAM) run $(REPORTS)
test: all unit                 ## every test; ends with "N passed, N failed"
	tests/run $(B)
bench: all $(BENCHES)          ## measure and print one table (QUICK=1: a few minutes); samples in build/bench
	tests/bench/bench $(B) $(if $(QUICK),--quick)
unit: $(TESTS)                 ## build the unit tests only
torture: all                   ## 500 kills over 5,000 reports; ARGS="--seed S --kills N --reports M"
	XIANZHI=$(PROGRAM) tests/torture/torture $(ARGS)
fuzz:                          ## every decoder of outside bytes under libFuzzer, SECONDS=600 each (needs clang)
	tests/fuzz/run $(or $(SECONDS),600)
deps:                          ## install the packages that are missing
	deploy/install-deps
format:                        ## clang-format over all sources
	clang-format -i $$(git ls-files '*.c' '*.h')
clean:                         ## remove build/
	rm -rf build
help:                          ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

$(B)/deps: deploy/packages
	@mkdir -p $(@D)
	deploy/install-deps
	@touch $@

$(PROGRAM): $(OBJECTS) $(MAIN:%.c=$(O)/%.o)
	@echo "link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/tests/%: $(O)/tests/unit/%.o $(OBJECTS)
	@mkdir -p $(@D)
	@echo "link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lcmocka

# With CC=clang SAN=fuzzer-no-link,address,undefined; tests/fuzz/run does so.
fuzzers: $(FUZZERS)
$(B)/fuzz/%: $(O)/tests/fuzz/%.o $(OBJECTS)
	@mkdir -p $(@D)
	@echo "link $@"
	@$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(LDLIBS) -lcmocka

$(B)/bench/load: $(O)/tests/bench/load.o
$(B)/bench/stages: $(O)/tests/bench/stages.o $(O)/tests/bench/one_by_one.o
$(BENCHES): $(O)/tests/bench/reports.o $(OBJECTS)
	@mkdir -p $(@D)
	@echo "link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(O)/%.o: %.c | $(B)/deps
	@mkdir -p $(@D)
	@echo "cc   $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(O) -name '*.d' 2>/dev/null)
