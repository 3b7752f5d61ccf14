/*
 * The line editor. editor_read shows a prompt and returns one edited line. It knows nothing of the
 * shell: what it needs (history, completion, whether a text can run) it asks through struct
 * edit_source.
 *
 *     keys.c      bytes to keys               screen.c    painting
 *     line.c      the text and its changes    terminal.c  raw mode, size, bytes
 *     emacs.c vi.c  what keys do              recall.c    history, suggestion
 *     search.c    incremental search          menu.c      the list of completions
 */
#ifndef ION_EDITOR_EDITOR_H
#define ION_EDITOR_EDITOR_H

#include "../mem.h"

/* Completions: texts that can stand in the place of a word. */
struct choices {
    char **items; /* sorted, without repetitions; each is malloc'ed */
    size_t count;
    size_t start; /* of the word in the line */
};

struct edit_source {
    void *arg;
    /* The history: how many entries, and one of them, 0 being the oldest. */
    size_t (*entries)(void *arg);
    const char *(*entry)(void *arg, size_t at);
    /* Fills `out` with what can stand for the word that ends at `cursor`. The editor frees it. */
    void (*complete)(void *arg, const char *text, size_t cursor, struct choices *out);
    /* True when the text cannot run as it is: why goes to *message, the byte to *at. */
    bool (*wrong)(void *arg, const char *text, struct buf *message, size_t *at);
    /* A child has ended: true when there is something to print, which `tell` then does. */
    bool (*has_news)(void *arg);
    void (*tell)(void *arg);
};

struct edit_options {
    const char *prompt;
    bool vi;
    const char *insert_mark; /* before the prompt in vi's modes */
    const char *normal_mark;
};

enum edit_result {
    EDIT_LINE,        /* a line, without its newline */
    EDIT_END,         /* Ctrl-D on an empty line, or the terminal is gone */
    EDIT_INTERRUPTED, /* Ctrl-C */
    EDIT_NO_TERMINAL  /* the terminal cannot do what the editor needs */
};

struct editor;

struct editor *editor_new(const struct edit_source *source);
void editor_free(struct editor *e);
/* Drops what was typed ahead, which otherwise stays for the next editor. */
void editor_forget_typed(void);

/* True when there is a terminal that can be edited on. */
bool editor_is_usable(void);

/* The line goes to `out`, which is cleared first. `was_empty`: Ctrl-C came on an empty line. The
 * terminal stays the editor's, for the next line, until editor_rest. */
enum edit_result editor_read(struct editor *e, const struct edit_options *options, struct buf *out,
                             bool *was_empty);

/* Gives the terminal back: before anything else uses it. */
void editor_rest(void);

#endif
