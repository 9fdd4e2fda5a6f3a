# xianzhi: `make help` lists the targets. Sources are found by wildcard; each build flavour has an
# object folder of its own: SAN=address,undefined or SAN=thread, CC=clang.

CC      ?= gcc
ifeq ($(origin CC),default)
CC      := gcc
endif
SAN     ?=
VERSION := 0.9.0
PREFIX  ?= /usr/local
comma   := ,
FLAVOUR := $(if $(SAN),$(subst $(comma),-,$(SAN)),plain)$(if $(filter clang%,$(CC)),-clang)
B       := build$(if $(filter plain,$(FLAVOUR)),,/$(FLAVOUR))
O       := $(B)/o

PACKAGES := libzmq librabbitmq libpcre2-8 nettle libarchive libxml-2.0 gmime-3.0 libseccomp yaml-0.1 jansson libmicrohttpd libsystemd libpq rdkafka
CFLAGS   ?= -O2 -g
override CFLAGS += -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -I. \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all $(SAN_QUIET))
# Under UBSan gcc takes its own null checks for null format strings and empty arrays.
SAN_QUIET = $(if $(filter clang%,$(CC)),,-Wno-format-truncation -Wno-format-overflow -Wno-array-bounds)
LDLIBS   = $(shell pkg-config --libs $(PACKAGES)) -lmsgpackc -lrocksdb -lunistring -lxlsxwriter -lsqlite3 -lreadstat -lcrypt -lpthread -lm
LDFLAGS += $(if $(SAN),-fsanitize=$(SAN))

# Only what looks for data files knows where it was built: objects of one checkout serve another.
$(O)/proto/base/paths.o $(O)/tests/%.o: CFLAGS += -DXIANZHI_HOME='"$(CURDIR)"'

$(O)/deploy/commands/main.o $(O)/deploy/commands/query.o: CFLAGS += -DXIANZHI_VERSION='"$(VERSION)"'

# Nearly all the time goes into finding numbers, words and weights.
$(O)/workers/extract/%.o $(O)/workers/text/%.o: CFLAGS := $(CFLAGS:-O2=-O3)

# The doors to libraries (proto/doors) are the only files that see their headers.
$(O)/proto/doors/%.o: CFLAGS += $(shell pkg-config --cflags libxml-2.0 gmime-3.0 libpq)

PARTS   := $(wildcard proto/*.c proto/*/*.c broker/*.c workers/*.c workers/*/*.c workers/*/*/*.c workers/*/*/*/*.c)
MAIN    := $(wildcard deploy/*/*.c)
UNITS   := $(wildcard tests/unit/test_*.c)
OBJECTS := $(PARTS:%.c=$(O)/%.o)
HELPERS := $(B)/o/helpers.a
PROGRAM := $(B)/xianzhi
TESTS   := $(UNITS:tests/unit/%.c=$(B)/tests/%)
FUZZERS := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
BENCHES := $(B)/bench/load $(B)/bench/stages

REPORTS ?= tests/data/reports tests/data/formats
SERVE   ?= build/serve

.PHONY: all run serve install deb prove test unit flow bench bench-shapes torture fuzz fuzzers po deps format lint clean help
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAM)                ## build build/xianzhi (what is missing is installed first)
run: all                       ## run the pipeline over REPORTS=folder (the samples by default)
	$(PROGRAM) run --all --store $(B)/results $(REPORTS)
	@echo; echo "The results are kept in $(B)/results (结果保存在此). Next (接下来可以):"
	@echo "  $(PROGRAM) query --store $(B)/results --indicator '*复议*' --wide"
	@echo "  $(PROGRAM) query --store $(B)/results --format xlsx --out results.xlsx"
