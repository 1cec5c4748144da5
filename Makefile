# SPDX-License-Identifier: LGPL-2.1-or-later
#
# "make help" lists the targets. Set prefix, DESTDIR, CC, CFLAGS, LDFLAGS as
# usual; BUILD is where everything is made; SANITIZE=1 builds with ASan + UBSan,
# and with CC=clang FUZZ=1 for fuzzers, COVERAGE=1 for gcov; WERROR=1 makes a
# warning an error; V=1 shows each command.

VERSION   := 0.1.0
SOVERSION := 0

BUILD ?= build

# The names of the GNU coding standards, in capitals too.
prefix     ?= $(or $(PREFIX),/usr/local)
bindir     ?= $(or $(BINDIR),$(prefix)/bin)
libdir     ?= $(or $(LIBDIR),$(prefix)/lib)
includedir ?= $(or $(INCDIR),$(prefix)/include)
datadir    ?= $(or $(DATADIR),$(prefix)/share)
libexecdir ?= $(or $(LIBEXECDIR),$(prefix)/libexec)
mandir     ?= $(or $(MANDIR),$(datadir)/man)
localedir  ?= $(or $(LOCALEDIR),$(datadir)/locale)
docdir     ?= $(datadir)/doc/ckstoken
sysconfdir ?= $(or $(SYSCONFDIR),/etc)
# The journal of the machine, one for all whatever the prefix. Installing into
# the system itself makes the folder; the two files do for a package.
statedir    ?= /var/lib/ckstoken
sysusersdir ?= $(prefix)/lib/sysusers.d
tmpfilesdir ?= $(prefix)/lib/tmpfiles.d
# Where shells look for completions; Debian's packages have those of zsh in
# vendor-completions.
bashcompdir ?= $(datadir)/bash-completion/completions
zshcompdir  ?= $(datadir)/zsh/site-functions
fishcompdir ?= $(datadir)/fish/vendor_completions.d
metainfodir ?= $(datadir)/metainfo
# To begin with the domain of whoever publishes it, as scripts/metainfo.xml.in
# says.
APPSTREAM_ID ?= org.example.ckstoken
DESTDIR    ?=
PKGCONF    ?= pkg-config

pkgdatadir    := $(datadir)/ckstoken
pkglibexecdir := $(libexecdir)/ckstoken

# "rm -rf" would see two names in one.
FOLDER_SETTINGS := DESTDIR prefix bindir libdir includedir datadir libexecdir \
	mandir localedir docdir sysconfdir statedir sysusersdir tmpfilesdir \
	bashcompdir zshcompdir fishcompdir metainfodir
ifneq ($(words $(foreach name,$(FOLDER_SETTINGS),x$($(name)))),\
	$(words $(FOLDER_SETTINGS)))
$(error prefix, DESTDIR and the other folders can have no blanks in them)
endif

# What lib/ is made of, from the top down: a floor calls those after it only.
# The library that is installed, token, stands beside them on base.
FLOORS := register forms rules input typeset base

TOKEN_DEPS   := libpcsclite libutf8proc
FLOOR_DEPS   := zlib inih jansson libutf8proc
# Loaded by what needs them, with lib/base/library.h. The headers of xlsxwriter
# are where the compiler looks; the flags of minizip, which its package requires
# on Debian 13, would put another <zip.h> before libzip's.
LOADED_DEPS  := libcrypto p11-kit-1 harfbuzz harfbuzz-subset expat libxml-2.0 \
	libzip sqlite3 libpq libp11 libseccomp libcurl xlsxwriter
EXTRACT_DEPS := libqpdf libzip libxml-2.0 libutf8proc
SIGNATURES_DEPS := $(EXTRACT_DEPS) jansson libcrypto libpng zlib
CMD_DEPS     := popt jansson libutf8proc

