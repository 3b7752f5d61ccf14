/*
 * Inside umk/host: what its files offer each other. The kernel process is single-threaded and
 * there is one per address space, so each file keeps its state in static variables.
 */
#ifndef UMK_HOST_H
#define UMK_HOST_H

#include <errno.h>
#include <stdarg.h>
#include <sys/types.h>

#include "umk/abi/hosted.h"
#include "umk/core/machine.h"
#include "umk/host/drives.h"

#define CONTAINER(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

#define NS_PER_MS 1000000ull
#define NS_PER_S 1000000000ull

/* Options */

#define WRAPS_MAX 16u

struct wrap {
    const char *server;
    size_t server_len;
    const char *command;
};

struct options {
    u32 cpus; /* --cpus; 0: Linux schedules */
    u64 memory;
    const char *initfs; /* NULL: beside the binary */
    const char *trace;
    const char *instance;
    struct wrap wraps[WRAPS_MAX];
    u32 nwraps;
    struct storage storage;
    bool paged; /* --paging emulated */
    bool verbose;
    bool debug;
    bool json;
    bool needs_command; /* --as */
    char **command;     /* NULL-terminated; NULL: an interactive session */
    const char *user;   /* whose session or command it is; NULL: root, or whoever logs in */
};

/* Prints "umk: ..." and a newline on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Supervisor.c */

/* Runs a system to its end; the exit status of the command line tool. */
int supervisor_run(const struct options *o);

/* Kernel.c */

/* The kernel process. Does not return; exits with the system's status, or 2 when it cannot start.
 */
_Noreturn void kernel_main(const struct options *o, pid_t supervisor);
/* Ends the kernel with all that runs in it. */
_Noreturn void kernel_exit(int status);
/* The core's wish to end; the loop returns. */
void kernel_stop(u32 status);
/* True when images are real files that debuggers find. */
bool kernel_debuggable(void);

/* Boot.c */

/* Reads the boot archive into an object. NULL: the reason was printed. */
struct object *boot_archive(const struct options *o, u64 *size);
/* True when the archive stands in a build tree, beside the programs it was made from. */
bool boot_from_build_tree(const struct options *o);
/* The path of a file that stands beside the umk binary. False: it does not fit. */
bool boot_beside(char *path, size_t size, const char *name);
/* The lines NAME=VALUE for the system's first process; allocated. */
char *boot_environment(const struct options *o);

/* Loop.c: the idle point */

/* Something in the kernel's epoll instance. ready() is called with EPOLL* bits. */
struct watch {
    void (*ready)(struct watch *w, u32 events);
};

i64 loop_open(void);
/* 0 or -errno; -EPERM for files that epoll does not take (they are always ready). */
i64 loop_add(int fd, struct watch *w, u32 events);
i64 loop_modify(int fd, struct watch *w, u32 events);
/* After this, ready() is not called any more, not even for events already fetched. */
void loop_remove(int fd, struct watch *w);
/* Runs until loop_quit(). */
void loop_run(void);
void loop_quit(void);
/* Puts a body into the short list that is polled before the kernel sleeps. */
void loop_active(struct body *b);
void loop_forget(const struct body *b);
/* Calls fn once from the loop, before it sleeps: for events that an effect brings about. */
/* A process's main loop was rung: the kernel does not stay awake for the answer. */
void loop_note_ring(void);
void loop_defer(void (*fn)(void));

/* Interrupts.c: signals */

i64 interrupts_open(void);
/* The set the kernel process blocks, for processes it starts: they must unblock it. */
extern const int interrupt_signals[];
extern const size_t interrupt_signals_len;

/* Timer.c */

i64 timer_open(void);
void timer_core(u64 at);
/* Asks for the host's own deadlines to be looked at at monotonic time `at`, at the latest. */
void timer_host(u64 at);
/* At the idle point: tells Linux when it changed. */
void timer_program(void);
void timer_fired(void);

/* Time.c */

/* Creates the kernel page and measures the clock for about a millisecond. */
i64 time_open(void);
/* False when every reading has to go through Linux. */
bool time_usable(void);
u64 time_now(void);
u64 time_real_offset(void);
int time_page_fd(void); /* read-only descriptor of the kernel page */
/* Measures again when that is due. Cheap when not. */
void time_refine(void);
/* The CPU the caller runs on; published in the kernel page. */
u32 time_cpu(void);

/* spread.c: finds out which processors the system may use. Result: how many. */
u32 spread_init(void);
/* Moves a process that shares `cpu` with whom it talks to elsewhere, if there is an elsewhere; not
 * more often than ten times a second. */
void spread(pid_t pid, u32 cpu);

/* Object.c */

struct exec_image;
struct pages;
struct paged;

