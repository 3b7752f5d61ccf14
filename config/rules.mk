# Disk images; included by the Makefile.
#
#   build/umk.img       the root file system, from config/$(CONFIG).toml
#   build/umk.iso       kernel, boot archive and config/live.toml, started by GRUB
#
# An image that is there is brought up to date: programs are replaced, files of its own stay.
# `umk run` boots from it by default, and `make run` keeps it up to date once it is there. The stamp
# holds the name of the configuration, which stays the default for that image.

IMAGE := $(B)/umk.img
HAVE_IMAGE := $(wildcard $(IMAGE))
IMAGE_CONFIG := $(if $(HAVE_IMAGE),$(strip $(file < $(B)/image.stamp)))
CONFIG := $(or $(IMAGE_CONFIG),minimal)
IMAGE_PACKAGES = --package base $(addprefix $(B)/user/bin/,$(SERVERS)) \
	--package coreutils $(addprefix $(B)/user/bin/,$(COREUTILS)) \
	--package userutils $(addprefix $(B)/user/bin/,$(USERUTILS)) \
	$(foreach p,$(PROGRAMS),--package $(p) $(B)/user/bin/$(p))
.PHONY: image iso

image: $(SYSTEM) $(B)/image.stamp  ## build/umk.img, a disk with the root file system

$(B)/image.stamp: scripts/mkimage $(B)/tools/redoxfs-cpio $(wildcard config/*.toml) $(BINS) \
	$(if $(filter $(CONFIG),$(IMAGE_CONFIG)),,FORCE)
	$(call say,IMAGE,$(IMAGE)) scripts/mkimage $(B)/tools/redoxfs-cpio $(IMAGE) \
		config/$(CONFIG).toml $(IMAGE_PACKAGES) && echo $(CONFIG) > $@

iso: $(B)/umk.iso               ## build/umk.iso, which boots from a BIOS and from UEFI

$(B)/umk.iso: scripts/mkiso scripts/mkimage $(B)/tools/redoxfs-cpio $(wildcard config/*.toml) \
	$(METAL) $(B)/initfs.cpio $(BINS)
	$(call say,ISO,$@) rm -f $@.root && scripts/mkimage $(B)/tools/redoxfs-cpio $@.root \
		config/live.toml $(IMAGE_PACKAGES) && \
		scripts/mkiso $@ $(METAL) $(B)/initfs.cpio $@.root && rm $@.root
