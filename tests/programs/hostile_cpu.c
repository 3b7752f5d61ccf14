/*
 * Does to the processor what a program must not: privileged instructions, kernel addresses, odd
 * flags and segments, every trap vector, an endless stack, and the machine's own call with
 * nonsense. Each attempt is a child of its own. Prints how each ended; all that counts is that the
 * system lives, and that nothing that is forbidden has worked.
 *
 * For bare hardware: what the host's kernel makes of some of these is not ours to test.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "umk/abi/metal.h"
#include "umk/abi/portal.h"
#include "umk/abi/program.h"

#define KERNEL 0xFFFFFFFF80100000ull
#define DIRECT 0xFFFF800000100000ull
#define HOLE 0x8000000000000000ull  /* no address at all */
#define LAST_PAGE 0x7FFFFFFFF000ull /* of the lower half */
#define PAGE 4096u

#define INSTRUCTION(name, text)                                     \
    static void name(void)                                          \
    {                                                               \
        __asm__ volatile(text : : : "memory", "rax", "rcx", "rdx"); \
    }

INSTRUCTION(do_cli, "cli")
INSTRUCTION(do_sti, "sti")
INSTRUCTION(do_hlt, "hlt")
INSTRUCTION(do_in, "inb $0x64, %%al")
INSTRUCTION(do_out, "outb %%al, $0x64")
INSTRUCTION(do_rdmsr, "movl $0xC0000080, %%ecx; rdmsr")
INSTRUCTION(do_wrmsr, "movl $0xC0000082, %%ecx; xorl %%eax, %%eax; xorl %%edx, %%edx; wrmsr")
INSTRUCTION(do_cr0, "movq %%cr0, %%rax")
INSTRUCTION(do_cr3, "xorl %%eax, %%eax; movq %%rax, %%cr3")
INSTRUCTION(do_dr7, "xorl %%eax, %%eax; movq %%rax, %%dr7")
INSTRUCTION(do_lgdt, "lgdt (%%rsp)")
INSTRUCTION(do_lidt, "lidt (%%rsp)")
INSTRUCTION(do_ltr, "movl $0x28, %%eax; ltr %%ax")
INSTRUCTION(do_invlpg, "invlpg (%%rsp)")
INSTRUCTION(do_wbinvd, "wbinvd")
INSTRUCTION(do_swapgs, "swapgs")
INSTRUCTION(do_sysret, "sysretq")
INSTRUCTION(do_clts, "clts")
INSTRUCTION(do_xsetbv, "xorl %%ecx, %%ecx; movl $3, %%eax; xorl %%edx, %%edx; xsetbv")
INSTRUCTION(do_ud2, "ud2")
INSTRUCTION(do_icebp, ".byte 0xF1")
INSTRUCTION(do_kernel_ss, "movl $0x10, %%eax; movl %%eax, %%ss")
INSTRUCTION(do_bad_ds, "movl $0x1234, %%eax; movl %%eax, %%ds")
INSTRUCTION(do_tss_ds, "movl $0x28, %%eax; movl %%eax, %%ds")
INSTRUCTION(do_null_gs, "xorl %%eax, %%eax; movl %%eax, %%gs; movq %%gs:0, %%rax")
INSTRUCTION(do_iret_to_kernel,
            "pushq $0x10; pushq %%rsp; pushq $2; pushq $8; pushq $0xFFFFFFFF80100000; iretq")
INSTRUCTION(do_far_jump, "pushq $8; pushq $0; lretq")
INSTRUCTION(do_step, "pushfq; orq $0x100, (%%rsp); popfq; nop; nop")
INSTRUCTION(do_align,
            "pushfq; orq $0x40000, (%%rsp); popfq; leaq -64(%%rsp), %%rax; movq 1(%%rax), "
            "%%rcx")
INSTRUCTION(do_iopl, "pushfq; orq $0x3000, (%%rsp); popfq; cli")
INSTRUCTION(do_no_stack, "xorl %%esp, %%esp; pushq %%rax")
INSTRUCTION(do_stack_in_kernel, "movq $0xFFFFFFFF80100000, %%rsp; pushq %%rax")
INSTRUCTION(do_stack_nowhere, "movabsq $0x8000000000000000, %%rax; movq %%rax, %%rsp; pushq %%rax")

