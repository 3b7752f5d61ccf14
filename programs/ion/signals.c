/* Signals of the shell, see signals.h. */
#include "signals.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t noted;
static sigset_t original_mask;

static const int handled[] = {SIGINT, SIGHUP, SIGTERM};
static const int stopping[] = {SIGTSTP, SIGTTIN, SIGTTOU, SIGCHLD};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static void note(int sig)
{
    noted = sig;
}

void signals_start(void)
{
    struct sigaction action = {0};
    sigset_t blocked;
    /* No SA_RESTART: a wait must return so that the signal is seen. */
    action.sa_handler = note;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < COUNT(handled); i++)
        sigaction(handled[i], &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    sigemptyset(&blocked);
    for (size_t i = 0; i < COUNT(stopping); i++)
        sigaddset(&blocked, stopping[i]);
    sigprocmask(SIG_BLOCK, &blocked, &original_mask);
}

int signals_take(void)
{
    int sig = noted;
    if (sig)
        noted = 0;
    return sig;
}

int signals_pending(void)
{
    return noted;
}

void signals_for_program(sigset_t *defaults, sigset_t *mask)
{
    sigemptyset(defaults);
    for (size_t i = 0; i < COUNT(handled); i++)
        sigaddset(defaults, handled[i]);
    sigaddset(defaults, SIGPIPE);
    *mask = original_mask;
}

void signals_in_fork(bool background)
{
    struct sigaction action = {0};
    sigemptyset(&action.sa_mask);
    action.sa_handler = background ? SIG_DFL : SIG_IGN;
    for (size_t i = 0; i < COUNT(handled); i++)
        sigaction(handled[i], &action, NULL);
    action.sa_handler = SIG_DFL;
    sigaction(SIGPIPE, &action, NULL);
    sigprocmask(SIG_SETMASK, &original_mask, NULL);
    noted = 0;
}

static const struct {
    int number;
    const char *name;
} names[] = {
    {SIGHUP, "SIGHUP"},   {SIGINT, "SIGINT"},       {SIGQUIT, "SIGQUIT"},   {SIGILL, "SIGILL"},
    {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"},     {SIGBUS, "SIGBUS"},     {SIGFPE, "SIGFPE"},
    {SIGKILL, "SIGKILL"}, {SIGUSR1, "SIGUSR1"},     {SIGSEGV, "SIGSEGV"},   {SIGUSR2, "SIGUSR2"},
    {SIGPIPE, "SIGPIPE"}, {SIGALRM, "SIGALRM"},     {SIGTERM, "SIGTERM"},   {SIGCHLD, "SIGCHLD"},
    {SIGCONT, "SIGCONT"}, {SIGSTOP, "SIGSTOP"},     {SIGTSTP, "SIGTSTP"},   {SIGTTIN, "SIGTTIN"},
    {SIGTTOU, "SIGTTOU"}, {SIGURG, "SIGURG"},       {SIGXCPU, "SIGXCPU"},   {SIGXFSZ, "SIGXFSZ"},
    {SIGPROF, "SIGPROF"}, {SIGVTALRM, "SIGVTALRM"}, {SIGWINCH, "SIGWINCH"}, {SIGSYS, "SIGSYS"},
};

const char *signals_name(int sig)
{
    static char number[24];
    for (size_t i = 0; i < COUNT(names); i++) {
        if (names[i].number == sig)
            return names[i].name;
    }
    snprintf(number, sizeof number, "signal %d", sig);
    return number;
}

int signals_number(const char *name)
{
    char *end;
    long value = strtol(name, &end, 10);
    if (*name && !*end)
        return value >= 0 && value < 65 ? (int)value : -1;
    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(name, names[i].name) == 0 || strcmp(name, names[i].name + 3) == 0)
            return names[i].number;
    }
    return -1;
}

void signals_die_of(int sig)
{
    struct sigaction action = {0};
    sigset_t one;
    action.sa_handler = SIG_DFL;
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, NULL);
    sigemptyset(&one);
    sigaddset(&one, sig);
    sigprocmask(SIG_UNBLOCK, &one, NULL);
    kill(getpid(), sig);
}
