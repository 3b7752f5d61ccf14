/*
 * init's messages, and where the output of services goes: the scheme log once logd is up, the
 * kernel's debug scheme before that and whenever logd does not answer. Writing never waits.
 */
#ifndef INIT_LOG_H
#define INIT_LOG_H

#include "umk/abi/types.h"

extern bool log_verbose; /* INIT_LOG_LEVEL asks for every step */

/* Opens the debug scheme. Before anything else. */
void log_init(void);
/* Uses the scheme log from now on; called again each time logd has come up. */
void log_attach(void);
/* Until the console belongs to a program, what goes wrong is said there too. */
void log_leave_console(void);
/* Its program has ended: messages go there again. */
void log_take_console(void);
/* A line, without newline; "init: " is put before it. */
__attribute__((format(printf, 1, 2))) void log_line(const char *form, ...);
/* The same, only when log_verbose. */
__attribute__((format(printf, 1, 2))) void log_step(const char *form, ...);
/* A descriptor, the caller's to close, for standard input, output and error of a service. logd's
 * own is the debug scheme. */
u64 log_new_fd(bool for_logd);

#endif
