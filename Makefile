# umk: everything is built from here, into build/ and nowhere else.
#
#   build/umk             the kernel on Linux           umk/core + umk/host, glibc
#   build/user/           what runs inside the system   own C library, static
#   build/initfs.cpio     the boot archive              build/user/bin + initfs/
#   build/tools/          tools for RedoxFS images      redoxfs + hosttools, glibc
#   the rest              tests, fuzzers, benchmarks    tests/rules.mk
#
# Sources are found by wildcard: a new file, server, program or test needs no edit here.

B := build
CC := gcc
CLANG := clang
FUZZ_SECONDS := 60
ARGS :=

ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS += -j$(shell nproc)
endif
MAKEFLAGS += -rR --no-print-directory
.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test check bench fuzz soak peers lint fmt help clean FORCE
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
# The objects of sources; and their folders, whose dates tell when a file has gone.
objects = $(patsubst %,$(B)/$(1)/%.o,$(basename $(2))) $(sort $(dir $(2)))

CORE_SRC := $(call csources,umk/core)
HOST_SRC := $(call csources,umk/host)
PAGING_SRC := $(call csources,umk/paging)
# glibc_*.c are for servers linked with glibc and have no place in the system.
REDOX_DIRS := libredox/src libredox/hosted libredox/metal
REDOX_ALL := $(call csources,$(REDOX_DIRS)) $(call asources,$(REDOX_DIRS))
REDOX_SRC := $(filter-out %/glibc_main.c %/glibc_attach.c,$(REDOX_ALL))
SHIM_SRC := $(sort $(shell find shim/src -name '*.c' 2>/dev/null))
SHIM_ASM := $(sort $(shell find shim/src -name '*.S' 2>/dev/null))
COREUTILS_SRC := $(wildcard programs/coreutils/*.c)
COMMON_LIB := $(wildcard programs/common/*.c programs/common/pager/*.c programs/common/listing/*.c \
	programs/common/pages/*.c)
# These folders hold a program in each file; what they share is a library.
FILE_PROGRAMS := programs/coreutils/ programs/userutils/ programs/common/
PROGRAM_DIRS := $(filter-out $(FILE_PROGRAMS),$(dir $(wildcard programs/*/*.c)))
PROGRAMS := $(sort $(patsubst programs/%/,%,$(PROGRAM_DIRS)))
SERVERS := $(sort $(patsubst servers/%/,%,$(dir $(wildcard servers/*/*.c))))
COREUTILS := $(notdir $(basename $(COREUTILS_SRC)))
# A symbolic link leads to where there is something only in the system; its folder's date tells.
INITFS_FILES := $(shell find initfs ! -type l 2>/dev/null)

# ---- Flags ----

WARN := -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
COMMON := -std=gnu17 -g -fno-omit-frame-pointer -I.
FREESTANDING := -ffreestanding -nostdinc
GLIBC := -D_GNU_SOURCE= -Ilibredox/include
# What compilers of some distributions do by themselves, and the core and user land cannot have.
PLAIN := -U_FORTIFY_SOURCE -fcf-protection=none -fno-stack-clash-protection
CORE_CFLAGS = $(COMMON) $(WARN) -O2 $(FREESTANDING) $(PLAIN) -fno-stack-protector
HOST_CFLAGS = $(COMMON) $(WARN) -O2 -D_GNU_SOURCE= -fstack-protector-strong
GCC_INCLUDE := $(shell $(CC) -print-file-name=include 2>/dev/null)
USER_CFLAGS = $(COMMON) $(WARN) -O2 $(PLAIN) -mno-omit-leaf-frame-pointer -nostdinc \
	-isystem shim/include -isystem $(GCC_INCLUDE) -Ilibredox/include -Iprograms \
	-fno-pic -mstack-protector-guard=global -fstack-protector-strong
# The C library must not be compiled into calls of itself (memcpy calling memcpy).
SHIM_CFLAGS = $(USER_CFLAGS) -ffreestanding -fno-tree-loop-distribute-patterns
# The allocator speaks to valgrind, where that is installed.
MEMCHECK := $(firstword $(wildcard /usr/include/valgrind/memcheck.h))
SHIM_CFLAGS += $(if $(MEMCHECK),-DUMK_VALGRIND='"$(MEMCHECK)"')
USER_LDFLAGS = -static -no-pie -nostdlib -Wl,-e,_start -Wl,-u,_start -Wl,-z,noexecstack \
	-Wl,-z,max-page-size=4096 -Wl,--build-id -Wl,--compress-debug-sections=zlib
HOST_LIBS := -lseccomp

# ---- Targets ----

include redoxfs/rules.mk
include umk/x86_64/rules.mk
include tests/rules.mk
include scripts/rules.mk
include hostdrv/rules.mk
include libhw/rules.mk
include programs/common/rules.mk
include programs/userutils/rules.mk

BINS := $(addprefix $(B)/user/bin/,$(SERVERS) $(PROGRAMS) $(COREUTILS) $(USERUTILS))
UMK := $(if $(HOST_SRC),$(B)/umk)
SYSTEM := $(UMK) $(HOSTDRV_BINS) $(B)/initfs.cpio
TESTABLE := $(SYSTEM) $(METAL) $(SYSROOT)/done $(TOOLS) \
	$(B)/initfs-test.cpio $(UNIT_BINS) $(FUZZ_BINS) $(ASAN_BINS) $(B)/third/digest/host.o

all: $(SYSTEM) $(TOOLS)         ## the kernel, the boot archive and the host tools (default)

include config/rules.mk

run: all $(if $(HAVE_IMAGE),image)  ## boot to a prompt; ARGS='--mem 256M -- ls /' adds arguments
	@$(B)/umk run $(ARGS)

test: $(TESTABLE)               ## everything that can be tested in a few minutes
	@scripts/test

check: $(UNIT_BINS)             ## the quick half of test: style, arrows, unit tests
	@scripts/test lint unit

soak: $(TESTABLE)               ## tests that have a long form, in it (over an hour)
	@SOAK=1 scripts/test unit system ways model

bench: $(SYSTEM) $(SYSROOT)/done $(B)/initfs-test.cpio $(HOST_BENCH_BINS)  ## one line a figure
	@nice scripts/recipe --test lua5.4 sqlite3 || echo 'bench: going on without them'
	@bench/run

fuzz: $(FUZZ_BINS)              ## each fuzzer for FUZZ_SECONDS (60)
	@scripts/fuzz $(FUZZ_SECONDS) $(FUZZ)

peers:                          ## upstream's RedoxFS tools, by cargo, for tests of ours
	@scripts/peer --build

lint: $(B)/lint/done            ## clang-tidy, cppcheck, gcc -fanalyzer, formatting
	@scripts/test lint

fmt:                            ## format every C file in place
	@git ls-files -z '*.c' '*.h' | xargs -0 -r clang-format -i

help:                           ## this list
	@awk -F'##' '/^[a-z]+:.*##/ {sub(/:.*/, "", $$1); printf "make %-8s%s\n", $$1, $$2}' Makefile $(wildcard */rules.mk)

clean:                          ## remove build/
	@rm -rf $(B)

# ---- Compiling: build/TREE/path/of/source.o, one tree for each way to compile ----

say = @printf '%-5s %s\n' $(1) '$(2)';
compile = $(call say,$(1),$<) mkdir -p $(@D) && $(2) -MD -MP -c $< -o $@

$(B)/host/umk/core/%.o: umk/core/%.c
	$(call compile,CC,$(CC) $(CORE_CFLAGS))
$(B)/host/umk/paging/%.o: umk/paging/%.c
	$(call compile,CC,$(CC) $(CORE_CFLAGS))
$(B)/host/%.o: %.c
	$(call compile,CC,$(CC) $(HOST_CFLAGS))
$(B)/user/obj/shim/%.o: shim/%.c
	$(call compile,USER,$(CC) $(SHIM_CFLAGS))
$(B)/user/obj/%.o: %.c
	$(call compile,USER,$(CC) $(USER_CFLAGS))
$(B)/user/obj/%.o: %.S
	$(call compile,USER,$(CC) $(USER_CFLAGS))

# ---- Libraries ----

# Under another name first: a second make at the same time never sees half a library.
archive = $(call say,AR,$@) mkdir -p $(@D) && ar rcs $@.$$$$ $(filter %.o,$^) && mv $@.$$$$ $@

$(B)/user/libredox.a: $(call objects,user/obj,$(REDOX_SRC))
$(B)/user/libc.a: $(call objects,user/obj,$(SHIM_SRC) $(SHIM_ASM))
$(B)/user/libfile.a: $(call objects,user/obj,$(call csources,libfile))
$(B)/user/libcommon.a: $(call objects,user/obj,$(COMMON_LIB))
$(B)/user/libtoml.a: $(call objects,user/obj,$(call csources,libtoml))
$(B)/user/libm.a: scripts/libm
	$(call say,LIBM,$@) mkdir -p $(@D) && scripts/libm $@
$(B)/%.a: Makefile tests/rules.mk
	$(archive)

# ---- Programs ----

link = $(call say,LINK,$@) mkdir -p $(@D) && $(1) -o $@ $(filter %.o,$^) \
	-Wl,--start-group $(filter %.a,$^) -Wl,--end-group $(2)

$(B)/umk: $(call objects,host,$(CORE_SRC) $(PAGING_SRC) $(HOST_SRC))
	$(call link,$(CC),$(HOST_LIBS))

# $(1): program, $(2): folder of its sources
define user_program
$(B)/user/bin/$(1): $$(call objects,user/obj,$$(call csources,$(2)))
endef
$(foreach s,$(SERVERS),$(eval $(call user_program,$(s),servers/$(s))))
# File systems share a library; RedoxFS itself is one more.
$(addprefix $(B)/user/bin/,ramfs redoxfs tarfs): $(B)/user/libfile.a
$(B)/user/bin/redoxfs: $(B)/user/libredoxfs.a
$(B)/user/bin/init: $(B)/user/libtoml.a
$(foreach p,$(PROGRAMS),$(eval $(call user_program,$(p),programs/$(p))))
$(addprefix $(B)/user/bin/,$(COREUTILS)): $(B)/user/bin/%: \
	$(B)/user/obj/programs/coreutils/%.o $(B)/user/libcommon.a

$(BINS) $(TEST_BINS) $(BENCH_BINS): $(B)/user/libc.a $(B)/user/libm.a $(B)/user/libredox.a
	$(call link,$(CC) $(USER_LDFLAGS),-lgcc)

# ---- Boot archives ----

# Programs without debug information, which would take up the system's memory: umk finds that in
# build/user, by the build number.
stripped = $(patsubst $(B)/user/%,$(B)/user/stripped/%,$(1))
$(call stripped,$(BINS) $(TEST_BINS) $(BENCH_BINS)): $(B)/user/stripped/%: $(B)/user/%
	@mkdir -p $(@D) && strip -g -o $@ $<
$(B)/initfs.cpio: $(call stripped,$(BINS))
$(B)/initfs-test.cpio: $(call stripped,$(BINS) $(TEST_BINS) $(BENCH_BINS))
$(B)/initfs.cpio $(B)/initfs-test.cpio: scripts/mkinitfs $(INITFS_FILES)
	$(call say,CPIO,$@) scripts/mkinitfs $@ initfs --in bin $(call stripped,$(BINS)) \
		--in tests $(filter $(call stripped,$(TEST_BINS)),$^) \
		--in bench $(filter $(call stripped,$(BENCH_BINS)),$^)

# Not what other people's sources bring: their files are their own.
-include $(shell find $(B) '(' -path $(B)/src -o -path $(B)/recipes ')' -prune -o \
	-name '*.d' -type f -print 2>/dev/null)