struct host_object {
    int fd;                         /* of the memory file; -1 with emulated paging */
    int ro_fd;                      /* the same opened read-only, or -1 */
    struct pages *pages;            /* with emulated paging: of RAM */
    struct host_object *next, **at; /* then: in the list of all */
    void *alias;                    /* whole object in the kernel, or NULL */
    bool immutable;
    struct exec_image *images;
};

/* With emulated paging: the first of all objects. */
struct host_object *object_first(void);
i64 object_create(struct object *o);
void object_destroy(struct object *o);
void *object_alias(struct object *o, u64 len);
/* A descriptor for mapping with or without write access; stays the object's. -errno. */
int object_fd(struct object *o, bool writable);
/* A sized and sealed memory file of zeros that nobody can execute. -errno. */
int memory_file(const char *name, u64 size);
/* Opens the memory file behind fd once more, read-only. -errno. */
int memory_file_readonly(int fd);

/* Exec_image.c */

/* A program as Linux executes it: a read-only copy of what an object held. */
struct exec_image {
    struct exec_image *next; /* in the object's list */
    u64 offset, size;
    u32 refs;
    int fd;
    u8 *plain;      /* what the object held, when the real file is the build tree's; or NULL */
    int symbols_fd; /* the same program with debug information, or -1 */
    char *path;     /* of the real file; NULL for a memory file */
    u64 slack;      /* writable memory the program file itself brings */
};

/* A reference to a copy that equals the object now. -ENOEXEC, -ENOMEM, -EIO. */
i64 exec_image_get(const struct body_image *image, struct exec_image **out);
/* The same for a file of the host. */
i64 exec_image_from_file(const char *path, struct exec_image **out);
void exec_image_put(struct exec_image *x);

/* Twin.c */

/* Opens the build tree's file of the program, with debug information. -1: there is none. */
int twin_open(const char *name, const u8 *bytes, u64 size, u64 *twin_size);

/* Body.c */

/* What a body has to say, to the machine and to the core. True: there was something. */
bool body_poll(struct body *b);

enum body_state {
    BODY_PREPARED, /* will go to the nursery when the core's event is over */
    BODY_STARTING, /* the nursery has it */
    BODY_GRANTED,  /* a child that its parent may clone */
    BODY_CLONED,   /* cloned, has not checked in */
    BODY_RUNNING,
    BODY_FAILED, /* never ran; core_body_started(error) was or will be called */
    BODY_DEAD,
};

struct host_body {
    struct body *b;
    enum body_state state;
    pid_t pid; /* 0 until known */
    u64 token;
    char name[32];
    char driver[16];          /* of the host; empty: an ordinary program */
    struct exec_image *image; /* NULL when unknown */
    bool unconfined;
    bool stop_wanted; /* body_kill before the pid was known */
    bool fault_reported;
    bool rang_early; /* its bell rang before its start was known */
    u64 limit;       /* 0: none asked for */
    u64 cpu_ns;      /* BODY_DEAD: processor time it used */
    u64 slack;       /* private memory that the core does not count */
    int peer;        /* BODY_PREPARED: the process's end of the control socket */
    int control;
    int bell;
    struct watch control_watch, bell_watch;
    struct paged *paged; /* with emulated paging */
    u8 *base;            /* process object in the kernel */
    size_t base_len;
    int loop_fd;   /* epoll instance of its main loop, or -1 */
    int loop_bell; /* the kernel's bell to that loop, or -1 */
    u32 threads_granted;
    struct host_body *parent; /* of a granted or cloned child */
    u64 deadline;             /* for its check-in */
    i64 pending_error;        /* BODY_FAILED: what the deferred event reports; 0: reported */
    struct host_body *next;   /* in the list of all */
    struct host_body *next_pid;
};

static inline struct host_body *host_body(const struct body *b)
{
    return b->m;
}

i64 body_start(struct body *b, const struct body_image *image);
i64 body_fork(struct body *parent, u32 parent_portal, struct body *child);
i64 portal_add(struct body *b, u32 n, const struct thread_begin *begin);
void portal_remove(struct body *b, u32 n);
void body_kill(struct body *b);
void body_release(struct body *b);
i64 body_limit(struct body *b, u64 bytes);
void body_stop(struct body *b, bool stopped);
u64 body_cpu(struct body *b);
u64 body_thread_cpu(struct body *b, u32 portal);
/* The host's number of a thread, as the process says: at worst another of its own, or none. */
i32 body_thread_number(const struct body *b, u32 portal);
void body_nudge(struct body *b, u32 portal);
void body_reply(struct body *b, u32 n);
void body_wake(u32 *word);

