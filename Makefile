# The usual targets over the CMake presets.  DESTDIR and PREFIX are honoured by install and uninstall.
PREFIX ?= /usr/local
DESTDIR ?=
BUILD = build/release

all: $(BUILD)/build.ninja
	cmake --build $(BUILD)

$(BUILD)/build.ninja:
	cmake --preset release -B $(BUILD)

check:
	scripts/check

check-nightly:
	scripts/check-nightly

# BENCH: its options, as scripts/bench --help tells them.
bench: all
	scripts/bench $(BENCH)

install: all
	DESTDIR="$(DESTDIR)" cmake --install $(BUILD) --prefix "$(PREFIX)"

# With the DESTDIR of the installation; PREFIX is in the manifest.
uninstall:
	scripts/uninstall $(BUILD)/install_manifest.txt "$(DESTDIR)"

# Debian packages in $(BUILD)/deb.  Their times are that of the commit, so that two builds of it give the same bytes.
deb: $(BUILD)/build.ninja
	cmake --build $(BUILD) --target medchain_tools
	BUILD="$(BUILD)" scripts/deb/pack

clean:
	cmake -E rm -rf build

help:
	@echo 'make            build the tools into $(BUILD)/bin'
	@echo 'make check      build and run all tests (installs what is missing with apt)'
	@echo 'make check-nightly'
	@echo '                what takes longer: faults, damage, fuzzing; up to an hour'
	@echo 'make bench      measure; BENCH=OPTIONS (scripts/bench --help)'
	@echo 'make install    install below $(DESTDIR)$(PREFIX); DESTDIR= and PREFIX= are honoured'
	@echo 'make deb        Debian packages in $(BUILD)/deb'
	@echo 'make uninstall  remove what install installed'
	@echo 'make clean      remove build/'

.PHONY: all check check-nightly bench install uninstall deb clean help
