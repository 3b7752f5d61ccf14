/* Descriptor tables, features and control registers; see cpu.h. */
#include "umk/x86_64/cpu.h"
#include "umk/core/core.h"

struct cpu cpus[CPUS_MAX];
u32 ncpus;
struct features features;

_Static_assert(offsetof(struct cpu, scratch) == CPU_SCRATCH, "known to the assembler");
_Static_assert(offsetof(struct cpu, stack) == CPU_STACK, "known to the assembler");
_Static_assert(offsetof(struct cpu, regs_end) == CPU_REGS_END, "known to the assembler");
_Static_assert(sizeof(struct regs) == REGS_SIZE, "known to the assembler");
_Static_assert(offsetof(struct regs, cs) == REGS_CS, "known to the assembler");

struct __attribute__((packed)) gate {
    u16 offset_low;
    u16 segment;
    u8 ist;
    u8 type;
    u16 offset_mid;
    u32 offset_high;
    u32 reserved;
};
static struct gate idt[256];
extern const u64 trap_stubs[256]; /* traps.S */
void syscall_entry(void);

struct __attribute__((packed)) table_pointer {
    u16 limit;
    u64 base;
};

#define GATE_INTERRUPT 0x8E
#define GATE_USER 0x60 /* may be raised by user code with int3 */
#define IST_SPARE 1
#define TSS_AVAILABLE 0x89ull
#define XSTATE_KNOWN 7u /* x87, SSE, AVX */

static bool has(u32 leaf, u32 reg, u32 bit)
{
    u32 r[4], max[4];

    cpuid(leaf & 0x80000000u, 0, max);
    if (max[0] < leaf)
        return false;
    cpuid(leaf, 0, r);
    return r[reg] >> bit & 1;
}

static u64 tsc_hz(void)
{
    u32 r[4];

    cpuid(0, 0, r);
    if (r[0] >= 0x15) {
        cpuid(0x15, 0, r);
        if (r[0] && r[1] && r[2])
            return (u64)r[2] * r[1] / r[0];
    }
    if (!has(1, 2, 31))
        return 0;
    cpuid(0x40000000, 0, r);
    if (r[0] < 0x40000010)
        return 0;
    cpuid(0x40000010, 0, r);
    return (u64)r[0] * 1000;
}

/* QEMU's own processor and KVM's have APIC timers of 1 GHz. */
static bool apic_ticks_1ns(void)
{
    u32 r[4];

    if (!has(1, 2, 31))
        return false;
    cpuid(0x40000000, 0, r);
    return memcmp(&r[1], "TCGTCGTCGTCG", 12) == 0 || memcmp(&r[1], "KVMKVMKVM", 9) == 0;
}

static void detect_xsave(void)
{
    u32 r[4];

    features.xsave = has(1, 2, 26);
    features.xsave_size = 512;
    if (!features.xsave)
        return;
    cpuid(0xD, 0, r);
    features.xsave_mask = r[0] & XSTATE_KNOWN;
    features.xsave_size = features.xsave_mask & 4 ? 576 + 256 : 576;
}

const char *cpu_detect(void)
{
    if (!has(0x80000001, 3, 20))
        return "no-execute pages";
    if (!has(0x80000001, 3, 11))
        return "the syscall instruction";
    if (!has(1, 3, 24) || !has(1, 3, 26))
        return "SSE2";
    if (!has(1, 3, 9))
        return "a local APIC";
    features.smep = has(7, 1, 7);
    features.smap = has(7, 1, 20);
    features.umip = has(7, 2, 2);
    features.pge = has(1, 3, 13);
    features.rdrand = has(1, 2, 30);
    features.rdtscp = has(0x80000001, 3, 27);
    features.tsc_hz = tsc_hz();
    features.apic_ticks_1ns = apic_ticks_1ns();
    detect_xsave();
    return NULL;
}

static void set_gate(u32 n, u8 type, u8 ist)
{
    u64 at = trap_stubs[n];

    idt[n] = (struct gate){.offset_low = (u16)at,
                           .segment = SEGMENT_KERNEL_CODE,
                           .ist = ist,
                           .type = type,
                           .offset_mid = (u16)(at >> 16),
                           .offset_high = (u32)(at >> 32)};
}

static void fill_idt(void)
{
    for (u32 i = 0; i < 256; i++)
        set_gate(i, GATE_INTERRUPT, 0);
    set_gate(VECTOR_BREAKPOINT, GATE_INTERRUPT | GATE_USER, 0);
    set_gate(VECTOR_NMI, GATE_INTERRUPT, IST_SPARE);
    set_gate(VECTOR_DOUBLE, GATE_INTERRUPT, IST_SPARE);
}

