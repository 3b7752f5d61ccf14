/* From a dynamically linked program's entry (crt1.S) to its main. */
#include <stdlib.h>
#include "shim/src/internal/start.h"

extern char **environ;

_Noreturn void __umk_run_main(int (*main)(int, char **, char **));

_Noreturn void __umk_run_main(int (*main)(int, char **, char **))
{
    exit(main(__umk_start->argc, __umk_start->argv, environ));
}
