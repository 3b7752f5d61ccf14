/* Builtins of the prompt: history, keybindings, huponexit. */
#include "builtin.h"

#include "history.h"

#include <string.h>

static int run_history(struct shell *sh, int argc, char **argv)
{
    struct buf out = {0};
    for (int i = 1; i < argc; i++) {
        if (!history_option(sh, argv[i]))
            builtin_fail(sh, "history", 0, "unknown option '%s'", argv[i]);
    }
    if (argc > 1)
        return 0;
    for (size_t i = 0; i < history_count(sh); i++)
        buf_printf(&out, "%s\n", history_entry(sh, i));
    shell_out(sh, buf_text(&out), out.len);
    buf_free(&out);
    return 0;
}

static int run_keybindings(struct shell *sh, int argc, char **argv)
{
    bool vi = argc == 2 && strcmp(argv[1], "vi") == 0;
    if (!vi && !(argc == 2 && strcmp(argv[1], "emacs") == 0))
        return builtin_fail(sh, "keybindings", 1, "needs 'vi' or 'emacs'");
    sh->vi_keys = vi;
    return 0;
}

static int run_huponexit(struct shell *sh, int argc, char **argv)
{
    bool off = argc > 1 && (strcmp(argv[1], "off") == 0 || strcmp(argv[1], "false") == 0);
    sh->hup_on_exit = !off;
    return 0;
}

const struct builtin builtins_shell[] = {
    {"history", run_history, BUILTIN_INTERACTIVE, "[+|-inc_append] [+|-share] [+|-duplicates]",
     "list the history, or set how it is kept"},
    {"keybindings", run_keybindings, BUILTIN_INTERACTIVE, "vi | emacs", "choose the editing keys"},
    {"huponexit", run_huponexit, BUILTIN_INTERACTIVE, "[off | false]",
     "whether jobs get SIGHUP when the shell ends"},
    {0},
};
