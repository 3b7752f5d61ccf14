# The kernel for bare x86_64: build/metal/umk.elf, from the core, the page-level code and umk/x86_64.
# It has no vector registers, no red zone and lies in the top 2 GiB.

METAL_SRC := $(CORE_SRC) $(call csources,umk/paging) $(call csources,umk/x86_64)
METAL_ASM := $(call asources,umk/x86_64)
METAL_CFLAGS = $(COMMON) $(WARN) -O2 $(FREESTANDING) -mcmodel=kernel -mno-red-zone \
	-mgeneral-regs-only -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables \
	-mno-omit-leaf-frame-pointer -fno-tree-loop-distribute-patterns -fbuiltin
METAL := $(B)/metal/umk.elf

$(B)/metal/%.o: %.c
	$(call compile,METAL,$(CC) $(METAL_CFLAGS))
$(B)/metal/%.o: %.S
	$(call compile,METAL,$(CC) $(METAL_CFLAGS))
$(METAL): $(call objects,metal,$(METAL_SRC) $(METAL_ASM)) umk/x86_64/link.ld
	$(call say,LINK,$@) $(CC) -static -no-pie -nostdlib -Wl,-T,umk/x86_64/link.ld \
		-Wl,-z,max-page-size=4096 -Wl,-z,noexecstack -Wl,--build-id=none -o $@ $(filter %.o,$^) -lgcc

qemu: $(METAL) $(B)/initfs.cpio ## the same on bare hardware, in QEMU (ARGS as for run)
	@scripts/qemu-run $(if $(HAVE_IMAGE),--image $(IMAGE)) $(ARGS)
test-metal: $(METAL) $(B)/umk $(B)/initfs.cpio $(B)/initfs-test.cpio ## the system tests on bare hardware, in QEMU
	@scripts/test metal
bench-metal: $(METAL) $(B)/initfs.cpio $(B)/initfs-test.cpio ## figures of the kernel on bare hardware, in QEMU
	@bench/metal.py
.PHONY: qemu test-metal bench-metal
