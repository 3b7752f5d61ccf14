/* What the parts of the pager share: commands (commands.c), the prompt (prompt.c), files (pager.c).
 */
#ifndef COMMON_PAGER_STATE_H
#define COMMON_PAGER_STATE_H

#include "pager.h"
#include "view.h"

#define MARKS 26

struct pager {
    struct pager_options opt;
    char **names;
    size_t count, current; /* files, and the one that is shown */
    struct pager_text text;
    bool is_open;
    struct view view;
    struct search search;
    const char *typed;           /* keys that the command line gave, still to be read */
    size_t number;               /* typed before a command; 0: none */
    size_t window, half;         /* rows that space and d move; 0: the screen, half of it */
    bool following, done, fresh; /* fresh: nothing was typed since the file was opened */
    int status;
    char message[512]; /* for the prompt, once */
    struct {
        bool set;
        struct place at;
    } marks[MARKS];
    struct place last; /* where the last jump came from */
};

/* --- pager.c --- */

/* Shows file `index`; false, with a message, when it cannot be opened. */
bool pager_show(struct pager *p, size_t index);
/* A text in the place of the files, until q. */
void pager_help(struct pager *p);

/* --- prompt.c --- */

__attribute__((format(printf, 2, 3))) void pager_say(struct pager *p, const char *fmt, ...);
/* The next key that was typed or given; other sizes are heeded here. */
int pager_key(struct pager *p, int timeout, int also);
/* Paints the screen, and what the prompt is to say. */
void pager_paint(struct pager *p);
/* Asks for a line behind `title`; false when it was cancelled. To be freed. */
bool pager_ask(struct pager *p, const char *title, char **answer);

/* --- commands.c --- */

void pager_command(struct pager *p, int key);

#endif
