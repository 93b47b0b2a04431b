# click2call: `make` builds, `make demo` shows it working, `make check` tests everything.

CXX      ?= g++
PYTHON   := /usr/bin/python3
BUILD    := build
PREFIX   ?= /usr
DESTDIR  ?=

WARNINGS := -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
CPPFLAGS := -Isrc -isystem /usr/include/kainjow -MMD -MP
CXXFLAGS ?= -O2 -g
override CXXFLAGS += -std=c++20 -fno-plt -fstack-protector-strong $(WARNINGS)
LDFLAGS  += -Wl,-O1,--as-needed,-z,relro,-z,now
# A plain CGI process pays for every shared library at every click: the small ones are built in.
LDLIBS    = -l:libsqlite3.a $(SHARED) -l:libcgicc.a -l:libfcgi.a $(FCGI_WAITS) -lpthread
# libfcgi waits as src/gateway/fcgi_system.cc does, and the transports' module as the program does.
FCGI_WAITS := -Wl,--wrap=OS_Read,--wrap=OS_Write,--wrap=OS_IpcClose,--export-dynamic-symbol='_ZN10click2call5fiber*'
SHARED    = -lPocoNet -lPocoJSON -lPocoFoundation

# The checked variants run for seconds and are built often: what counts is how soon they are there.
SANITIZE := -O0 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
THREAD   := -O1 -g1 -fsanitize=thread

ASSETS   := $(patsubst %,www/%.mustache,call calls confirm error) www/style.css
SOURCES  := $(wildcard src/*/*.cc)
MAIN     := $(wildcard src/*.cc)
TESTS    := $(wildcard tests/*/*_test.cc)

# What the program needs of POCO is built in too, from Debian's own source: the 10,000 symbols of the
# shared libraries, which each process looks up anew, are half of what a click costs as plain CGI.
# Modules and tests use the shared ones; with POCO=shared the program does as well.
POCO        ?= static
# By its version, so that an update of libpoco-dev is built anew.
POCO_BUILD  := $(BUILD)/poco-$(subst :,_,$(shell dpkg-query --show --showformat '$${Version}' libpoco-dev 2> /dev/null))
POCO_SOURCE := $(POCO_BUILD)/source
FOUNDATION  := ASCIIEncoding Ascii AtomicCounter Base64Encoder Bugcheck DateTime DateTimeFormat \
    DateTimeFormatter DateTimeParser Debugger DigestEngine Exception Format JSONString Latin1Encoding \
    Latin2Encoding Latin9Encoding LocalDateTime MD5Engine Mutex NumberFormatter NumberParser \
    NumericString RWLock RefCountedObject RegularExpression SHA2Engine StreamCopier TextConverter \
    TextEncoding TextIterator Timespan Timestamp Timezone URI UTF16Encoding UTF32Encoding \
    UTF8Encoding UTF8String UUID Unicode UnicodeConverter Var VarHolder Windows1250Encoding \
    Windows1251Encoding Windows1252Encoding pcre_tables pcre_ucd
NET         := DNS HostEntry IPAddress IPAddressImpl NetException Socket SocketAddress \
    SocketAddressImpl SocketImpl StreamSocket StreamSocketImpl
JSON        := Array Handler JSONException Object ParseHandler Parser ParserImpl PrintHandler \
    Stringifier pdjson
POCO_OBJECTS := $(FOUNDATION:%=$(POCO_BUILD)/Foundation/src/%.o) $(NET:%=$(POCO_BUILD)/Net/src/%.o) \
    $(JSON:%=$(POCO_BUILD)/JSON/src/%.o)
POCO_FLAGS  := -O2 -g -w -fstack-protector-strong -ffunction-sections -fdata-sections \
    -DPOCO_UNBUNDLED -DPOCO_HAVE_FD_EPOLL
ifeq ($(POCO),static)
$(BUILD)/click2call: SHARED = $(POCO_BUILD)/poco.a -l:libpcre.a -Wl,--gc-sections
$(BUILD)/click2call: $(POCO_BUILD)/poco.a
endif

