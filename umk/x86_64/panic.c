/* See panic.h. Nothing here takes a lock or memory: it may run at any time. */
#include "umk/x86_64/panic.h"
#include "umk/core/core.h"
#include "umk/core/fmt.h"
#include "umk/x86_64/console.h"
#include "umk/x86_64/kmap.h"
#include "umk/x86_64/power.h"
#include "umk/x86_64/smp.h"

#define STATUS_PANIC 134u
#define FRAMES_MAX 24u

extern char image_start[], text_end[];

static u32 under_way;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    char line[200];
    struct fmt f = {line, sizeof(line), 0};
    __builtin_va_list args;

    __builtin_va_start(args, format);
    fmt_vadd(&f, format, args);
    __builtin_va_end(args);
    console_emergency(line, f.len < sizeof(line) ? f.len : sizeof(line) - 1);
}

static const char *name_of(u64 vector)
{
    static const char *const names[] = {
        [VECTOR_DIVIDE] = "divide error",
        [VECTOR_DEBUG] = "debug trap",
        [VECTOR_NMI] = "NMI",
        [VECTOR_BREAKPOINT] = "breakpoint",
        [VECTOR_INVALID] = "invalid code",
        [VECTOR_NO_FPU] = "no FPU",
        [VECTOR_DOUBLE] = "double fault",
        [VECTOR_STACK] = "stack fault",
        [VECTOR_PROTECTION] = "protection",
        [VECTOR_PAGE] = "page fault",
        [VECTOR_FPU] = "FPU error",
        [VECTOR_SIMD] = "SIMD error",
    };

    return vector < sizeof(names) / sizeof(names[0]) && names[vector] ? names[vector] : "exception";
}

static bool stack_like(u64 p)
{
    return p % 8 == 0 && ((p >= VMAP_BASE && p < VMAP_BASE + VMAP_SIZE) || p >= KERNEL_BASE) &&
           !is_guard(p) && !is_guard(p + 8);
}

static void trace(u64 bp)
{
    for (u32 i = 0; i < FRAMES_MAX && stack_like(bp); i++) {
        const u64 *frame = (const u64 *)bp;

        if (frame[1] < (u64)image_start || frame[1] >= (u64)text_end)
            break;
        say("  called from %lx", frame[1]);
        if (frame[0] <= bp)
            break;
        bp = frame[0];
    }
}

static _Noreturn void finish(void)
{
    say("addr2line -fie build/metal/umk.elf ADDRESS names these places");
    power_off(STATUS_PANIC);
}

/* One at a time: a second panic, here or on another processor, stops where it is. */
static void begin(void)
{
    if (__atomic_exchange_n(&under_way, 1, __ATOMIC_SEQ_CST))
        for (;;)
            __asm__ volatile("cli; hlt");
    smp_stop_others();
}

_Noreturn void panic_trap(const struct regs *r)
{
    u64 cr2 = read_cr2();

    begin();
    say("kernel panic: %s at %lx, error %lx, address %lx, on processor %u", name_of(r->vector),
        r->rip, r->error, cr2, this_cpu()->id);
    if ((r->vector == VECTOR_PAGE || r->vector == VECTOR_DOUBLE) && is_guard(cr2))
        say("the address is a guard page: a kernel stack has overflowed");
    say("rax %016lx rbx %016lx rcx %016lx rdx %016lx", r->rax, r->rbx, r->rcx, r->rdx);
    say("rsi %016lx rdi %016lx rbp %016lx rsp %016lx", r->rsi, r->rdi, r->rbp, r->rsp);
    say("r8  %016lx r9  %016lx r10 %016lx r11 %016lx", r->r8, r->r9, r->r10, r->r11);
    say("r12 %016lx r13 %016lx r14 %016lx r15 %016lx", r->r12, r->r13, r->r14, r->r15);
    say("rflags %lx", r->rflags);
    trace(r->rbp);
    finish();
}

_Noreturn void panic(const char *text)
{
    begin();
    say("kernel panic: %s", text);
    trace((u64)__builtin_frame_address(0));
    finish();
}
