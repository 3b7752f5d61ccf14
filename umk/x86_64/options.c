/* See options.h. */
#include "umk/x86_64/options.h"
#include "umk/core/core.h"
#include "umk/x86_64/pvh.h"

static char env[COMMAND_LINE_MAX + 512];

static u64 number(const char *s, u64 base)
{
    u64 v = 0;

    if (base == 16 && s[0] == '0' && s[1] == 'x')
        s += 2;
    for (;; s++) {
        u32 low = (u32)(u8)*s | 32u;
        u64 d = *s >= '0' && *s <= '9'     ? (u64)(*s - '0')
                : low >= 'a' && low <= 'f' ? low - 'a' + 10
                                           : 16;

        if (d >= base)
            return v;
        v = v * base + d;
    }
}

static bool is(const char *word, const char *name, const char **value)
{
    size_t n = strlen(name);

    if (memcmp(word, name, n) != 0)
        return false;
    *value = word + n;
    return true;
}

/* COLUMNSxROWS */
static void read_size(const char *s, struct console_options *o)
{
    o->columns = (u16)number(s, 10);
    while (*s && *s != 'x' && *s != ' ')
        s++;
    o->rows = *s == 'x' ? (u16)number(s + 1, 10) : 0;
}

static void own_word(const char *w, struct options *o)
{
    const char *v;

    if (is(w, "umk.tty=", &v))
        o->console.tty = *v == '1';
    else if (is(w, "umk.size=", &v))
        read_size(v, &o->console);
    else if (is(w, "umk.stdin=", &v))
        o->console.framed = *v == 'd';
    else if (is(w, "umk.err=", &v))
        o->console.err_port = (u16)number(v, 16);
    else if (is(w, "umk.log=", &v))
        o->console.log_port = (u16)number(v, 16);
    else if (is(w, "umk.exit=", &v))
        o->exit_port = (u16)number(v, 16);
    else if (is(w, "umk.time=", &v))
        o->real_seconds = number(v, 10);
    else if (is(w, "umk.cpus=", &v))
        o->cpus = (u32)number(v, 10);
}

void options_add_env(const char *line)
{
    size_t used = strlen(env), n = strlen(line);

    if (n + 1 > sizeof(env) - 1 - used)
        return;
    memcpy(env + used, line, n);
    env[used + n] = '\n';
    env[used + n + 1] = '\0';
}

void options_read(const char *line, struct options *out)
{
    size_t used = 0;

    memset(out, 0, sizeof(*out));
    out->console.columns = 80;
    out->console.rows = 24;
    while (*line) {
        size_t n = 0;
        bool assigns = false;

        while (*line == ' ')
            line++;
        for (; line[n] && line[n] != ' '; n++)
            assigns |= line[n] == '=';
        if (n > 4 && memcmp(line, "umk.", 4) == 0) {
            own_word(line, out);
        } else if (assigns) {
            memcpy(env + used, line, n);
            used += n;
            env[used++] = '\n';
        }
        line += n;
    }
    env[used] = '\0';
    out->env = env;
}
