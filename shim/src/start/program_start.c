/*
 * From the end of libredox's entry code to the first constructor: stack guard, environment, TLS,
 * signals. Nothing here may rest on errno, malloc or TLS before __umk_tls_start.
 */
#include "shim/src/internal/start.h"

#define AT_RANDOM 25 /* auxv: the address of 16 random bytes */

extern char **environ;
extern char *program_invocation_name, *program_invocation_short_name;
extern uintptr_t __stack_chk_guard;

const struct rx_start *__umk_start;

/*
 * The guard has a zero byte, so that no string function writes it by accident. Its
 * secret is what the kernel gives, if it does, and in any case time and place: to ask the
 * processor for randomness one must first ask whether it has any, which is slow in a virtual
 * machine.
 */
static uintptr_t make_guard(const struct rx_start *start)
{
    u64 seed = __builtin_ia32_rdtsc() * 0x9e3779b97f4a7c15u;

    seed ^= (uintptr_t)start ^ ((uintptr_t)start->argv << 20);
    for (const u64 *a = start->auxv; a && a[0]; a += 2)
        if (a[0] == AT_RANDOM)
            seed ^= *(const u64 *)a[1];
    seed ^= seed >> 29;
    seed *= 0xbf58476d1ce4e5b9u;
    seed ^= seed >> 32;
    return seed & ~(u64)0xff;
}

static void set_names(char *path)
{
    if (!path)
        return;
    program_invocation_name = program_invocation_short_name = path;
    for (char *p = path; *p; p++)
        if (*p == '/')
            program_invocation_short_name = p + 1;
}

__attribute__((no_stack_protector)) void __umk_process_start(const struct rx_start *start)
{
    __stack_chk_guard = make_guard(start);
    __umk_start = start;
    environ = start->envp;
    set_names(start->argv[0]);
    __umk_tls_start();
    if (__umk_signal_start)
        __umk_signal_start(start);
}
