/* The environment and the program's name: set at start. */
#include <errno.h>
#include <stddef.h>

char **environ;
extern char **__environ __attribute__((alias("environ")));
char *program_invocation_name = "";
char *program_invocation_short_name = "";
extern char *__progname __attribute__((alias("program_invocation_short_name")));
