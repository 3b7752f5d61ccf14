/* top: the processes that use most, again and again. */
#include "common/contexts.h"
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/keyboard.h"
#include "common/options.h"
#include "common/size.h"
#include "common/times.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: top [-b] [-n TIMES] [-d SECONDS] [-o FIELD] [-r] [-u USER]\n"
    "Show the processes that use most.\n"
    "  -b  plain text, for a file or a pipe    -n  end after so many times    -d  between them, 2\n"
    "  -o  sort by pid, user, cpu, time, private, shared or name    -r  the other way round\n"
    "  Keys: q ends, space at once, C T M S P U N sort, r other way, k kills, arrows scroll\n";

enum field { BY_CPU, BY_TIME, BY_PRIVATE, BY_SHARED, BY_PID, BY_USER, BY_NAME };

static const struct {
    const char *name;
    char key;
    enum field field;
} fields[] = {{"cpu", 'C', BY_CPU},       {"time", 'T', BY_TIME}, {"private", 'M', BY_PRIVATE},
              {"shared", 'S', BY_SHARED}, {"pid", 'P', BY_PID},   {"user", 'U', BY_USER},
              {"name", 'N', BY_NAME}};

#define COUNT(a) (sizeof(a) / sizeof *(a))

struct shown {
    struct process_row row;
    uint64_t used; /* hundredths since the last time */
};

static struct {
    bool batch, reverse, has_user;
    enum field field;
    uint64_t times;
    uid_t user;
    struct timespec delay;
} opt = {.delay = {2, 0}};

static struct process_table now, before;
static struct shown *shown;
static size_t shown_count, shown_cap, skipped;
static struct timespec when, when_before;
static uint64_t used_total;
static char message[128];

/* --- looking --- */

