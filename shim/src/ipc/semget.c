/*
 * System V's semaphores. What SEM_UNDO asks for is noted in the set itself, by process: exit
 * carries it out, and for a process that ended in another way, whoever comes to the set, or waits
 * in it, next.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <time.h>
#include <unistd.h>
#include "shim/src/internal/start.h"
#include "shim/src/ipc/sysv.h"
#include "shim/src/time/deadline.h"

#define SEMAPHORES_MAX 2000
#define VALUE_MAX 32767
#define OPERATIONS_MAX 500
#define UNDOS_MAX 1024

struct semaphore {
    u16 value;
    u32 pid; /* of the last operation */
    u32 waiting_more, waiting_zero;
};

struct undo {
    u32 pid; /* 0: a free place */
    u16 number;
    i32 by;
};

struct set {
    struct sysv_object o;
    struct semid_ds ds; /* but for its sem_perm, which is in o */
    struct undo undos[UNDOS_MAX];
    u32 nundos; /* places ever used */
    struct semaphore all[];
};

static struct sysv_kind sets = {.prefix = "sysv-sem"};

/* How many there really are, whatever the record says: it is others' memory, too. */
static size_t count_of(const struct set *s)
{
    size_t room = (s->o.s.size - sizeof *s) / sizeof s->all[0];

    return s->ds.sem_nsems < room ? s->ds.sem_nsems : room;
}

static void begin(struct sysv_object *o, size_t count)
{
    struct set *s = (struct set *)o;

    s->ds.sem_nsems = (unsigned short)count;
    s->ds.sem_ctime = time(NULL);
}

static int check(const struct sysv_object *o, size_t count)
{
    return count > ((const struct set *)o)->ds.sem_nsems ? EINVAL : 0;
}

int semget(key_t key, int n, int flags)
{
    if (n < 0 || n > SEMAPHORES_MAX)
        return (int)__umk_fail(EINVAL);
    return __umk_sysv_get(&sets, key, flags,
                          n ? sizeof(struct set) + (size_t)n * sizeof(struct semaphore) : 0, begin,
                          check, (size_t)n);
}

/* ---- Undoing ---- */

static u32 undos(const struct set *s)
{
    return s->nundos < UNDOS_MAX ? s->nundos : UNDOS_MAX;
}

static void carry_out(struct set *s, struct undo *u)
{
    if (u->number < count_of(s)) {
        struct semaphore *sem = &s->all[u->number];
        i32 value = sem->value + u->by;

        sem->value = (u16)(value < 0 ? 0 : value > VALUE_MAX ? VALUE_MAX : value);
        sem->pid = u->pid;
    }
    u->pid = 0;
    s->ds.sem_otime = time(NULL);
    __umk_ipc_change(&s->o.s);
}

static void undo_of_the_dead(struct set *s)
{
    u32 self = (u32)redox_get_pid_v1();

    for (u32 i = 0; i < undos(s); i++)
        if (s->undos[i].pid && s->undos[i].pid != self && __umk_ipc_is_dead(s->undos[i].pid))
            carry_out(s, &s->undos[i]);
}

static void undo_own(struct sysv_object *o)
{
    struct set *s = (struct set *)o;
    u32 self = (u32)redox_get_pid_v1();

    for (u32 i = 0; !o->s.removed && i < undos(s); i++)
        if (s->undos[i].pid == self)
            carry_out(s, &s->undos[i]);
}

void __umk_sem_exit(void)
{
    if (sets.entries)
        __umk_sysv_each(&sets, undo_own);
}

/* The place where pid notes what is to be undone of a semaphore; NULL: there is none left. */
static struct undo *undo_place(struct set *s, u32 pid, u16 number)
{
    struct undo *unused = NULL;