/* These two must change nothing that the kernel or others see: they end well. */
INSTRUCTION(do_nested_task, "pushfq; orq $0x4000, (%%rsp); popfq")
INSTRUCTION(do_backwards, "std")

static void touch(uint64_t address)
{
    *(volatile uint8_t *)address = 1;
}

static void do_read_kernel(void)
{
    (void)*(volatile uint8_t *)KERNEL;
}

static void do_write_kernel(void)
{
    touch(KERNEL);
}

static void do_write_direct(void)
{
    touch(DIRECT);
}

static void do_write_nowhere(void)
{
    touch(HOLE);
}

static void do_write_clock(void)
{
    touch(KERNEL_PAGE_BASE);
}

static void do_jump_kernel(void)
{
    ((void (*)(void))KERNEL)();
}

static void do_jump_nowhere(void)
{
    ((void (*)(void))HOLE)();
}

static void do_run_stack(void)
{
    static const uint8_t ret = 0xC3;
    uint8_t here[16];

    memset(here, ret, sizeof here);
    ((void (*)(void))here)();
}

static int deeper(volatile char *above)
{
    volatile char here[4096];

    here[0] = above ? above[0] : 1;
    return here[0] ? deeper(here) + here[0] : 0;
}

static void do_recurse(void)
{
    deeper(NULL);
}

static uint64_t call(uint64_t number, uint64_t flags, uint64_t sp)
{
    uint64_t ret;

    __asm__ volatile("movq %%rsp, %%r12; movq %3, %%rsp; syscall; movq %%r12, %%rsp"
                     : "=a"(ret)
                     : "a"(number), "D"(flags), "r"(sp)
                     : "rcx", "r11", "r12", "memory");
    return ret;
}

/* The kernel's call as the last instruction of a page, and then whatever comes there. False: the
 * page is not to be had. */