# Asked once, and not again for each file that is compiled.
P11_MODULE_PATH    := $(shell $(PKGCONF) --variable=p11_module_path p11-kit-1)
P11_MODULE_CONFIGS := $(shell $(PKGCONF) --variable=p11_module_configs p11-kit-1)
P11_LIBDIR         := $(shell $(PKGCONF) --variable=libdir p11-kit-1)
PACKAGE_FLAGS      := $(shell $(PKGCONF) --cflags $(TOKEN_DEPS) $(FLOOR_DEPS) \
	$(filter-out xlsxwriter,$(LOADED_DEPS)) $(CMD_DEPS) $(SIGNATURES_DEPS))

CFLAGS ?= -O2 -g
override CFLAGS += -std=c17 -Wall -Wextra -Wpedantic -Wshadow \
	-Wno-missing-field-initializers -Wmissing-prototypes \
	-Wstrict-prototypes -fno-common
ifdef WERROR
override CFLAGS += -Werror
endif
ifdef SANITIZE
override CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif
ifdef FUZZ
override CFLAGS += -fsanitize=fuzzer-no-link
endif
ifdef COVERAGE
override CFLAGS += --coverage
endif
override CPPFLAGS += -D_GNU_SOURCE -Ilib -I$(BUILD)/lib \
	-DVERSION='"$(VERSION)"' \
	-DCKSTOKEN_DATADIR='"$(pkgdatadir)"' \
	-DCKSTOKEN_DOCDIR='"$(docdir)"' \
	-DCKSTOKEN_LIBEXECDIR='"$(pkglibexecdir)"' \
	-DLOCALEDIR='"$(localedir)"' -DSYSCONFDIR='"$(sysconfdir)"' \
	-DCKSTOKEN_STATEDIR='"$(statedir)"' \
	-DP11_MODULE_PATH='"$(P11_MODULE_PATH)"' \
	-DLIBRARY_PATH='"$(P11_LIBDIR)"' \
	-DP11_MODULE_CONFIGS='"$(P11_MODULE_CONFIGS)"' $(PACKAGE_FLAGS)

ifneq ($(V),1)
Q_CC  = @echo '  CC      ' $@;
Q_LD  = @echo '  LD      ' $@;
Q_AR  = @echo '  AR      ' $@;
Q_GEN = @echo '  GEN     ' $@;
endif

objects = $(patsubst %.c,$(BUILD)/%.o,$(sort $(wildcard $(1))))

TOKEN_OBJ   := $(call objects,lib/token/*.c)
CMD_OBJ     := $(call objects,cmd/*.c)
EXTRACT_OBJ := $(call objects,cmd/extract/*.c)
SIGNATURES_OBJ := $(call objects,cmd/signatures/*.c)
CARD_OBJ    := $(call objects,tests/card/*.c)
UNIT_OBJ    := $(call objects,tests/unit/*/test_*.c)
# What unit tests share.
UNIT_SHARED := $(call objects,tests/unit/*.c)
FUZZ_OBJ    := $(call objects,tests/fuzz/fuzz_*.c)
FUZZ_SHARED := $(filter-out $(FUZZ_OBJ),$(call objects,tests/fuzz/*.c))

ARCHIVES := $(FLOORS:%=$(BUILD)/lib/%.a)
SO       := $(BUILD)/libckstoken.so.$(SOVERSION)
PROGRAM  := $(BUILD)/ckstoken
EXTRACT  := $(BUILD)/extract
SIGNATURES := $(BUILD)/signatures
CATALOGUE := $(BUILD)/locale/vi/LC_MESSAGES/ckstoken.mo
VCARD    := $(BUILD)/tests/vcard
READER   := $(BUILD)/tests/reader
LISTER   := $(BUILD)/tests/list-tokens
SIGNER   := $(BUILD)/tests/signer
PLACES   := $(BUILD)/tests/places
TOKEN_SIGNER := $(BUILD)/tests/token-signer
ASKER    := $(BUILD)/tests/asker
FAILING  := $(BUILD)/tests/failing-malloc.so
MOCK_SO  := $(patsubst %.c,$(BUILD)/%.so,$(filter-out %/mock.c,\
	$(wildcard tests/modules/*.c)))
UNITS    := $(UNIT_OBJ:.o=)
HEADERS  := $(BUILD)/lib/base/soname.h $(BUILD)/lib/base/shipped.h \
	$(BUILD)/lib/input/50-ckstoken.rules.h $(BUILD)/lib/input/ckstoken.conf.h
FUZZERS  := $(FUZZ_OBJ:.o=)
SQL      := $(patsubst %,$(BUILD)/%.h,$(wildcard lib/register/*.sql \
	lib/register/*/*.sql))