    for (u32 i = 0; i < undos(s); i++) {
        struct undo *u = &s->undos[i];
        if (u->pid == pid && u->number == number)
            return u;
        if (!u->pid && !unused)
            unused = u;
    }
    if (!unused && undos(s) < UNDOS_MAX)
        unused = &s->undos[s->nundos++];
    if (unused)
        *unused = (struct undo){pid, number, 0};
    return unused;
}

/* A value that is set anew ends what processes wanted to undo. */
static void forget_undos(struct set *s, size_t number, bool all)
{
    for (u32 i = 0; i < undos(s); i++)
        if (all || s->undos[i].number == number)
            s->undos[i].pid = 0;
}

/* ---- Operations ---- */

/* Tries all of them on the values. 0; an errno; or -1 - i: operation i would have to wait. What was
 * changed before that is for take_back. */
static int try(struct set *s, const struct sembuf *ops, size_t n, size_t *done)
{
    for (*done = 0; *done < n; ++*done) {
        const struct sembuf *op = &ops[*done];
        struct semaphore *sem = &s->all[op->sem_num];
        i32 value = sem->value + op->sem_op;

        if (op->sem_op == 0 ? sem->value != 0 : value < 0)
            return op->sem_flg & IPC_NOWAIT ? EAGAIN : -1 - (int)*done;
        if (value > VALUE_MAX)
            return ERANGE;
        sem->value = (u16)value;
    }
    return 0;
}

static void take_back(struct set *s, const struct sembuf *ops, size_t done)
{
    while (done-- > 0)
        s->all[ops[done].sem_num].value = (u16)(s->all[ops[done].sem_num].value - ops[done].sem_op);
}

/* Notes what is to be undone. False: no place is left, and nothing is noted. */
static bool note_undos(struct set *s, const struct sembuf *ops, size_t n)
{
    u32 self = (u32)redox_get_pid_v1();

    for (size_t i = 0; i < n; i++) {
        struct undo *u = ops[i].sem_flg & SEM_UNDO ? undo_place(s, self, ops[i].sem_num) : NULL;

        if (u)
            u->by -= ops[i].sem_op;
        if (u || !(ops[i].sem_flg & SEM_UNDO))
            continue;
        while (i-- > 0)
            if ((ops[i].sem_flg & SEM_UNDO) && (u = undo_place(s, self, ops[i].sem_num)))
                u->by += ops[i].sem_op;
        return false;
    }
    return true;
}

static int wait_for(struct set *s, const struct sembuf *op, u32 handlers,
                    const struct redox_c_timespec *deadline)
{
    struct semaphore *sem = &s->all[op->sem_num];
    u32 *waiting = op->sem_op ? &sem->waiting_more : &sem->waiting_zero;

    ++*waiting;
    i64 r = __umk_ipc_wait(&s->o.s, deadline, false, handlers);
    --*waiting;
    return s->o.s.removed ? EIDRM : r == -ETIMEDOUT ? EAGAIN : (int)-r;
}

static int operate(struct set *s, const struct sembuf *ops, size_t n,
                   const struct redox_c_timespec *deadline)
{
    u32 handlers = __umk_ipc_handlers();
    size_t done;
    int error = 0;

    for (size_t i = 0; i < n; i++)
        if (ops[i].sem_num >= count_of(s))
            return EFBIG;
    for (;;) {
        undo_of_the_dead(s);
        error = try(s, ops, n, &done);
        if (error == 0 && !note_undos(s, ops, n))
            error = ENOSPC;
        if (error == 0)
            break;
        take_back(s, ops, done);
        if (error < 0)
            error = wait_for(s, &ops[-1 - error], handlers, deadline);
        if (error)
            return error;
    }
    for (size_t i = 0; i < n; i++)
        s->all[ops[i].sem_num].pid = (u32)redox_get_pid_v1();
    s->ds.sem_otime = time(NULL);
    __umk_ipc_change(&s->o.s);
    return 0;
}

