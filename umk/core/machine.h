/*
 * The one way out of the core: what a machine (host, x86_64, sim) does for it, and the events
 * through which a machine drives it.
 *
 * Rules. The core runs in one kernel thread at a time. Effects never block, never call back into
 * the core, and fail only where a result says so. Events are the core_* functions at the end; they
 * are called from the machine's idle loop, never from within an effect.
 */
#ifndef UMK_CORE_MACHINE_H
#define UMK_CORE_MACHINE_H

#include "umk/abi/types.h"
#include "umk/abi/portal.h"

struct process;

/*
 * A memory object: pages that several address spaces may share. Core owns the record; a machine
 * hangs its own state at m (a memory file, frames). size is a multiple of the page size and fixed.
 */
struct object {
    u64 size;
    u32 refs;
    u32 id;         /* unlike its address never used again soon */
    bool is_portal; /* holds kernel shared state: never handed out by descriptor */
    bool is_device; /* names physical addresses that are no RAM: nothing is charged for it */
    void *m;
};

/*
 * A body: what a process runs in. On the host a Linux process, on metal an address space with its
 * threads. exec gives a process a new body; the old one dies only when the new one has started.
 *
 * The machine fills page, portal[0], portal_addr[0], m, id, ctl_sent and own_time; the core the
 * rest.
 */
struct body {
    struct process *proc;
    void *m;                            /* machine's own */
    struct proc_page *page;             /* kernel's alias of the process page */
    struct portal *portal[PORTALS_MAX]; /* kernel's alias of each portal, or NULL */
    u64 portal_addr[PORTALS_MAX];       /* where the process sees it */
    u32 ctl_sent;                       /* control messages sent so far (hosted; 0 on metal) */
    u32 id;                             /* host pid, for people */
    u32 close_head;                     /* closes taken off the process page */
    bool dead;                          /* the machine reported its end */
    bool has_loop;
    bool own_time; /* a driver of the host, which waits for the host too: never gated */
};

/* Host-independent protection bits for map(). */
#define MAPPROT_READ 1u
#define MAPPROT_WRITE 2u
#define MAPPROT_EXEC 4u

/* What a body starts from: a program file within an object, and the exec block. */
struct body_image {
    struct object *object;
    u64 offset;
    u64 size;
    const char *name;  /* NUL-terminated, at most 31 bytes: for people and debuggers */
    const void *block; /* struct exec_block and its strings; copied before body_start returns */
    u64 block_len;
    bool privileged; /* who starts it has user 0: the machine may let it stand for a driver */
};

/* Where a new thread starts, on a machine whose kernel starts them: the program's business. */
struct thread_begin {
    u64 ip, sp;
    u64 tid; /* address of a word that gets the thread's number before it runs; 0: none */
};

/* How accesses to device memory are cached. */
enum memory_cache { MEMORY_WB, MEMORY_UC, MEMORY_WC };

/* Interrupts: numbers up to here; those from MESSAGE_IRQS on are raised by messages (MSI), which a
 * driver reserves. A number's vector is 32 higher. */
#define IRQS_MAX 224u
#define MESSAGE_IRQS 64u

enum console_stream { CONSOLE_IN = 0, CONSOLE_OUT = 1, CONSOLE_ERR = 2 };

/* Its settings: struct rx_termios and struct rx_winsize (umk/abi/tty.h). */
enum console_setting { CONSOLE_TERMIOS, CONSOLE_WINSIZE };

struct machine {
    /* n zeroed pages for the core's pools, never given back; NULL when there are no more */
    void *(*pages)(size_t n);
    /* monotonic time in ns; real time is monotonic + real_offset() */
    u64 (*now)(void);
    u64 (*real_offset)(void);
    /* sets that. NULL: the clock is somebody else's */
    void (*set_real_offset)(u64 ns);
    /* asks for core_tick() at monotonic time `at`; 0: not at all. Replaces what was asked before */
    void (*timer_set)(u64 at);
    /* 32 bytes that nobody can guess */
    void (*entropy)(u8 out[32]);

    /* bytes of RAM that are in use for what the core has not been asked to account, beyond what
     * core_config.memory left for that. NULL: none ever are */
    u64 (*overhead)(void);

    /* objects: create sets o->m for o->size zeroed bytes, or -ENOMEM. alias maps the first len
     * bytes of it into the kernel, NULL when that is not possible; it stays until destroy, and is
     * the same when it is asked for again with the same len */
    i64 (*object_create)(struct object *o);
    void (*object_destroy)(struct object *o);
    void *(*object_alias)(struct object *o, u64 len);