FORMS     := $(wildcard lib/forms/*.xml)
PROVINCES := $(wildcard lib/rules/provinces/*.xml)
# Directly in the data folder.
DATA      := lib/forms/form.rng lib/rules/province.rng lib/rules/holidays \
	lib/input/ckstoken-1.schema.json
EXAMPLES  := lib/input/50-ckstoken.rules $(wildcard scripts/examples/* \
	scripts/systemd/ckstoken-audit.*)
MANUAL    := $(wildcard man/*.[1-8])
MANUAL_VI := $(wildcard man/vi/*.1)
# As they are installed, seen from mandir.
PAGES     := $(foreach n,1 3 5 7,$(patsubst man/%,man$(n)/%,\
	$(filter %.$(n),$(MANUAL)))) $(MANUAL_VI:man/vi/%=vi/man1/%)

all: $(PROGRAM) $(EXTRACT) $(SIGNATURES) $(SO) $(CATALOGUE)

# Everything is made again when a setting that shapes it changes; whether a
# warning is an error shapes nothing.
SETTINGS := $(CC) $(filter-out -Werror,$(CFLAGS)) $(CPPFLAGS) $(LDFLAGS)
$(BUILD)/settings: FORCE
	@mkdir -p $(@D)
	@echo "$(subst ",\",$(SETTINGS))" | cmp -s - $@ || \
		echo "$(subst ",\",$(SETTINGS))" >$@

$(BUILD)/lib/%.o: lib/%.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_CC) $(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -MMD -MP -c -o $@ $<

$(BUILD)/cmd/%.o: cmd/%.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_CC) $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_CC) $(CC) $(CPPFLAGS) -Itests $(CFLAGS) -MMD -MP -c -o $@ $<

# "register/x.sql" becomes "register/x.sql.h", for the file that asks it.
$(BUILD)/%.sql.h: %.sql scripts/sql.awk
	@mkdir -p $(@D)
	$(Q_GEN) awk -f scripts/sql.awk $< >$@

$(call objects,lib/register/*.c lib/register/*/*.c) $(UNIT_OBJ): | $(SQL)

$(BUILD)/lib/base/soname.h: scripts/sonames Makefile $(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_GEN) CC='$(CC)' PKGCONF='$(PKGCONF)' $< $(LOADED_DEPS) >$@

$(BUILD)/lib/base/shipped.h: scripts/shipped $(FORMS) $(PROVINCES)
	@mkdir -p $(@D)
	$(Q_GEN) $< form.rng $(FORMS) province.rng $(PROVINCES) >$@

# The rule that is an example and is printed is one.
$(BUILD)/lib/input/%.rules.h: lib/input/%.rules
	@mkdir -p $(@D)
	$(Q_GEN) { echo 'static const char rules_50_ckstoken[] ='; \
		sed 's/["\]/\\&/g;s/.*/"&\\n"/' $<; echo ';'; } >$@

# The sample is what "ckstoken setup" fills in, line by line.
$(BUILD)/lib/input/%.conf.h: lib/input/%.conf
	@mkdir -p $(@D)
	$(Q_GEN) { echo 'static const char *const $*_conf[] = {'; \
		sed 's/["\]/\\&/g;s/.*/"&",/' $<; echo '};'; } >$@

$(call objects,lib/*/*.c lib/*/*/*.c) $(CMD_OBJ) $(UNIT_OBJ): | $(HEADERS)

define archive
$(BUILD)/lib/$(1).a: $(call objects,lib/$(1)/*.c lib/$(1)/*/*.c)
	@rm -f $$@
	$$(Q_AR) $$(AR) rcs $$@ $$^
