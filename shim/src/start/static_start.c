/*
 * Start of a program that is one file: its indirect functions are chosen, its constructors run,
 * then main. The shared C library has shim/ldso/start.c in the place of this.
 */
#include <stdlib.h>
#include "shim/src/internal/start.h"

typedef void constructor(int argc, char **argv, char **envp);

extern constructor *const __preinit_array_start[] __attribute__((weak)) __umk_hidden;
extern constructor *const __preinit_array_end[] __attribute__((weak)) __umk_hidden;
extern constructor *const __init_array_start[] __attribute__((weak)) __umk_hidden;
extern constructor *const __init_array_end[] __attribute__((weak)) __umk_hidden;

/* A static program's only relocations: the slots of indirect functions (psABI, R_X86_64_IRELATIVE).
 * The linker makes none for a position-independent one. */
struct chosen {
    u64 offset, info;
    u64 (*choose)(void);
};
extern const struct chosen __rela_iplt_start[] __attribute__((weak)) __umk_hidden;
extern const struct chosen __rela_iplt_end[] __attribute__((weak)) __umk_hidden;

int main(int argc, char **argv, char **envp);

static void choose_functions(void)
{
    for (const struct chosen *c = __rela_iplt_start; c < __rela_iplt_end; c++)
        *(u64 *)c->offset = c->choose();
}

static void run_constructors(const struct rx_start *start)
{
    constructor *const *c;

    for (c = __preinit_array_start; c < __preinit_array_end; c++)
        (*c)(start->argc, start->argv, start->envp);
    for (c = __init_array_start; c < __init_array_end; c++)
        (*c)(start->argc, start->argv, start->envp);
}

__attribute__((no_stack_protector)) _Noreturn void rx_program_start(const struct rx_start *start)
{
    __umk_tls_find(start);
    __umk_process_start(start);
    choose_functions();
    run_constructors(start);
    exit(main(start->argc, start->argv, start->envp));
}
