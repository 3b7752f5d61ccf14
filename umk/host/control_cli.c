/*
 * umk ps, umk kill, umk gdb: the side of the terminal that asks. Instances are found by their run
 * directories; each answers on the socket in there (service.c).
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "umk/host/host.h"

#define INSTANCES_MAX 256u
#define ANSWER_TIMEOUT_S 5
#define FIELDS_MAX 11u

struct instance {
    pid_t supervisor;
    int fd;
};

struct search {
    const char *wanted;
    struct instance found[INSTANCES_MAX];
    u32 n;
};

static void try_instance(const char *dir, pid_t supervisor, void *arg)
{
    struct search *s = arg;
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    const struct timeval patience = {ANSWER_TIMEOUT_S, 0};

    if ((s->wanted && atoi(s->wanted) != supervisor) || s->n == INSTANCES_MAX ||
        (size_t)snprintf(at.sun_path, sizeof at.sun_path, "%s/control", dir) >= sizeof at.sun_path)
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(fd, (struct sockaddr *)&at, sizeof at) < 0) {
        /* its processes are gone: nobody else will clear that away */
        if (errno == ECONNREFUSED)
            run_dir_remove(supervisor);
        close(fd);
        return;
    }
    s->found[s->n++] = (struct instance){supervisor, fd};
}

/* Running instances; none is an error, which is printed. */
static bool find_instances(const struct options *o, struct search *s)
{
    memset(s, 0, sizeof *s);
    s->wanted = o->instance;
    run_dir_each(try_instance, s);
    if (!s->n)
        complain(o->instance ? "no system with instance number %s is running"
                             : "no system is running%s",
                 o->instance ? o->instance : "");
    return s->n > 0;
}

static struct instance *only_instance(const struct options *o, struct search *s)
{
    if (!find_instances(o, s))
        return NULL;
    if (s->n == 1)
        return &s->found[0];
    fprintf(stderr, "umk: several systems are running, choose one with -i:");
    for (u32 i = 0; i < s->n; i++)
        fprintf(stderr, " %d", (int)s->found[i].supervisor);
    fputc('\n', stderr);
    return NULL;
}

