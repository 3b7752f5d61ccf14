# Drivers that the host backs; included by the Makefile.
#
#   hostdrv/common      what they share
#   hostdrv/NAME        one driver                  build/hostdrv/NAME
#   libblock            partitions and the disk scheme, for drivers of every machine
#   libfile             paths, names and open files, for file systems of every machine
#
# They are programs of the host, with glibc and the host's libraries, and with libredox.

HOSTDRV := $(filter-out common,$(notdir $(patsubst %/,%,$(dir $(wildcard hostdrv/*/*.c)))))
HOSTDRV := $(sort $(HOSTDRV))
HOSTDRV_BINS := $(addprefix $(B)/hostdrv/,$(HOSTDRV))
HOSTDRV_CFLAGS = $(COMMON) $(WARN) -O2 $(GLIBC) -fstack-protector-strong $(HOSTDRV_CFLAGS_$(*D))
HOSTDRV_CFLAGS_hostdrv/fuse = $(shell pkg-config --cflags fuse3)
HOSTDRV_LIBS_disk := -luring
HOSTDRV_LIBS_fuse = $(shell pkg-config --libs fuse3)
OUTSIDE_REDOX := $(filter-out %/glibc_main.c,$(REDOX_ALL))

$(B)/outside/%.o: %.c
	$(call compile,CC,$(CC) $(HOSTDRV_CFLAGS))
$(B)/outside/%.o: %.S
	$(call compile,CC,$(CC) -I. $(GLIBC))
$(B)/outside/libredox.a: $(call objects,outside,$(OUTSIDE_REDOX))
$(B)/outside/libblock.a: $(call objects,outside,$(call csources,libblock))
$(B)/outside/libfile.a: $(call objects,outside,$(call csources,libfile))
$(B)/outside/libcommon.a: $(call objects,outside,$(call csources,hostdrv/common))

# $(1): driver
define hostdrv_program
$(B)/hostdrv/$(1): $$(call objects,outside,$$(call csources,hostdrv/$(1))) \
	$(B)/outside/libcommon.a $(B)/outside/libblock.a $(B)/outside/libfile.a \
	$(B)/outside/libredox.a
	$$(call link,$$(CC),$$(HOSTDRV_LIBS_$(1)) -lseccomp)
endef
$(foreach d,$(HOSTDRV),$(eval $(call hostdrv_program,$(d))))
