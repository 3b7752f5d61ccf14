/* The console; see console.h. */
#include "umk/x86_64/console.h"
#include "umk/core/core.h"
#include "umk/core/fmt.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/serial.h"
#include "umk/x86_64/tty.h"

#define SERIAL_PORT 0x3F8u
#define DLE 0x10
#define EOT 0x04

static struct console_options options;
static struct tty tty;
static struct rx_winsize window;
static bool escaped;    /* framed input: the last byte was DLE */
static bool end_of_all; /* framed input has ended */
static bool stuck;      /* output waits for room */

static void put_all(const u8 *buf, size_t len)
{
    while (len) {
        size_t n = serial_put(buf, len);

        if (n == 0)
            return; /* nobody takes it */
        buf += n;
        len -= n;
    }
}

static void put_port(u16 port, const char *buf, size_t len)
{
    if (port == SERIAL_PORT) {
        put_all((const u8 *)buf, len);
        return;
    }
    for (size_t i = 0; i < len; i++)
        outb(port, (u8)buf[i]);
}

void console_init(const struct console_options *o)
{
    options = *o;
    tty_init(&tty, put_all);
    window = (struct rx_winsize){.rows = o->rows, .columns = o->columns};
}

void console_listen(void)
{
    static const char ready[] = CONSOLE_LISTENS;

    serial_want_input(true);
    console_log(ready, sizeof(ready) - 1);
}

/* Output */

/* On a terminal a new line begins at the left edge. */
static size_t put_terminal(const u8 *buf, size_t len)
{
    size_t done = 0;

    while (done < len) {
        size_t n = 0;

        while (done + n < len && buf[done + n] != '\n')
            n++;
        if (n) {
            size_t put = serial_put(buf + done, n);

            done += put;
            if (put < n)
                break;
        }
        if (done < len && buf[done] == '\n') {
            if (serial_put((const u8 *)"\r\n", 2) == 0)
                break;
            done++;
        }
    }
    return done;
}

i64 console_write(enum console_stream s, const void *buf, size_t len)
{
    size_t n;

    if (s == CONSOLE_ERR && options.err_port) {
        put_port(options.err_port, buf, len);
        return (i64)len;
    }
    n = options.tty && tty_maps_newline(&tty) ? put_terminal(buf, len) : serial_put(buf, len);
    if (n || len == 0)
        return (i64)n;
    stuck = true;
    serial_want_room(true);
    return -EAGAIN;
}

void console_log(const char *line, size_t len)
{
    if (!options.log_port)
        return;
    put_port(options.log_port, line, len);
    put_port(options.log_port, options.log_port == SERIAL_PORT ? "\r\n" : "\n",
             options.log_port == SERIAL_PORT ? 2 : 1);
}

static void emergency_on(u16 port, const char *line, size_t len)
{
    put_port(port, line, len);
    put_port(port, "\r\n", 2);
}

void console_emergency(const char *line, size_t len)
{
    u16 people = options.err_port ? options.err_port : SERIAL_PORT;

    emergency_on(people, line, len);
    if (options.log_port && options.log_port != people)
        emergency_on(options.log_port, line, len);
}

void console_end(u32 status)
{
    char line[40];
    struct fmt f = {line, sizeof(line), 0};

    fmt_add(&f, "umk: ended with status %u", status);
    console_log(line, f.len);
}

/* Input */

static void framed_byte(u8 c)
{
    if (!escaped && c == DLE) {
        escaped = true;
        return;
    }
    if (escaped && c == EOT)
        end_of_all = true;
    else
        tty_raw(&tty, c);
    escaped = false;
}

static void take_input(void)
{
    int c;

    while (tty_has_room(&tty) && (c = serial_get()) >= 0) {
        u32 sig = 0;

        if (options.tty)
            sig = tty_byte(&tty, (u8)c);
        else if (options.framed)
            framed_byte((u8)c);
        else
            tty_raw(&tty, (u8)c);
        if (sig)
            core_console_signal(sig);
    }
    /* what does not fit stays in the port until somebody has read */
    serial_want_input(tty_has_room(&tty));
}

