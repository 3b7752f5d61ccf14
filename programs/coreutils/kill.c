/* kill: sends signals, and translates their names and numbers. */
#include "common/error.h"
#include "common/signals.h"
#include "common/size.h"

#include <ctype.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char usage[] = "Usage: kill [-s SIGNAL | -SIGNAL] PID...\n       kill -l [SIGNAL]...\n"
                            "Send SIGNAL (default TERM) to processes, or list signals.\n";

static int list(char **words)
{
    if (!*words) {
        for (int sig = 1; sig < 32; sig++) {
            const char *name = signal_name(sig);
            if (name)
                puts(name);
        }
        return finish(0);
    }
    int status = 0;
    for (; *words; words++) {
        int sig = signal_number(*words);
        if (sig < 0) {
            warn_text("'%s': invalid signal", *words);
            status = 1;
        } else if (isdigit((unsigned char)**words)) {
            const char *name = signal_name(sig);
            printf("%s\n", name ? name : *words);
        } else {
            printf("%d\n", sig);
        }
    }
    return finish(status);
}

static bool send_to(const char *word, int sig)
{
    int64_t pid;
    if (!signed_parse(word, &pid) || pid != (pid_t)pid) {
        warn_text("'%s': invalid process id", word);
        return false;
    }
    if (kill((pid_t)pid, sig) < 0) {
        warn_errno("(%s)", word);
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    int sig = SIGTERM;
    char **words = argv + (argc > 0);
    prog_start(argv);
    if (*words && strcmp(*words, "--help") == 0) {
        fputs(usage, stdout);
        return finish(0);
    }
    if (*words &&
        (strcmp(*words, "-l") == 0 || strcmp(*words, "-L") == 0 || strcmp(*words, "--list") == 0))
        return list(words + 1);
    if (*words && (strcmp(*words, "-s") == 0 || strcmp(*words, "-n") == 0)) {
        if (!words[1])
            die_usage(1, "option requires an argument -- '%c'", (*words)[1]);
        sig = signal_number(words[1]);
        if (sig < 0)
            die(1, "'%s': invalid signal", words[1]);
        words += 2;
    } else if (*words && (*words)[0] == '-' && (*words)[1] && strcmp(*words, "--") != 0) {
        sig = signal_number(*words + 1);
        if (sig < 0)
            die_usage(1, "'%s': invalid signal", *words + 1);
        words++;
    }
    if (*words && strcmp(*words, "--") == 0)
        words++;
    if (!*words)
        die_usage(1, "no process ID specified");
    bool ok = true;
    for (; *words; words++)
        ok &= send_to(*words, sig);
    return ok ? 0 : 1;
}
