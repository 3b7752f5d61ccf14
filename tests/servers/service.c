/* The life of a service, driven by events, with a clock and timers of the test's. */
#include "check.h"
#include "servers/init/service.h"
#include "umk/abi/flags.h"

static struct {
    uint64_t now;
    unsigned launches, settles, publishes;
    uint64_t retry_delay;
    bool retry_armed, late_armed;
    uint64_t root;
    char last[200], step[200];
} world;

static struct command commands[3];
static struct unit unit;
static struct service service;

static u64 now_ns(void)
{
    return world.now;
}

static void on_launch(struct service *s)
{
    (void)s;
    world.launches++;
}

static void on_publish(struct service *s, u64 root)
{
    (void)s;
    world.publishes++;
    world.root = root;
}

static void on_retry_after(struct service *s, u64 ns)
{
    (void)s;
    assert_false(world.retry_armed);
    world.retry_armed = true;
    world.retry_delay = ns;
}

static void on_late_after(struct service *s, u64 ns)
{
    (void)s;
    assert_int_equal(ns, 1000000000);
    world.late_armed = true;
}

static void on_settled(struct service *s)
{
    (void)s;
    world.settles++;
}

static void on_log(const struct service *s, const char *message)
{
    (void)s;
    snprintf(world.last, sizeof world.last, "%s", message);
}

static void on_debug(const struct service *s, const char *message)
{
    (void)s;
    snprintf(world.step, sizeof world.step, "%s", message);
}

static const struct service_effects effects = {
    now_ns, on_launch, on_publish, on_retry_after, on_late_after, on_settled, on_log, on_debug};

static void prepare(enum unit_kind kind, enum ready_kind ready, size_t ncommands)
{
    static char *argv[] = {"prog", NULL};
    memset(&world, 0, sizeof world);
    for (size_t i = 0; i < 3; i++)
        commands[i] = (struct command){.argv = {argv, 1}, .ready = ready, .scheme = "s"};
    unit = (struct unit){.name = "u",
                         .kind = kind,
                         .commands = commands,
                         .ncommands = ncommands,
                         .start_timeout_ms = UNIT_START_TIMEOUT_MS};
    service = (struct service){.unit = &unit, .effects = &effects};
}

static void event(enum service_event_kind kind, i64 value)
{
    service_event(&service, kind, value);
}

static void state_is(enum service_state expected)
{
    assert_string_equal(service_state_name(service.state), service_state_name(expected));
}

static void retry(void)
{
    assert_true(world.retry_armed);
    world.retry_armed = false;
    world.now += world.retry_delay;
    event(EV_RETRY, 0);
}

static void become_ready(void)
{
    event(EV_STARTED, 7);
    event(EV_READY, 42);
    state_is(SERVICE_READY);
}

static void test_daemon(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    state_is(SERVICE_LAUNCHING);
    assert_int_equal(world.launches, 1);
    assert_true(world.late_armed);
    event(EV_STARTED, 7);
    state_is(SERVICE_STARTING);
    assert_int_equal(service.pid, 7);
    assert_int_equal(world.settles, 0);
    event(EV_READY, 42);
    state_is(SERVICE_READY);
    assert_int_equal(world.root, 42);
    assert_int_equal(world.settles, 1);
    event(EV_LATE, 0);
    assert_int_equal(world.settles, 1);
    assert_string_equal(world.last, "");
}

static void test_restart_after_death(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    become_ready();
    world.now += 10 * HEALTHY_NS;
    event(EV_EXIT, RX_STATUS_SIGNALED(9));
    assert_string_equal(world.last, "was killed by signal 9; starting again in 0 ms");
    state_is(SERVICE_BACKOFF);
    retry();
    become_ready();
    assert_int_equal(world.publishes, 2);
    assert_int_equal(world.settles, 1);
}

/* Killed as soon as it is ready, ten thousand times: always back within 200 ms, never given up. */
static void test_never_gives_up_on_ready(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    for (int i = 0; i < 10000; i++) {
        become_ready();
        event(EV_EXIT, RX_STATUS_SIGNALED(9));
        assert_in_range(world.retry_delay, 0, 200000000);
        retry();
    }
}

static void test_backoff(void **state)
{
    (void)state;
    static const unsigned ms[] = {0, 100, 200, 400, 800, 1600, 3200, 5000, 5000};
    prepare(UNIT_SERVICE, READY_NOTIFY, 1);
    event(EV_START, 0);
    for (size_t i = 0; i < sizeof ms / sizeof *ms; i++) {
        event(EV_STARTED, 7);
        event(EV_EXIT, 1 << 8);
        assert_int_equal(world.retry_delay, (uint64_t)ms[i] * 1000000);
        retry();
    }
    event(EV_STARTED, 7);
    event(EV_EXIT, 1 << 8);
    state_is(SERVICE_FAILED);
    assert_non_null(strstr(world.last, "given up after 10 starts"));
    assert_false(world.retry_armed);
    assert_int_equal(world.settles, 1);
}

static void test_readiness_resets_backoff(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_NOTIFY, 1);
    event(EV_START, 0);
    for (unsigned i = 0; i + 1 < DEATHS_MAX; i++) {
        event(EV_STARTED, 7);
        event(EV_EXIT, 0);
        retry();
    }
    become_ready();
    event(EV_EXIT, 0);
    state_is(SERVICE_BACKOFF);
    retry();
    event(EV_STARTED, 7);
    event(EV_EXIT, 0);
    assert_int_equal(world.retry_delay, 0);
}

