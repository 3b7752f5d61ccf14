# The sysroot that scripts/umk-cc compiles and links with; included by the Makefile.

SYSROOT := $(B)/sysroot
SYSLIB := $(SYSROOT)/usr/lib
# What programs name on the linker's line and libc.a has.
LIBC_PARTS := pthread rt dl util

.PHONY: sysroot recipes
recipes: $(SYSROOT)/done $(B)/umk $(B)/initfs.cpio ## other people's programs: build and try all of them
	@scripts/recipe --test $$(scripts/recipe --list | awk '{print $$1}')

sysroot: $(SYSROOT)/done        ## headers and libraries for scripts/umk-cc

$(SYSROOT)/done: $(SYSROOT)/headers $(addprefix $(SYSLIB)/,libc.a libm.a libc.so crt1.o pie/libc.a)
	@for l in $(LIBC_PARTS); do rm -f $(SYSLIB)/lib$$l.a; ar rcs $(SYSLIB)/lib$$l.a; done
	@for l in m $(LIBC_PARTS); do echo 'INPUT(-lc)' >$(SYSLIB)/lib$$l.so; done
	@touch $@

# Copied whole, so that a header that has gone is gone there too.
$(SYSROOT)/headers: $(shell find shim/include libredox/include umk/abi -name '*.h' -o -type d)
	$(call say,COPY,$(SYSROOT)/usr/include) rm -rf $(SYSROOT)/usr/include && \
	mkdir -p $(SYSROOT)/usr/include/umk && cp -r shim/include/. $(SYSROOT)/usr/include && \
	cp -r libredox/include/. $(SYSROOT)/usr/include && \
	cp -r umk/abi $(SYSROOT)/usr/include/umk && touch $@

# ---- Static ----

# The C library and what it stands on are one library to programs. What libredox has for itself must
# not meet a program's own names: it gets reserved ones.
HIDDEN := $(B)/user/hidden
$(HIDDEN): $(B)/user/libredox.a
	$(call say,LIST,$@) nm -g --defined-only $< 2>/dev/null | awk 'NF == 3 && !seen[$$3]++ && \
		$$3 !~ /^(_|redox_|rx_|scheme_|dirent_add$$)/ {print $$3, "__rx_" $$3}' >$@
hide = && objcopy --redefine-syms=$(HIDDEN) $@
$(SYSLIB)/libc.a: $(call objects,user/obj,$(SHIM_SRC) $(SHIM_ASM) $(REDOX_SRC)) $(HIDDEN)
	$(archive) $(hide)
$(SYSLIB)/libm.a: $(B)/user/libm.a
	@mkdir -p $(@D) && cp $< $@

# ---- Position-independent ----

PIC_CFLAGS = $(subst -fno-pic,-fPIC,$(SHIM_CFLAGS))
$(B)/pic/obj/libredox/%.o: libredox/%.c
	$(call compile,PIC,$(CC) $(subst -fno-pic,-fPIC,$(USER_CFLAGS)))
$(B)/pic/obj/%.o: %.c
	$(call compile,PIC,$(CC) $(PIC_CFLAGS))
$(B)/pic/obj/%.o: %.S
	$(call compile,PIC,$(CC) $(PIC_CFLAGS))

LDSO_SRC := $(sort $(wildcard shim/ldso/*.c shim/ldso/*.S))
# What a program without a loader has in the place of the loader's parts.
STATIC_ONLY := shim/src/start/static_start.c $(wildcard shim/src/dlfcn/*.c)
PIE_START := shim/ldso/self.c shim/ldso/entry.S
ALL_PIC := $(SHIM_SRC) $(SHIM_ASM) $(REDOX_SRC)

# For -static-pie: the static library once more.
$(SYSLIB)/pie/libc.a: $(call objects,pic/obj,$(ALL_PIC) $(PIE_START)) $(HIDDEN)
	$(archive) $(hide)

$(B)/pic/libc.a: $(call objects,pic/obj,$(filter-out $(STATIC_ONLY),$(ALL_PIC)) $(LDSO_SRC)) $(HIDDEN)
	$(archive) $(hide)

# Variables and the allocator may be the program's own; everything else in the library is bound to
# itself when it is linked. So is the guard of the stack: a program's copy of it begins as zero,
# and takes the library's value while functions of the loader are running under the old one.
$(B)/pic/dynamic.list: $(call objects,pic/obj,$(SHIM_SRC))
	$(call say,LIST,$@) (echo '{'; nm -g --defined-only $(filter %.o,$^) | awk 'NF == 3 && $$3 != "__stack_chk_guard" && \
		($$2 ~ /[BDRGSVC]/ || $$3 ~ /^(malloc|calloc|realloc|free|aligned_alloc|memalign|posix_memalign|malloc_usable_size)$$/) \
		&& !seen[$$3]++ {print $$3 ";"}'; echo '};') >$@

# All of it, but for what the C library has by itself.
$(B)/pic/libm.a: $(B)/user/libm.a
	@mkdir -p $(@D) && cp $< $@ && ar d $@ fenv.lo

# The shared C library is the loader as well: the kernel starts it, and it the program.
$(SYSLIB)/libc.so: $(B)/pic/libc.a $(B)/pic/libm.a $(B)/pic/dynamic.list
	$(call say,LINK,$@) mkdir -p $(@D) && $(CC) -shared -nostdlib -o $@ -Wl,-e,__umk_pie_start \
		-Wl,-soname,libc.so -Wl,--dynamic-list,$(B)/pic/dynamic.list -Wl,--hash-style=gnu \
		-Wl,-z,max-page-size=4096 -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,--build-id \
		-Wl,-z,defs -Wl,--whole-archive $(B)/pic/libc.a $(B)/pic/libm.a \
		-Wl,--no-whole-archive -lgcc

$(SYSLIB)/crt1.o: $(B)/pic/obj/shim/crt/crt1.o
	@mkdir -p $(@D) && cp $< $@
