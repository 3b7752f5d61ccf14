/*
 * The bell protocol of umk/abi/channel.h and portal.h, for Spin: no wake-up is lost.
 *
 * CLIENTS clients, each with a channel to one server; the kernel, whose queue to the server is one
 * more source of work. The server polls a list of active sources and sleeps on bells for the others.
 * A client waits on the state word of its slot, in which its own signal handler sets a bit. Clients
 * and the server may die before any step.
 *
 * Memory is x86's: each actor's plain stores go through a buffer that empties in order and at any
 * time; reads do not wait for it, locked instructions and system calls do (FENCE). Spinning is left
 * out: it only repeats a look. So no actor runs for ever, and whatever is lost ends in a state in
 * which nothing moves. There the monitor looks: nobody may be left asleep who has an answer, an
 * error or a signal to come.
 *
 * A mutant (-DNO_... below) takes out one step of the protocol; the monitor must then complain.
 *
 * What the model showed to be needed, besides what the headers say: at a server's death the kernel
 * wakes every slot's word, whatever it holds (NO_BLIND_WAKE); a client looks at `closed` after it
 * has published (NO_CLOSED_CHECK), and at its signal words too, because its own store of PENDING
 * may wipe out the bit that the signal handler has just set (NO_SIGNAL_LOOK).
 */
#ifndef CLIENTS
#define CLIENTS 2
#endif
#ifndef REQUESTS
#define REQUESTS 2 /* of client 0; the others make one */
#endif
/* VICTIM: who dies, at whatever step: a client, or SERVER. Undefined: nobody. */
#define QUEUE CLIENTS /* the kernel's queue among the sources */
#define SOURCES (CLIENTS + 1)
/* Actors with a store buffer: clients, then: */
#define SERVER CLIENTS
#define KERNEL (CLIENTS + 1)
#define ACTORS (CLIENTS + 2)

mtype = { FREE, PENDING, DONE };                   /* a slot's state */
mtype = { TAIL, NEED_RING, STATE, CANCEL, CLOSED } /* what a plain store writes */

/* Shared memory. */
byte tail[SOURCES];
bit need_ring[SOURCES];
mtype state[CLIENTS];
bit sleeping[CLIENTS]; /* bits of the state word */
bit nudge[CLIENTS];
bit cancel[CLIENTS];
bit closed[CLIENTS];
bit signal_pending[CLIENTS]; /* the signal words, written by the kernel */
byte queue_who[SOURCES];     /* entries of the kernel's queue: whose channel is to be closed */

chan buffer[ACTORS] = [3] of { mtype, byte, byte };

/* The host: edges in the server's epoll instance, sleepers on words, who lives. */
bit edge[SOURCES];
bit asleep[CLIENTS];
bit in_gate[CLIENTS];
bit alive[ACTORS];

/* What the actors know, for the monitor. */
bit finished[CLIENTS];
bit parked[CLIENTS];
bit released[CLIENTS];

#define STORE(actor, what, where, value) buffer[actor]!what, where, value
#define DRAINED(actor) (len(buffer[actor]) == 0)

#ifdef NO_CLIENT_BARRIER
#define CLIENT_FENCE(i) skip
#else
#define CLIENT_FENCE(i) DRAINED(i)
#endif
#ifdef NO_SERVER_BARRIER
#define SERVER_FENCE skip
#else
#define SERVER_FENCE DRAINED(SERVER)
#endif

/* Empties the store buffers, one store at a time. */
proctype memory()
{
    mtype what;
    byte where, value, a;
end:
    do
    :: atomic {
        if
        :: buffer[0]?what, where, value
        :: buffer[1]?what, where, value
        :: buffer[2]?what, where, value
        :: buffer[3]?what, where, value
        fi;
        if
        :: what == TAIL -> tail[where] = value
        :: what == NEED_RING -> need_ring[where] = value
        :: what == CANCEL -> cancel[where] = value
        :: what == CLOSED -> closed[where] = value
        :: what == STATE -> /* a whole word: the bits go with it */
            state[where] = PENDING;
            sleeping[where] = 0;
            nudge[where] = 0
        fi;
        what = 0; where = 0; value = 0
       }
    od
}

