/* The pager that less and more are. */
#ifndef COMMON_PAGER_PAGER_H
#define COMMON_PAGER_PAGER_H

#include "row.h"
#include "search.h"

struct pager_options {
    struct row_style style;
    enum search_case how;
    bool more;        /* as more has it: ends with the text, scrolls, a prompt of its own */
    bool numbers;     /* of lines */
    bool squeeze;     /* blank lines */
    bool one_page;    /* a text that fits on the screen is only printed */
    bool at_once;     /* ends when the end is seen, and */
    bool at_end;      /* ends with the second try to go on behind it */
    bool plain;       /* no screen of its own */
    bool percent;     /* the prompt says where the text is */
    const char *keys; /* typed first */
};

/* Shows the files, standard input when count is 0; the exit status. */
int pager_main(const struct pager_options *options, char **names, int count);

#endif
