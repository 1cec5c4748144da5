# SPDX-License-Identifier: LGPL-2.1-or-later
#
# "make help" lists the targets. Set PREFIX, DESTDIR, CC, CFLAGS, LDFLAGS as
# usual; BUILD is where everything is made; SANITIZE=1 builds with ASan + UBSan;
# V=1 shows each command.

VERSION   := 0.1.0
SOVERSION := 0

BUILD     ?= build
PREFIX    ?= /usr/local
BINDIR    ?= $(PREFIX)/bin
LIBDIR    ?= $(PREFIX)/lib
INCDIR    ?= $(PREFIX)/include
DATADIR   ?= $(PREFIX)/share
LIBEXECDIR ?= $(PREFIX)/libexec
MANDIR    ?= $(DATADIR)/man
LOCALEDIR ?= $(DATADIR)/locale
SYSCONFDIR ?= /etc
DESTDIR   ?=
PKGCONF   ?= pkg-config

LIB_DEPS    := p11-kit-1 libpcsclite libp11 libcrypto libutf8proc
OFFICE_DEPS := harfbuzz harfbuzz-subset zlib inih jansson libcrypto libutf8proc \
	libxml-2.0 libzip
REGISTER_DEPS := sqlite3
EXTRACT_DEPS := libqpdf libzip libxml-2.0
CMD_DEPS    := popt p11-kit-1 jansson libcrypto libutf8proc

CFLAGS ?= -O2 -g
override CFLAGS += -std=c17 -Wall -Wextra -Wpedantic -Wshadow -Werror \
	-Wmissing-prototypes -Wstrict-prototypes -fno-common
ifdef SANITIZE
override CFLAGS += -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
endif
override CPPFLAGS += -D_GNU_SOURCE -Ilib -Ilib/office -Ilib/register \
	-DVERSION='"$(VERSION)"' \
	-DOFFICE_DATADIR='"$(DATADIR)/ckstoken"' \
	-DOFFICE_LIBEXECDIR='"$(LIBEXECDIR)/ckstoken"' \
	-DLOCALEDIR='"$(LOCALEDIR)"' -DSYSCONFDIR='"$(SYSCONFDIR)"' \
	-DP11_MODULE_PATH='"$(shell $(PKGCONF) --variable=p11_module_path p11-kit-1)"' \
	-DP11_MODULE_CONFIGS='"$(shell $(PKGCONF) --variable=p11_module_configs p11-kit-1)"' \
	$(shell $(PKGCONF) --cflags $(LIB_DEPS) $(OFFICE_DEPS) $(CMD_DEPS) \
		$(EXTRACT_DEPS) $(REGISTER_DEPS))

ifneq ($(V),1)
Q_CC  = @echo '  CC      ' $@;
Q_LD  = @echo '  LD      ' $@;
Q_AR  = @echo '  AR      ' $@;
Q_GEN = @echo '  GEN     ' $@;
endif

LIB_SRC := attention cert cert_name cert_time conftree error failure family hex \
	module modules opensc_conf pin_state prove read_again readers reading \
	sandbox scan scan_doubles secret text token token_key unblock \
	unblock_worker wire worker

OFFICE_SRC := arena attached buffer chain chainfile chart condition condition_reason \
	condition_rules condition_words config csv datafile datafile_csv \
	datafile_doubles datafile_errors datafile_headings datafile_json \
	datafile_memo datafile_names datafile_parts datafile_records \
	datafile_rows datafile_split datafile_utf document docx docxbody \
	docxlook docxmeasure docxmeta docxpart docxruns docxsettings docxstyles \
	docxtable docxzip dossier email extract field field_choice field_date \
	field_number field_table field_word font form formbuild formchart \
	formtable formwords galley holidays journal layout letters lines nd30 \
	outfile pdf pdfdata pdffile pdffont pdfmeta pdftags province \
	province_read role rows slices text vnday xmlfile

REGISTER_SRC := about about_event due due_certificates due_custody due_hand_back \
	due_leaving due_people due_present due_requests due_second \
	due_subscribers event export facts facts_certificates facts_doubts flat \
	intake intake_check intake_custody intake_find intake_place \
	intake_subscriber letter letter_answer letter_minutes letter_request \
	letter_rows meant record record_apply register row_writer schema \
	spelling statistics statistics_agency statistics_certificates \
	statistics_places statistics_requests store_query store_sqlite verify

