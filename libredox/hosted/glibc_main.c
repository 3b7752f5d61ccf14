/*
 * The main of a server linked with the host's C library (sanitizer builds): attaches to the
 * kernel, and calls the server's own main with the arguments the system gave. It runs
 * unconfined, since the sanitizers' runtimes need the host.
 */
#include "hosted.h"
#include <stdlib.h>

int server_main(int argc, char **argv);
extern char **environ;

const struct rx_start *rx_hosted_attach(void)
{
    static const u64 no_auxv[2];

    hosted_attach(no_auxv);
    return &gate_start.start;
}

int main(void)
{
    const struct rx_start *s = rx_hosted_attach();

    environ = s->envp;
    gate_exit((u32)server_main(s->argc, s->argv));
}