int semtimedop(int id, struct sembuf *ops, size_t n, const struct timespec *timeout)
{
    struct redox_c_timespec deadline;

    if (n > OPERATIONS_MAX)
        return (int)__umk_fail(E2BIG);
    if (n == 0 || (timeout && __umk_deadline_in(timeout, &deadline) < 0))
        return (int)__umk_fail(EINVAL);
    struct sysv_entry *e = __umk_sysv_take(&sets, id);
    if (!e)
        return -1;
    int error = operate((struct set *)e->object, ops, n, timeout ? &deadline : NULL);
    __umk_sysv_put(&sets, e);
    return error ? (int)__umk_fail(error) : 0;
}

int semop(int id, struct sembuf *ops, size_t n)
{
    return semtimedop(id, ops, n, NULL);
}

/* ---- Control ---- */

static int set_value(struct set *s, size_t number, int value)
{
    if (value < 0 || value > VALUE_MAX)
        return ERANGE;
    s->all[number].value = (u16)value;
    s->all[number].pid = (u32)redox_get_pid_v1();
    return 0;
}

static int set_all(struct set *s, const unsigned short *values)
{
    for (size_t i = 0; i < count_of(s); i++)
        if (values[i] > VALUE_MAX)
            return ERANGE;
    for (size_t i = 0; i < count_of(s); i++)
        set_value(s, i, values[i]);
    return 0;
}

/* Changes: 0 or an errno. */
static int change(struct set *s, size_t number, int command, u64 arg)
{
    int error = 0;

    if (command == SETVAL)
        error = set_value(s, number, (int)arg);
    else if (command == SETALL)
        error = set_all(s, (const unsigned short *)arg);
    else if (!__umk_sysv_may_change(&s->o.perm))
        error = EPERM;
    else
        __umk_sysv_set(&s->o.perm, &((const struct semid_ds *)arg)->sem_perm);
    if (error)
        return error;
    if (command != IPC_SET)
        forget_undos(s, number, command == SETALL);
    s->ds.sem_ctime = time(NULL);
    __umk_ipc_change(&s->o.s);
    return 0;
}

/* What is asked for: a value, or a negative errno. */
static int ask(struct set *s, size_t number, int command, u64 arg)
{
    switch (command) {
    case GETVAL:
        return s->all[number].value;
    case GETPID:
        return (int)s->all[number].pid;
    case GETNCNT:
        return (int)s->all[number].waiting_more;
    case GETZCNT:
        return (int)s->all[number].waiting_zero;
    case GETALL:
        for (size_t i = 0; i < count_of(s); i++)
            ((unsigned short *)arg)[i] = s->all[i].value;
        return 0;
    case IPC_STAT:
        *(struct semid_ds *)arg = s->ds;
        ((struct semid_ds *)arg)->sem_perm = s->o.perm;
        return 0;
    default:
        return -EINVAL;
    }
}

int semctl(int id, int number, int command, ...)
{
    bool one = command == GETVAL || command == SETVAL || command == GETPID || command == GETNCNT ||
               command == GETZCNT;
    va_list ap;
    int r;

    /* an int, a pointer or a union of these: all travel as one word */
    va_start(ap, command);
    u64 arg = command == IPC_RMID || (one && command != SETVAL) ? 0 : va_arg(ap, u64);
    va_end(ap);
    struct sysv_entry *e = __umk_sysv_take(&sets, id);
    if (!e)
        return -1;
    struct set *s = (struct set *)e->object;
    undo_of_the_dead(s);
    if (one && (number < 0 || (size_t)number >= count_of(s)))
        r = -EINVAL;
    else if (command == IPC_RMID)
        r = -__umk_sysv_remove(&sets, e);
    else if (command == SETVAL || command == SETALL || command == IPC_SET)
        r = -change(s, (size_t)number, command, arg);
    else
        r = ask(s, (size_t)number, command, arg);
    __umk_sysv_put(&sets, e);
    return r < 0 ? (int)__umk_fail(-r) : r;
}
