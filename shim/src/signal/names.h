/* The names of signals, for those that turn one into the other. */
#ifndef SHIM_SIGNAL_NAMES_H
#define SHIM_SIGNAL_NAMES_H

#include "shim/src/internal/thread.h"

/* Names of the signals below 32, without SIG. */
extern const char *const __umk_signal_names[32] __umk_hidden;

#endif
