/*
 * From the bytes that a terminal sends to keys: UTF-8 characters, control characters, the escape
 * sequences of the usual terminals, and pasted text between its brackets. A state machine on
 * memory, without any reading.
 */
#ifndef ION_EDITOR_KEYS_H
#define ION_EDITOR_KEYS_H

#include "../mem.h"

enum key_kind {
    KEY_TEXT,  /* text: a character */
    KEY_CTRL,  /* c: the letter, small, or one of @ [ \ ] ^ _ */
    KEY_ALT,   /* c: the character it was pressed with */
    KEY_PASTE, /* text: what was pasted, newlines as \n */
    KEY_ENTER,
    KEY_TAB,
    KEY_BACKTAB,
    KEY_BACKSPACE,
    KEY_ALT_BACKSPACE,
    KEY_DELETE,
    KEY_ESCAPE,
    KEY_UP,
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_WORD_LEFT,
    KEY_WORD_RIGHT,
    KEY_HOME,
    KEY_END,
    KEY_UNKNOWN /* a sequence that means nothing here */
};

struct press {
    enum key_kind kind;
    char c;
    const char *text; /* valid until the next call */
    size_t len;
};

struct keys {
    struct buf bytes; /* not yet decoded, from `at` on */
    size_t at;
    struct buf paste;
    bool pasting;
};

void keys_free(struct keys *k);
void keys_feed(struct keys *k, const char *bytes, size_t len);

/*
 * The next key; false when more bytes are needed. `whole`: no more bytes are on their way, so a
 * lone ESC is the Escape key. `no_alt`: ESC and a character are two keys.
 */
bool keys_next(struct keys *k, bool whole, bool no_alt, struct press *out);

#endif
