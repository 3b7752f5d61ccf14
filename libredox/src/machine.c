/* The gate's state, and the way from its machine-dependent calls to the machine; see machine.h. */
#include "machine.h"

const struct gate_machine *gate_machine;
struct gate_start gate_start;
struct gate_thread gate_threads[PORTALS_MAX];
struct proc_page *gate_page;
volatile bool gate_threaded;

void machine_ring_kernel(void)
{
    gate_machine->ring_kernel();
}

u32 machine_kernel_cpu(void)
{
    return gate_machine->kernel_cpu();
}

void machine_sleep(u32 *word, u32 value)
{
    gate_machine->sleep(word, value);
}

void machine_wake(u32 *word)
{
    gate_machine->wake(word);
}

void machine_wake_soon(u32 *word)
{
    gate_machine->wake_soon(word);
}

void machine_settle(void)
{
    gate_machine->settle();
}

void machine_yield(void)
{
    gate_machine->yield();
}

void machine_control(u32 seq)
{
    gate_machine->control(seq);
}

void machine_ring_server(u32 n)
{
    gate_machine->ring_server(n);
}

void machine_crowded(void)
{
    gate_machine->crowded();
}

void machine_drop_channel(void *header)
{
    gate_machine->drop_channel(header);
}

u32 machine_loop_wait(i32 timeout_ms, u32 *which, u32 max)
{
    return gate_machine->loop_wait(timeout_ms, which, max);
}

void rx_set_tls(void *fs_base)
{
    gate_machine->set_tls(fs_base);
}

i64 gate_fork(void)
{
    return gate_machine->fork();
}

i64 gate_thread_create(const struct rx_thread_start *t)
{
    return gate_machine->thread_create(t);
}

_Noreturn void gate_thread_exit(void *unmap, size_t len)
{
    for (;;)
        gate_machine->thread_exit(unmap, len);
}

_Noreturn void gate_exit(u32 status)
{
    struct gate_thread *t = gate_self();

    gate_enter(t);
    gate_post_only(t, PROC_EXIT_POST, status);
    for (;;)
        machine_sleep(&t->portal->state, WAIT_PENDING);
}