i64 console_get(enum console_setting which, void *record)
{
    if (!options.tty)
        return -ENOTTY;
    if (which == CONSOLE_TERMIOS)
        memcpy(record, &tty.settings, sizeof(tty.settings));
    else
        memcpy(record, &window, sizeof(window));
    return 0;
}

/* Nobody on this side of the line knows how big the screen is: it is as big as was said last. */
i64 console_set(enum console_setting which, const void *record)
{
    struct rx_termios settings;

    if (!options.tty)
        return -ENOTTY;
    if (which == CONSOLE_WINSIZE) {
        memcpy(&window, record, sizeof(window));
        core_console_signal(RX_SIGWINCH);
        return 0;
    }
    memcpy(&settings, record, sizeof(settings));
    tty_set(&tty, &settings);
    if (tty_ready(&tty))
        core_console_ready(CONSOLE_IN);
    return 0;
}

i64 console_read(void *buf, size_t len)
{
    i64 n = tty_read(&tty, buf, len);

    serial_want_input(tty_has_room(&tty));
    return n == -EAGAIN && end_of_all ? 0 : n;
}

bool console_readable(void)
{
    return tty_ready(&tty) || end_of_all;
}

void console_interrupt(void)
{
    take_input();
    if (console_readable())
        core_console_ready(CONSOLE_IN);
    if (stuck) {
        stuck = false;
        serial_want_room(false);
        core_console_ready(CONSOLE_OUT);
        core_console_ready(CONSOLE_ERR);
    }
}

/* Reports of programs that died */

static const char *cause_of(u32 kind)
{
    static const char *const names[] = {
        [FAULT_NONE] = "an unknown fault",
        [FAULT_ACCESS] = "invalid memory access",
        [FAULT_BUS] = "access to memory that its object lacks",
        [FAULT_ARITHMETIC] = "arithmetic error",
        [FAULT_ILLEGAL] = "illegal instruction",
        [FAULT_TRAP] = "trap",
        [FAULT_ABORT] = "abort",
        [FAULT_FORBIDDEN] = "forbidden host system call",
    };

    return kind < sizeof(names) / sizeof(names[0]) ? names[kind] : names[0];
}

__attribute__((format(printf, 1, 2))) static void report(const char *format, ...)
{
    char line[1200];
    struct fmt f = {line, sizeof(line), 0};
    __builtin_va_list args;

    __builtin_va_start(args, format);
    fmt_vadd(&f, format, args);
    __builtin_va_end(args);
    klog("%s", line);
    put_port(options.err_port ? options.err_port : SERIAL_PORT, line, strlen(line));
    put_port(options.err_port ? options.err_port : SERIAL_PORT, options.tty ? "\r\n" : "\n",
             options.tty ? 2 : 1);
}

static void copy_clean(char *to, const char *from, size_t size)
{
    size_t n = 0;

    for (; n < size - 1 && from[n]; n++)
        to[n] = from[n] >= ' ' && from[n] < 127 ? from[n] : '?';
    to[n] = '\0';
}

void console_report_fault(struct body *b, u32 portal, const char *serving)
{
    const struct metal_body *m = b->m;
    const struct portal *p = b->portal[portal];
    char message[sizeof(p->fault.message)];
    struct fault_record f;

    memcpy(&f, (const void *)&p->fault, sizeof(f)); /* the program may change it any time */
    copy_clean(message, f.message, sizeof(message));
    if (f.kind == FAULT_ABORT)
        report("umk: %s (pid %u) died: %s%s%s", m->name, b->page->pid, cause_of(f.kind),
               message[0] ? ": " : "", message);
    else if (f.kind == FAULT_FORBIDDEN)
        report("umk: %s (pid %u) died: %s %lu(0x%lx, 0x%lx, 0x%lx)", m->name, b->page->pid,
               cause_of(f.kind), f.address, f.args[0], f.args[1], f.args[2]);
    else
        report("umk: %s (pid %u) died: %s, address 0x%lx, at 0x%lx", m->name, b->page->pid,
               cause_of(f.kind), f.address, f.ip);
    if (serving && serving[0])
        report("umk:   %s", serving);
    report("umk:   at 0x%lx", f.ip);
    for (u32 i = 0; i < f.nframes && i < FAULT_FRAMES; i++)
        report("umk:   at 0x%lx", f.frames[i]);
}
