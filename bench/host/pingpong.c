/*
 * Round trips between two Linux processes with nothing in between: what our own are measured
 * against.
 *
 *     pingpong KIND CPU_A CPU_B [KIND CPU_A CPU_B]...
 *
 * Kinds: futex (two words in shared memory, each waited on by one side), spin (the same words,
 * nobody sleeps; needs two different processors), socket (a Unix stream socket, one byte each
 * way). A CPU of -1 leaves that side to the scheduler.
 */
#include "bench/measure.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* One word per direction, each on a cache line of its own; they count messages. */
struct words {
    _Alignas(128) uint32_t ping;
    _Alignas(128) uint32_t pong;
};

struct game {
    struct words *words;
    int sockets[2];
    uint32_t round;
};

static void pin(int cpu)
{
    cpu_set_t set;

    if (cpu < 0)
        return;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof(set), &set) != 0) {
        perror("bench: sched_setaffinity");
        _exit(1);
    }
}

static void futex(uint32_t *word, int op, uint32_t value)
{
    syscall(SYS_futex, word, op, value, NULL, NULL, 0);
}

static void wait_until(uint32_t *word, uint32_t value)
{
    for (;;) {
        uint32_t now = __atomic_load_n(word, __ATOMIC_ACQUIRE);

        if (now == value)
            return;
        futex(word, FUTEX_WAIT, now);
    }
}

static void tell(uint32_t *word, uint32_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
    futex(word, FUTEX_WAKE, 1);
}

static void spin_until(uint32_t *word, uint32_t value)
{
    while (__atomic_load_n(word, __ATOMIC_ACQUIRE) != value)
        __builtin_ia32_pause();
}

static bool futex_rounds(void *arg, uint64_t n)
{
    struct game *g = arg;

    for (uint64_t i = 0; i < n; i++) {
        tell(&g->words->ping, ++g->round);
        wait_until(&g->words->pong, g->round);
    }
    return true;
}

static bool spin_rounds(void *arg, uint64_t n)
{
    struct game *g = arg;

    for (uint64_t i = 0; i < n; i++) {
        __atomic_store_n(&g->words->ping, ++g->round, __ATOMIC_RELEASE);
        spin_until(&g->words->pong, g->round);
    }
    return true;
}

static bool socket_rounds(void *arg, uint64_t n)
{
    struct game *g = arg;
    char c = 0;

    for (uint64_t i = 0; i < n; i++) {
        if (write(g->sockets[0], &c, 1) != 1 || read(g->sockets[0], &c, 1) != 1)
            return false;
    }
    return true;
}

/* The other side; ends by the parent's signal. */
static _Noreturn void answer(const char *kind, struct game *g)
{
    char c;

    for (uint32_t round = 1;; round++) {
        if (strcmp(kind, "futex") == 0) {
            wait_until(&g->words->ping, round);
            tell(&g->words->pong, round);
        } else if (strcmp(kind, "spin") == 0) {
            spin_until(&g->words->ping, round);
            __atomic_store_n(&g->words->pong, round, __ATOMIC_RELEASE);
        } else if (read(g->sockets[1], &c, 1) != 1 || write(g->sockets[1], &c, 1) != 1) {
            _exit(1);
        }
    }
}

static bool play(const char *kind, int cpu_a, int cpu_b)
{
    struct game g = {.sockets = {-1, -1}};
    measured *rounds = strcmp(kind, "futex") == 0  ? futex_rounds
                       : strcmp(kind, "spin") == 0 ? spin_rounds
                                                   : socket_rounds;
    pid_t child;
    bool ok;

    g.words =
        mmap(NULL, sizeof(*g.words), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (g.words == MAP_FAILED || socketpair(AF_UNIX, SOCK_STREAM, 0, g.sockets) != 0)
        return false;
    pin(cpu_a);
    child = fork();
    if (child < 0)
        return false;
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        pin(cpu_b);
        answer(kind, &g);
    }
    ok = measure(kind, rounds, &g);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    close(g.sockets[0]);
    close(g.sockets[1]);
    munmap(g.words, sizeof(*g.words));
    return ok;
}

int main(int argc, char **argv)
{
    int status = argc < 4;

    for (int i = 1; i + 2 < argc; i += 3) {
        if (!play(argv[i], atoi(argv[i + 1]), atoi(argv[i + 2])))
            status = 1;
    }
    return status;
}
