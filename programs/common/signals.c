/* Signals by name, see signals.h. */
#include "signals.h"

#include "size.h"

#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <strings.h>

static const struct {
    int number;
    const char *name;
} table[] = {
    {0, "EXIT"},       {SIGHUP, "HUP"},       {SIGINT, "INT"},   {SIGQUIT, "QUIT"},
    {SIGILL, "ILL"},   {SIGTRAP, "TRAP"},     {SIGABRT, "ABRT"}, {SIGBUS, "BUS"},
    {SIGFPE, "FPE"},   {SIGKILL, "KILL"},     {SIGUSR1, "USR1"}, {SIGSEGV, "SEGV"},
    {SIGUSR2, "USR2"}, {SIGPIPE, "PIPE"},     {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},
    {SIGCHLD, "CHLD"}, {SIGCONT, "CONT"},     {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"},
    {SIGTTIN, "TTIN"}, {SIGTTOU, "TTOU"},     {SIGURG, "URG"},   {SIGXCPU, "XCPU"},
    {SIGXFSZ, "XFSZ"}, {SIGVTALRM, "VTALRM"}, {SIGPROF, "PROF"}, {SIGWINCH, "WINCH"},
    {SIGSYS, "SYS"},
};

int signal_number(const char *text)
{
    uint64_t value;
    if (number_parse(text, &value)) {
        if (value > 128 && value < 256)
            value -= 128;
        return value < 65 ? (int)value : -1;
    }
    if (strncasecmp(text, "SIG", 3) == 0)
        text += 3;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcasecmp(text, table[i].name) == 0)
            return table[i].number;
    }
    return -1;
}

const char *signal_name(int sig)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].number == sig)
            return table[i].name;
    }
    return NULL;
}
