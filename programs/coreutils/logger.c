/* logger: writes messages to the system's log, /scheme/log. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

static const char usage[] =
    "Usage: logger [OPTION]... [MESSAGE]...\nWrite the MESSAGE, or each line of the input, to the "
    "log.\n"
    "  -f FILE  lines of FILE    -i  with the process's number    -p [FACILITY.]LEVEL, "
    "user.notice\n"
    "  -s  also to standard error    -t TAG  in front, instead of the user's name\n"
    "  -e  no empty lines    --no-act  not to the log\n";

struct name {
    const char *text;
    int value;
};

static const struct name levels[] = {
    {"emerg", LOG_EMERG},   {"panic", LOG_EMERG}, {"alert", LOG_ALERT},     {"crit", LOG_CRIT},
    {"err", LOG_ERR},       {"error", LOG_ERR},   {"warning", LOG_WARNING}, {"warn", LOG_WARNING},
    {"notice", LOG_NOTICE}, {"info", LOG_INFO},   {"debug", LOG_DEBUG},     {NULL, 0}};

static const struct name facilities[] = {{"kern", LOG_KERN},     {"user", LOG_USER},
                                         {"mail", LOG_MAIL},     {"daemon", LOG_DAEMON},
                                         {"auth", LOG_AUTH},     {"security", LOG_AUTH},
                                         {"syslog", LOG_SYSLOG}, {"lpr", LOG_LPR},
                                         {"news", LOG_NEWS},     {"uucp", LOG_UUCP},
                                         {"cron", LOG_CRON},     {"authpriv", LOG_AUTHPRIV},
                                         {"ftp", LOG_FTP},       {"local0", LOG_LOCAL0},
                                         {"local1", LOG_LOCAL1}, {"local2", LOG_LOCAL2},
                                         {"local3", LOG_LOCAL3}, {"local4", LOG_LOCAL4},
                                         {"local5", LOG_LOCAL5}, {"local6", LOG_LOCAL6},
                                         {"local7", LOG_LOCAL7}, {NULL, 0}};

static int priority = LOG_USER | LOG_NOTICE;
static bool also_stderr, no_empty, no_act, with_pid;
static const char *tag;

static int value_of(const struct name *names, const char *text, size_t len)
{
    for (; names->text; names++) {
        if (strlen(names->text) == len && strncmp(names->text, text, len) == 0)
            return names->value;
    }
    return -1;
}

static void take_priority(const char *text)
{
    const char *dot = strchr(text, '.'), *level_text = dot ? dot + 1 : text;
    uint64_t n;
    int facility = dot ? value_of(facilities, text, (size_t)(dot - text)) : LOG_USER;
    int level = value_of(levels, level_text, strlen(level_text));
    if (!dot && number_parse(text, &n) && n <= (LOG_FACMASK | LOG_PRIMASK)) {
        facility = (int)n & LOG_FACMASK;
        level = LOG_PRI((int)n);
    }
    if (facility < 0)
        die(1, "unknown facility name: %s", text);
    if (level < 0)
        die(1, "unknown priority name: %s", text);
    priority = facility | level;
}

static void send(const char *text)
{
    if (no_empty && !*text)
        return;
    if (!no_act)
        syslog(priority, "%s", text);
    if (!also_stderr)
        return;
    char pid[24] = "";
    if (with_pid)
        snprintf(pid, sizeof pid, "[%ld]", (long)getpid());
    fprintf(stderr, "<%d>%s%s: %s\n", priority, tag, pid, text);
}

static void send_lines(const char *file)
{
    struct bytes line = {0};
    FILE *f = fopen_operand(file);
    if (!f)
        exit(1);
    while (read_text_line(f, &line))
        send(line.data);
    bool failed = ferror(f);
    if (failed)
        warn_errno("%s", file);
    fclose_operand(f);
    free(line.data);
    if (failed)
        exit(1);
}

static void send_words(char **words, int count)
{
    struct bytes text = {0};
    for (int i = 0; i < count; i++) {
        if (i > 0)
            bytes_put(&text, ' ');
        bytes_add(&text, words[i], strlen(words[i]));
    }
    bytes_put(&text, '\0');
    send(text.data);
    free(text.data);
}

int main(int argc, char **argv)
{
    enum { NO_ACT = 256 };
    static const struct opt_long longs[] = {
        {"skip-empty", OPT_NONE, 'e'},   {"file", OPT_REQUIRED, 'f'}, {"id", OPT_NONE, 'i'},
        {"priority", OPT_REQUIRED, 'p'}, {"stderr", OPT_NONE, 's'},   {"tag", OPT_REQUIRED, 't'},
        {"no-act", OPT_NONE, NO_ACT},    {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "+ef:ip:st:", .longs = longs, .usage = usage};
    const char *file = NULL;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'f')
            file = o.arg;
        else if (c == 'p')
            take_priority(o.arg);
        else if (c == 't')
            tag = o.arg;
        no_empty |= c == 'e';
        with_pid |= c == 'i';
        also_stderr |= c == 's';
        no_act |= c == NO_ACT;
    }
    const struct passwd *pw = tag ? NULL : getpwuid(geteuid());
    if (!tag)
        tag = xstrdup(pw ? pw->pw_name : "unknown");
    openlog(tag, with_pid ? LOG_PID : 0, LOG_USER);
    if (file || opt_count(&o) == 0)
        send_lines(file ? file : "-");
    else
        send_words(opt_operands(&o), opt_count(&o));
    closelog();
    return finish(0);
}