endef
$(foreach floor,$(FLOORS),$(eval $(call archive,$(floor))))

# Functions are bound when the program starts. Where one is bound at its first
# call, the loader keeps the registers on the stack meanwhile, and one of them may
# have a PIN.
BOUND := -Wl,-z,relro,-z,now

$(SO): $(TOKEN_OBJ) $(BUILD)/lib/base.a lib/token/libckstoken.map
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) $(BOUND) -shared \
		-Wl,-soname,$(@F) \
		-Wl,--version-script=lib/token/libckstoken.map -o $@ \
		$(filter %.o %.a,$^) $(shell $(PKGCONF) --libs $(TOKEN_DEPS)) \
		-ldl
	@ln -sf $(@F) $(BUILD)/libckstoken.so

$(PROGRAM): $(CMD_OBJ) $(ARCHIVES) $(SO)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) $(BOUND) -o $@ $(CMD_OBJ) $(ARCHIVES) \
		-L$(BUILD) -lckstoken \
		$(shell $(PKGCONF) --libs $(CMD_DEPS) $(FLOOR_DEPS)) -lm

$(EXTRACT): $(EXTRACT_OBJ) $(BUILD)/lib/base.a
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKGCONF) --libs $(EXTRACT_DEPS)) -lm

# Of libckstoken what reads a certificate, and of "extract" all but main().
$(SIGNATURES): $(SIGNATURES_OBJ) $(filter-out %/main.o,$(EXTRACT_OBJ)) \
		$(BUILD)/lib/token/cert.o $(BUILD)/lib/token/text.o \
		$(BUILD)/lib/typeset.a $(BUILD)/lib/base.a
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKGCONF) --libs $(SIGNATURES_DEPS)) -lm

$(CATALOGUE): lib/po/vi.po
	@mkdir -p $(@D)
	$(Q_GEN) msgfmt --check -o $@ $<

$(VCARD): $(CARD_OBJ)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcrypto

$(READER): $(BUILD)/tests/reader.o
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKGCONF) --libs libpcsclite)

$(LISTER): $(BUILD)/tests/list_tokens.o
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -ldl

$(SIGNER): $(BUILD)/tests/signer.o $(ARCHIVES)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKGCONF) --libs $(FLOOR_DEPS) libcrypto) -lm

$(PLACES): $(BUILD)/tests/places.o $(filter-out %/main.o,$(EXTRACT_OBJ)) \
		$(BUILD)/lib/base.a
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKGCONF) --libs $(EXTRACT_DEPS)) -lm

$(TOKEN_SIGNER): $(BUILD)/tests/token_signer.o $(SO)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) $(BOUND) -o $@ $< -L$(BUILD) \
		-lckstoken

# Of the program what asks, and what that calls.
$(BUILD)/tests/cmd.a: $(CMD_OBJ)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q_AR) $(AR) rcs $@ $^

$(ASKER): $(BUILD)/tests/asker.o $(BUILD)/tests/cmd.a $(ARCHIVES) $(SO)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) $(BOUND) -o $@ \
		$(filter %.o %.a,$^) -L$(BUILD) -lckstoken \
		$(shell $(PKGCONF) --libs $(CMD_DEPS) $(FLOOR_DEPS)) -lm

# What misbehaves on purpose is not for a sanitizer to stop.
MOCK_CC = $(CC) $(CPPFLAGS) $(filter-out -fsanitize%,$(CFLAGS)) $(LDFLAGS) \
	-fPIC -fvisibility=hidden

$(BUILD)/tests/modules/mock.o: tests/modules/mock.c tests/modules/mock.h \
		$(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_CC) $(MOCK_CC) -c -o $@ $<

$(BUILD)/tests/modules/%.so: tests/modules/%.c $(BUILD)/tests/modules/mock.o \
		tests/modules/mock.h
	$(Q_LD) $(MOCK_CC) -shared -o $@ $(filter %.c %.o,$^)