/* The nursery answered: pid or -errno for the body with this token. */
void body_spawned(u64 token, i64 pid);
/* Fails every start that the nursery still has. */
void body_nursery_died(void);
/* A host process that may be a body's ended. */
void body_reaped(pid_t pid, u32 signal, u32 code, u64 cpu_ns);
/* Looks at all control sockets of children that should check in: before reaping. */
void body_checkins(void);
/* Ends what did not check in in time; asks for the next deadline. */
void body_deadlines(u64 now);
struct host_body *body_by_pid(pid_t pid);
/* NULL-ended walk over all bodies. */
struct host_body *body_first(void);
/* Kills whatever runs, without waiting. */
void body_kill_all(void);

/* Control.c */

/* A control socket: ends[0] for the kernel, ends[1] for the process. 0 or -errno. */
i64 control_pair(int ends[2]);
/* Sends and counts one message; -ENOMEM when the process does not take its messages. */
i64 control_send(struct host_body *h, struct ctl_message *m, const int *fds, u32 nfds);
/* True when one more message would be taken. */
bool control_room(const struct host_body *h);
/* Takes 8-byte reports off a control socket. The sender's pid, 0 when there is none, or -EPIPE. */
pid_t control_checkin(int fd);

/* Share.c: maps, channels, loops */

/* Protection as Linux has it. */
u32 share_prot(u32 prot);
i64 share_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
              bool shared);
i64 share_channel(struct body *client, u32 client_number, u64 client_addr, struct body *server,
                  u32 server_number, u64 server_addr, struct object *o);
i64 share_loop(struct body *b);
void share_ring(struct body *b);

/* Nursery.c */

/* Starts the nursery and waits until it is ready. -errno, with the reason in why. */
i64 nursery_open(const char **why);
/* Asks for a program; body_spawned(token) follows. */
i64 nursery_spawn(u64 token, const char *name, int control, int image, bool debuggable);
/* Takes the answers that are there: before reaping. */
void nursery_answers(void);
pid_t nursery_pid(void);
u32 nursery_pending(void);
/* The nursery itself ended; true when pid was it. */
bool nursery_reaped(pid_t pid);

/* Filter.c */

/* Numbers that only the kernel and the nursery know. Calls that carry them are the nursery's. */
struct filter_cookie {
    u64 low, high;
};
/* Confines the calling process for ever; the descriptor of the notification listener, or -errno. */
int filter_install(const struct filter_cookie *cookie);
bool filter_is_fork(u64 flags);
bool filter_is_thread(u64 flags);

/* Clone_gate.c */

/* Takes the listener over. */
i64 clone_gate_open(int listener);

/* Wrap.c */

void wrap_open(const struct options *o);
/* The tool or host file that stands in for a program, or NULL. */
const char *wrap_find(const char *name);
/* Files of the host that a program outside the system is started with, from this number on. */
#define OUTSIDE_FDS_FIRST 16
#define OUTSIDE_FDS_MAX 48u
/* Starts a program of the host as a body, unconfined, with its control socket and those files.
 * Host pid or -errno. */
pid_t outside_start(char *const argv[], int control, const int *lent, u32 nlent);
/* Starts it, unconfined. Host pid or -errno. */
pid_t wrap_start(const char *command, const char *image_path, const char *name, int control);

/* Console.c */

void console_open(void);
i64 console_write(enum console_stream s, const void *buf, size_t len);
i64 console_read(void *buf, size_t len);
bool console_readable(void);
/* terminal.c: the settings of the terminal that umk was started on */
i64 console_get(enum console_setting which, void *record);
i64 console_set(enum console_setting which, const void *record);
/* The supervisor keeps the settings it found, and puts them back when the system has ended. */
void terminal_keep(void);
void terminal_restore(void);

/* Log.c */

void log_open(bool verbose);
void log_line(const char *line, size_t len);
void log_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* To the log and in any case to standard error. */
void log_report(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Report.c */

void report_fault(struct body *b, u32 portal, const char *serving);
/* A body ended by a signal of the host that no fault record explains. */
void report_death(const struct host_body *h, u32 signal);
/* Waits for reports in progress, two seconds at most. */
void report_drain(void);
bool report_reaped(pid_t pid);
void report_deadlines(u64 now);

/* Trace.c */

/* Starts writing calls and replies to a file. NULL: no trace. -errno. */
i64 trace_open(const char *path);
void trace_close(void);

/* Run_dir.c */

/* Makes the private directory; its path, or NULL (then features that need it are missing). */
const char *run_dir_make(pid_t supervisor);
const char *run_dir_path(void);
/* Removes the directory of the instance with this supervisor, and all that is in it. */
void run_dir_remove(pid_t supervisor);
/* Calls fn with the path and the supervisor of each instance of this user. */
void run_dir_each(void (*fn)(const char *path, pid_t supervisor, void *arg), void *arg);

/* Service.c: other terminals */

void service_open(void);

/* Control_cli.c, doctor.c */

int cli_ps(const struct options *o);
int cli_kill(const struct options *o, const char *target);
int cli_gdb(const struct options *o, const char *target, char **gdb_args);
int doctor(bool json);

#endif