# What is heavy and optional: sources that only a module of the program has, and what they need.
# The unit tests have them built in.
TRANSPORT := tls_client transports tls_stream certificate ws_transport ws_socket
OPTIONAL  := $(addprefix src/web/jwt_,token.cc verifier.cc links.cc) src/net/https_post.cc \
    src/web/prometheus_text.cc src/call/phone_numbers.cc $(TRANSPORT:%=src/net/%.cc) \
    $(addprefix src/store/,mysql_connection.cc mysql_error.cc postgresql_connection.cc)
MODULES   := $(addprefix $(BUILD)/modules/,jwt.so links.so metrics.so https.so transports.so \
    numbers.so mysql.so postgresql.so)
MODLIBS   := -lPocoNetSSL -lPocoJWT -lPocoCrypto -lssl -lcrypto -lphonenumber -lprotobuf -lmariadb -lpq \
    -lprometheus-cpp-core
PROGRAM   := $(filter-out $(OPTIONAL),$(SOURCES))

# One set of objects for the program, one with sanitizers for the tests, one with TSan for the load
# test of the threads.
OBJECTS  := $(PROGRAM:%.cc=$(BUILD)/obj/%.o) $(BUILD)/obj/assets.o
CHECKED  := $(SOURCES:%.cc=$(BUILD)/asan/%.o) $(BUILD)/asan/assets.o
UNIT     := $(TESTS:%.cc=$(BUILD)/asan/%.o)
THREADED := $(PROGRAM:%.cc=$(BUILD)/tsan/%.o) $(BUILD)/tsan/assets.o $(MAIN:%.cc=$(BUILD)/tsan/%.o)

# What `make bench` measures with.
TOOLS    := $(addprefix $(BUILD)/bench/,floor minimal bare load spawn parts)

