# What drivers of hardware share; included by the Makefile.
#
#   libhw       PCI, virtqueues, device memory and interrupts     build/TREE/libhw.a
#   libblock    the disk scheme (hostdrv/rules.mk)                build/TREE/libblock.a

BLOCK_DRIVERS := ahcid lived nvmed virtio-blkd
HW_SERVERS := pcid rtcd seriald $(BLOCK_DRIVERS)

$(B)/user/libhw.a: $(call objects,user/obj,$(call csources,libhw))
$(B)/user/libblock.a: $(call objects,user/obj,$(call csources,libblock))
$(B)/asan/libhw.a: $(call objects,asan/obj,$(call csources,libhw))
$(B)/asan/libblock.a: $(call objects,asan/obj,$(call csources,libblock))
$(B)/fuzz/libhw.a: $(call objects,fuzz/obj,$(call csources,libhw))
$(B)/fuzz/ahci: $(addprefix $(B)/fuzz/obj/servers/ahcid/,port.o identify.o)
$(B)/fuzz/nvme: $(addprefix $(B)/fuzz/obj/servers/nvmed/,controller.o queue.o)
$(addprefix $(B)/user/bin/,$(HW_SERVERS)): $(B)/user/libhw.a
$(addprefix $(B)/user/bin/,$(BLOCK_DRIVERS)): $(B)/user/libblock.a
$(addprefix $(B)/asan/bin/,$(HW_SERVERS)): $(B)/asan/libhw.a
$(addprefix $(B)/asan/bin/,$(BLOCK_DRIVERS)): $(B)/asan/libblock.a
