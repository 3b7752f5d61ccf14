/*
 * Signals of the shell: INT, HUP and TERM are noted and acted on between statements; the stop
 * signals and CHLD are blocked; PIPE is ignored. Programs start with everything at its default.
 */
#ifndef ION_SIGNALS_H
#define ION_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

void signals_start(void);

/* The noted signal, which is thereby forgotten; 0 for none. */
int signals_take(void);
/* The same without forgetting it. */
int signals_pending(void);

/* What a spawned program starts with. */
void signals_for_program(sigset_t *defaults, sigset_t *mask);
/* In a forked copy of the shell. background: INT, HUP, TERM at default; else they are ignored. */
void signals_in_fork(bool background);

/* "SIGINT"; never null. */
const char *signals_name(int sig);
/* By name, with or without SIG, or number; -1 when there is none. */
int signals_number(const char *name);

/* Ends the process by that signal, so that the parent sees it. */
void signals_die_of(int sig);

#endif
