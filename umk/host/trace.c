/*
 * --trace: every call and reply as an event in the JSON form that Chrome's and Perfetto's viewers
 * read. One track per thread: the process is the viewer's process, the portal its thread.
 *
 * A portal has one call at a time, so a reply ends what the last call there began.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

#include "umk/core/trace.h"
#include "umk/host/host.h"

#define BUFFER_BYTES (256u << 10)
#define NAMED_MAX 32768u /* pids */

static FILE *file;
static bool named[NAMED_MAX];

static void put_string(const char *s)
{
    fputc('"', file);
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            fputc('\\', file);
        if ((unsigned char)*s >= ' ')
            fputc(*s, file);
    }
    fputc('"', file);
}

static void put_time(void)
{
    u64 now = time_now();

    fprintf(file, "%llu.%03llu", (unsigned long long)(now / 1000),
            (unsigned long long)(now % 1000));
}

static void name_process(u32 pid, const char *name)
{
    if (pid >= NAMED_MAX || named[pid])
        return;
    named[pid] = true;
    fprintf(file, "{\"ph\":\"M\",\"pid\":%u,\"name\":\"process_name\",\"args\":{\"name\":", pid);
    put_string(name);
    fputs("}},\n", file);
}

static void trace_called(u32 pid, u32 portal, const char *process, const char *call,
                         const u64 args[6])
{
    name_process(pid, process);
    fprintf(file, "{\"ph\":\"B\",\"pid\":%u,\"tid\":%u,\"ts\":", pid, portal);
    put_time();
    fputs(",\"name\":", file);
    put_string(call);
    fprintf(file, ",\"args\":{\"0\":\"%#llx\",\"1\":\"%#llx\",\"2\":\"%#llx\",\"3\":\"%#llx\"}},\n",
            (unsigned long long)args[0], (unsigned long long)args[1], (unsigned long long)args[2],
            (unsigned long long)args[3]);
}

static void trace_replied(u32 pid, u32 portal, i64 result)
{
    fprintf(file, "{\"ph\":\"E\",\"pid\":%u,\"tid\":%u,\"ts\":", pid, portal);
    put_time();
    fprintf(file, ",\"args\":{\"result\":\"%lld\"}},\n", (long long)result);
}

i64 trace_open(const char *path)
{
    static const struct trace_hooks hooks = {trace_called, trace_replied};

    if (!path)
        return 0;
    file = fopen(path, "we");
    if (!file)
        return -errno;
    setvbuf(file, NULL, _IOFBF, BUFFER_BYTES);
    fputs("[\n", file);
    core_trace = &hooks;
    return 0;
}

void trace_close(void)
{
    if (!file)
        return;
    core_trace = NULL;
    fputs("{\"ph\":\"M\",\"pid\":0,\"name\":\"end\"}\n]\n", file);
    fclose(file);
}
