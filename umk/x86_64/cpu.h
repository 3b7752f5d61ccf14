/*
 * The processor: its privileged instructions, its descriptor tables, what it can do, and the
 * record each one has. In the kernel the gs base is the processor's record; all C code of the
 * kernel runs with interrupts off, but for the hlt of an idle processor.
 */
#ifndef UMK_X86_64_CPU_H
#define UMK_X86_64_CPU_H

#include "umk/abi/types.h"
#include "umk/x86_64/layout.h"

#define CPUS_MAX 32u

/* What an entry from user code saves, in the order the assembler pushes it. */
struct regs {
    u64 r15, r14, r13, r12, rbp, rbx, r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
    u64 vector; /* VECTOR_SYSCALL: it came by syscall, and may go back by sysret */
    u64 error;
    u64 rip, cs, rflags, rsp, ss;
};

enum vector {
    VECTOR_DIVIDE = 0,
    VECTOR_DEBUG = 1,
    VECTOR_NMI = 2,
    VECTOR_BREAKPOINT = 3,
    VECTOR_INVALID = 6,
    VECTOR_NO_FPU = 7,
    VECTOR_DOUBLE = 8,
    VECTOR_STACK = 12,
    VECTOR_PROTECTION = 13,
    VECTOR_PAGE = 14,
    VECTOR_FPU = 16,
    VECTOR_ALIGNMENT = 17,
    VECTOR_SIMD = 19,
    VECTOR_LINES = 32, /* of the I/O APIC: 32 + line */
    VECTOR_MSI = 96,   /* handed to drivers */
    VECTOR_TIMER = 240,
    VECTOR_WAKE = 241, /* from another processor: look for work */
    VECTOR_SPURIOUS = 255,
    VECTOR_SYSCALL = 256,
};
#define MSI_VECTORS ((u32)VECTOR_TIMER - (u32)VECTOR_MSI)

struct thread;

struct __attribute__((packed)) tss {
    u32 reserved;
    u64 rsp[3];
    u64 reserved2;
    u64 ist[7];
    u64 reserved3;
    u16 reserved4;
    u16 io_map;
};

struct cpu {
    struct cpu *self;
    u64 scratch;
    u64 stack;    /* top of the kernel stack */
    u64 regs_end; /* where the current thread's registers are pushed */
    struct thread *current;
    struct thread *loaded; /* whose vector registers, bases and table are there; or NULL */
    u32 id, apic;
    u32 root; /* frame of the page table that is loaded */
    bool online, idle;
    u64 gdt[8];
    struct tss tss;
};

extern struct cpu cpus[CPUS_MAX];
extern u32 ncpus; /* online */

static inline struct cpu *this_cpu(void)
{
    struct cpu *c;

    __asm__ volatile("movq %%gs:0, %0" : "=r"(c));
    return c;
}

static inline u64 rdmsr(u32 msr)
{
    u32 lo, hi;

    __asm__ volatile("rdmsr" : "=a"(lo), "=d"(hi) : "c"(msr));
    return (u64)hi << 32 | lo;
}

static inline void wrmsr(u32 msr, u64 v)
{
    __asm__ volatile("wrmsr" : : "c"(msr), "a"((u32)v), "d"((u32)(v >> 32)) : "memory");
}

static inline u64 rdtsc(void)
{
    u32 lo, hi;

    __asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
    return (u64)hi << 32 | lo;
}

static inline void outb(u16 port, u8 v)
{
    __asm__ volatile("outb %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void outw(u16 port, u16 v)
{
    __asm__ volatile("outw %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline void outl(u16 port, u32 v)
{
    __asm__ volatile("outl %0, %1" : : "a"(v), "Nd"(port) : "memory");
}

static inline u16 inw(u16 port)
{
    u16 v;

    __asm__ volatile("inw %1, %0" : "=a"(v) : "Nd"(port) : "memory");
    return v;
}

static inline u32 inl(u16 port)
{
    u32 v;

    __asm__ volatile("inl %1, %0" : "=a"(v) : "Nd"(port) : "memory");
    return v;
}

static inline u8 inb(u16 port)
{
    u8 v;

    __asm__ volatile("inb %1, %0" : "=a"(v) : "Nd"(port) : "memory");
    return v;
}

static inline void cpuid(u32 leaf, u32 sub, u32 out[4])
{
    __asm__ volatile("cpuid"
                     : "=a"(out[0]), "=b"(out[1]), "=c"(out[2]), "=d"(out[3])
                     : "a"(leaf), "c"(sub));
}

static inline u64 read_cr2(void)
{
    u64 v;

    __asm__ volatile("movq %%cr2, %0" : "=r"(v));
    return v;
}

static inline void write_cr3(u64 v)
{
    __asm__ volatile("movq %0, %%cr3" : : "r"(v) : "memory");
}

static inline void invlpg(u64 address)
{
    __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

/* What this kind of processor can do, beyond what is required. */
struct features {
    bool smep, smap, umip, xsave, rdrand, rdtscp, pge;
    u32 xsave_size; /* bytes of a thread's vector state */
    u64 xsave_mask;
    u64 tsc_hz;          /* as the processor or the hypervisor says; 0: it does not */
    bool apic_ticks_1ns; /* a virtual machine whose local APICs count nanoseconds */
};
extern struct features features;

/* Finds out about the processor. NULL, or the name of something required that is missing. */
const char *cpu_detect(void);
/* Descriptor tables, control registers and entry points for cpu `id`, whose kernel stack ends at
 * stack; faults that must not use it (double fault, NMI) get the stack that ends at spare. */
void cpu_setup(u32 id, u64 stack, u64 spare);
/* Forgets all translations, those of global pages too. */
void flush_all(void);
/* Vector state in a thread's page, fresh and in the registers. */
void fpu_fresh(void *area);
void fpu_save(void *area);
void fpu_load(const void *area);

#endif
