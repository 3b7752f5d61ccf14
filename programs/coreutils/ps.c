/*
 * ps: the processes. On a terminal a table of one row each; in a pipe, or with -k, the kernel's
 * table of contexts as it stands.
 */
#include "common/columns.h"
#include "common/contexts.h"
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] = "Usage: ps [-k | -t]\nList the processes.\n"
                            "  -k  the kernel's table, as in a pipe    -t  as on a terminal\n";

static int copy_table(void)
{
    int fd = open(CONTEXTS_TABLE, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        die_errno(1, "%s", CONTEXTS_TABLE);
    int result = copy_fd(fd, STDOUT_FILENO);
    if (result < 0)
        die_errno(1, "%s", result == -1 ? CONTEXTS_TABLE : "write error");
    return 0;
}

static void put_row(const struct process_row *r, bool color, int room)
{
    char time[32], private[SIZE_TEXT_MAX], shared[SIZE_TEXT_MAX], state[32];
    contexts_time(r->hundredths, time);
    size_human(r->private, 1024, private);
    size_human(r->shared, 1024, shared);
    snprintf(state, sizeof state, r->threads > 1 ? "%c %u" : "%c", r->state, r->threads);
    const char *begin = !color            ? ""
                        : r->state == 'R' ? "\033[1;32m"
                        : r->state == 'Z' ? "\033[31m"
                                          : "";
    printf("%5u %-8.8s %s%-5s%s %9s %8s %8s %.*s\n", r->pid, user_name((uid_t)r->uid), begin, state,
           *begin ? "\033[0m" : "", time, private, shared, room, r->name);
}

int main(int argc, char **argv)
{
    /* Options of other systems' ps select what is shown here anyway. */
    struct opts o = {.argc = argc, .argv = argv, .shorts = "aAefkltux", .usage = usage};
    struct process_table t = {0};
    bool tty = isatty(STDOUT_FILENO), color = tty;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        tty = c == 't' || (tty && c != 'k');
    if (!tty)
        return copy_table();
    if (!contexts_read(&t))
        die_errno(1, "%s", CONTEXTS_TABLE);
    size_t width = terminal_width(), fixed = 50;
    printf("%s%5s %-8s %-5s %9s %8s %8s %s%s\n", color ? "\033[1m" : "", "PID", "USER", "STAT",
           "TIME", "PRIVATE", "SHARED", "NAME", color ? "\033[0m" : "");
    for (size_t i = 0; i < t.count; i++)
        put_row(&t.rows[i], color, width > fixed + 8 ? (int)(width - fixed) : 8);
    free(t.rows);
    return finish(0);
}
