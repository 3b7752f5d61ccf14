/*
 * The command umk: reads the command line and calls what it names. Bad usage is one line on
 * standard error and exit status 2.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "umk/host/host.h"

#define MEMORY_DEFAULT (1ull << 30)
#define MEMORY_MIN (16ull << 20)
#define VERSION "0.1"

static const char help_text[] =
    "usage: umk run [OPTIONS] [-- COMMAND ARGS...]   boot; run one command as root, or log in\n"
    "       umk ps [--json] [-i INSTANCE]            what runs in the systems that are up\n"
    "       umk kill [-i INSTANCE] NAME|PID          end a process of a system\n"
    "       umk gdb [-i INSTANCE] NAME|PID [-- ARGS] attach gdb, with the right symbols\n"
    "       umk doctor [--json]                      what this host lacks\n"
    "       umk help | umk version\n"
    "\n"
    "options of umk run:\n"
    "  --mem SIZE             memory of the system, with K, M or G (default 1G)\n"
    "  --paging native|emulated  who keeps page tables: Linux, or the kernel as on bare hardware,\n"
    "                         for debugging it\n"
    "  --cpus N               at most N threads run at once; 0: Linux schedules (the default)\n"
    "  --image FILE           root file system (default: umk.img beside umk, if it is there and\n"
    "                         --initfs is not given; otherwise the root lives in memory)\n"
    "  --ephemeral            changes to the root file system are thrown away at the end\n"
    "  --disk FILE[,ro|,snapshot]  a disk: an image or a block device. May be repeated\n"
    "  --share NAME=DIR[,ro]  a directory of the host as scheme NAME. May be repeated\n"
    "  --export DIR           mount the system's name space on a directory of the host\n"
    "  --initfs FILE          the boot archive (default: initfs.cpio beside umk)\n"
    "  --user NAME            log in as NAME, without a password\n"
    "  --as NAME              run COMMAND as that user\n"
    "  --wrap SERVER=COMMAND  run a server under a tool, unconfined; SERVER=@FILE: run FILE\n"
    "                         of the host in its place\n"
    "  --debug                images of programs are real files, for debuggers\n"
    "  --verbose              the kernel's log on standard error\n"
    "  --trace FILE           every call and reply, for Chrome's or Perfetto's trace viewer\n";

void complain(const char *format, ...)
{
    char line[1024];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    fprintf(stderr, "umk: %s\n", line);
}

static bool parse_size(const char *text, u64 *size)
{
    char *end;
    u32 shift = 0;

    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    unsigned long long n = strtoull(text, &end, 10);
    if (*end == 'K' || *end == 'k')
        shift = 10;
    else if (*end == 'M' || *end == 'm')
        shift = 20;
    else if (*end == 'G' || *end == 'g')
        shift = 30;
    end += shift != 0;
    if (errno || *end || n > (UINT64_MAX >> shift))
        return false;
    *size = n << shift;
    return true;
}

static bool add_wrap(struct options *o, const char *value)
{
    const char *equals = strchr(value, '=');

    if (!equals || equals == value || !equals[1 + strspn(equals + 1, " ")]) {
        complain("--wrap takes SERVER=COMMAND, not '%s'", value);
        return false;
    }
    if (o->nwraps == WRAPS_MAX) {
        complain("at most %u servers can be wrapped", WRAPS_MAX);
        return false;
    }
    o->wraps[o->nwraps++] = (struct wrap){value, (size_t)(equals - value), equals + 1};
    return true;
}

static bool set_memory(struct options *o, const char *value)
{
    if (!parse_size(value, &o->memory)) {
        complain("--mem takes a size such as 256M, not '%s'", value);
        return false;
    }
    if (o->memory < MEMORY_MIN) {
        complain("--mem: a system needs at least %lluM", MEMORY_MIN >> 20);
        return false;
    }
    return true;
}

#define CPUS_MAX 1024u

static bool set_cpus(struct options *o, const char *value)
{
    char *end;
    unsigned long n = strtoul(value, &end, 10);

    if (end == value || *end || n > CPUS_MAX || value[0] == '-') {
        complain("--cpus %s: a number from 0 (Linux schedules) to %u", value, CPUS_MAX);
        return false;
    }
    o->cpus = (u32)n;
    return true;
}

static bool set_paging(struct options *o, const char *value)
{
    o->paged = !strcmp(value, "emulated");
    if (o->paged || !strcmp(value, "native"))
        return true;
    complain("--paging is native or emulated, not '%s'", value);
    return false;
}

static bool set_initfs(struct options *o, const char *value)
{
    o->initfs = value;
    return true;
}

static bool set_user(struct options *o, const char *value)
{
    if (!*value || *value == '-' || o->user) {
        complain("--user and --as take the name of one user, not '%s'", value);
        return false;
    }
    o->user = value;
    return true;
}

static bool set_as(struct options *o, const char *value)
{
    o->needs_command = true;
    return set_user(o, value);
}

static bool set_trace(struct options *o, const char *value)
{
    o->trace = value;
    return true;
}

static bool add_disk(struct options *o, const char *value)
{
    return drives_add(&o->storage, value);
}

static bool add_share(struct options *o, const char *value)
{
    return drives_share(&o->storage, value);
}

static bool set_image(struct options *o, const char *value)
{
    o->storage.image = value;
    return true;
}

static bool set_export(struct options *o, const char *value)
{
    o->storage.export_to = value;
    return true;
}

static bool set_instance(struct options *o, const char *value)
{
    o->instance = value;
    return true;
}

static const struct value_option {
    const char *name;
    bool (*set)(struct options *o, const char *value);
} run_options[] =
    {
        {"--user", set_user},   {"--as", set_as},         {"--mem", set_memory},
        {"--cpus", set_cpus},   {"--initfs", set_initfs}, {"--wrap", add_wrap},
        {"--trace", set_trace}, {"--disk", add_disk},     {"--share", add_share},
        {"--image", set_image}, {"--export", set_export}, {"--paging", set_paging},
        {NULL, NULL},
},
  tool_options[] = {
      {"-i", set_instance},
      {NULL, NULL},
};

/* An option with a value, as two words or as NAME=VALUE. 1: taken, 0: not one of these, -1: bad. */
static int value_option(struct options *o, const struct value_option *table, char ***argv)
{
    const char *word = **argv;

    for (; table->name; table++) {
        size_t len = strlen(table->name);
        if (strncmp(word, table->name, len))
            continue;
        const char *value = NULL;
        if (word[len] == '=' && word[1] == '-')
            value = word + len + 1;
        else if (word[len])
            continue;
        else if (!(value = *++*argv)) {
            complain("%s needs a value", table->name);
            return -1;
        }
        return table->set(o, value) ? 1 : -1;
    }
    return 0;
}

