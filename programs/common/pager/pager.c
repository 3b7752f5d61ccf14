/* The pager: its files, and the loop of painting and reading keys; see pager.h. */
#include "pager.h"

#include "../error.h"
#include "../keyboard.h"
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* How often a file that is followed is looked at, in milliseconds. */
#define FOLLOW_MS 250

static const char help[] =
    "  Keys (N: a number typed before)\n\n"
    "  space f ^F PageDown   a screen forward, or N rows    b ^B PageUp   back\n"
    "  Enter j e Down        a row forward, or N rows       k y Up        back\n"
    "  d ^D                  half a screen forward          u ^U          back\n"
    "  g < Home              first line, or line N          G > End       last line, or line N\n"
    "  p %                   N percent into the text        F             follow what is added\n"
    "  Left Right            to the sides, when long lines are cut\n\n"
    "  /TEXT ?TEXT           search forward, back; !TEXT: lines without it\n"
    "  n N                   the same again, the other way\n"
    "  ma 'a ''              mark a place, go there, go back\n\n"
    "  -S -N -R -s -i -I     cut long lines, numbers, colours, blank lines, case\n"
    "  :n :p :x              next, previous, first file     = :f          where we are\n"
    "  r ^L                  paint again                    h             this\n"
    "  q :q ^C               end\n";

/* Reads of a pipe wait for it only where a command needs what it will bring. */
static bool patient;

static bool may_read(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode)))
        return true;
    return patient ? keyboard_wait_for(fd) : keyboard_is_ready(fd);
}

static void close_text(struct pager *p)
{
    if (p->is_open)
        text_close(&p->text);
    p->is_open = false;
}

static void use_text(struct pager *p)
{
    p->is_open = true;
    p->view.text = &p->text;
    p->view.top = p->last = (struct place){0, 0};
    p->fresh = true;
    p->following = false;
    memset(p->marks, 0, sizeof p->marks);
    view_changed(&p->view);
}

/* Opens an operand; why it cannot be shown goes to *why. */
static int open_file(const char *name, const char **why)
{
    struct stat st;
    int fd = open_quietly(name);
    if (fd < 0) {
        *why = strerror(errno);
        return -1;
    }
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        *why = "Is a directory";
        close_operand(fd);
        return -1;
    }
    return fd;
}

bool pager_show(struct pager *p, size_t index)
{
    const char *why;
    int fd = open_file(p->names[index], &why);
    if (fd < 0) {
        pager_say(p, "%s: %s", p->names[index], why);
        return false;
    }
    close_text(p);
    text_open(&p->text, fd, may_read);
    p->current = index;
    use_text(p);
    return true;
}

static void loop(struct pager *p)
{
    bool shown = false;
    while (!p->done) {
        bool typed = p->typed && *p->typed;
        patient = false;
        if (!typed)
            pager_paint(p);
        shown |= !typed;
        bool waits = !p->text.regular && p->text.fd >= 0 && !p->text.ended &&
                     (p->following || view_has_room(&p->view));
        int timeout = p->following && !waits ? FOLLOW_MS : -1;
        int key = pager_key(p, timeout, waits ? p->text.fd : -1);
        if (p->text.error) {
            pager_say(p, "read error: %s", strerror(p->text.error));
            p->text.error = 0;
            p->status = 1;
        }
        if (p->following && (key == KEY_NONE || key == KEY_READY)) {
            size_t before = p->text.count;
            off_t size = p->text.scanned;
            text_again(&p->text);
            text_read_all(&p->text, keyboard_interrupted);
            if (p->text.count < before)
                p->view.top = (struct place){0, 0};
            view_to_end(&p->view);
            if (size != p->text.scanned)
                view_changed(&p->view);
        } else if (key == KEY_READY) {
            view_changed(&p->view);
        } else if (p->following && key != KEY_RESIZED) {
            p->following = false; /* ^C, or any key */
        } else if (key != KEY_NONE && key != KEY_RESIZED) {
            patient = true;
            pager_command(p, key);
        }
    }
    /* what stays on a screen that was not its own has no prompt below it */
    if (shown)
        view_paint(&p->view, "", false);
}

void pager_help(struct pager *p)
{
    struct pager h = {.opt = p->opt, .view = p->view};
    text_open_memory(&h.text, help, sizeof help - 1);
    h.view.starts = NULL;
    h.view.cap = 0;
    h.view.search = &h.search;
    use_text(&h);
    pager_say(&h, "Help: q to go back");
    loop(&h);
    close_text(&h);
    search_free(&h.search);
    free(h.view.starts);
    view_set_size(&p->view, h.view.rows, h.view.columns);
}

/* Into a pipe or a file: the texts as they are. */
static int pass_through(char **names, int count)
{
    int status = 0;
    for (int i = 0; i < (count ? count : 1); i++) {
        const char *name = count ? names[i] : "-";
        int fd = open_operand(name), result = fd < 0 ? 0 : copy_fd(fd, STDOUT_FILENO);
        if (result == -2)
            die_errno(1, "write error");
        if (result == -1)
            warn_errno("%s", name);
        if (fd < 0 || result < 0)
            status = 1;
        if (fd >= 0)
            close_operand(fd);
    }
    return status;
}

/* The files that can be shown; the others are complained about. */
static size_t usable(char **names, int count)
{
    size_t kept = 0;
    const char *why;
    for (int i = 0; i < count; i++) {
        int fd = open_file(names[i], &why);
        if (fd < 0) {
            warn_text("%s: %s", names[i], why);
            continue;
        }
        close_operand(fd);
        names[kept++] = names[i];
    }
    return kept;
}

/* True when the whole text is read and fits on the screen. */
static bool fits(struct pager *p)
{
    patient = true;
    return view_at_end(&p->view) && p->text.ended;
}

static void print_all(struct pager *p)
{
    for (size_t n = 0; text_has(&p->text, n); n++) {
        size_t len;
        const char *line = text_line(&p->text, n, &len);
        if (write_all(STDOUT_FILENO, line, len) < 0 || write_all(STDOUT_FILENO, "\n", 1) < 0)
            die_errno(1, "write error");
    }
}

int pager_main(const struct pager_options *options, char **names, int count)
{
    static char standard_input[] = "-", *only_stdin[] = {standard_input};
    struct pager p = {.opt = *options, .typed = options->keys};
    size_t rows, columns;
    if (!isatty(STDOUT_FILENO))
        return pass_through(names, count);
    if (count == 0 && isatty(STDIN_FILENO))
        die_usage(1, "missing filename");
    p.names = count ? names : only_stdin;
    p.count = count ? usable(names, count) : 1;
    if (p.count == 0)
        return 1;
    p.status = count > 0 && p.count < (size_t)count;
    p.view.style = options->style;
    p.view.numbers = options->numbers;
    p.view.squeeze = options->squeeze;
    p.view.scrolls = options->more;
    p.view.search = &p.search;
    /* A text that is only printed needs no screen, but its size. */
    if (!keyboard_open(!options->more && !options->plain && !options->one_page))
        return pass_through(names, count);
    keyboard_size(&rows, &columns);
    view_set_size(&p.view, rows, columns);
    p.done = !pager_show(&p, 0);
    if (!p.done && p.count == 1 && (options->more || options->one_page) && fits(&p)) {
        p.done = true;
        print_all(&p);
    } else if (options->one_page && !options->more && !options->plain) {
        keyboard_close();
        keyboard_open(true);
    }
    loop(&p);
    keyboard_close();
    close_text(&p);
    search_free(&p.search);
    free(p.view.starts);
    return p.status;
}
