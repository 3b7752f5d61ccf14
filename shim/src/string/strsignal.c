/* Texts of the signals. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#define TEXTS 32

static const char *const texts[TEXTS] = {
    NULL,
    "Hangup",
    "Interrupt",
    "Quit",
    "Illegal instruction",
    "Trace/breakpoint trap",
    "Aborted",
    "Bus error",
    "Floating point exception",
    "Killed",
    "User defined signal 1",
    "Segmentation fault",
    "User defined signal 2",
    "Broken pipe",
    "Alarm clock",
    "Terminated",
    "Stack fault",
    "Child exited",
    "Continued",
    "Stopped (signal)",
    "Stopped",
    "Stopped (tty input)",
    "Stopped (tty output)",
    "Urgent I/O condition",
    "CPU time limit exceeded",
    "File size limit exceeded",
    "Virtual timer expired",
    "Profiling timer expired",
    "Window changed",
    "I/O possible",
    "Power failure",
    "Bad system call",
};

char *strsignal(int sig)
{
    static _Thread_local char unknown[32];

    if (sig > 0 && sig < TEXTS)
        return (char *)texts[sig];
    if (sig >= SIGRTMIN && sig <= SIGRTMAX)
        snprintf(unknown, sizeof unknown, "Real-time signal %d", sig - SIGRTMIN);
    else
        snprintf(unknown, sizeof unknown, "Unknown signal %d", sig);
    return unknown;
}