CMD_SRC := ask ask_terminal audit audit_paper audit_print cert_json certificate \
	certificate_list ckstoken clock cmd_audit cmd_cert cmd_handover cmd_help \
	cmd_register cmd_report cmd_request cmd_show cmd_status cmd_unblock \
	conflict custody custody_about custody_add custody_due custody_export \
	custody_history custody_import custody_list custody_show custody_use \
	custody_verify custody_words data_tell doubles due_ask due_print minutes \
	officer options paper paper_conditions paper_data paper_fill paper_giver \
	paper_name paper_one paper_options paper_press paper_record \
	paper_register paper_rules paper_set paper_settle paper_tokens \
	paper_write progress recovery recovery_attempt recovery_desk \
	recovery_guard recovery_register recovery_report recovery_request \
	renewal report_agency report_csv report_options report_period \
	report_print report_statistics say scanning secret_line selection status \
	status_register subscribers table token_json token_records token_rows \
	token_uri vietnamese words

EXTRACT_SRC := docx main pdf

CARD_SRC := apdu blob card card_gids card_piv card_schsm control keys main pin \
	session transport

UNIT_TESTS := test_chain test_chart test_condition test_csv test_datafile \
	test_datafile_records test_document test_docx test_docx_order \
	test_docx_table test_docx_text test_docx_width test_dossier test_duty \
	test_field test_field_register test_form test_form_blocks \
	test_form_broken test_form_table test_forms test_holidays test_intake \
	test_intake_known test_layout test_letter test_minutes test_nd30 \
	test_opensc_conf test_outfile test_pdf test_province test_province_file \
	test_reason test_register_letter test_tables test_text test_wire

