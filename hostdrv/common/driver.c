/* Attaching and confining; see driver.h. */
#include "hostdrv/common/driver.h"

#include <linux/futex.h>
#include <seccomp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>

extern char **environ;

const struct rx_start *driver_attach(void)
{
    const struct rx_start *s = rx_hosted_attach();

    environ = s->envp; /* INIT_NOTIFY */
    return s;
}

_Noreturn void driver_fail(const char *name, const char *format, ...)
{
    char text[512];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fprintf(stderr, "umk: %s: %s\n", name, text);
    exit(1);
}

/* What the gate and the C library need without being asked for anything. */
static const int always[] = {
    SCMP_SYS(munmap),         SCMP_SYS(brk),          SCMP_SYS(mremap),
    SCMP_SYS(madvise),        SCMP_SYS(futex),        SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait),    SCMP_SYS(sched_yield),  SCMP_SYS(restart_syscall),
    SCMP_SYS(recvmsg),        SCMP_SYS(close),        SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    SCMP_SYS(exit),           SCMP_SYS(exit_group),   SCMP_SYS(arch_prctl),
    SCMP_SYS(getpid),         SCMP_SYS(gettid),       SCMP_SYS(clock_gettime),
};

static bool add_rules(scmp_filter_ctx ctx, const int *calls, size_t n)
{
    const struct scmp_arg_cmp no_exec = SCMP_CMP64(2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    const struct scmp_arg_cmp bell = SCMP_CMP64(2, SCMP_CMP_EQ, sizeof(u64));
    const struct scmp_arg_cmp name = SCMP_CMP64(0, SCMP_CMP_EQ, PR_SET_NAME);
    int r = 0;

    for (size_t i = 0; i < sizeof always / sizeof always[0]; i++)
        r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, always[i], 0);
    for (size_t i = 0; i < n; i++)
        r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0);
    r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_exec);
    r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_exec);
    /* what goes into an error message is longer, and fails */
    r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(write), 1, bell);
    r |= seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, name);
    return r == 0;
}

int driver_confine(const int *calls, size_t n)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int r = -ENOMEM;

    if (!ctx)
        return r;
    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_SSB, 1);
    seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1);
    r = add_rules(ctx, calls, n) ? seccomp_load(ctx) : -EINVAL;
    seccomp_release(ctx);
    return r;
}