static bool flag_option(bool *flag, const char *name, const char *word)
{
    if (strcmp(word, name))
        return false;
    *flag = true;
    return true;
}

/* Before the kernel process, so that a second one of the same system would find it open. */
static bool open_storage(struct options *o)
{
    char own[4200];

    /* a boot archive given by name is a system by itself */
    bool look = !o->initfs && boot_beside(own, sizeof own, "umk.img");
    return drives_open(&o->storage, look ? own : NULL);
}

static int verb_run(char **argv)
{
    static struct options o = {.memory = MEMORY_DEFAULT};

    for (; *argv; argv++) {
        if (!strcmp(*argv, "--")) {
            if (!argv[1]) {
                complain("there is no command after --");
                return 2;
            }
            o.command = argv + 1;
            break;
        }
        if (flag_option(&o.verbose, "--verbose", *argv) ||
            flag_option(&o.debug, "--debug", *argv) ||
            flag_option(&o.storage.ephemeral, "--ephemeral", *argv))
            continue;
        int r = value_option(&o, run_options, &argv);
        if (r < 0)
            return 2;
        if (!r) {
            complain("unknown option '%s' (umk help lists them)", *argv);
            return 2;
        }
    }
    if (o.needs_command && !o.command) {
        complain("--as needs a command after --; --user logs in");
        return 2;
    }
    if (o.user && !o.needs_command && o.command) {
        complain("--user logs in; a command of a user is run with --as");
        return 2;
    }
    return open_storage(&o) ? supervisor_run(&o) : 2;
}

/* Options of ps, kill, gdb and doctor. The rest of the words start at *rest; false: bad. */
static bool tool_usage(char **argv, struct options *o, char ***rest)
{
    for (; *argv && (*argv)[0] == '-' && strcmp(*argv, "--"); argv++) {
        if (flag_option(&o->json, "--json", *argv))
            continue;
        int r = value_option(o, tool_options, &argv);
        if (r < 0)
            return false;
        if (!r) {
            complain("unknown option '%s' (umk help lists them)", *argv);
            return false;
        }
    }
    *rest = argv;
    return true;
}

/* A verb with one name and perhaps words after --. */
static bool target_usage(char **argv, struct options *o, const char **target, char ***more)
{
    char **rest;

    if (!tool_usage(argv, o, &rest))
        return false;
    if (!*rest || !strcmp(*rest, "--")) {
        complain("a process's name or pid is missing");
        return false;
    }
    *target = *rest++;
    if (*rest && strcmp(*rest, "--")) {
        complain("unexpected '%s'", *rest);
        return false;
    }
    *more = *rest ? rest + 1 : rest;
    return true;
}

static int verb_tool(const char *verb, char **argv)
{
    struct options o = {0};
    const char *target;
    char **rest;

    if (!strcmp(verb, "kill") || !strcmp(verb, "gdb")) {
        if (!target_usage(argv, &o, &target, &rest))
            return 2;
        return verb[0] == 'k' ? cli_kill(&o, target) : cli_gdb(&o, target, rest);
    }
    if (!tool_usage(argv, &o, &rest))
        return 2;
    if (*rest) {
        complain("unexpected '%s'", *rest);
        return 2;
    }
    return verb[0] == 'p' ? cli_ps(&o) : doctor(o.json);
}

/* A standard stream that is closed must not become one of our own descriptors. */
static void open_standard_streams(void)
{
    int fd;

    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv)
{
    const char *verb = argc > 1 ? argv[1] : "";

    open_standard_streams();

    if (!strcmp(verb, "run"))
        return verb_run(argv + 2);
    if (!strcmp(verb, "ps") || !strcmp(verb, "kill") || !strcmp(verb, "gdb") ||
        !strcmp(verb, "doctor"))
        return verb_tool(verb, argv + 2);
    if (!strcmp(verb, "help") || !strcmp(verb, "--help") || !strcmp(verb, "-h")) {
        fputs(help_text, stdout);
        return 0;
    }
    if (!strcmp(verb, "version") || !strcmp(verb, "--version")) {
        puts("umk " VERSION);
        return 0;
    }
    if (*verb)
        complain("unknown command '%s' (umk help lists them)", verb);
    else
        complain("a command is missing (umk help lists them)");
    return 2;
}
