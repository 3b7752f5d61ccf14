/*
 * Diagnostics of the utilities: every message goes to stderr as "PROGRAM: TEXT", the way the
 * GNU tools word them, and standard output is checked for write errors once, at the end.
 */
#ifndef COMMON_ERROR_H
#define COMMON_ERROR_H

#include <stdnoreturn.h>

/* The name messages carry: the last component of argv[0]. */
extern const char *prog_name;

/* Must be called first in main. */
void prog_start(char **argv);

__attribute__((format(printf, 1, 2))) void warn_text(const char *fmt, ...);

/* As warn_text, with ": " and the text of errno appended. */
__attribute__((format(printf, 1, 2))) void warn_errno(const char *fmt, ...);

__attribute__((format(printf, 2, 3))) noreturn void die(int status, const char *fmt, ...);
__attribute__((format(printf, 2, 3))) noreturn void die_errno(int status, const char *fmt, ...);

/* A wrong call: prints the text and where help is to be had, and exits with status. */
__attribute__((format(printf, 2, 3))) noreturn void die_usage(int status, const char *fmt, ...);

/* Flushes stdout; the exit status: `status`, or 1 with a message when output was lost. */
int finish(int status);

#endif