    /* hardware, for drivers; all NULL where programs have none.
     * object_device makes o, of o->size bytes, name physical memory: -EACCES when the kernel keeps
     * some of it for itself. object_contiguous is object_create with pages in one piece. translate
     * finds the physical address behind an address of b: -ENOENT */
    i64 (*object_device)(struct object *o, u64 physical, enum memory_cache cache);
    i64 (*object_contiguous)(struct object *o);
    i64 (*translate)(struct body *b, u64 address, u64 *physical);
    /* one access to I/O ports, of 1, 2 or 4 bytes: *value goes out or comes in. -EACCES: the kernel
     * keeps one of them */
    i64 (*port)(u16 port, u32 width, u32 *value, bool write);
    /* somebody listens to an interrupt from now on, or nobody any more. -ENOENT: there is none of
     * that number. Level-triggered lines stay quiet after core_irq() until irq_done */
    i64 (*irq_listen)(u32 irq, bool listen);
    void (*irq_done)(u32 irq);
    /* what the boot processor is called in interrupt messages */
    u32 (*irq_target)(void);

    /* starts a program in a new body. 0: core_body_started() will follow; or -errno now */
    i64 (*body_start)(struct body *b, const struct body_image *image);
    /* lets `parent` copy itself into `child` (which the machine fills, except m's check-in). The
     * control message is counted in parent->ctl_sent. core_body_started(child) follows when the
     * child checks in, or fails after a second */
    i64 (*body_fork)(struct body *parent, u32 parent_portal, struct body *child);
    /* gives b one more portal (sets b->portal[n], b->portal_addr[n] is chosen by the core); unless
     * `begin` is NULL it is for a new thread, which the process may create, or the machine does */
    i64 (*portal_add)(struct body *b, u32 n, const struct thread_begin *begin);
    void (*portal_remove)(struct body *b, u32 n);
    /* ends it for sure; core_body_died() follows unless it was reported already */
    void (*body_kill)(struct body *b);
    /* forgets it: after core_body_died(), or after a failed start. Frees page and portals */
    void (*body_release)(struct body *b);
    /* private memory the body may have in all, in bytes */
    i64 (*body_limit)(struct body *b, u64 bytes);
    /* stops and continues all of its threads */
    void (*body_stop)(struct body *b, bool stopped);
    /* processor time it has used, in ns */
    u64 (*body_cpu)(struct body *b);
    /* the same of one of its threads */
    u64 (*thread_cpu)(struct body *b, u32 portal);
    /* makes thread `portal` look at its signal words and leave any wait */
    void (*nudge)(struct body *b, u32 portal);

    /* maps pages of an object at an address the core chose (replacing what is there) */
    i64 (*map)(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
               bool shared);
    /* maps private zeroed memory, changes protection, unmaps. The hosted gate does these by itself
     * from the reply, so there they only return 0 */
    i64 (*map_anon)(struct body *b, u64 addr, u64 len, u32 prot);
    i64 (*protect)(struct body *b, u64 addr, u64 len, u32 prot);
    i64 (*unmap)(struct body *b, u64 addr, u64 len);

    /* gives both ends a channel: object, number for each side, address for each side */
    i64 (*channel)(struct body *client, u32 client_number, u64 client_addr, struct body *server,
                   u32 server_number, u64 server_addr, struct object *o);
    /* unmaps the server's end of a channel, which it says it does not use any more. NULL: it does
     * that by itself */
    void (*channel_drop)(struct body *server, u64 server_addr);
    /* gives b a main loop that sleeps until a bell rings */
    i64 (*loop)(struct body *b);
    /* rings b's main loop, from the kernel */
    void (*ring)(struct body *b);
    /* the reply in portal n is complete: exchange its state for WAIT_DONE and wake the sleeper */
    void (*reply)(struct body *b, u32 n);
    /* a machine that can take the processor from a thread between any two instructions, and give it
     * back (or give it to a new thread). NULL, both: threads run as soon as they are made, and are
     * nudged to come in when their time is over */
    void (*preempt)(struct body *b, u32 n);
    void (*resume)(struct body *b, u32 n);
    /* a machine whose threads are made and resumed by it: whether portal n's thread, if it has one,
     * has come in to wait. What others post while they still run is theirs to bring. NULL: the core
     * looks at every post */
    bool (*has_come_in)(const struct body *b, u32 n);

    /* wakes everybody who waits on this word of a shared object (a kernel alias) */
    void (*wake)(u32 *word);