MOCKS := $(filter-out mock,$(patsubst tests/modules/%.c,%,\
	$(wildcard tests/modules/*.c)))

# These share tests/unit/papers.c.
PAPER_TESTS := test_chart test_dossier test_form test_form_blocks \
	test_form_broken test_form_table test_layout test_letter \
	test_minutes test_nd30

FORMS    := $(wildcard lib/office/forms/*.xml)
SCHEMAS  := form.rng province.rng ckstoken-1.schema.json
SECTION1 := $(wildcard man/*.1)
SECTION3 := $(wildcard man/*.3)
SECTION5 := $(wildcard man/*.5)
PROVINCES := $(wildcard lib/office/provinces/*.xml)

SO       := $(BUILD)/libckstoken.so.$(SOVERSION)
ARCHIVE  := $(BUILD)/libckoffice.a
REGISTER := $(BUILD)/libckregister.a
PROGRAM  := $(BUILD)/ckstoken
EXTRACT  := $(BUILD)/extract
CATALOGUE := $(BUILD)/locale/vi/LC_MESSAGES/ckstoken.mo
VCARD    := $(BUILD)/tests/vcard
MOCK_SO  := $(MOCKS:%=$(BUILD)/tests/modules/%.so)
UNITS    := $(UNIT_TESTS:%=$(BUILD)/tests/unit/%)

LIB_OBJ    := $(LIB_SRC:%=$(BUILD)/lib/%.o)
OFFICE_OBJ := $(OFFICE_SRC:%=$(BUILD)/lib/office/%.o)
REGISTER_OBJ := $(REGISTER_SRC:%=$(BUILD)/lib/register/%.o)
CMD_OBJ    := $(CMD_SRC:%=$(BUILD)/cmd/%.o)
EXTRACT_OBJ := $(EXTRACT_SRC:%=$(BUILD)/cmd/extract/%.o)
CARD_OBJ   := $(CARD_SRC:%=$(BUILD)/tests/card/%.o)

all: $(PROGRAM) $(EXTRACT) $(SO) $(CATALOGUE)

# Everything is made again when a setting that shapes it changes.
SETTINGS := $(CC) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS)
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
	$(Q_CC) $(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(SO): $(LIB_OBJ) lib/libckstoken.map
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -shared -Wl,-soname,$(@F) \
		-Wl,--version-script=lib/libckstoken.map -o $@ $(LIB_OBJ) \
		$(shell $(PKGCONF) --libs $(LIB_DEPS)) -ldl
	@ln -sf $(@F) $(BUILD)/libckstoken.so

$(ARCHIVE): $(OFFICE_OBJ)
	@rm -f $@
	$(Q_AR) $(AR) rcs $@ $^

$(REGISTER): $(REGISTER_OBJ)
	@rm -f $@
	$(Q_AR) $(AR) rcs $@ $^

$(PROGRAM): $(CMD_OBJ) $(REGISTER) $(ARCHIVE) $(SO)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CMD_OBJ) $(REGISTER) \
		$(ARCHIVE) -L$(BUILD) -lckstoken \
		$(shell $(PKGCONF) --libs $(CMD_DEPS) $(REGISTER_DEPS) \
			$(OFFICE_DEPS)) -lm

$(EXTRACT): $(EXTRACT_OBJ) $(BUILD)/lib/office/buffer.o
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ \
		$(shell $(PKGCONF) --libs $(EXTRACT_DEPS))

$(CATALOGUE): lib/po/vi.po
	@mkdir -p $(@D)
	$(Q_GEN) msgfmt --check -o $@ $<

$(VCARD): $(CARD_OBJ)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcrypto

# What misbehaves on purpose is not for a sanitizer to stop.
$(BUILD)/tests/modules/%.so: tests/modules/%.c tests/modules/mock.c \
		tests/modules/mock.h $(BUILD)/settings
	@mkdir -p $(@D)
	$(Q_LD) $(CC) $(CPPFLAGS) $(filter-out -fsanitize%,$(CFLAGS)) \
		$(LDFLAGS) -fPIC -fvisibility=hidden -shared -o $@ $< \
		tests/modules/mock.c

# The library's own parts are tested too, so its objects and not its exports.
$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(REGISTER) $(ARCHIVE) $(LIB_OBJ)
	$(Q_LD) $(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o,$^) $(REGISTER) \
		$(ARCHIVE) $(shell $(PKGCONF) --libs cmocka $(REGISTER_DEPS) \
			$(OFFICE_DEPS) $(LIB_DEPS)) -ldl -lm

$(PAPER_TESTS:%=$(BUILD)/tests/unit/%) $(BUILD)/tests/unit/test_document: \
	$(BUILD)/tests/unit/papers.o

tests: all $(VCARD) $(MOCK_SO) $(UNITS)

check:
	scripts/test

bench:
	scripts/bench

# Strings to translate, into lib/po/vi.po; tests/messages.t tells what lacks.
po:
	@mkdir -p $(BUILD)
	scripts/messages >$(BUILD)/ckstoken.pot
	msgmerge --quiet --update --backup=none --no-fuzzy-matching \
		lib/po/vi.po $(BUILD)/ckstoken.pot

format:
	clang-format -i $$(git ls-files '*.c' '*.h')

$(BUILD)/libckstoken.pc: lib/libckstoken.pc.in $(BUILD)/settings
	$(Q_GEN) sed -e 's|@PREFIX@|$(PREFIX)|;s|@LIBDIR@|$(LIBDIR)|' \
		-e 's|@INCDIR@|$(INCDIR)|;s|@VERSION@|$(VERSION)|' $< >$@

install: all $(BUILD)/libckstoken.pc
	install -d $(DESTDIR)$(BINDIR) $(DESTDIR)$(LIBDIR)/pkgconfig \
		$(DESTDIR)$(INCDIR) $(DESTDIR)$(MANDIR)/man1 \
		$(DESTDIR)$(MANDIR)/man3 $(DESTDIR)$(MANDIR)/man5 \
		$(DESTDIR)$(LOCALEDIR)/vi/LC_MESSAGES \
		$(DESTDIR)$(LIBEXECDIR)/ckstoken \
		$(DESTDIR)$(DATADIR)/ckstoken/forms \
		$(DESTDIR)$(DATADIR)/ckstoken/provinces \
		$(DESTDIR)$(DATADIR)/doc/ckstoken
	install -m 755 $(EXTRACT) $(DESTDIR)$(LIBEXECDIR)/ckstoken
	install -m 755 $(PROGRAM) $(DESTDIR)$(BINDIR)
	install -m 755 $(SO) $(DESTDIR)$(LIBDIR)
	ln -sf $(notdir $(SO)) $(DESTDIR)$(LIBDIR)/libckstoken.so
	install -m 644 lib/ckstoken.h $(DESTDIR)$(INCDIR)
	install -m 644 $(BUILD)/libckstoken.pc $(DESTDIR)$(LIBDIR)/pkgconfig
	install -m 644 $(SECTION1) $(DESTDIR)$(MANDIR)/man1
	install -m 644 $(SECTION3) $(DESTDIR)$(MANDIR)/man3
	install -m 644 $(SECTION5) $(DESTDIR)$(MANDIR)/man5
	install -m 644 $(SCHEMAS:%=lib/office/%) $(DESTDIR)$(DATADIR)/ckstoken
	install -m 644 $(FORMS) $(DESTDIR)$(DATADIR)/ckstoken/forms
	install -m 644 $(PROVINCES) $(DESTDIR)$(DATADIR)/ckstoken/provinces
	install -m 644 lib/office/holidays $(DESTDIR)$(DATADIR)/ckstoken
	install -m 644 $(CATALOGUE) $(DESTDIR)$(LOCALEDIR)/vi/LC_MESSAGES
	install -m 644 lib/office/ckstoken.conf \
		$(DESTDIR)$(DATADIR)/doc/ckstoken/ckstoken.conf.sample

uninstall:
	rm -f $(DESTDIR)$(BINDIR)/ckstoken \
		$(DESTDIR)$(LIBDIR)/$(notdir $(SO)) \
		$(DESTDIR)$(LIBDIR)/libckstoken.so \
		$(DESTDIR)$(LIBDIR)/pkgconfig/libckstoken.pc \
		$(DESTDIR)$(INCDIR)/ckstoken.h \
		$(SECTION1:man/%=$(DESTDIR)$(MANDIR)/man1/%) \
		$(SECTION3:man/%=$(DESTDIR)$(MANDIR)/man3/%) \
		$(SECTION5:man/%=$(DESTDIR)$(MANDIR)/man5/%) \
		$(SCHEMAS:%=$(DESTDIR)$(DATADIR)/ckstoken/%) \
		$(FORMS:lib/office/%=$(DESTDIR)$(DATADIR)/ckstoken/%) \
		$(PROVINCES:lib/office/%=$(DESTDIR)$(DATADIR)/ckstoken/%) \
		$(DESTDIR)$(DATADIR)/ckstoken/holidays \
		$(DESTDIR)$(LIBEXECDIR)/ckstoken/extract \
		$(DESTDIR)$(LOCALEDIR)/vi/LC_MESSAGES/ckstoken.mo \
		$(DESTDIR)$(DATADIR)/doc/ckstoken/ckstoken.conf.sample

# For tools that read the sources, such as clang-tidy.
print-flags:
	@:$(info -std=c17 $(CPPFLAGS))

clean:
	rm -rf $(BUILD)

help:
	@echo 'all        the program, the library and its translation (default)'
	@echo 'check      scripts/test: install what the tests need, build, run them all'
	@echo 'bench      scripts/bench: time commands beside their peers'
	@echo 'install    to PREFIX ($(PREFIX)), under DESTDIR if set; uninstall'
	@echo 'po         bring lib/po/vi.po up to date with the sources'
	@echo 'format     clang-format over all sources'
	@echo 'clean      remove $(BUILD)'

.PHONY: all bench check clean print-flags FORCE format help install po tests uninstall
.DELETE_ON_ERROR:
.SECONDARY:

-include $(LIB_OBJ:.o=.d) $(OFFICE_OBJ:.o=.d) $(REGISTER_OBJ:.o=.d) \
	$(CMD_OBJ:.o=.d) \
	$(EXTRACT_OBJ:.o=.d) $(CARD_OBJ:.o=.d) $(UNITS:=.d) $(BUILD)/tests/unit/papers.d