static const struct process_row *find_before(unsigned pid)
{
    size_t low = 0, high = before.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (before.rows[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < before.count && before.rows[low].pid == pid ? &before.rows[low] : NULL;
}

static int compare(const void *pa, const void *pb)
{
    const struct shown *a = pa, *b = pb;
    const struct process_row *x = &a->row, *y = &b->row;
    uint64_t m = 0, n = 0;
    int c = 0;
    if (opt.field == BY_CPU) {
        m = a->used;
        n = b->used;
    } else if (opt.field == BY_TIME) {
        m = x->hundredths;
        n = y->hundredths;
    } else if (opt.field == BY_PRIVATE) {
        m = x->private;
        n = y->private;
    } else if (opt.field == BY_SHARED) {
        m = x->shared;
        n = y->shared;
    } else if (opt.field == BY_USER) {
        c = (x->uid > y->uid) - (x->uid < y->uid);
    } else if (opt.field == BY_NAME) {
        c = strcmp(x->name, y->name);
    }
    c = c ? c : (m < n) - (m > n);
    c = c ? c : (x->pid > y->pid) - (x->pid < y->pid);
    return opt.reverse ? -c : c;
}

static void look(void)
{
    struct process_table older = before;
    before = now;
    now = older;
    when_before = when;
    if (!contexts_read(&now) || clock_gettime(CLOCK_MONOTONIC, &when) < 0)
        die_errno(1, "%s", CONTEXTS_TABLE);
    shown_count = 0;
    used_total = 0;
    for (size_t i = 0; i < now.count; i++) {
        const struct process_row *row = &now.rows[i], *old = find_before(row->pid);
        uint64_t start = old && old->hundredths <= row->hundredths ? old->hundredths : 0;
        uint64_t used = old || when_before.tv_sec ? row->hundredths - start : 0;
        used_total += used;
        if (opt.has_user && row->uid != (unsigned)opt.user)
            continue;
        shown = xgrow(shown, &shown_cap, shown_count + 1, sizeof *shown);
        shown[shown_count++] = (struct shown){*row, used};
    }
}

/* Of one processor, in tenths of a percent. */
static unsigned share(uint64_t hundredths)
{
    int64_t ms =
        (when.tv_sec - when_before.tv_sec) * 1000 + (when.tv_nsec - when_before.tv_nsec) / 1000000;
    if (when_before.tv_sec == 0 || ms <= 0)
        return 0;
    return (unsigned)(hundredths * 10000 / (uint64_t)ms);
}

/* --- showing --- */

__attribute__((format(printf, 2, 3))) static void put(struct bytes *out, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    bytes_add(out, text, n < (int)sizeof text ? (size_t)n : sizeof text - 1);
}

/* One line, cut to the screen's width, or as it is in a pipe. */
static void end_line(struct bytes *out, size_t start, size_t columns)
{
    if (!opt.batch && out->len - start > columns)
        out->len = start + columns;
    put(out, opt.batch ? "\n" : "\033[0m\033[K\r\n");
}

static void put_head(struct bytes *out, size_t columns)
{
    char up[64], used[SIZE_TEXT_MAX] = "?", all[SIZE_TEXT_MAX] = "?", clock[16];
    struct statvfs st;
    time_t t = time(NULL);
    struct tm tm;
    size_t threads = 0, running = 0, start = out->len;
    for (size_t i = 0; i < now.count; i++) {
        threads += now.rows[i].threads;
        running += now.rows[i].state == 'R';
    }
    struct sysinfo info;
    uptime_text(sysinfo(&info) < 0 ? 0 : info.uptime, up, sizeof up);
    strftime(clock, sizeof clock, "%H:%M:%S", localtime_r(&t, &tm));
    put(out, "top - %s up %s, %zu processes, %zu threads, %zu running", clock, up, now.count,
        threads, running);
    end_line(out, start, columns);
    if (statvfs("/scheme/memory", &st) == 0) {
        uint64_t block = st.f_frsize ? st.f_frsize : st.f_bsize;
        size_human(block * (st.f_blocks - st.f_bfree), 1024, used);
        size_human(block * st.f_blocks, 1024, all);
    }
    unsigned busy = share(used_total);
    start = out->len;
    put(out, "CPU %u.%u%%   Memory %s of %s", busy / 10, busy % 10, used, all);
    end_line(out, start, columns);
    start = out->len;
    bytes_add(out, message, strlen(message));
    message[0] = '\0';
    end_line(out, start, columns);
}

static void put_process(struct bytes *out, const struct shown *s, size_t columns)
{
    char time_text[32], private[SIZE_TEXT_MAX], shared[SIZE_TEXT_MAX];
    unsigned part = share(s->used);
    size_t start = out->len;
    contexts_time(s->row.hundredths, time_text);
    size_human(s->row.private, 1024, private);
    size_human(s->row.shared, 1024, shared);
    if (!opt.batch && s->row.state == 'R') {
        put(out, "\033[1m");
        start = out->len;
    }
    put(out, "%5u %-8.8s %c %4u %4u.%u %8s %8s %9s %s", s->row.pid, user_name((uid_t)s->row.uid),
        s->row.state, s->row.threads, part / 10, part % 10, private, shared, time_text,
        s->row.name);
    end_line(out, start, columns);
}

static void show(size_t rows, size_t columns)
{
    struct bytes out = {0};
    if (!opt.batch)
        put(&out, "\033[H");
    put_head(&out, columns);
    if (!opt.batch)
        put(&out, "\033[7m");
    size_t start = out.len;
    put(&out, "%5s %-8s %c %4s %6s %8s %8s %9s %s", "PID", "USER", 'S', "THR", "%CPU", "PRIVATE",
        "SHARED", "TIME", "NAME");
    for (; !opt.batch && out.len - start < columns;)
        bytes_put(&out, ' ');
    end_line(&out, start, columns);
    /* head, titles, and the last row, which a newline would scroll */
    size_t room = opt.batch ? shown_count : rows > 5 ? rows - 5 : 1;
    skipped = skipped < shown_count ? skipped : shown_count ? shown_count - 1 : 0;
    for (size_t i = skipped; i < shown_count && i - skipped < room; i++)
        put_process(&out, &shown[i], columns);
    if (!opt.batch)
        put(&out, "\033[J");
    if (write_all(STDOUT_FILENO, out.data, out.len) < 0)
        die_errno(1, "write error");
    free(out.data);
}

/* --- keys --- */

/* A number typed on the message's row; false when it was cancelled. */
static bool ask_number(const char *title, uint64_t *out)
{
    char text[16] = "", line[64];
    for (size_t len = 0;;) {
        int n = snprintf(line, sizeof line, "\033[3;1H%s%s\033[K", title, text);
        write_all(STDOUT_FILENO, line, (size_t)n);
        int key = keyboard_key(-1, -1);
        if (key == '\r' || key == '\n')
            return number_parse(text, out);
        if (key == KEY_ESC || key == KEY_INTERRUPT || key == KEY_GONE)
            return false;
        if ((key == 127 || key == KEY_CTRL('H')) && len > 0)
            text[--len] = '\0';
        else if (key >= '0' && key <= '9' && len + 1 < sizeof text)
            text[len++] = (char)key;
    }
}

static void kill_one(void)
{
    uint64_t pid;
    if (!ask_number("End process: ", &pid))
        return;
    if (pid == 0 || pid > INT32_MAX || kill((pid_t)pid, SIGTERM) < 0)
        snprintf(message, sizeof message, "cannot end %llu: %s", (unsigned long long)pid,
                 strerror(pid ? errno : ESRCH));
}

/* False: the end. */
static bool heed(int key)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (key == fields[i].key)
            opt.field = fields[i].field;
    }
    if (key == 'r' || key == 'R')
        opt.reverse = !opt.reverse;
    else if (key == 'k')
        kill_one();
    else if (key == KEY_DOWN || key == 'j')
        skipped++;
    else if (key == KEY_UP)
        skipped -= skipped > 0;
    else if (key == KEY_HOME || key == 'g')
        skipped = 0;
    else if (key == 'h' || key == '?')
        snprintf(message, sizeof message,
                 "q ends; sort: C cpu, T time, M private, S shared, P pid, U user, N name; r, k");
    return key != 'q' && key != 'Q' && key != KEY_INTERRUPT && key != KEY_GONE;
}