$(FAILING): tests/failing_malloc.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_LD) $(CC) $(CPPFLAGS) $(filter-out -fsanitize%,$(CFLAGS)) \
		$(LDFLAGS) -fPIC -shared -o $@ $< -ldl

# The library's own parts are tested too, so its objects and not its exports.
$(UNITS): %: %.o $(UNIT_SHARED) $(ARCHIVES) $(TOKEN_OBJ)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(ARCHIVES) \
		$(shell $(PKGCONF) --libs cmocka $(FLOOR_DEPS) $(TOKEN_DEPS) \
			libcrypto libxml-2.0 libzip) \
		-ldl -lm

# Of libckstoken and the programs that read strangers' files what each fuzzer
# calls.
$(BUILD)/tests/fuzz/fuzzed.a: $(TOKEN_OBJ) \
		$(filter-out %/main.o,$(EXTRACT_OBJ) $(SIGNATURES_OBJ))
	@rm -f $@
	$(Q_AR) $(AR) rcs $@ $^

$(BUILD)/tests/fuzz/shared.a: $(FUZZ_SHARED)
	@rm -f $@
	$(Q_AR) $(AR) rcs $@ $^

# scripts/fuzz has the compiler and the flags. Some have functions of their own
# in place of the library's: the first that the linker meets counts.
$(FUZZERS): %: %.o $(BUILD)/tests/fuzz/shared.a \
		$(filter-out %/typeset.a %/base.a,$(ARCHIVES)) \
		$(BUILD)/tests/fuzz/fuzzed.a $(BUILD)/lib/typeset.a \
		$(BUILD)/lib/base.a
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer -Wl,-z,muldefs -o $@ $^ \
		$(shell $(PKGCONF) --libs $(FLOOR_DEPS) $(TOKEN_DEPS) \
			$(SIGNATURES_DEPS)) -ldl -lm

tests: all $(VCARD) $(READER) $(LISTER) $(SIGNER) $(PLACES) $(TOKEN_SIGNER) \
		$(ASKER) $(FAILING) $(MOCK_SO) $(UNITS)

fuzzers: $(FUZZERS)

check:
	scripts/test --no-install

fuzz:
	scripts/fuzz $(TARGET)

coverage:
	scripts/coverage

bench:
	scripts/bench

# Strings to translate, into lib/po/vi.po; tests/messages.t tells what lacks.
po:
	@mkdir -p $(BUILD)
	scripts/messages >$(BUILD)/ckstoken.pot
	msgmerge --quiet --update --backup=none --no-fuzzy-matching \
		--no-location --sort-output \
		lib/po/vi.po $(BUILD)/ckstoken.pot

DIST := $(BUILD)/ckstoken-$(VERSION).tar.gz
dist:
	scripts/dist $(VERSION) $(DIST)

# Beside the packages stands what they were made of. Settings of this make are
# none of the package's, whose are in scripts/debian/rules.
DEB := $(BUILD)/deb
deb: dist
	@command -v dpkg-buildpackage >/dev/null || scripts/need --list deb
	rm -rf $(DEB)
	mkdir -p $(DEB)
	cp $(DIST) $(DEB)/ckstoken_$(VERSION).orig.tar.gz
	tar -xf $(DIST) -C $(DEB)
	cp -r scripts/debian $(DEB)/ckstoken-$(VERSION)/debian
	cd $(DEB)/ckstoken-$(VERSION) && env $(foreach name,MAKEFLAGS MFLAGS \
		MAKEOVERRIDES BUILD CC CFLAGS CPPFLAGS LDFLAGS SANITIZE FUZZ \
		COVERAGE WERROR V $(FOLDER_SETTINGS),-u $(name)) \
		dpkg-buildpackage --unsigned-source --unsigned-changes

# An inventory in SPDX: what the programs are made of and need on this machine.
sbom: all
	scripts/sbom $(VERSION) $(PROGRAM) $(EXTRACT) $(SIGNATURES) $(SO) \
		>$(BUILD)/sbom.tmp
	mv $(BUILD)/sbom.tmp $(BUILD)/ckstoken-$(VERSION).spdx.json

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

