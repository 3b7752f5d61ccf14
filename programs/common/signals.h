/* Signals by name ("TERM", "SIGTERM", "15"). */
#ifndef COMMON_SIGNALS_H
#define COMMON_SIGNALS_H

/* -1 when the text names none. A number above 128 is taken for the exit status of a killed program.
 */
int signal_number(const char *text);

/* Without "SIG"; null when there is no such signal. */
const char *signal_name(int sig);

#endif
