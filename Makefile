# umk: everything is built from here, into build/ and nowhere else.
#
#   build/umk             the kernel on Linux           umk/core + umk/host, glibc
#   build/user/           what runs inside the system   own C library, static
#   build/initfs.cpio     the boot archive              build/user/bin + initfs/
#   build/unit, build/sim unit tests, the core in one process, under ASan and UBSan
#   build/asan/bin/       servers linked with glibc, under ASan and UBSan
#   build/fuzz/           libFuzzer targets (clang)
#
# Sources are found by wildcard: a new file, server, program or test needs no edit here.

B := build
CC := gcc
CLANG := clang
PYTHON := python3
FUZZ_SECONDS := 60
ARGS :=

ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += -rR --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test check bench fuzz soak lint fmt help clean FORCE
.DEFAULT_GOAL := all

# ---- What the machine needs: scripts/deps installs it before anything is built ----

ifneq ($(filter-out clean help,$(or $(MAKECMDGOALS),all)),)
include $(B)/deps.mk
endif
$(B)/deps.mk: FORCE
	@scripts/deps $@

# ---- Sources ----

csources = $(sort $(foreach d,$(1),$(wildcard $(d)/*.c $(d)/*/*.c)))
asources = $(sort $(foreach d,$(1),$(wildcard $(d)/*.S $(d)/*/*.S)))
objects = $(patsubst %,$(B)/$(1)/%.o,$(basename $(2)))

