/*
 * The property that holds for every program and server: the core's invariants after each step,
 * and nothing left at the end. Sequences are drawn from a seed, which is printed when one fails:
 *
 *     SEED=n build/unit/unit/core_random      runs that one only
 */
#include "tests/unit/core_test.h"

#include "umk/sim/chaos.h"

#include <stdio.h>
#include <stdlib.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#define STEPS 600u
#define SECONDS 3

static u64 seed;

static u64 draw(void *arg)
{
    u64 *at = arg;
    u64 z = (*at += 0x9E3779B97F4A7C15ull); /* splitmix64 */

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

static void tell_seed(void)
{
    char line[64];
    int n = snprintf(line, sizeof(line), "SEED=%lu\n", seed);

    if (write(2, line, (size_t)n) < 0)
        _exit(1);
}

/* A panic of the core is a trap. */
static void tell_seed_and_die(int sig)
{
    tell_seed();
    signal(sig, SIG_DFL);
    raise(sig);
}

void __asan_on_error(void);
void __asan_on_error(void)
{
    tell_seed();
}

static void run(void)
{
    u64 at = seed;
    struct chaos c = {.draw = draw, .arg = &at};
    const char *left;

    chaos_begin(&c);
    for (u32 i = 0; i < STEPS && chaos_step(&c); i++)
        ;
    if ((left = chaos_end(&c))) {
        tell_seed();
        fail_msg("left over: %s", left);
    }
}

static void any_sequence(void **state)
{
    const char *given = getenv("SEED");
    time_t end = time(NULL) + SECONDS;

    (void)state;
    signal(SIGILL, tell_seed_and_die);
    seed = given ? strtoull(given, NULL, 0) : 1;
    do
        run();
    while (!given && time(NULL) < end && ++seed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(any_sequence)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
