# make help
MAKEFLAGS += -r
ifeq ($(origin CC),default)
CC := gcc
endif
.DEFAULT_GOAL := all
export PKG_CONFIG_PATH

# Out of tree, one directory per flavour. A new .c file is a new program: nothing to list.
B        := build/$(if $(SAN),san,plain)
LAYERS   := base io av reco web app
handlers := $(patsubst %.c,$B/%,$(wildcard handlers/*.c))
jobs     := $(patsubst %.c,$B/%,$(wildcard jobs/*.c))
units    := $(patsubst %.c,$B/%,$(wildcard tests/unit_*.c))
benches  := $(patsubst %.c,$B/%,$(wildcard tests/bench_*.c))
view_files := $(wildcard handlers/views/*.html handlers/views/*.json handlers/views/*.xml)
views    := $(patsubst handlers/views/%,$B/gen/%.o,$(view_files))
sources  := $(wildcard handlers/*.c handlers/views/*.h handlers/pages/*.[ch] jobs/*.c jobs/commands/*.[ch] lib/*/*.[ch] lib/*/*/*.[ch] tests/*.[ch])

PKGS     := libmariadb fcgi libmemcached json-c libjwt libsodium libseccomp libutf8proc libcrypto
WARNINGS := -Wall -Wextra -Wshadow -Wvla -Wundef -Wstrict-prototypes -Wmissing-prototypes \
            -Wwrite-strings -Wformat=2 -Wno-format-nonliteral -Wswitch-enum -Wconversion \
            -Wsign-conversion -Wcast-qual -Wnull-dereference -Werror
CFLAGS   := -std=c17 -O2 -g -fno-common -fstack-protector-strong -fstack-clash-protection \
            -fno-strict-aliasing -fno-strict-overflow -fPIE -ffile-prefix-map=$(CURDIR)/= $(WARNINGS)
CPPFLAGS := -D_GNU_SOURCE -Ilib -Ihandlers -Ijobs -Itests -I$B/gen $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS  := -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--as-needed
LDLIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm
# The recommender is parallel, and solves a regression where there is a library for it.
BLAS     := $(shell pkg-config --libs openblas 2>/dev/null)
$B/lib/reco/%.o: CFLAGS += -fopenmp $(if $(BLAS),-DHAVE_OPENBLAS) -O3
ifdef SAN # make check SAN=address,undefined
CFLAGS   += -fsanitize=$(SAN) -fno-sanitize-recover=all -DARENA_MALLOC
LDFLAGS  += -fsanitize=$(SAN)
else
CPPFLAGS += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2
endif

all: programs assets                    ## build every handler, every job and the assets
programs: $(handlers) $(jobs)           ## build every handler and every job
.PHONY: all programs

define layer
$B/lib$1.a: $(patsubst %.c,$B/%.o,$(wildcard lib/$1/*.c lib/$1/*/*.c))
endef
$(foreach l,$(LAYERS),$(eval $(call layer,$l)))
$B/libview.a: $(views) $(patsubst %.c,$B/%.o,$(wildcard handlers/pages/*.c))
$B/libcommand.a: $(patsubst %.c,$B/%.o,$(wildcard jobs/commands/*.c))
$B/%.a: ; @rm -f $@ && ar rcs $@ $^

# The link lines are the architecture: a job that calls into web does not link.
$(jobs):              $B/%: $B/%.o $B/libcommand.a $B/libapp.a $B/libreco.a $B/libav.a $B/libio.a $B/libbase.a
$(handlers) $(units) $(benches): $B/%: $B/%.o $B/libview.a $B/libweb.a $B/libapp.a $B/libreco.a $B/libav.a $B/libio.a $B/libbase.a
$(units): LDFLAGS += -Wl,--whole-archive # so that unit_sql sees every statement
$(units): LDLIBS  := -Wl,--no-whole-archive $(LDLIBS)
$B/tests/eval_reco: $B/%: $B/%.o $B/libreco.a $B/libbase.a
$B/tests/eval_reco: LDLIBS := -lm
$(jobs) $(units) $(benches) $B/tests/eval_reco: LDLIBS += -fopenmp $(BLAS)
$(handlers) $(jobs) $(units) $(benches) $B/tests/eval_reco: ; @echo "  LINK $@" && $(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Dependencies, and one compilation-database line per object.
compile = $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@
$B/%.o: %.c
	@mkdir -p $(@D) && echo "  CC   $<" && $(compile)
	@printf '{"directory":"%s","file":"%s","command":"%s"},\n' '$(CURDIR)' '$<' '$(subst ",\",$(compile))' >$@.cdb
$B/gen/%.o: $B/gen/%.c ; @$(compile)
# One prototype per view, from the model that its first line names.
$B/gen/prototypes.h: $(view_files)
	@mkdir -p $(@D) && for v in $^; do n=$${v##*/}; k=$${n##*.}; [ $$k != html ] || k=view; \
	  sed -nE "1s/.*\{\{model struct ([a-z0-9_]+)\}\}.*/void $${k}_$${n%.*}(struct sb *o, const struct \1 *m);/p" $$v; \
	done >$@
$(patsubst %.c,$B/%.o,$(wildcard handlers/*.c handlers/pages/*.c)) $(views): $B/gen/prototypes.h
$B/gen/%.c: handlers/views/% $B/tmplc htdocs/assets/manifest
	@mkdir -p $(@D) && echo "  VIEW $<" && $B/tmplc -a htdocs/assets/manifest -i views/pages.h $< >$@.tmp && mv $@.tmp $@
$B/tmplc: lib/tools/tmplc.c
	@mkdir -p $(@D) && echo "  CC   $<" && $(CC) -std=c17 -D_GNU_SOURCE -O1 $(WARNINGS) -o $@ $<

# Scripts and styles, bundled under names that hold a hash of their content.
assets: htdocs/assets/manifest         ## bundle scripts and styles
htdocs/assets/manifest: htdocs/package.json htdocs/build.mjs $(wildcard htdocs/js/* htdocs/css/* htdocs/errors/*) | htdocs/node_modules/.package-lock.json
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
.PHONY: run test

units: $(units)                         ## build the unit tests; tests/all runs them
benches: $(benches)                     ## build the measuring programs tests/bench_*
bench: programs assets benches          ## measure what has to be fast, beside a yardstick each
	@tests/bench
eval-reco: $B/tests/eval_reco           ## recommend from any DATA=folder of interactions into OUT=file
	@$< "$(DATA)" "$(OUT)"
reco:                                   ## the recommender beside published figures, on public data
	@tests/reco
.PHONY: eval-reco reco
layers:                                 ## what the include lines may say
	@! grep -nE '#include "(io|web|app|views)/' lib/base/*.[ch]
	@! grep -nE '#include "(web|app|reco|views)/' lib/io/*.[ch]
	@! grep -nE '#include "(io|web|app|views)/' lib/reco/*.[ch]
	@! grep -nE '#include "(app|reco|views)/' lib/web/*.[ch]
	@! grep -nE '#include "(web|views)/' lib/app/*/*.[ch] jobs/*.c jobs/commands/*.[ch]
	@! grep -nE '\b(malloc|calloc|free|getenv)\(|"(SELECT|INSERT|UPDATE|DELETE) |"[^"]*<[a-z/!]' handlers/*.c
	@! grep -nE 'mysql_|MYSQL|jwt_|memcached_|FCGX_|json_object|crypto_' handlers/*.c jobs/*.c jobs/commands/*.[ch] lib/app/*/*.[ch]
	@wc -l handlers/*.c | awk '$$2 != "total" && $$1 > 120 { print $$2 " has " $$1 " lines, at most 120"; bad = 1 } END { exit bad }'
format:                                 ## bring every C file into the house format
	@clang-format -i $(sources)
format-check:                           ## is every C file in the house format?
	@clang-format --dry-run -Werror $(sources)
compile_commands.json: programs units   ## for clangd and clang-tidy
	@{ echo '['; find $B -name '*.cdb' -exec cat {} + | sed '$$s/,$$//'; echo ']'; } >$@
help:                                   ## this list
	@sed -nE 's/^([a-z_.-]+):.*## (.*)/  \1\t\2/p' Makefile | expand -t 28
clean:                                  ## remove everything that was built
	@rm -rf build compile_commands.json htdocs/assets
.PHONY: units benches bench layers format format-check help clean
.SECONDARY:
-include $(shell find $B -name '*.d' 2>/dev/null)