$(BUILD)/libckstoken.pc: lib/token/libckstoken.pc.in $(BUILD)/settings
	$(Q_GEN) sed -e 's|@PREFIX@|$(prefix)|;s|@LIBDIR@|$(libdir)|' \
		-e 's|@INCDIR@|$(includedir)|;s|@VERSION@|$(VERSION)|' $< >$@

$(BUILD)/ckstoken.tmpfiles: lib/register/ckstoken.tmpfiles.in $(BUILD)/settings
	$(Q_GEN) sed -e 's|@STATEDIR@|$(statedir)|' $< >$@

METAINFO := $(BUILD)/$(APPSTREAM_ID).metainfo.xml
$(METAINFO): scripts/metainfo.xml.in $(BUILD)/settings
	$(Q_GEN) sed -e 's|@ID@|$(APPSTREAM_ID)|' \
		-e 's|@SOVERSION@|$(SOVERSION)|' $< >$@

# $(call put,MODE,FOLDER,FILES): installs them there.
put = install -d $(DESTDIR)$(2) && install -m $(1) $(3) $(DESTDIR)$(2)
section = $(filter %.$(1),$(MANUAL))

install: all $(BUILD)/libckstoken.pc $(BUILD)/ckstoken.tmpfiles $(METAINFO)
	$(call put,755,$(bindir),$(PROGRAM))
	$(call put,755,$(pkglibexecdir),$(EXTRACT) $(SIGNATURES))
	$(call put,755,$(libdir),$(SO))
	ln -sf $(notdir $(SO)) $(DESTDIR)$(libdir)/libckstoken.so
	$(call put,644,$(includedir),lib/token/ckstoken.h)
	$(call put,644,$(libdir)/pkgconfig,$(BUILD)/libckstoken.pc)
	$(call put,644,$(mandir)/man1,$(call section,1))
	$(call put,644,$(mandir)/man3,$(call section,3))
	$(call put,644,$(mandir)/man5,$(call section,5))
	$(call put,644,$(mandir)/man7,$(call section,7))
	$(call put,644,$(mandir)/vi/man1,$(MANUAL_VI))
	cd $(DESTDIR)$(mandir) && sed -i 's|/usr/local|$(prefix)|g' $(PAGES)
	$(call put,644,$(pkgdatadir),$(DATA))
	$(call put,644,$(pkgdatadir)/forms,$(FORMS))
	$(call put,644,$(pkgdatadir)/provinces,$(PROVINCES))
	$(call put,644,$(localedir)/vi/LC_MESSAGES,$(CATALOGUE))
	install -d $(DESTDIR)$(docdir)
	install -m 644 lib/input/ckstoken.conf \
		$(DESTDIR)$(docdir)/ckstoken.conf.sample
	$(call put,644,$(docdir)/examples,$(EXAMPLES))
	install -d $(DESTDIR)$(bashcompdir)
	install -m 644 cmd/completion/ckstoken.bash \
		$(DESTDIR)$(bashcompdir)/ckstoken
	$(call put,644,$(zshcompdir),cmd/completion/_ckstoken)
	$(call put,644,$(fishcompdir),cmd/completion/ckstoken.fish)
	$(call put,644,$(metainfodir),$(METAINFO))
	install -d $(DESTDIR)$(sysusersdir) $(DESTDIR)$(tmpfilesdir)
	install -m 644 lib/register/ckstoken.sysusers \
		$(DESTDIR)$(sysusersdir)/ckstoken.conf
	install -m 644 $(BUILD)/ckstoken.tmpfiles \
		$(DESTDIR)$(tmpfilesdir)/ckstoken.conf
ifeq ($(DESTDIR),)
ifneq ($(filter /usr /usr/local,$(abspath $(prefix))),)
	@if [ "$$(id -u)" = 0 ]; then \
		getent group ckstoken >/dev/null || groupadd -r ckstoken || \
			exit; \
		install -d -o root -g ckstoken -m 2770 $(statedir); \
	fi
endif
endif