static void load_tables(struct cpu *c)
{
    u64 tss = (u64)&c->tss;
    struct table_pointer gdt_at = {sizeof(c->gdt) - 1, (u64)c->gdt};
    struct table_pointer idt_at = {sizeof(idt) - 1, (u64)idt};

    c->gdt[1] = 0x00AF9B000000FFFF; /* kernel code */
    c->gdt[2] = 0x00CF93000000FFFF; /* kernel data */
    c->gdt[3] = 0x00CFF3000000FFFF; /* user data */
    c->gdt[4] = 0x00AFFB000000FFFF; /* user code */
    c->gdt[5] = (sizeof(struct tss) - 1) | (tss & 0xFFFFFF) << 16 | TSS_AVAILABLE << 40 |
                (tss >> 24 & 0xFF) << 56;
    c->gdt[6] = tss >> 32;
    __asm__ volatile("lgdt %0; lidt %1; ltr %w2"
                     :
                     : "m"(gdt_at), "m"(idt_at), "r"(SEGMENT_TSS)
                     : "memory");
}

static void set_control(void)
{
    u64 cr0, cr4;

    __asm__ volatile("movq %%cr0, %0; movq %%cr4, %1" : "=r"(cr0), "=r"(cr4));
    cr0 = (cr0 & ~(u64)(CR0_EM | CR0_TS)) | CR0_WP | CR0_MP | CR0_NE | CR0_AM;
    cr4 |= CR4_OSFXSR | CR4_OSXMMEXCPT | (features.pge ? CR4_PGE : 0) |
           (features.smep ? CR4_SMEP : 0) | (features.smap ? CR4_SMAP : 0) |
           (features.umip ? CR4_UMIP : 0) | (features.xsave ? CR4_OSXSAVE : 0);
    __asm__ volatile("movq %0, %%cr0; movq %1, %%cr4" : : "r"(cr0), "r"(cr4) : "memory");
    if (features.xsave)
        __asm__ volatile("xsetbv" : : "c"(0), "a"((u32)features.xsave_mask), "d"(0));
}

void cpu_setup(u32 id, u64 stack, u64 spare)
{
    struct cpu *c = &cpus[id];

    if (id == 0)
        fill_idt();
    c->self = c;
    c->id = id;
    c->stack = stack;
    c->tss.ist[IST_SPARE - 1] = spare;
    c->tss.io_map = sizeof(struct tss);
    load_tables(c);
    wrmsr(MSR_GS_BASE, (u64)c);
    wrmsr(MSR_KERNEL_GS_BASE, 0);
    wrmsr(MSR_FS_BASE, 0);
    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE | EFER_NXE);
    wrmsr(MSR_STAR, (u64)SEGMENT_KERNEL_DATA << 48 | (u64)SEGMENT_KERNEL_CODE << 32);
    wrmsr(MSR_LSTAR, (u64)syscall_entry);
    wrmsr(MSR_SFMASK,
          RFLAGS_IF | RFLAGS_DF | RFLAGS_TF | RFLAGS_NT | RFLAGS_AC | RFLAGS_IOPL | RFLAGS_RF);
    /* index 1 of the page attributes (PWT) becomes write-combining; the others as after reset */
    wrmsr(MSR_PAT, 0x0007040600070106);
    if (features.rdtscp)
        wrmsr(MSR_TSC_AUX, id);
    set_control();
}

void flush_all(void)
{
    u64 cr4, cr3;

    if (features.pge) /* any change of the bit does it */
        __asm__ volatile("movq %%cr4, %0; xorq %1, %0; movq %0, %%cr4; xorq %1, %0; movq %0, %%cr4"
                         : "=&r"(cr4)
                         : "r"((u64)CR4_PGE)
                         : "memory");
    else
        __asm__ volatile("movq %%cr3, %0; movq %0, %%cr3" : "=r"(cr3) : : "memory");
}

void fpu_fresh(void *area)
{
    u8 *a = area;

    memset(a, 0, PAGE_SIZE);
    a[0] = 0x7F; /* x87: all exceptions masked, extended precision */
    a[1] = 0x03;
    a[24] = 0x80; /* MXCSR 0x1F80: all exceptions masked */
    a[25] = 0x1F;
}

void fpu_save(void *area)
{
    if (features.xsave)
        __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(~0u), "d"(~0u) : "memory");
    else
        __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory");
}

void fpu_load(const void *area)
{
    if (features.xsave)
        __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(~0u), "d"(~0u) : "memory");
    else
        __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory");
}
