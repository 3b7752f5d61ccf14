# The sysroot that scripts/umk-cc compiles and links with; included by the Makefile.

SYSROOT := $(B)/sysroot
SYSLIB := $(SYSROOT)/usr/lib
# What programs name on the linker's line and libc.a has.
LIBC_PARTS := pthread rt dl util

.PHONY: sysroot
sysroot: $(SYSROOT)/done        ## headers and libraries for scripts/umk-cc

$(SYSROOT)/done: $(SYSROOT)/headers $(SYSLIB)/libc.a $(SYSLIB)/libm.a
	@for l in $(LIBC_PARTS); do rm -f $(SYSLIB)/lib$$l.a; ar rcs $(SYSLIB)/lib$$l.a; done
	@touch $@

# Copied whole, so that a header that has gone is gone there too.
$(SYSROOT)/headers: $(shell find shim/include libredox/include umk/abi -name '*.h' -o -type d)
	$(call say,COPY,$(SYSROOT)/usr/include) rm -rf $(SYSROOT)/usr/include && \
	mkdir -p $(SYSROOT)/usr/include/umk && cp -r shim/include/. $(SYSROOT)/usr/include && \
	cp -r libredox/include/. $(SYSROOT)/usr/include && \
	cp -r umk/abi $(SYSROOT)/usr/include/umk && touch $@

# The C library and what it stands on are one library to programs.
$(SYSLIB)/libc.a: $(call objects,user/obj,$(SHIM_SRC) $(SHIM_ASM) $(REDOX_SRC))
	$(archive)
$(SYSLIB)/libm.a: $(B)/user/libm.a
	@mkdir -p $(@D) && cp $< $@