inline ring_server(i)
{
    if
    :: need_ring[i] -> DRAINED(i) -> edge[i] = 1
    :: else
    fi
}

proctype client(byte i)
{
    byte made;
    bit cancelled;

    {
        do
        :: made == (i == 0 -> REQUESTS : 1) -> break
        :: else ->
            in_gate[i] = 1;
            if
            :: cancelled -> atomic { STORE(i, CANCEL, i, 0); cancelled = 0 }
            :: else
            fi;
            STORE(i, STATE, i, 0);
            atomic { STORE(i, TAIL, i, made + 1); made++ };
            CLIENT_FENCE(i);
            ring_server(i);
#ifndef NO_CLOSED_CHECK
            if
            :: closed[i] -> break
            :: else
            fi;
#endif
#ifndef NO_SIGNAL_LOOK
            if
            :: signal_pending[i] -> goto interrupted
            :: else
            fi;
#endif
look:
            /* One compare-and-swap: the word as it was, or SLEEPING set in it. */
            if
            :: atomic { DRAINED(i) && state[i] == DONE -> state[i] = FREE } -> goto answered
            :: atomic { DRAINED(i) && nudge[i] && state[i] != DONE -> nudge[i] = 0 } ->
                goto interrupted
            :: atomic { DRAINED(i) && state[i] != DONE && !nudge[i] -> sleeping[i] = 1 }
            fi;
            /* futex: the host compares the word once more, then sleeps. */
#ifdef NO_COMPARE
            asleep[i] = 1;
#else
            atomic {
                if
                :: state[i] == PENDING && sleeping[i] && !nudge[i] -> asleep[i] = 1
                :: else
                fi
            };
#endif
            !asleep[i] -> goto look;
interrupted:
            if
            :: cancelled -> goto look
            :: else
            fi;
            atomic { STORE(i, CANCEL, i, 1); cancelled = 1 };
            CLIENT_FENCE(i);
            ring_server(i);
            goto look;
answered:
            in_gate[i] = 0
        od;
        in_gate[i] = 0;
        finished[i] = 1;
        false
    } unless { !alive[i] }
}

/* A signal for client i: the kernel sets the bit, and the host runs the handler some time later in
 * that very thread (so its buffer is empty), whose sleep the host ends. */
proctype signal(byte i)
{
    signal_pending[i] = 1;
end:
    atomic {
        alive[i] && DRAINED(i) ->
        if
        :: in_gate[i] -> nudge[i] = 1; asleep[i] = 0
        :: else
        fi
    }
}

bit polled[SOURCES]; /* the server's: the list of sources that it polls */
byte head[SOURCES];

#define WORK(s) (tail[s] != head[s] || (s != QUEUE && parked[s] && cancel[s]))

inline answer(c)
{
    atomic { DRAINED(SERVER) -> was_sleeping = sleeping[c]; state[c] = DONE; sleeping[c] = 0;
             nudge[c] = 0 };
    if
    :: was_sleeping -> asleep[c] = 0
    :: else
    fi
}

/* Takes one piece of work from an active source. */
inline serve(s)
{
    if
    :: s == QUEUE ->
        atomic {
            released[queue_who[head[s]]] = 1;
            parked[queue_who[head[s]]] = 0;
            polled[queue_who[head[s]]] = 0;
            head[s] = head[s] + 1
        }
    :: s != QUEUE && parked[s] -> /* cancelled */
        parked[s] = 0;
        answer(s)
    :: s != QUEUE && !parked[s] ->
        head[s] = head[s] + 1;
        if
        :: answer(s)
        :: parked[s] = 1
        fi
    fi
}