# What install makes under prefix, each as seen from there.
FOLDERS = $(filter-out /%,$(patsubst $(prefix)/%,%,$(bindir) $(libexecdir) \
	$(libdir)/pkgconfig $(includedir) $(foreach n,1 3 5 7,$(mandir)/man$(n)) \
	$(mandir)/vi/man1 $(localedir)/vi/LC_MESSAGES $(dir $(docdir)) $(datadir) \
	$(sysusersdir) $(tmpfilesdir) $(bashcompdir) $(zshcompdir) \
	$(fishcompdir) $(metainfodir)))

# Folders with our name go whole, but for $(statedir): its journal is evidence.
# Under a prefix that is not the system's, so do those of install that are empty
# then, and no others.
uninstall:
	rm -f $(DESTDIR)$(bindir)/ckstoken \
		$(DESTDIR)$(libdir)/$(notdir $(SO)) \
		$(DESTDIR)$(libdir)/libckstoken.so \
		$(DESTDIR)$(libdir)/pkgconfig/libckstoken.pc \
		$(DESTDIR)$(includedir)/ckstoken.h \
		$(PAGES:%=$(DESTDIR)$(mandir)/%) \
		$(DESTDIR)$(localedir)/vi/LC_MESSAGES/ckstoken.mo \
		$(DESTDIR)$(sysusersdir)/ckstoken.conf \
		$(DESTDIR)$(tmpfilesdir)/ckstoken.conf \
		$(DESTDIR)$(bashcompdir)/ckstoken \
		$(DESTDIR)$(zshcompdir)/_ckstoken \
		$(DESTDIR)$(fishcompdir)/ckstoken.fish \
		$(DESTDIR)$(metainfodir)/$(APPSTREAM_ID).metainfo.xml
	rm -rf $(DESTDIR)$(pkgdatadir) $(DESTDIR)$(pkglibexecdir) \
		$(DESTDIR)$(docdir)
ifeq ($(filter / /usr /usr/local,$(abspath /$(prefix))),)
	[ ! -d $(DESTDIR)$(prefix) ] || { cd $(DESTDIR)$(prefix) && \
		for folder in $(FOLDERS); do [ ! -d $$folder ] || \
			rmdir -p --ignore-fail-on-non-empty $$folder || exit; \
		done; }
	[ ! -d $(DESTDIR)$(prefix) ] || \
		rmdir --ignore-fail-on-non-empty $(DESTDIR)$(prefix)
endif

# For tools that read the sources, such as clang-tidy.
print-flags: Q_GEN = @
print-flags: $(SQL) $(HEADERS)
	@:$(info -std=c17 -Itests -Ilib/token $(CPPFLAGS))

clean:
	rm -rf $(BUILD)

help:
	@echo 'all        the program, the library and its translation (default)'
	@echo 'check      run all tests; says which packages are missing and installs none'
	@echo 'bench      scripts/bench: time commands beside their peers'
	@echo 'fuzz       each fuzzer, or TARGET, for FUZZ_SECONDS (60)'
	@echo 'coverage   how many lines of lib/ the unit tests reach'
	@echo 'install    to prefix ($(prefix)), under DESTDIR if set; uninstall'
	@echo 'dist       the sources as a release, by the same tar the same bytes'
	@echo 'deb        Debian packages, in $(BUILD)/deb'
	@echo 'sbom       what the programs are made of, as SPDX, in $(BUILD)'
	@echo 'po         bring lib/po/vi.po up to date with the sources'
	@echo 'format     clang-format over all sources'
	@echo 'clean      remove $(BUILD)'

.PHONY: all bench check clean coverage deb dist print-flags FORCE format fuzz \
	fuzzers help install po sbom tests uninstall
.DELETE_ON_ERROR:
.SECONDARY:

-include $(wildcard $(BUILD)/lib/*/*.d $(BUILD)/lib/*/*/*.d $(BUILD)/cmd/*.d \
	$(BUILD)/cmd/*/*.d $(BUILD)/tests/*.d $(BUILD)/tests/*/*.d \
	$(BUILD)/tests/*/*/*.d)
