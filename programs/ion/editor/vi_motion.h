/* Where vi's motions lead. Nothing is changed here. */
#ifndef ION_EDITOR_VI_MOTION_H
#define ION_EDITOR_VI_MOTION_H

#include "line.h"

struct vi_target {
    size_t at;
    bool inclusive; /* an operator takes the character there, too */
};

/* One of h l 0 ^ $ w W b B e E and blank; false when it leads nowhere. */
bool vi_motion(const struct line *l, char c, unsigned count, bool for_operator,
               struct vi_target *out);

/* ge (c is e) and gE: back to the end of a word. */
bool vi_back_end(const struct line *l, char c, unsigned count, struct vi_target *out);

/*
 * f F t T to the count-th `text` in the row. `again`: a repetition, for which t and T do not find
 * where they already are.
 */
bool vi_find(const struct line *l, char kind, const struct buf *text, unsigned count, bool again,
             struct vi_target *out);

size_t vi_first_nonblank(const struct line *l);

#endif
