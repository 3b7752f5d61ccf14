# What is built only to be tested, fuzzed, measured or looked at; included by the Makefile.
#
#   tests/unit/*.c      core and libredox, in one process       build/unit/unit/NAME
#   tests/servers/*.c   parts of servers                        build/unit/servers/NAME
#   tests/redoxfs/*.c   the file system library                 build/unit/redoxfs/NAME
#   tests/libc/*_test.c the C library beside the host's, names prefixed u_: build/unit/libc/NAME
#   tests/fuzz/*.c      libFuzzer targets                       build/fuzz/NAME
#   tests/programs/*.c  programs that run inside the system     build/user/tests/NAME
#   .../posix_*.c       also on the host: do they test rightly? build/unit/native/NAME
#   .../glob_random.c   also on the host, to be compared        build/unit/native/NAME
#   bench/guest/*.c     the same, for measuring                 build/user/bench/NAME
#   bench/host/*.c      their peers on the host                 build/bench/NAME
#   servers/*, ion      once more, with glibc and sanitizers    build/asan/bin/NAME

, := ,
names = $(notdir $(basename $(wildcard $(1)/*.c)))
UNIT_BINS := $(foreach d,unit servers redoxfs,$(addprefix $(B)/unit/$(d)/,$(call names,tests/$(d))))
LIBC_TESTS := $(notdir $(basename $(wildcard tests/libc/*_test.c)))
UNIT_BINS += $(addprefix $(B)/unit/libc/,$(LIBC_TESTS))
UNIT_BINS += $(addprefix $(B)/unit/native/,$(filter posix_% glob_random,$(call names,tests/programs)))
FUZZ := $(call names,tests/fuzz)
FUZZ_BINS := $(addprefix $(B)/fuzz/,$(FUZZ))
TEST_BINS := $(addprefix $(B)/user/tests/,$(call names,tests/programs))
BENCH_BINS := $(addprefix $(B)/user/bench/,$(call names,bench/guest))
HOST_BENCH_BINS := $(addprefix $(B)/bench/,$(call names,bench/host))
ASAN_BINS := $(addprefix $(B)/asan/bin/,$(SERVERS) ion)
SIM_SRC := $(call csources,umk/sim) $(call csources,umk/paging)

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
SIM_CFLAGS = $(COMMON) $(WARN) -O1 $(SANITIZE)
ASAN_CFLAGS = $(SIM_CFLAGS) $(GLIBC)
FUZZ_SANITIZE := address,undefined
CLANG_INCLUDE = $(shell $(CLANG) -print-resource-dir)/include
FUZZ_CFLAGS = $(COMMON) -O1 -fsanitize=fuzzer-no-link,$(FUZZ_SANITIZE) \
	-fno-sanitize-recover=all $(GLIBC)
# A test of the C library is an ordinary program, but for what its sources say of the host.
LIBC_TEST_CFLAGS = $(COMMON) -O2 -fno-builtin -U_FORTIFY_SOURCE
LIBC_TEST_DEFS := -DSHIM_HOST_TEST -ffunction-sections -fdata-sections
BENCH_CFLAGS = $(COMMON) $(WARN) -O2 -D_GNU_SOURCE=

# ---- Compiling ----

$(B)/sim/umk/core/%.o: umk/core/%.c
	$(call compile,SIM,$(CC) $(SIM_CFLAGS) $(FREESTANDING))
$(B)/sim/%.o: %.c
	$(call compile,SIM,$(CC) $(ASAN_CFLAGS))
$(B)/fuzz/obj/umk/core/%.o: umk/core/%.c
	$(call compile,FUZZ,$(CLANG) $(FUZZ_CFLAGS) $(FREESTANDING))
# Parts of the C library, with its headers; what they call is the host's.
$(B)/fuzz/obj/tests/fuzz/libc_%.o: tests/fuzz/libc_%.c
	$(call compile,FUZZ,$(CLANG) $(filter-out $(GLIBC),$(FUZZ_CFLAGS)) -DSHIM_HOST_TEST \
		-nostdinc -isystem shim/include -isystem $(CLANG_INCLUDE) -Ilibredox/include)
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
prefix = && objcopy --prefix-symbols=u_ $@
$(B)/libc/obj/%_test.o: %_test.c
	$(call compile,TEST,$(CC) $(LIBC_TEST_CFLAGS))
$(B)/libc/obj/%.o: %.c
	$(call compile,TEST,$(CC) $(SHIM_CFLAGS) $(LIBC_TEST_DEFS)) $(prefix)
$(B)/libc/obj/%.o: %.S
	$(call compile,TEST,$(CC) $(SHIM_CFLAGS) $(LIBC_TEST_DEFS)) $(prefix)

# ---- Linking ----

$(B)/sim/libsim.a: $(call objects,sim,$(CORE_SRC) $(SIM_SRC))
$(B)/asan/libredox.a: $(call objects,asan/obj,$(REDOX_ALL))
$(B)/asan/libservers.a: $(call objects,asan/obj,$(call csources,servers libblock libfile libhw \
	libtoml))
$(B)/fuzz/libsim.a: $(call objects,fuzz/obj,$(CORE_SRC) $(SIM_SRC))
$(B)/fuzz/libredox.a: $(call objects,fuzz/obj,$(filter %.c,$(REDOX_SRC)))

$(B)/unit/unit/%: $(B)/sim/tests/unit/%.o $(B)/sim/libsim.a $(B)/asan/libredox.a
	$(call link,$(CC) $(SANITIZE),-lcmocka)
# Parts of the machine for bare hardware that touch none.
$(B)/unit/unit/tty: $(B)/sim/umk/x86_64/tty.o
$(B)/unit/servers/%: $(B)/sim/tests/servers/%.o $(B)/asan/libservers.a $(B)/asan/libredox.a
	$(call link,$(CC) $(SANITIZE),-lcmocka)
$(B)/unit/redoxfs/%: $(B)/sim/tests/redoxfs/%.o \
	$(call objects,sim,$(wildcard tests/redoxfs/common/*.c)) $(B)/sim/libredoxfs.a
	$(call link,$(CC) $(SANITIZE),-lcmocka)
# Threads' blocks are the test's own. A call of the kernel that no host_*.c stands in for may be
# missing: a test that comes to it dies of it.
LIBC_TEST_SRC := $(filter-out %/start/tls.c,$(SHIM_SRC)) $(wildcard tests/libc/host_*.c)
$(B)/libc/libc.a: $(call objects,libc/obj,$(LIBC_TEST_SRC) $(SHIM_ASM))
$(B)/unit/libc/%: $(B)/libc/obj/tests/libc/%.o $(B)/libc/libc.a
	$(call link,$(CC) -no-pie -Wl$(,)--gc-sections \
		-Wl$(,)--unresolved-symbols=ignore-all,-lm -lpthread)
$(B)/unit/native/%: $(B)/bench/obj/tests/programs/%.o
	$(call link,$(CC),-lm -lpthread)
$(B)/fuzz/libblock.a: $(B)/fuzz/obj/libblock/partition.o $(B)/fuzz/obj/servers/tarfs/tar.o
$(FUZZ_BINS): $(B)/fuzz/%: $(B)/fuzz/obj/tests/fuzz/%.o $(B)/fuzz/libsim.a \
	$(B)/fuzz/libredox.a $(B)/fuzz/libblock.a $(B)/fuzz/libhw.a
	$(call link,$(CLANG) -fsanitize=fuzzer -fsanitize=$(FUZZ_SANITIZE) $(FUZZ_LINK))
RFS_FUZZ := $(filter $(B)/fuzz/redoxfs_%,$(FUZZ_BINS))
$(RFS_FUZZ): $(call objects,fuzz/obj,$(wildcard tests/redoxfs/common/*.c)) $(B)/fuzz/libredoxfs.a
$(RFS_FUZZ): private FUZZ_LINK := -Wl,--wrap=seahash
# The shell's fuzzer stands in for its terminal.
ION_FUZZED := $(filter-out %/main.c %/terminal.c,$(call csources,programs/ion))
$(B)/fuzz/libion.a: $(call objects,fuzz/obj,$(ION_FUZZED))
$(B)/fuzz/ion_editor: $(B)/fuzz/libion.a
$(B)/fuzz/ion_editor: private FUZZ_LINK := -Wl,--wrap=opendir
$(B)/bench/redoxfs_scale: $(call objects,host,$(TOOL_LIB)) $(B)/host/libredoxfs.a
$(B)/fuzz/elf: $(addprefix $(B)/fuzz/obj/shim/,src/elf/image.o ldso/symbols.o ldso/relocate.o)
$(B)/fuzz/multiboot: $(addprefix $(B)/fuzz/obj/umk/x86_64/,multiboot.o pvh.o)
$(B)/fuzz/multiboot: private FUZZ_LINK := -Wl,--wrap=boot_early
$(B)/fuzz/acpi $(B)/fuzz/mptable: $(addprefix $(B)/fuzz/obj/umk/x86_64/,acpi.o mptable.o)
$(B)/fuzz/pty: $(addprefix $(B)/fuzz/obj/servers/ptyd/,line.o pair.o queue.o)
$(B)/fuzz/date_text: $(B)/fuzz/obj/programs/common/date_text.o
$(B)/fuzz/userdb: $(addprefix $(B)/fuzz/obj/,libtoml/toml.o $(addprefix programs/,common/io.o \
	common/size.o userutils/common/table.o userutils/common/schemes.o))
$(HOST_BENCH_BINS): $(B)/bench/%: $(B)/bench/obj/bench/host/%.o
	$(call link,$(CC),$(shell pkg-config --libs fuse3) -lpthread)

# $(1): server
define asan_server
$(B)/asan/bin/$(1): $$(call objects,asan/obj,$$(call csources,servers/$(1))) $(B)/asan/libredox.a
endef
$(foreach s,$(SERVERS),$(eval $(call asan_server,$(s))))
$(B)/asan/libfile.a: $(call objects,asan/obj,$(call csources,libfile))
$(addprefix $(B)/asan/bin/,ramfs redoxfs tarfs): $(B)/asan/libfile.a
$(B)/asan/bin/redoxfs: $(B)/sim/libredoxfs.a
$(B)/asan/libtoml.a: $(call objects,asan/obj,$(call csources,libtoml))
$(B)/asan/bin/init: $(B)/asan/libtoml.a
$(B)/asan/bin/ion: $(call objects,asan/obj,$(call csources,programs/ion))
$(ASAN_BINS):
	$(call link,$(CC) $(SANITIZE),-lm)

$(TEST_BINS): $(B)/user/tests/%: $(B)/user/obj/tests/programs/%.o
$(BENCH_BINS): $(B)/user/bench/%: $(B)/user/obj/bench/guest/%.o

# ---- Lint: one stamp a file, so that only what changed is looked at again ----

LINT_DIRS := umk/core umk/host umk/paging umk/x86_64 libredox/src libredox/hosted libredox/metal \
	libblock libfile libhw libtoml redoxfs servers hostdrv hosttools programs/common \
	programs/coreutils programs/userutils programs/ion
LINT_SRC := $(filter-out %/third_glue.c,$(call csources,$(LINT_DIRS))) $(SHIM_SRC) \
	$(wildcard shim/ldso/*.c)
# As each folder is compiled for where it runs; of two places, the one with the stricter flags.
lint_flags = $(if $(filter umk/core/%,$<),$(CORE_CFLAGS),$(if $(filter \
	umk/paging/% umk/x86_64/%,$<),$(METAL_CFLAGS),$(if $(filter hostdrv/%,$<),$(HOSTDRV_CFLAGS),\
	$(if $(filter umk/host/% hosttools/% redoxfs/%,$<),$(HOST_CFLAGS),$(if $(filter \
	shim/%,$<),$(SHIM_CFLAGS),$(USER_CFLAGS)))))) $(if $(filter \
	redoxfs/% programs/userutils/%,$<),$(subst -isystem ,-isystem,$(RFS_INCLUDE))) $(if $(filter \
	$(DIGEST_DIR)/%,$<),$(subst -I,-isystem,$(subst -isystem ,-isystem,$(DIGEST_INCLUDE))))
LINT_HOSTED := umk/% hostdrv/% hosttools/% redoxfs/%
# clang brings its own <stddef.h> and the like, so gcc's are taken out.
tidy_flags = $(patsubst -nostdinc,-nostdlibinc,$(filter-out -isystem $(GCC_INCLUDE) \
	shim/include -fno-tree-loop-distribute-patterns,$(lint_flags))) \
	$(if $(filter $(LINT_HOSTED),$<),,-isystem shim/include)

$(B)/lint/done: $(LINT_SRC:%.c=$(B)/lint/%.tidy) $(LINT_SRC:%.c=$(B)/lint/%.o) \
	$(B)/lint/cppcheck
	@git ls-files -z '*.c' '*.h' | xargs -0 -r clang-format --dry-run -Werror
	@touch $@
$(B)/lint/%.tidy: %.c .clang-tidy $(B)/lint/%.o
	$(call say,TIDY,$<) clang-tidy --quiet $< -- $(tidy_flags) && touch $@
$(LINT_SRC:%.c=$(B)/lint/%.o): | $(RFS_SOURCES)
# gcc 12 takes memory and streams for leaked that are stored through a pointer, and forgets what a loop has
# established: leaks are left to the sanitizers, null pointers to clang.
$(B)/lint/%.o: %.c
	$(call compile,ANLZ,$(CC) $(lint_flags) -fanalyzer -Wno-analyzer-malloc-leak \
		-Wno-analyzer-file-leak \
		-Wno-analyzer-null-dereference)
# Its folder holds what it has found out of each file, so that only what changed is read again.
$(B)/lint/cppcheck: $(LINT_SRC) scripts/cppcheck.suppress
	$(call say,CPPC,$(words $(LINT_SRC)) files) mkdir -p $@.d && cppcheck --quiet --std=c11 \
		--language=c --enable=warning,performance,portability --inline-suppr \
		--suppressions-list=scripts/cppcheck.suppress --error-exitcode=1 -I. \
		-Ilibredox/include -Iprograms --cppcheck-build-dir=$@.d \
		$(filter %.c,$^) && touch $@
