/*
 * The main of a server linked with the host's C library (sanitizer builds): attaches to the
 * kernel, and calls the server's own main with the arguments the system gave. It runs
 * unconfined, since the sanitizers' runtimes need the host.
 */
#include "hosted.h"
#include <stdlib.h>

int server_main(int argc, char **argv);
extern char **environ;

int main(void)
{
    const struct rx_start *s = rx_hosted_attach();

    environ = s->envp;
    gate_exit((u32)server_main(s->argc, s->argv));
}
