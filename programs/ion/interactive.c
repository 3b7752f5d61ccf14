/* Reading commands from standard input, see interactive.h. */
#include "interactive.h"

#include "config.h"
#include "eval.h"
#include "history.h"
#include "input.h"
#include "jobs.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Creates an empty initrc where there is none, and runs it. */
static void run_initrc(struct shell *sh)
{
    int error;
    char *file = config_file("XDG_CONFIG_HOME", ".config", "initrc");
    if (!file)
        return;
    if (access(file, F_OK) < 0) {
        config_make_parents(file);
        int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd >= 0)
            close(fd);
    }
    if (run_file(sh, file, &error) < 0)
        shell_report(sh);
    free(file);
}

static void show_prompt(struct shell *sh, bool continued)
{
    struct arena_mark mark = arena_mark(&sh->temp);
    const char *text = continued ? "    " : prompt_text(sh);
    fd_write(STDOUT_FILENO, text, strlen(text));
    arena_release(&sh->temp, mark);
}

/* Runs what was entered; its lines go to the history as one entry. */
static void run_entry(struct shell *sh, struct buf *text)
{
    struct buf line = {0};
    while (text->len > 0 && text->text[text->len - 1] == '\n')
        text->text[--text->len] = '\0';
    if (text->len == 0)
        return;
    history_expand(sh, text->text, &line);
    if (run_input(sh, buf_text(&line), line.len, NULL) < 0) {
        sh->status = sh->failure.signal ? 128 + sh->failure.signal : 1;
        shell_report(sh);
    }
    for (size_t i = 0; i < line.len; i++) {
        if (line.text[i] == '\n')
            line.text[i] = ' ';
    }
    history_add(sh, buf_text(&line));
    buf_free(&line);
}

void run_interactive(struct shell *sh)
{
    struct input in;
    struct buf text = {0};
    history_variables(sh);
    run_initrc(sh);
    history_start(sh);
    input_start(&in, STDIN_FILENO);
    for (;;) {
        jobs_poll(sh);
        show_prompt(sh, text.len > 0);
        enum input_result r = input_line(&in, &text);
        if (r == INPUT_INTERRUPTED || signals_pending()) {
            signals_take();
            fd_write(STDOUT_FILENO, "\n", 1);
            buf_clear(&text);
            continue;
        }
        if (r == INPUT_END)
            break;
        if (text_is_incomplete(buf_text(&text), text.len))
            continue;
        run_entry(sh, &text);
        buf_clear(&text);
    }
    buf_free(&text);
    fd_write(STDOUT_FILENO, "\n", 1);
    history_save(sh);
    if (sh->hup_on_exit)
        jobs_hang_up(sh);
}

int run_stdin(struct shell *sh, bool go_on)
{
    struct input in;
    struct buf text = {0};
    unsigned line = 1;
    unsigned next = 1;
    int result = 0;
    input_start(&in, STDIN_FILENO);
    for (;;) {
        enum input_result r = input_line(&in, &text);
        next++;
        if (r == INPUT_LINE && text_is_incomplete(buf_text(&text), text.len))
            continue;
        if (text.len > 0 && run_text(sh, text.text, text.len, NULL, line) < 0) {
            sh->status = 1;
            if (!go_on) {
                result = -1;
                break;
            }
            shell_report(sh);
        }
        buf_clear(&text);
        line = next;
        if (r != INPUT_LINE)
            break;
    }
    buf_free(&text);
    return result;
}