/* The answer, NUL-terminated and allocated; NULL when the system does not answer. */
static char *ask(int fd, const char *request)
{
    char *text = NULL;
    size_t len = 0;
    char part[4096];
    ssize_t n;

    if (send(fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        return NULL;
    FILE *f = open_memstream(&text, &len);
    if (!f)
        return NULL;
    while ((n = recv(fd, part, sizeof part, 0)) > 0)
        fwrite(part, 1, (size_t)n, f);
    fclose(f);
    if (n == 0 && len)
        return text;
    free(text);
    return NULL;
}

/* Splits a record in place; missing fields are empty. */
static void split(char *record, char *fields[FIELDS_MAX])
{
    for (u32 i = 0; i < FIELDS_MAX; i++)
        fields[i] = strsep(&record, "\t") ?: "";
}

/* What Linux counts for the process, in seconds; 0 when it is gone. */
static double cpu_seconds(const char *host_pid)
{
    char path[64], line[512];
    unsigned long user = 0, system = 0;

    snprintf(path, sizeof path, "/proc/%s/stat", host_pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[n] = 0;
    const char *p = strrchr(line, ')');
    if (p)
        sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

static void json_string(const char *name, const char *value)
{
    printf("\"%s\":\"", name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            putchar('\\');
        putchar((unsigned char)*value < ' ' ? '?' : *value);
    }
    putchar('"');
}

static void print_json(pid_t instance, char *f[FIELDS_MAX], bool first)
{
    printf("%s{\"instance\":%d,\"pid\":%s,\"ppid\":%s,\"uid\":%s,\"host_pid\":%s,\"threads\":%s,"
           "\"channels\":%s,",
           first ? "" : ",\n ", (int)instance, f[0], f[1], f[2], f[3], f[4], f[5]);
    json_string("state", f[6]);
    printf(",\"cpu_seconds\":%.2f,\"private_bytes\":%s,\"shared_bytes\":%s,", cpu_seconds(f[3]),
           f[7], f[8]);
    json_string("name", f[9]);
    putchar(',');
    json_string("waiting_for", f[10]);
    putchar('}');
}

static void print_row(pid_t instance, char *f[FIELDS_MAX], bool several)
{
    if (several)
        printf("%8d ", (int)instance);
    printf("%5s %5s %5s %8s %s %8.2f %8llu %8llu %4s  %-16s %s\n", f[0], f[1], f[2], f[3], f[6],
           cpu_seconds(f[3]), strtoull(f[7], NULL, 10) / 1024, strtoull(f[8], NULL, 10) / 1024,
           f[5], f[9], f[10]);
}

static void print_head(bool several)
{
    if (several)
        printf("%8s ", "INSTANCE");
    printf("%5s %5s %5s %8s %s %8s %8s %8s %4s  %-16s %s\n", "PID", "PPID", "UID", "HOST-PID", "S",
           "CPU-S", "KIB", "SHARED", "CHAN", "NAME", "WAITING-FOR");
}

int cli_ps(const struct options *o)
{
    static struct search s;
    bool first = true;

    if (!find_instances(o, &s))
        return 1;
    if (o->json)
        putchar('[');
    else
        print_head(s.n > 1);
    for (u32 i = 0; i < s.n; i++) {
        char *text = ask(s.found[i].fd, "ps\n"), *rest = text, *line;
        while (rest && (line = strsep(&rest, "\n")) && *line) {
            char *fields[FIELDS_MAX];
            split(line, fields);
            if (o->json)
                print_json(s.found[i].supervisor, fields, first);
            else
                print_row(s.found[i].supervisor, fields, s.n > 1);
            first = false;
        }
        free(text);
    }
    if (o->json)
        puts("]");
    return 0;
}

/* The answer's fields, or NULL after printing what is wrong. */
static char *ask_one(const struct options *o, const char *verb, const char *target,
                     const char *more, char *fields[FIELDS_MAX])
{
    static struct search s;
    char *request;
    const struct instance *in = only_instance(o, &s);

    if (!in || asprintf(&request, "%s %s %s\n", verb, target, more) < 0)
        return NULL;
    char *text = ask(in->fd, request);
    free(request);
    if (!text) {
        complain("the system does not answer");
        return NULL;
    }
    text[strcspn(text, "\n")] = 0;
    split(text, fields);
    if (!strcmp(fields[0], "error")) {
        complain("%s", fields[1]);
        free(text);
        return NULL;
    }
    return text;
}

int cli_kill(const struct options *o, const char *target)
{
    char *fields[FIELDS_MAX];
    char *text = ask_one(o, "kill", target, "9", fields);

    if (o->json)
        printf("{\"killed\":%s}\n", text ? "true" : "false");
    free(text);
    return text ? 0 : 1;
}

int cli_gdb(const struct options *o, const char *target, char **gdb_args)
{
    char *fields[FIELDS_MAX], *argv[64], segv[64];
    u32 n = 0;
    char *text = ask_one(o, "gdb", target, "", fields);

    if (!text)
        return 1;
    snprintf(segv, sizeof segv, "handle SIGSEGV %s", fields[3]);
    argv[n++] = "gdb";
    argv[n++] = "-q";
    /* the system's own signals: interruptions, and refused calls, which the gate reports */
    argv[n++] = "-ex";
    argv[n++] = "handle SIGUSR1 nostop noprint pass";
    argv[n++] = "-ex";
    argv[n++] = "handle SIGSYS stop print pass";
    argv[n++] = "-ex";
    argv[n++] = segv;
    argv[n++] = "-ex";
    argv[n++] = "set breakpoint pending on";
    while (gdb_args && *gdb_args && n < ARRAY_LEN(argv) - 4)
        argv[n++] = *gdb_args++;
    argv[n++] = "-p";
    argv[n++] = fields[0];
    argv[n++] = fields[1];
    argv[n] = NULL;
    execvp(argv[0], argv);
    complain("cannot run gdb: %s", strerror(errno));
    return 1;
}
