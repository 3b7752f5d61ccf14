/*
 * The filter every program runs under: what it may ask of Linux, and nothing else.
 *
 * Programs have no open, socket, read, kill or ptrace; memory comes as private pages or as the
 * objects the kernel hands out. A call outside the list raises SIGSYS, from which the gate makes
 * a report. clone goes to the kernel process, which lets it continue for a fork or a thread
 * that the core has granted.
 *
 * The nursery needs a few calls more, to turn into programs. It has them by a secret: 128 bits
 * (64 where the call leaves one register free) in argument registers that Linux ignores. The
 * secret lives in the nursery's memory and registers only, and is gone at execveat; so a program
 * can never execute anything again.
 */
#define _GNU_SOURCE
#include <linux/audit.h>
#include <linux/futex.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "umk/host/host.h"

/* arch_prctl: the thread pointer of the C library, and the gate's own */
#define SET_GS 0x1001u
#define SET_FS 0x1002u
#define GET_FS 0x1003u

#define FORK_FLAGS ((u64)CLONE_PARENT | SIGCHLD)
#define FORK_OPTIONAL ((u64)CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID)
#define THREAD_FLAGS \
    ((u64)CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM)
#define THREAD_OPTIONAL \
    ((u64)CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID)

/* Of a mapping's flags: those that escape the limit on memory, and the kind. */
#define MAP_REFUSED ((u64)MAP_GROWSDOWN | MAP_LOCKED | MAP_HUGETLB | MAP_SYNC | MAP_TYPE)

bool filter_is_fork(u64 flags)
{
    return (flags & ~FORK_OPTIONAL) == FORK_FLAGS;
}

bool filter_is_thread(u64 flags)
{
    return (flags & ~THREAD_OPTIONAL) == THREAD_FLAGS;
}

#define ALLOW(call, ...)                                                                 \
    (failed |= seccomp_rule_add_array(ctx, SCMP_ACT_ALLOW, SCMP_SYS(call),               \
                                      ARRAY_LEN(((struct scmp_arg_cmp[]){__VA_ARGS__})), \
                                      (struct scmp_arg_cmp[]){__VA_ARGS__}) < 0)
#define ALWAYS(call) (failed |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(call), 0) < 0)
#define EQ(arg, value) SCMP_CMP64(arg, SCMP_CMP_EQ, (u64)(value))
#define MASKED(arg, mask, value) SCMP_CMP64(arg, SCMP_CMP_MASKED_EQ, (u64)(mask), (u64)(value))

static bool memory_rules(scmp_filter_ctx ctx)
{
    bool failed = false;
    /* A mapping is private, or shared and backed by a file: shared anonymous memory would be
     * outside the limit. It is not writable, or not executable. */
    const struct scmp_arg_cmp kinds[] = {MASKED(3, MAP_REFUSED, MAP_PRIVATE),
                                         MASKED(3, MAP_REFUSED | MAP_ANONYMOUS, MAP_SHARED)};
    const u64 not_written = ~((u64)PROT_READ | PROT_EXEC);
    const u64 not_executed = ~((u64)PROT_READ | PROT_WRITE);

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        ALLOW(mmap, kinds[i], MASKED(2, not_written, 0));
        ALLOW(mmap, kinds[i], MASKED(2, not_executed, 0));
    }
    ALLOW(mprotect, MASKED(2, not_written, 0));
    ALLOW(mprotect, MASKED(2, not_executed, 0));
    ALWAYS(munmap);
    ALLOW(madvise, EQ(2, MADV_DONTNEED));
    ALLOW(madvise, EQ(2, MADV_DONTFORK));
    ALLOW(madvise, EQ(2, MADV_HUGEPAGE));
    return !failed;
}