static bool call_at_end_of(uint64_t page)
{
    static const uint8_t syscall[2] = {0x0F, 0x05};
    uint8_t *code = mmap((void *)page, PAGE, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

    if (code == MAP_FAILED)
        return false;
    memcpy(code + PAGE - sizeof syscall, syscall, sizeof syscall);
    mprotect(code, PAGE, PROT_READ | PROT_EXEC);
    __asm__ volatile("jmp *%0"
                     :
                     : "r"(code + PAGE - sizeof syscall), "a"(METAL_PROCESS), "D"(0), "d"(0)
                     : "memory");
    return true;
}

static void do_call_at_the_end(void)
{
    call_at_end_of(LAST_PAGE - PAGE);
}

/* The address behind it is none, and a return to it would fault in the kernel. */
static void do_call_in_the_last_page(void)
{
    if (call_at_end_of(LAST_PAGE))
        __builtin_trap();
}

static void do_call_other(void)
{
    call(1, 0, (uint64_t)&call);
}

static void do_call_stack_in_kernel(void)
{
    call(METAL_PROCESS, 0, KERNEL);
}

static void do_call_stack_nowhere(void)
{
    call(METAL_PROCESS, ~0ull & ~1ull, HOLE);
}

static struct proc_page *page(void)
{
    return (struct proc_page *)PROCESS_BASE;
}

static struct portal *portal(void)
{
    return (struct portal *)(PROCESS_BASE + PAGE_SIZE);
}

static void do_bad_bases(void)
{
    portal()->fs_base = HOLE;
    portal()->gs_base = KERNEL;
    call(METAL_PROCESS, METAL_PROCESS_BASES, (uint64_t)__builtin_frame_address(0));
}

static void do_upcall_in_kernel(void)
{
    page()->upcall_fault = KERNEL;
    page()->upcall_nudge = HOLE;
    touch(HOLE);
}

static void do_upcall_loop(void)
{
    page()->upcall_fault = (uint64_t)do_write_kernel;
    touch(HOLE);
}

static void do_upcall_inhibited(void)
{
    portal()->sig.control_flags = SIGCTL_INHIBIT;
    touch(HOLE);
}

static void do_pending_forever(void)
{
    portal()->state = 1;
    for (int i = 0; i < 1000; i++)
        call(METAL_PROCESS, 0, (uint64_t)__builtin_frame_address(0));
    portal()->state = 2;
}

static void do_unmap_shared(void)
{
    munmap((void *)PROCESS_BASE, PAGE_SIZE + PORTAL_SIZE);
    touch(PROCESS_BASE);
}

/* int n, for every n: the code is written and then made executable. */
static void do_vector(int n)
{
    uint8_t *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (code == MAP_FAILED)
        _exit(99);
    code[0] = 0xCD;
    code[1] = (uint8_t)n;
    code[2] = 0xC3;
    mprotect(code, 4096, PROT_READ | PROT_EXEC);
    ((void (*)(void))code)();
}

#define EITHER 2 /* the processor decides */
#define ATTEMPT(fn, survives) \
    {                         \
#fn, fn, survives     \
    }
static const struct {
    const char *name;
    void (*fn)(void);
    int survives; /* it is allowed, and changes nothing for others; or EITHER */
} attempts[] = {
    ATTEMPT(do_cli, 0),
    ATTEMPT(do_sti, 0),
    ATTEMPT(do_hlt, 0),
    ATTEMPT(do_in, 0),
    ATTEMPT(do_out, 0),
    ATTEMPT(do_rdmsr, 0),
    ATTEMPT(do_wrmsr, 0),
    ATTEMPT(do_cr0, 0),
    ATTEMPT(do_cr3, 0),
    ATTEMPT(do_dr7, 0),
    ATTEMPT(do_lgdt, 0),
    ATTEMPT(do_lidt, 0),
    ATTEMPT(do_ltr, 0),
    ATTEMPT(do_invlpg, 0),
    ATTEMPT(do_wbinvd, 0),
    ATTEMPT(do_swapgs, 0),
    ATTEMPT(do_sysret, 0),
    ATTEMPT(do_clts, 0),
    ATTEMPT(do_xsetbv, 0),
    ATTEMPT(do_ud2, 0),
    ATTEMPT(do_icebp, 0),
    ATTEMPT(do_kernel_ss, 0),
    ATTEMPT(do_bad_ds, 0),
    ATTEMPT(do_tss_ds, 0),
    ATTEMPT(do_null_gs, 0),
    ATTEMPT(do_iret_to_kernel, 0),
    ATTEMPT(do_far_jump, 0),
    ATTEMPT(do_step, 0),
    ATTEMPT(do_align, EITHER),
    ATTEMPT(do_iopl, 0),
    ATTEMPT(do_no_stack, 0),
    ATTEMPT(do_stack_in_kernel, 0),
    ATTEMPT(do_stack_nowhere, 0),
    ATTEMPT(do_nested_task, 1),
    ATTEMPT(do_backwards, 1),
    ATTEMPT(do_read_kernel, 0),
    ATTEMPT(do_write_kernel, 0),
    ATTEMPT(do_write_direct, 0),
    ATTEMPT(do_write_nowhere, 0),
    ATTEMPT(do_write_clock, 0),
    ATTEMPT(do_jump_kernel, 0),
    ATTEMPT(do_jump_nowhere, 0),
    ATTEMPT(do_run_stack, 0),
    ATTEMPT(do_recurse, 0),
    ATTEMPT(do_call_at_the_end, 0),
    ATTEMPT(do_call_in_the_last_page, 1),
    ATTEMPT(do_call_other, 0),
    ATTEMPT(do_call_stack_in_kernel, 1),
    ATTEMPT(do_call_stack_nowhere, 1),
    ATTEMPT(do_bad_bases, 1),
    ATTEMPT(do_upcall_in_kernel, 0),
    ATTEMPT(do_upcall_loop, 0),
    ATTEMPT(do_upcall_inhibited, 0),
    ATTEMPT(do_pending_forever, 1),
    ATTEMPT(do_unmap_shared, 0),
};

static int wrong;

static void finish(pid_t pid, const char *name, int number, int survives)
{
    int status;

    if (waitpid(pid, &status, 0) != pid) {
        printf("WRONG %s %d: no status\n", name, number);
        wrong = 1;
    } else if (survives != EITHER && WIFEXITED(status) != survives) {
        printf("WRONG %s %d: status %x\n", name, number, (unsigned)status);
        wrong = 1;
    }
}

int main(void)
{
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        pid_t pid = fork();

        if (pid == 0) {
            attempts[i].fn();
            _exit(0);
        }
        finish(pid, attempts[i].name, 0, attempts[i].survives);
    }
    for (int n = 0; n < 256; n++) {
        pid_t pid = fork();

        if (pid == 0) {
            do_vector(n);
            _exit(0);
        }
        finish(pid, "int", n, 0);
    }
    puts(wrong ? "some were wrong" : "all ended as they must");
    return wrong;
}