serve: all                     ## the same as a service with pages in a browser: http://127.0.0.1:7780/, kept in build/serve
	@mkdir -p $(SERVE)/inbox
	@for path in $(REPORTS); do if [ -d "$$path" ]; then cp -rn "$$path/." $(SERVE)/inbox; else cp -n "$$path" $(SERVE)/inbox; fi; done
	@(command -v xdg-open >/dev/null && sleep 3 && xdg-open http://127.0.0.1:7780/ >/dev/null 2>&1) & \
	$(PROGRAM) serve --data $(SERVE) $(ARGS)
test: all unit                 ## every test; ends with "N passed, N failed"
	tests/run $(B)
bench: all $(BENCHES)          ## measure and print one table (QUICK=1: a few minutes); samples in build/bench
	tests/bench/bench $(B) $(if $(QUICK),--quick)
bench-shapes: all              ## what documents of awkward shapes cost, 1 to 16 MB, and the slope
	tests/bench/shapes $(PROGRAM) $(if $(QUICK),--quick)
unit: $(TESTS) $(B)/kafka-cluster  ## build the unit tests only
torture: all                   ## 500 kills over 5,000 reports; ARGS="--seed S --kills N --reports M"
	XIANZHI=$(PROGRAM) tests/torture/torture $(ARGS)
prove: all                     ## the slow proofs: the package in a bare Debian (root), what else is in tests/prove
	for proof in tests/prove/*; do echo "== $$proof"; $$proof || [ $$? -eq 77 ] || exit 1; done
fuzz:                          ## every decoder of outside bytes under libFuzzer, SECONDS=600 each (needs clang)
	tests/fuzz/run $(or $(SECONDS),600)
install: all                   ## into DESTDIR, PREFIX (/usr/local): program, data, man pages, completion
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/xianzhi
	find workers deploy/generate deploy/console deploy/publish deploy/po deploy/manifest.tsv -type f ! -name '*.[ch]' ! -name '*.md' ! -path deploy/po/extract 2>/dev/null | while read -r file; do \
		install -D -m 644 "$$file" "$(DESTDIR)$(PREFIX)/share/xianzhi/$$file"; done
	deploy/make-man $(PROGRAM) $(DESTDIR)$(PREFIX)/share/man/man1
	install -D -m 644 deploy/completion/xianzhi.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/xianzhi
	install -D -m 644 deploy/completion/_xianzhi $(DESTDIR)$(PREFIX)/share/zsh/vendor-completions/_xianzhi
deb: all                       ## build/xianzhi_VERSION_ARCH.deb with services, user and settings
	deploy/make-deb $(PROGRAM) $(VERSION)
po:                            ## bring deploy/po/zh_CN.po up to date with the messages (needs gettext)
	deploy/po/extract $(B)/xianzhi.pot
	msgmerge --quiet --update --no-wrap --no-location --no-fuzzy-matching --backup=none deploy/po/zh_CN.po $(B)/xianzhi.pot
deps:                          ## install the packages that are missing
	deploy/install-deps
format:                        ## clang-format over all sources
	clang-format -i $$(git ls-files '*.c' '*.h')
clean:                         ## remove build/
	rm -rf build
help:                          ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 20

$(B)/deps: deploy/packages
	@mkdir -p $(@D)
	deploy/install-deps
	@touch $@

$(PROGRAM): $(OBJECTS) $(MAIN:%.c=$(O)/%.o)
	@echo "link $@"
	@$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# What the subcommands share: a test takes out of it what it tries.
$(HELPERS): $(filter-out %/main.o,$(MAIN:%.c=$(O)/%.o))
	@rm -f $@
	@ar rc $@ $^

$(B)/tests/%: $(O)/tests/unit/%.o $(OBJECTS) $(HELPERS)
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

# Brokers for a flow test: a library's threads, never under a sanitizer.
$(B)/kafka-cluster: tests/kafka/cluster.c | $(B)/deps
	@echo "link $@"
	@$(CC) -O2 -g -std=c17 -D_GNU_SOURCE -Wall -Wextra -Werror -o $@ $< -lrdkafka

$(O)/%.o: %.c | $(B)/deps
	@mkdir -p $(@D)
	@echo "cc   $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(O) -name '*.d' 2>/dev/null)