static void run_on_terminal(void)
{
    size_t rows, columns;
    int wait = (int)(opt.delay.tv_sec * 1000 + opt.delay.tv_nsec / 1000000);
    if (!keyboard_open(true))
        die_errno(1, "no terminal");
    for (uint64_t looks = 0; opt.times == 0 || looks < opt.times;) {
        look();
        looks++;
        int key;
        do { /* keys change what is shown of the same moment */
            if (shown_count > 0)
                qsort(shown, shown_count, sizeof *shown, compare);
            keyboard_size(&rows, &columns);
            show(rows, columns);
            /* the first figures come soon */
            key = keyboard_key(looks == 1 && wait > 500 ? 500 : wait, -1);
            if (!heed(key)) {
                keyboard_close();
                return;
            }
        } while (key != KEY_NONE && key != ' ');
    }
    keyboard_close();
}

static void run_batch(void)
{
    for (uint64_t i = 0; opt.times == 0 || i < opt.times; i++) {
        if (i > 0) {
            sleep_for(opt.delay);
            write_all(STDOUT_FILENO, "\n", 1);
        }
        look();
        if (shown_count > 0)
            qsort(shown, shown_count, sizeof *shown, compare);
        show(0, 0);
    }
}

static enum field field_named(const char *name)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (strcmp(name, fields[i].name) == 0)
            return fields[i].field;
    }
    die_usage(1, "unknown field '%s'", name);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "bd:n:o:ru:", .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'd' && (!duration_parse(o.arg, &opt.delay) || opt.delay.tv_sec > 1000000))
            die(1, "invalid delay '%s'", o.arg);
        if (c == 'n' && (!number_parse(o.arg, &opt.times) || opt.times == 0))
            die(1, "invalid number '%s'", o.arg);
        if (c == 'u' && !user_number(o.arg, &opt.user))
            die(1, "invalid user '%s'", o.arg);
        if (c == 'o')
            opt.field = field_named(o.arg);
        opt.has_user |= c == 'u';
        opt.batch |= c == 'b';
        opt.reverse |= c == 'r';
    }
    if (opt_count(&o) > 0)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[0]);
    opt.batch |= !isatty(STDOUT_FILENO);
    if (opt.batch)
        run_batch();
    else
        run_on_terminal();
    return finish(0);
}
