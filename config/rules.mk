# Disk images; included by the Makefile.
#
#   build/umk.img       the root file system, from config/$(CONFIG).toml
#
# An image that is there is brought up to date: programs are replaced, files of its own stay.
# `umk run` boots from it by default, and `make run` keeps it up to date once it is there.

CONFIG := minimal
IMAGE := $(B)/umk.img
HAVE_IMAGE := $(wildcard $(IMAGE))
.PHONY: image

image: $(SYSTEM) $(B)/image.stamp  ## build/umk.img, a disk with the root file system

$(B)/image.stamp: scripts/mkimage $(B)/tools/redoxfs-cpio $(wildcard config/*.toml) $(BINS) \
	$(if $(HAVE_IMAGE),,FORCE)
	$(call say,IMAGE,$(IMAGE)) scripts/mkimage $(B)/tools/redoxfs-cpio $(IMAGE) \
		config/$(CONFIG).toml --package base $(addprefix $(B)/user/bin/,$(SERVERS)) \
		--package coreutils $(addprefix $(B)/user/bin/,$(COREUTILS)) \
		$(foreach p,$(PROGRAMS),--package $(p) $(B)/user/bin/$(p)) && touch $@
