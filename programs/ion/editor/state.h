/*
 * What the parts of the editor share while a line is edited. A key goes to the search when one is
 * on, then to the list of completions, then to the key bindings.
 */
#ifndef ION_EDITOR_STATE_H
#define ION_EDITOR_STATE_H

#include "editor.h"
#include "keys.h"
#include "line.h"
#include "screen.h"

/* Walking through the history. */
struct recall {
    bool active;
    struct buf typed; /* what was typed before */
    size_t *matches;  /* numbers of entries, best first */
    size_t count;
    size_t at; /* in matches; count + 1 values: 0 is the typed text */
};

struct search {
    bool active;
    bool forward; /* which way the last step went */
    struct buf text;
    struct buf before; /* the line as it was */
    size_t *matches;   /* numbers of entries, newest first */
    size_t count;
    size_t at;
};

struct menu {
    bool active;
    struct choices choices;
    bool chosen; /* `at` is highlighted and stands in the line */
    size_t at;
    size_t end; /* of the word in the line */
};

/* vi's keys: see vi.c. */
struct vi {
    bool normal;
    unsigned count; /* typed before the command, 0: none */
    char oper;      /* d or c, waiting for its motion */
    unsigned op_count;
    char pending; /* g f F t T r: waits for one more key */
    char find;    /* last of f F t T, with its character */
    struct buf find_text;
    struct buf command; /* the keys of the command being typed, one record a key */
    struct buf last;    /* those of the last change, for `.` */
    bool changing;      /* the command has changed something */
    bool replaying;
};

enum step { STEP_ON, STEP_LINE, STEP_END, STEP_INTERRUPTED };

struct editor {
    struct edit_source source;
    struct edit_options options;
    struct line line;
    struct screen screen;
    struct recall recall;
    struct search search;
    struct menu menu;
    struct vi vi;
    struct buf prompt;   /* as shown */
    struct buf message;  /* under the line */
    struct buf checked;  /* the text whose error was shown: a second Enter runs it nevertheless */
    size_t last_word;    /* Alt-.: entry whose last word was inserted, counted from the newest */
    size_t last_word_at; /* where it was inserted */
    bool last_word_on;
};

/* editor.c: what both sets of bindings do the same way. */
enum step edit_enter(struct editor *e);
enum step edit_common(struct editor *e, const struct press *k, bool *taken);

/* emacs.c, vi.c */
enum step emacs_key(struct editor *e, const struct press *k);
enum step vi_key(struct editor *e, const struct press *k);
void vi_reset(struct editor *e);
void vi_free(struct editor *e);

/* recall.c */
void recall_older(struct editor *e);
void recall_newer(struct editor *e);
void recall_oldest(struct editor *e);
void recall_newest(struct editor *e);
/* The line was changed by hand: it is a new text now. */
void recall_forget(struct editor *e);
/* What the newest entry that begins with the line adds to it; null when there is none. */
const char *recall_suggestion(const struct editor *e);
/* Inserts the last word of the previous entry; again: of the one before. */
void recall_last_word(struct editor *e);
void recall_free(struct editor *e);

/* search.c */
void search_start(struct editor *e, bool forward);
/* Ends it when the key is none of the search's own; *taken says whether the key is used up. */
enum step search_key(struct editor *e, const struct press *k, bool *taken);
void search_free(struct editor *e);

/* menu.c */
void menu_complete(struct editor *e);
enum step menu_key(struct editor *e, const struct press *k, bool *taken);
/* The rows to show above the prompt; the caller frees the text. */
void menu_rows(const struct editor *e, struct buf *out);
void menu_close(struct editor *e);

#endif
