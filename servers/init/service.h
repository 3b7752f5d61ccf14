/*
 * The life of a unit's process, as a state machine without processes: events come in through
 * service_event, effects go out through struct service_effects.
 *
 *               EV_START
 *      IDLE ---------------> LAUNCHING <---------------------------------.
 *                             |   |  EV_MISSING (daemon)                 |
 *                  EV_STARTED |   '--------------------> BACKOFF --------'  EV_RETRY
 *                             v                           |  ^  ^
 *                          STARTING --- EV_EXIT (daemon) -|--'  |
 *                          |  |  EV_READY                 |     | EV_EXIT
 *     EV_EXIT, EV_MISSING  |  '-------> READY ------------|-----'
 *     (oneshot: next step) v                              v  too many deaths without readiness
 *                         DONE                          FAILED
 *
 * A daemon is a service of type notify or scheme; everything else is a sequence of steps (a
 * service of type oneshot has one), and the step that ends, or is not waited for, starts the next
 * one.
 *
 * IDLE       nothing happened yet
 * LAUNCHING  the program is being looked for and started
 * STARTING   runs; a daemon has not reported yet
 * READY      daemon, reported
 * BACKOFF    daemon, dead, waits to be started again
 * DONE       all steps have been taken
 * FAILED     given up
 *
 * Settled, once and for ever: those that depend on the unit go on. That is at READY, DONE and
 * FAILED, and in any state when the unit's start_timeout_ms have passed since EV_START.
 */
#ifndef INIT_SERVICE_H
#define INIT_SERVICE_H

#include "servers/init/unit.h"

enum service_state {
    SERVICE_IDLE,
    SERVICE_LAUNCHING,
    SERVICE_STARTING,
    SERVICE_READY,
    SERVICE_BACKOFF,
    SERVICE_DONE,
    SERVICE_FAILED,
};

enum service_event_kind {
    EV_START,
    EV_STARTED, /* value: pid */
    EV_MISSING, /* value: negative errno: the step's program could not be started */
    EV_SKIPPED, /* INIT_SKIP names the step's program */
    EV_READY,   /* value: root of the scheme, or 0 */
    EV_SILENT,  /* the process closed INIT_NOTIFY without a word */
    EV_EXIT,    /* value: status as waitpid reports it */
    EV_RETRY,   /* the back-off is over */
    EV_LATE,    /* start_timeout_ms have passed since EV_START */
};

#define DEATHS_MAX 10u                /* in a row without readiness: given up */
#define BACKOFF_FIRST_NS 100000000ull /* of the second restart; the first is immediate */
#define BACKOFF_MAX_NS 5000000000ull
/* A daemon that was ready is never kept away longer, however often it dies. */
#define BACKOFF_READY_NS 50000000ull
/* Exit status of a daemon that was never ready: to start it again is of no use, since what it was
 * told to serve is not there. (EX_CONFIG of sysexits.h.) */
#define EXIT_HOPELESS 78u
#define HEALTHY_NS 1000000000ull /* ready for that long: the next restart is immediate */

struct service;
struct service_effects {
    u64 (*now_ns)(void);
    /* Starts the command of s->step; answers with EV_STARTED, EV_MISSING or EV_SKIPPED, now or
     * later, and after EV_STARTED with EV_EXIT and, for a daemon, EV_READY or EV_SILENT. */
    void (*launch)(struct service *s);
    void (*publish)(struct service *s, u64 root);   /* takes the descriptor */
    void (*retry_after)(struct service *s, u64 ns); /* EV_RETRY then */
    void (*late_after)(struct service *s, u64 ns);  /* EV_LATE then */
    void (*settled)(struct service *s);
    void (*log)(const struct service *s, const char *message);
    void (*debug)(const struct service *s, const char *message); /* each step, when asked for */
};

struct service {
    struct unit *unit;
    const struct service_effects *effects;
    enum service_state state;
    bool settled;
    bool was_ready;
    bool started_before; /* the first process of a daemon has been started */
    size_t step;         /* index of the unit's command */
    i64 pid;             /* in STARTING and READY, else 0 */
    u64 ready_at;        /* monotonic ns */
    unsigned deaths;     /* in a row without readiness */
    unsigned quick;      /* deaths in a row soon after readiness */
    void *runner;        /* the effects' own */
};

bool service_is_daemon(const struct service *s);
void service_event(struct service *s, enum service_event_kind kind, i64 value);
const char *service_state_name(enum service_state state);

#endif