proctype server()
{
    byte s;
    bit was_sleeping;

    {
        do
        :: s < SOURCES && polled[s] && WORK(s) -> serve(s)
        :: s < SOURCES && polled[s] && !WORK(s) ->
            STORE(SERVER, NEED_RING, s, 1);
            SERVER_FENCE;
#ifdef NO_RECHECK
            polled[s] = 0;
            s++
#else
            if
            :: WORK(s) -> STORE(SERVER, NEED_RING, s, 0)
            :: else -> polled[s] = 0; s++
            fi
#endif
        :: d_step {
            s < SOURCES && !polled[s] ->
            do
            :: s < SOURCES && !polled[s] -> s++
            :: else -> break
            od
           }
        :: s == SOURCES ->
            /* epoll: every edge since the last time; the bells themselves are never read. */
end:
            atomic { DRAINED(SERVER) && (edge[0] || edge[1] || edge[2]) -> s = 0 };
            do
            :: atomic {
                s < SOURCES && edge[s] ->
                edge[s] = 0;
                polled[s] = !(s < CLIENTS && released[s % CLIENTS]);
                STORE(SERVER, NEED_RING, s, 0);
                s++
               }
            :: atomic { s < SOURCES && !edge[s] -> s++ }
            :: atomic { s == SOURCES -> s = 0; break }
            od
        od
    } unless { !alive[SERVER] }
}

/* The kernel's part in deaths. */
proctype kernel()
{
    byte c;
    byte told;
    bit knows[CLIENTS];
end:
    do
    :: alive[SERVER] && !alive[0] && !knows[0] -> knows[0] = 1; c = 0; goto tell
    :: alive[SERVER] && !alive[1] && !knows[1] -> knows[1] = 1; c = 1; goto tell
    :: !alive[SERVER] -> break
    od;
    c = 0;
    /* A dead server's channels are closed, then what is in them is answered with an error. */
    do
    :: c < CLIENTS ->
        STORE(KERNEL, CLOSED, c, 1);
#ifndef NO_KERNEL_BARRIER
        DRAINED(KERNEL);
#endif
        atomic {
            if
            :: state[c] == PENDING -> state[c] = DONE; sleeping[c] = 0; nudge[c] = 0
            :: else
            fi
        };
        /* Woken whatever the word says: the server may have died between its exchange and its
         * wake. */
#ifdef NO_BLIND_WAKE
        if
        :: state[c] == PENDING -> asleep[c] = 0
        :: else
        fi;
#else
        asleep[c] = 0;
#endif
        c++
    :: else -> break
    od;
    goto over;
tell:
    queue_who[told] = c;
    told++;
    STORE(KERNEL, TAIL, QUEUE, told);
    DRAINED(KERNEL);
    if
    :: need_ring[QUEUE] -> edge[QUEUE] = 1
    :: else
    fi;
    goto end;
over:
    skip
}

#ifdef VICTIM
proctype killer()
{
    alive[VICTIM] = 0
}
#endif

#define WAITS_RIGHTLY(i) (parked[i] && alive[SERVER] && !signal_pending[i])

proctype monitor()
{
    timeout;
    d_step {
        assert(!alive[0] || finished[0] || WAITS_RIGHTLY(0));
        assert(!alive[1] || finished[1] || WAITS_RIGHTLY(1));
        assert(alive[0] || !alive[SERVER] || released[0]);
        assert(alive[1] || !alive[SERVER] || released[1])
    }
}

init {
    atomic {
        byte k;
        for (k : 0 .. ACTORS - 1) { alive[k] = 1 }
        for (k : 0 .. CLIENTS - 1) { state[k] = FREE; polled[k] = 1 }
        polled[QUEUE] = 1;
        k = 0;
        run memory();
        run server();
        run kernel();
        run client(0);
#ifdef ONE_CLIENT
        finished[1] = 1;
#else
        run client(1);
#endif
#ifndef NO_SIGNAL
        run signal(0);
#endif
#ifdef VICTIM
        run killer();
#endif
        run monitor()
    }
}