static bool waiting_rules(scmp_filter_ctx ctx)
{
    static const u64 ops[] = {FUTEX_WAIT, FUTEX_WAKE, FUTEX_WAIT_BITSET, FUTEX_WAKE_BITSET};
    const u64 modifiers = ~((u64)FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME);
    bool failed = false;

    for (size_t i = 0; i < ARRAY_LEN(ops); i++)
        ALLOW(futex, MASKED(1, modifiers, ops[i]));
    /* bells, and a child's report */
    ALLOW(write, EQ(2, sizeof(u64)));
    ALWAYS(epoll_wait);
    ALWAYS(epoll_pwait);
    ALWAYS(sched_yield);
    ALWAYS(restart_syscall);
    ALWAYS(recvmsg);
    ALWAYS(close);
    return !failed;
}

static bool process_rules(scmp_filter_ctx ctx)
{
    bool failed = false;

    ALWAYS(rt_sigaction);
    ALWAYS(rt_sigprocmask);
    ALWAYS(rt_sigreturn);
    ALWAYS(sigaltstack);
    ALWAYS(exit);
    ALWAYS(exit_group);
    ALLOW(arch_prctl, EQ(0, SET_GS));
    ALLOW(arch_prctl, EQ(0, SET_FS));
    ALLOW(arch_prctl, EQ(0, GET_FS));
    ALLOW(prctl, EQ(0, PR_SET_PDEATHSIG), EQ(1, SIGKILL));
    ALLOW(prctl, EQ(0, PR_SET_NAME));
    failed |= seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 1,
                               MASKED(0, ~FORK_OPTIONAL, FORK_FLAGS)) < 0;
    failed |= seccomp_rule_add(ctx, SCMP_ACT_NOTIFY, SCMP_SYS(clone), 1,
                               MASKED(0, ~THREAD_OPTIONAL, THREAD_FLAGS)) < 0;
    /* what a C library tries and does without */
    const int absent[] = {SCMP_SYS(clone3), SCMP_SYS(rseq), SCMP_SYS(set_robust_list),
                          SCMP_SYS(set_tid_address)};
    for (size_t i = 0; i < ARRAY_LEN(absent); i++)
        failed |= seccomp_rule_add(ctx, SCMP_ACT_ERRNO(ENOSYS), absent[i], 0) < 0;
    return !failed;
}

/* nursery.c makes exactly these calls. */
static bool nursery_rules(scmp_filter_ctx ctx, const struct filter_cookie *c)
{
    bool failed = false;

    ALLOW(clone, EQ(0, (u64)CLONE_VM | CLONE_VFORK | CLONE_PARENT | SIGCHLD), EQ(2, c->low),
          EQ(4, c->high));
    ALLOW(execveat, EQ(5, c->low));
    ALLOW(dup3, EQ(3, c->low), EQ(4, c->high));
    ALLOW(kill, EQ(0, 0), EQ(1, SIGKILL), EQ(3, c->low), EQ(4, c->high));
    ALLOW(sendmsg, EQ(3, c->low), EQ(4, c->high));
    ALLOW(prctl, EQ(0, PR_SET_PTRACER), EQ(3, c->low), EQ(4, c->high));
    return !failed;
}

int filter_install(const struct filter_cookie *cookie)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_TRAP);

    if (!ctx)
        return -ENOMEM;
    /* A program of another architecture (also x32) would be numbered differently: it dies. */
    seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    /* The filter guards against the program itself, not against what it speculates about itself:
     * without this, older kernels slow every confined program down. */
    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_SSB, 1);
    seccomp_attr_set(ctx, SCMP_FLTATR_API_SYSRAWRC, 1);
    seccomp_syscall_priority(ctx, SCMP_SYS(futex), 255);
    seccomp_syscall_priority(ctx, SCMP_SYS(write), 254);
    if (!memory_rules(ctx) || !waiting_rules(ctx) || !process_rules(ctx) ||
        !nursery_rules(ctx, cookie)) {
        seccomp_release(ctx);
        return -EINVAL;
    }
    int r = seccomp_load(ctx);
    if (r < 0) {
        seccomp_release(ctx);
        return r;
    }
    /* The context stays: freeing it now might take calls that the filter refuses. */
    return seccomp_notify_fd(ctx);
}