CORE_SRC := $(call csources,umk/core)
HOST_SRC := $(call csources,umk/host)
SIM_SRC := $(call csources,umk/sim)
# glibc_main.c is the entry of a server linked with glibc and has no place in the system.
REDOX_ALL := $(call csources,libredox/src libredox/hosted) $(call asources,libredox/src)
REDOX_SRC := $(filter-out %/glibc_main.c,$(REDOX_ALL))
SHIM_SRC := $(sort $(shell find shim -name '*.c' 2>/dev/null))
SHIM_ASM := $(sort $(shell find shim -name '*.S' 2>/dev/null))
COREUTILS_SRC := $(wildcard programs/coreutils/*.c)
COREUTILS_LIB := $(wildcard programs/coreutils/common/*.c)
PROGRAM_DIRS := $(filter-out programs/coreutils/,$(dir $(wildcard programs/*/*.c)))
PROGRAMS := $(sort $(patsubst programs/%/,%,$(PROGRAM_DIRS)))
SERVERS := $(sort $(patsubst servers/%/,%,$(dir $(wildcard servers/*/*.c))))
COREUTILS := $(notdir $(basename $(COREUTILS_SRC)))
GUEST_TESTS := $(notdir $(basename $(wildcard tests/programs/*.c)))
GUEST_BENCH := $(notdir $(basename $(wildcard bench/guest/*.c)))
HOST_BENCH := $(notdir $(basename $(wildcard bench/host/*.c)))
UNIT := $(notdir $(basename $(wildcard tests/unit/*.c)))
FUZZ := $(notdir $(basename $(wildcard tests/fuzz/*.c)))
INITFS_FILES := $(shell find initfs 2>/dev/null)

# ---- Flags ----

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
COMMON := -std=gnu17 -g -fno-omit-frame-pointer -I.
FREESTANDING := -ffreestanding -nostdinc
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
GLIBC := -D_GNU_SOURCE= -Ilibredox/include
CORE_CFLAGS = $(COMMON) $(WARN) -O2 $(FREESTANDING)
HOST_CFLAGS = $(COMMON) $(WARN) -O2 -D_GNU_SOURCE= -fstack-protector-strong
SIM_CFLAGS = $(COMMON) $(WARN) -O1 $(SANITIZE)
ASAN_CFLAGS = $(COMMON) $(WARN) -O1 $(SANITIZE) $(GLIBC)
FUZZ_CFLAGS = $(COMMON) -O1 -fsanitize=fuzzer-no-link,address,undefined \
	-fno-sanitize-recover=all $(GLIBC)
BENCH_CFLAGS = $(COMMON) $(WARN) -O2 -D_GNU_SOURCE=
GCC_INCLUDE = $(shell $(CC) -print-file-name=include)
USER_CFLAGS = $(COMMON) $(WARN) -O2 -mno-omit-leaf-frame-pointer -nostdinc \
	-isystem shim/include -isystem $(GCC_INCLUDE) -Ilibredox/include \
	-fno-pic -mstack-protector-guard=global -fstack-protector-strong
# The C library must not be compiled into calls of itself (memcpy calling memcpy).
SHIM_CFLAGS = $(USER_CFLAGS) -ffreestanding -fno-tree-loop-distribute-patterns
USER_LDFLAGS = -static -no-pie -nostdlib -Wl,-e,_start -Wl,-u,_start -Wl,-z,noexecstack \
	-Wl,-z,max-page-size=4096 -Wl,--build-id
HOST_LIBS := -lseccomp

# ---- Targets ----

BINS := $(addprefix $(B)/user/bin/,$(SERVERS) $(PROGRAMS) $(COREUTILS))
TEST_BINS := $(addprefix $(B)/user/tests/,$(GUEST_TESTS))
BENCH_BINS := $(addprefix $(B)/user/bench/,$(GUEST_BENCH))
UNIT_BINS := $(addprefix $(B)/unit/,$(UNIT))
FUZZ_BINS := $(addprefix $(B)/fuzz/,$(FUZZ))
ASAN_BINS := $(addprefix $(B)/asan/bin/,$(SERVERS))
HOST_BENCH_BINS := $(addprefix $(B)/bench/,$(HOST_BENCH))
UMK := $(if $(HOST_SRC),$(B)/umk)
SYSTEM := $(UMK) $(B)/initfs.cpio
TESTABLE := $(SYSTEM) $(B)/initfs-test.cpio $(UNIT_BINS) $(FUZZ_BINS) $(ASAN_BINS)

all: $(SYSTEM)                  ## the kernel and the boot archive (default)

run: all                        ## boot to a prompt; ARGS='--mem 256M -- ls /' adds arguments
	@$(B)/umk run $(ARGS)

test: $(TESTABLE)               ## everything that can be tested in a few minutes
	@scripts/test

check: $(UNIT_BINS)             ## the quick half of test: style, arrows, unit tests
	@scripts/test lint unit

soak: $(TESTABLE)               ## the system tests in their long form (an hour)
	@SOAK=1 scripts/test system

bench: $(SYSTEM) $(B)/initfs-test.cpio $(HOST_BENCH_BINS)  ## one line a figure
	@bench/run

fuzz: $(FUZZ_BINS)              ## each fuzzer for FUZZ_SECONDS (60)
	@scripts/fuzz $(FUZZ_SECONDS) $(FUZZ)

lint: $(B)/lint/done            ## clang-tidy, cppcheck, gcc -fanalyzer, formatting
	@scripts/test lint

fmt:                            ## format every C file in place
	@git ls-files -z '*.c' '*.h' | xargs -0 -r clang-format -i

help:                           ## this list
	@awk -F'##' '/^[a-z]+:.*##/ {sub(/:.*/, "", $$1); printf "make %-8s%s\n", $$1, $$2}' Makefile

clean:                          ## remove build/
	@rm -rf $(B)

# ---- Compiling: build/TREE/path/of/source.o, one tree for each way to compile ----

say = @printf '%-5s %s\n' $(1) '$(2)';
compile = $(call say,$(1),$<) mkdir -p $(@D) && $(2) -MD -MP -c $< -o $@

$(B)/host/umk/core/%.o: umk/core/%.c
	$(call compile,CC,$(CC) $(CORE_CFLAGS))
$(B)/host/%.o: %.c
	$(call compile,CC,$(CC) $(HOST_CFLAGS))
$(B)/sim/umk/core/%.o: umk/core/%.c
	$(call compile,SIM,$(CC) $(SIM_CFLAGS) $(FREESTANDING))
$(B)/sim/%.o: %.c
	$(call compile,SIM,$(CC) $(SIM_CFLAGS) $(GLIBC))
$(B)/fuzz/obj/umk/core/%.o: umk/core/%.c
	$(call compile,FUZZ,$(CLANG) $(FUZZ_CFLAGS) $(FREESTANDING))
$(B)/fuzz/obj/%.o: %.c
	$(call compile,FUZZ,$(CLANG) $(FUZZ_CFLAGS))
$(B)/asan/obj/servers/%.o: servers/%.c
	$(call compile,ASAN,$(CC) $(ASAN_CFLAGS) -Dmain=server_main)
$(B)/asan/obj/%.o: %.c
	$(call compile,ASAN,$(CC) $(ASAN_CFLAGS))
$(B)/asan/obj/%.o: %.S
	$(call compile,ASAN,$(CC) -I. $(GLIBC))
$(B)/bench/obj/%.o: %.c
	$(call compile,CC,$(CC) $(BENCH_CFLAGS))
$(B)/user/obj/shim/%.o: shim/%.c
	$(call compile,USER,$(CC) $(SHIM_CFLAGS))
$(B)/user/obj/%.o: %.c
	$(call compile,USER,$(CC) $(USER_CFLAGS))
$(B)/user/obj/%.o: %.S
	$(call compile,USER,$(CC) $(USER_CFLAGS))

# ---- Libraries ----

archive = $(call say,AR,$@) mkdir -p $(@D) && rm -f $@ && ar rcs $@ $(filter %.o,$^)

$(B)/user/libredox.a: $(call objects,user/obj,$(REDOX_SRC))
$(B)/user/libc.a: $(call objects,user/obj,$(SHIM_SRC) $(SHIM_ASM))
$(B)/user/libcoreutils.a: $(call objects,user/obj,$(COREUTILS_LIB))
$(B)/sim/libsim.a: $(call objects,sim,$(CORE_SRC) $(SIM_SRC))
$(B)/asan/libredox.a: $(call objects,asan/obj,$(REDOX_ALL))
$(B)/fuzz/libsim.a: $(call objects,fuzz/obj,$(CORE_SRC) $(SIM_SRC))
$(B)/fuzz/libredox.a: $(call objects,fuzz/obj,$(filter %.c,$(REDOX_SRC)))
$(B)/%.a:
	$(archive)

# ---- Programs of the host ----

link = $(call say,LINK,$@) mkdir -p $(@D) && $(1) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(2)

$(B)/umk: $(call objects,host,$(CORE_SRC) $(HOST_SRC))
	$(call link,$(CC),$(HOST_LIBS))
$(B)/unit/%: $(B)/sim/tests/unit/%.o $(B)/sim/libsim.a $(B)/asan/libredox.a
	$(call link,$(CC) $(SANITIZE),-lcmocka)
$(B)/fuzz/%: $(B)/fuzz/obj/tests/fuzz/%.o $(B)/fuzz/libsim.a $(B)/fuzz/libredox.a
	$(call link,$(CLANG) -fsanitize=fuzzer$(,)address$(,)undefined)
$(B)/bench/%: $(B)/bench/obj/bench/host/%.o
	$(call link,$(CC),$(shell pkg-config --libs fuse3) -lpthread)
, := ,

# ---- Programs of the system ----

# $(1): program, $(2): folder of its sources
define user_program
$(B)/user/bin/$(1): $$(call objects,user/obj,$$(call csources,$(2)))
endef
define asan_server
$(B)/asan/bin/$(1): $$(call objects,asan/obj,$$(call csources,servers/$(1))) $(B)/asan/libredox.a
endef
$(foreach s,$(SERVERS),$(eval $(call user_program,$(s),servers/$(s))))
$(foreach p,$(PROGRAMS),$(eval $(call user_program,$(p),programs/$(p))))
$(foreach s,$(SERVERS),$(eval $(call asan_server,$(s))))
$(addprefix $(B)/user/bin/,$(COREUTILS)): $(B)/user/bin/%: \
	$(B)/user/obj/programs/coreutils/%.o $(B)/user/libcoreutils.a
$(TEST_BINS): $(B)/user/tests/%: $(B)/user/obj/tests/programs/%.o
$(BENCH_BINS): $(B)/user/bench/%: $(B)/user/obj/bench/guest/%.o

$(BINS) $(TEST_BINS) $(BENCH_BINS): $(B)/user/libc.a $(B)/user/libredox.a
	$(call link,$(CC) $(USER_LDFLAGS),-lgcc)
$(ASAN_BINS):
	$(call link,$(CC) $(SANITIZE))

# ---- Boot archives ----

$(B)/initfs.cpio: $(BINS)
$(B)/initfs-test.cpio: $(BINS) $(TEST_BINS) $(BENCH_BINS)
$(B)/initfs.cpio $(B)/initfs-test.cpio: scripts/mkinitfs $(INITFS_FILES)
	$(call say,CPIO,$@) scripts/mkinitfs $@ initfs \
		--in bin $(BINS) --in tests $(filter $(TEST_BINS),$^) \
		--in bench $(filter $(BENCH_BINS),$^)

# ---- Lint: one stamp a file, so that only what changed is looked at again ----

LINT_SRC := $(CORE_SRC) $(HOST_SRC) $(filter %.c,$(REDOX_SRC)) $(call csources,servers)
lint_flags = $(if $(filter umk/core/%,$<),$(CORE_CFLAGS),$(if $(filter \
	umk/host/%,$<),$(HOST_CFLAGS),$(USER_CFLAGS)))
# clang brings its own <stddef.h> and the like, so gcc's are taken out.
tidy_flags = $(patsubst -nostdinc,-nostdlibinc,$(filter-out -isystem $(GCC_INCLUDE) \
	shim/include,$(lint_flags))) $(if $(filter umk/%,$<),,-isystem shim/include)

$(B)/lint/done: $(LINT_SRC:%.c=$(B)/lint/%.tidy) $(LINT_SRC:%.c=$(B)/lint/%.o) \
	$(B)/lint/cppcheck
	@touch $@
$(B)/lint/%.tidy: %.c .clang-tidy $(B)/lint/%.o
	$(call say,TIDY,$<) clang-tidy --quiet $< -- $(tidy_flags) && touch $@
$(B)/lint/%.o: %.c
	$(call compile,ANLZ,$(CC) $(lint_flags) -fanalyzer)
$(B)/lint/cppcheck: $(LINT_SRC) scripts/cppcheck.suppress
	$(call say,CPPC,umk libredox servers) mkdir -p $(@D) && cppcheck --quiet --std=c11 \
		--language=c --enable=warning,performance,portability --inline-suppr \
		--suppressions-list=scripts/cppcheck.suppress --error-exitcode=1 -I. \
		-Ilibredox/include $(filter %.c,$^) && touch $@

-include $(shell find $(B) -name '*.d' 2>/dev/null)