# What `make fuzz` feeds with bytes, in objects of its own: libFuzzer is clang's. T is in seconds.
T        ?= 60
FUZZ     := -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZED   := $(filter-out src/call/phone_numbers.cc,$(wildcard src/base/*.cc src/ami/*.cc src/web/*.cc \
    src/call/*.cc src/fiber/*.cc src/net/*errand.cc src/net/command_*.cc)) src/gateway/read_request.cc \
    $(addprefix src/net/,ami_client.cc session_driver.cc status_round.cc)
FUZZERS  := $(patsubst tests/fuzz/%_fuzz.cc,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*_fuzz.cc))

.PHONY: all demo check unit integration tsan bench fuzz fuzzers deb lint format install clean
.DELETE_ON_ERROR:

all: $(BUILD)/click2call $(MODULES)

# Copied, as `make install` does it: the linker writes a file in small pieces, and so the kernel keeps
# it, which costs a process 0.3 ms of page faults.
$(BUILD)/click2call: $(OBJECTS) $(MAIN:%.cc=$(BUILD)/obj/%.o)
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@.linked $(filter %.o,$^) $(LDLIBS)
	@install -m 755 $@.linked $@ && rm $@.linked

$(POCO_BUILD)/poco.a: $(POCO_OBJECTS)
	@echo "  archive $@"
	@$(AR) rcs $@ $^
$(POCO_OBJECTS): | $(POCO_SOURCE)
$(POCO_SOURCE):
	@echo "  fetch   $@"
	@tests/poco-source $@
$(POCO_BUILD)/%.o:
	@mkdir -p $(@D)
	@echo "  compile $@"
	@$(CC) $(POCO_FLAGS) $(patsubst %,-I$(POCO_SOURCE)/%/include,Foundation Net JSON) -c -o $@ \
	    $(POCO_SOURCE)/$*.c*

$(BUILD)/unit_tests: $(CHECKED) $(UNIT)
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(SANITIZE) $(LDFLAGS) -o $@ $^ $(MODLIBS) $(LDLIBS) -lgtest -lgtest_main

$(BUILD)/modules/jwt.so: $(addprefix $(BUILD)/pic/src/,web/jwt_verifier.o web/jwt_token.o base/text.o)
$(BUILD)/modules/links.so: $(addprefix $(BUILD)/pic/src/,web/jwt_links.o web/jwt_token.o \
    base/clock.o base/text.o)
$(BUILD)/modules/metrics.so: $(BUILD)/pic/src/web/prometheus_text.o
$(BUILD)/modules/https.so: $(addprefix $(BUILD)/pic/src/,net/https_post.o net/tls_client.o web/sink.o base/clock.o base/text.o)
$(BUILD)/modules/numbers.so: $(BUILD)/pic/src/call/phone_numbers.o
$(BUILD)/modules/mysql.so: $(addprefix $(BUILD)/pic/src/store/,mysql_connection.o mysql_error.o)
$(BUILD)/modules/postgresql.so: $(BUILD)/pic/src/store/postgresql_connection.o
$(BUILD)/modules/transports.so: $(addprefix $(BUILD)/pic/src/,$(TRANSPORT:%=net/%.o) net/tcp_transport.o \
    net/socket_stream.o ami/foreign.o base/clock.o base/text.o)
$(MODULES): DEFS = defs
$(BUILD)/modules/transports.so: DEFS = undefs
$(MODULES):
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(LDFLAGS) -shared -Wl,-z,$(DEFS) -o $@ $^ $(MODLIBS) $(LDLIBS)

$(BUILD)/click2call-tsan: $(THREADED)
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(THREAD) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# The files of www/ that the program answers with, as C++ raw strings.
$(BUILD)/gen/assets.cc: $(ASSETS) Makefile
	@mkdir -p $(@D)
	@echo "  make    $@"
	@{ echo '#include "web/assets.h"'; echo 'namespace click2call::web {'; \
	   asset() { printf 'const std::string_view %s = R"asset(' $$1; cat "$$2"; echo ')asset";'; }; \
	   asset kCallTemplate www/call.mustache; \
	   asset kCallsTemplate www/calls.mustache; \
	   asset kConfirmTemplate www/confirm.mustache; \
	   asset kErrorTemplate www/error.mustache; \
	   asset kStyle www/style.css; \
	   echo '}  // namespace click2call::web'; } > $@

define compile
@mkdir -p $(@D)
@echo "  compile $@"
@$(CXX) $(CPPFLAGS) $(CXXFLAGS) $(1) -c -o $@ $<
endef

$(BUILD)/obj/assets.o $(BUILD)/asan/assets.o $(BUILD)/tsan/assets.o: $(BUILD)/gen/assets.cc
	$(call compile,)
$(BUILD)/obj/%.o: %.cc
	$(call compile,)
$(BUILD)/pic/%.o: %.cc
	$(call compile,-fPIC)
$(BUILD)/asan/%.o: %.cc
	$(call compile,$(SANITIZE) -Itests)
$(BUILD)/tsan/%.o: %.cc
	$(call compile,$(THREAD))

# A real Asterisk with two phones, nginx and the program; one click. ONESHOT=1 exits afterwards,
# PORT=8081 is another port than 8080, PBX=host:port is your own Asterisk: see tests/demo/demo.py.
demo:
	tests/packages demo
	@$(MAKE) --no-print-directory all
	$(PYTHON) tests/demo/demo.py

# Everything: real Asterisk 16 and 22, all web servers, real phones. What fails once on a busy machine
# is tried again, and named at the end.
# What this machine has compiled before it does not compile again, in a fresh clone either.
check:
	tests/packages check
	@CCACHE_DIR=$$HOME/.cache/click2call/ccache CCACHE_NOHASHDIR=1 \
	    $(MAKE) --no-print-directory -j$$(nproc) CXX="ccache $(CXX)" CC="ccache $(CC)" all $(BUILD)/unit_tests tsan
	@$(MAKE) --no-print-directory unit lint integration

integration: all tsan $(BUILD)/unit_tests
	$(PYTHON) -m pytest -q -rsR --reruns 1 -p no:cacheprovider -n 3 --dist loadfile tests/real

unit: $(BUILD)/unit_tests
	cd tests && ../$(BUILD)/unit_tests --gtest_brief=1

tsan: $(BUILD)/click2call-tsan

# What a click costs, beside what else there is. LONG=1 also shows how that grows, SAVE=1 keeps the
# picture for the README: see tests/bench/bench.py.
bench:
	tests/packages bench
	@$(MAKE) --no-print-directory all $(TOOLS)
	BENCH_TOOLS=$(abspath $(BUILD)/bench) CLICK2CALL=$(abspath $(BUILD)/click2call) $(PYTHON) tests/bench/bench.py

$(BUILD)/bench/parts: $(OBJECTS) $(patsubst %.cc,$(BUILD)/obj/%.o,$(wildcard tests/bench/*_bench.cc))
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS) -lbenchmark -lbenchmark_main
$(BUILD)/bench/%: tests/bench/%.c tests/bench/ami.h
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CC) -O2 -Wall -Wextra -Werror $(LDFLAGS) -o $@ $< -lfcgi -lpthread -l:libsqlite3.a -lm
$(BUILD)/bench/%: tests/bench/%.cc tests/bench/ami.h tests/bench/slice.h
	@mkdir -p $(@D)
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(LDFLAGS) -o $@ $<

# T seconds of inputs that nobody thought of, for whatever reads bytes from outside. What they find
# that is new is kept in build/fuzz/corpus, for the next time: see tests/fuzz/run.
fuzz:
	tests/packages fuzz
	@CCACHE_DIR=$$HOME/.cache/click2call/ccache CCACHE_NOHASHDIR=1 \
	    $(MAKE) --no-print-directory -j$$(nproc) CXX="ccache clang++" fuzzers
	tests/fuzz/run $(T) $(FUZZERS)

fuzzers: $(FUZZERS)
$(BUILD)/fuzz/click2call.a: $(FUZZED:%.cc=$(BUILD)/fuzz/obj/%.o) $(BUILD)/fuzz/obj/assets.o
	@echo "  archive $@"
	@rm -f $@ && $(AR) rcs $@ $^
$(BUILD)/fuzz/%: $(BUILD)/fuzz/obj/tests/fuzz/%_fuzz.o $(BUILD)/fuzz/click2call.a
	@echo "  link    $@"
	@$(CXX) $(CXXFLAGS) $(FUZZ) -fsanitize=fuzzer -o $@ $^ -lPocoJWT -lPocoCrypto -lcrypto \
	    $(SHARED) -l:libcgicc.a -lgtest -lpthread
$(BUILD)/fuzz/obj/assets.o: $(BUILD)/gen/assets.cc
	$(call compile,$(FUZZ) -fsanitize=fuzzer-no-link)
$(BUILD)/fuzz/obj/%.o: %.cc
	$(call compile,$(FUZZ) -fsanitize=fuzzer-no-link -Itests)
# toml++ 3.3 calls unreachable what a letter beyond ASCII reaches, and goes on as it should.
$(BUILD)/fuzz/obj/src/base/toml_section.o: FUZZ += -fno-sanitize=unreachable
.SECONDARY: $(FUZZERS:$(BUILD)/fuzz/%=$(BUILD)/fuzz/obj/tests/fuzz/%_fuzz.o)

lint:
	tests/lint/layers
	clang-format --dry-run --Werror $$(git ls-files -co --exclude-standard '*.cc' '*.h')
	tests/lint/tidy

format:
	clang-format -i $$(git ls-files -co --exclude-standard '*.cc' '*.h')

# Installs the program and what an administrator copies from; touches no running service.
install: all
	install -D -m 755 $(BUILD)/click2call $(DESTDIR)$(PREFIX)/bin/click2call
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/lib/click2call $(MODULES)
	install -d $(DESTDIR)$(PREFIX)/share/click2call
	cp -R www conf $(DESTDIR)$(PREFIX)/share/click2call/
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/doc/click2call README.md LICENSE

# A package for this Debian, build/click2call_VERSION_ARCH.deb.
deb: all
	@rm -rf $(BUILD)/deb
	@$(MAKE) --no-print-directory install DESTDIR=$(BUILD)/deb/root PREFIX=/usr > /dev/null
	tests/deb/build $(BUILD)/deb/root

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)