static void test_late(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_NOTIFY, 1);
    event(EV_START, 0);
    event(EV_STARTED, 7);
    event(EV_LATE, 0);
    assert_int_equal(world.settles, 1);
    assert_string_equal(world.last, "not ready after 1000 ms; going on without it");
    event(EV_READY, 0);
    state_is(SERVICE_READY);
    assert_int_equal(world.settles, 1);
    assert_int_equal(world.publishes, 0);
}

static void test_silent(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    event(EV_STARTED, 7);
    event(EV_SILENT, 0);
    state_is(SERVICE_STARTING);
    assert_string_equal(world.step, "has closed INIT_NOTIFY without a word");
    event(EV_EXIT, 0);
    state_is(SERVICE_BACKOFF);
}

static void test_missing_program(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    event(EV_MISSING, -2);
    state_is(SERVICE_BACKOFF);
    assert_non_null(strstr(world.last, "cannot start prog: error 2"));
    prepare(UNIT_SERVICE, READY_ONESHOT, 1);
    event(EV_START, 0);
    event(EV_MISSING, -2);
    state_is(SERVICE_DONE);
    assert_int_equal(world.settles, 1);
}

/* Only before it was ever ready, and only a daemon. */
static void test_hopeless(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    event(EV_STARTED, 7);
    event(EV_EXIT, EXIT_HOPELESS << 8);
    state_is(SERVICE_FAILED);
    assert_string_equal(world.last, "exited with status 78; not started again");
    assert_false(world.retry_armed);
    assert_int_equal(world.settles, 1);
    prepare(UNIT_SERVICE, READY_SCHEME, 1);
    event(EV_START, 0);
    become_ready();
    for (unsigned i = 0; i < 2; i++) {
        event(EV_EXIT, EXIT_HOPELESS << 8);
        state_is(SERVICE_BACKOFF);
        retry();
        event(EV_STARTED, 7);
    }
    prepare(UNIT_SERVICE, READY_ONESHOT, 1);
    event(EV_START, 0);
    event(EV_STARTED, 7);
    event(EV_EXIT, EXIT_HOPELESS << 8);
    state_is(SERVICE_DONE);
}

static void test_oneshot(void **state)
{
    (void)state;
    prepare(UNIT_SERVICE, READY_ONESHOT, 1);
    event(EV_START, 0);
    event(EV_STARTED, 7);
    assert_int_equal(world.settles, 0);
    event(EV_EXIT, 3 << 8);
    state_is(SERVICE_DONE);
    assert_string_equal(world.last, "prog exited with status 3");
    assert_int_equal(world.launches, 1);
    assert_int_equal(world.settles, 1);
}

static void test_script(void **state)
{
    (void)state;
    prepare(UNIT_SCRIPT, READY_ONESHOT, 3);
    commands[1].ready = READY_ONESHOT_ASYNC;
    event(EV_START, 0);
    event(EV_STARTED, 7);
    event(EV_EXIT, 0);
    assert_int_equal(service.step, 1);
    event(EV_STARTED, 8);
    assert_int_equal(service.step, 2);
    event(EV_SKIPPED, 0);
    state_is(SERVICE_DONE);
    assert_int_equal(world.launches, 3);
    assert_string_equal(world.last, "");
}

static void test_target(void **state)
{
    (void)state;
    prepare(UNIT_TARGET, READY_ONESHOT, 0);
    event(EV_START, 0);
    state_is(SERVICE_DONE);
    assert_int_equal(world.settles, 1);
    assert_int_equal(world.launches, 0);
}

/* Every event in every state: nothing but what the drawing shows may happen. */
static void test_foreign_events(void **state)
{
    (void)state;
    static const enum service_event_kind kinds[] = {EV_START, EV_STARTED, EV_MISSING, EV_SKIPPED,
                                                    EV_READY, EV_SILENT,  EV_EXIT,    EV_RETRY};
    static const uint8_t allowed[] = {
        [SERVICE_IDLE] = 1 << EV_START,
        [SERVICE_LAUNCHING] = 1 << EV_STARTED | 1 << EV_MISSING | 1 << EV_SKIPPED,
        [SERVICE_STARTING] = 1 << EV_READY | 1 << EV_EXIT,
        [SERVICE_READY] = 1 << EV_EXIT,
        [SERVICE_BACKOFF] = 1 << EV_RETRY,
        [SERVICE_DONE] = 0,
        [SERVICE_FAILED] = 0,
    };
    for (int s = SERVICE_IDLE; s <= SERVICE_FAILED; s++) {
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            prepare(UNIT_SERVICE, READY_NOTIFY, 1);
            service.state = (enum service_state)s;
            event(kinds[k], 1);
            bool moved = service.state != (enum service_state)s;
            assert_int_equal(moved, allowed[s] >> kinds[k] & 1);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_daemon),
        cmocka_unit_test(test_restart_after_death),
        cmocka_unit_test(test_never_gives_up_on_ready),
        cmocka_unit_test(test_backoff),
        cmocka_unit_test(test_readiness_resets_backoff),
        cmocka_unit_test(test_late),
        cmocka_unit_test(test_silent),
        cmocka_unit_test(test_missing_program),
        cmocka_unit_test(test_hopeless),
        cmocka_unit_test(test_oneshot),
        cmocka_unit_test(test_script),
        cmocka_unit_test(test_target),
        cmocka_unit_test(test_foreign_events),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
