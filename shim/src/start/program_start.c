/*
 * From the end of libredox's entry code to main: stack guard, TLS, environment,
 * constructors. Nothing here may rest on errno, malloc or TLS before __umk_tls_start.
 */
#include <stdlib.h>
#include "shim/src/internal/start.h"

#define AT_RANDOM 25 /* auxv: the address of 16 random bytes */

typedef void constructor(int argc, char **argv, char **envp);

extern constructor *const __preinit_array_start[] __attribute__((weak)) __umk_hidden;
extern constructor *const __preinit_array_end[] __attribute__((weak)) __umk_hidden;
extern constructor *const __init_array_start[] __attribute__((weak)) __umk_hidden;
extern constructor *const __init_array_end[] __attribute__((weak)) __umk_hidden;

extern char **environ;
extern char *program_invocation_name, *program_invocation_short_name;
extern uintptr_t __stack_chk_guard;

int main(int argc, char **argv, char **envp);

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

static void run_constructors(const struct rx_start *start)
{
    constructor *const *c;

    for (c = __preinit_array_start; c < __preinit_array_end; c++)
        (*c)(start->argc, start->argv, start->envp);
    for (c = __init_array_start; c < __init_array_end; c++)
        (*c)(start->argc, start->argv, start->envp);
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

__attribute__((no_stack_protector)) _Noreturn void rx_program_start(const struct rx_start *start)
{
    __stack_chk_guard = make_guard(start);
    __umk_start = start;
    environ = start->envp;
    set_names(start->argv[0]);
    __umk_tls_start(start);
    if (__umk_signal_start)
        __umk_signal_start(start);
    run_constructors(start);
    exit(main(start->argc, start->argv, start->envp));
}