    /* console: bytes taken or given, -EAGAIN (an event follows), 0 at the end of input */
    i64 (*console_write)(enum console_stream s, const void *buf, size_t len);
    i64 (*console_read)(void *buf, size_t len);
    /* whether console_read would give something, or the end; if not, an event follows */
    bool (*console_readable)(void);
    /* the terminal's settings, whole records; -ENOTTY when the console is none. Null on a machine
     * whose console has no settings */
    i64 (*console_get)(enum console_setting which, void *record);
    i64 (*console_set)(enum console_setting which, const void *record);
    /* the kernel's own log, one whole line without newline */
    void (*log)(const char *line, size_t len);
    /* text for sys/uname and sys/cpu */
    const char *arch;
    u32 ncpus;
    /* the system has ended. status: exit status for people who started it */
    void (*stop)(u32 status);
    /* a program died of a fault: what is known is in the portal's fault record; `serving` is text
     * about the requests it served and its last calls, parts separated by "; ", or empty */
    void (*report_fault)(struct body *b, u32 portal, const char *serving);
};

/* Events */

struct core_config {
    u64 memory;            /* RAM of the system in bytes: limit of all objects and private memory */
    struct object *initfs; /* the boot archive, cpio newc; the core takes over the reference */
    u64 initfs_size;       /* its length in bytes */
    const char *env;       /* lines NAME=VALUE, what /scheme/sys/env shows */
    u32 cpus;              /* at most this many threads run at once; 0: the machine decides */
    u32 console_ttys;      /* bit s: console stream s is a terminal */
};

/* Starts the system: makes the kernel schemes and runs bin/init of the boot archive as pid 1.
 * 0, or -errno with a reason in `why` (ENOENT: no bin/init; EINVAL: not an archive). */
i64 core_boot(const struct machine *m, const struct core_config *cfg, const char **why);

/* A body has something to say: handles posted portals and completions in its schemes' queues.
 * True if there was any. Cheap when there was none. */
bool core_poll(struct body *b);
/* For machines whose threads bring their calls themselves (umk/abi/metal.h): the thread of portal n
 * has come in with the call that is pending there, which has no bit in the process page. Nothing
 * else is looked at. True: the thread may run on. */
bool core_call(struct body *b, u32 n);
/* Before the kernel sleeps, for every body it has polled since: arms the ring request and looks
 * again. True: there is work, do not sleep. */
bool core_arm(struct body *b);
/* After waking, or when the body becomes active: it need not ring while it is polled. */
void core_disarm(struct body *b);

/* For machines whose processes wait and wake by system calls of their own (umk/abi/metal.h), not
 * by a call in their portal: the running thread of portal n waits for a word while it has this
 * value. True: it does, and goes on after resume(). False: there is nothing to wait for. */
bool core_wait(struct body *b, u32 n, u64 word, u64 value);
/* A process wakes whoever waits for a word. */
void core_notify(struct body *b, u64 word);

/* result 0, or -errno of the start (ENOEXEC, ENOMEM, ETIMEDOUT). After an error the machine has
 * nothing left of the body but what body_release frees. */
void core_body_started(struct body *b, i64 result);
/* signal: what ended it, 0 if it ended by itself with `code`. */
void core_body_died(struct body *b, u32 signal, u32 code);
/* Time has come (may be early or late). */
void core_tick(void);
/* There is console input (or its end), or room for output again. */
void core_console_ready(enum console_stream s);
/* The terminal's interrupt, quit or stop key, or a hang-up. False: it went to nobody, since no
 * group has been given the terminal yet. */
bool core_console_signal(u32 sig);
/* The session of the group that has the terminal: the pid of its first process. 0: none. */
u32 core_console_session(void);
/* An interrupt line was raised. */
void core_irq(u32 line);
/* Whether the scheduler lets the thread of portal n run, for machines with preempt and resume. */
bool core_may_run(const struct body *b, u32 n);
/* Asks for an orderly stop of the system, as writing to sys/kstop does. */
void core_shutdown(u32 status);

/* For the command line tools: one line per process into fn, and killing by pid or name. */
struct core_process_info {
    u32 pid, ppid, uid, body_id, threads, channels;
    char name[32];
    char state; /* R running, S waiting, T stopped, Z dead */
    u64 private_bytes, shared_bytes;
    char waiting_for[32];
};
void core_each_process(void (*fn)(const struct core_process_info *, void *), void *arg);
i64 core_kill_process(u32 pid, u32 sig);

#endif
