/*
 * The terminal of a program that fills the screen (less, more, top): keys as they are typed, and
 * its size. The keys come from the terminal itself, so that standard input may be something else.
 *
 * Between keyboard_open and keyboard_close the terminal neither shows what is typed nor waits for
 * whole lines. However the program ends, exit included, the terminal is as it was before; SIGTERM
 * and SIGHUP end it after that too, ^Z stops it with the terminal given back.
 */
#ifndef COMMON_KEYBOARD_H
#define COMMON_KEYBOARD_H

#include <stdbool.h>
#include <stddef.h>

enum {
    KEY_NONE = -1,      /* nothing within the time */
    KEY_GONE = -2,      /* the terminal is */
    KEY_RESIZED = -3,   /* another size, or back from being stopped: paint everything */
    KEY_INTERRUPT = -4, /* ^C */
    KEY_READY = -5,     /* `also` can be read */
    KEY_UP = 0x110000,  /* beyond all characters */
    KEY_DOWN,
    KEY_LEFT,
    KEY_RIGHT,
    KEY_PAGE_UP,
    KEY_PAGE_DOWN,
    KEY_HOME,
    KEY_END,
    KEY_UNKNOWN,
    KEY_ESC = 27
};

#define KEY_CTRL(letter) ((letter) - 'A' + 1)

/* False, with errno, when there is no terminal. alternate: on a screen of its own. */
bool keyboard_open(bool alternate);
void keyboard_close(void);

/*
 * The next key: a character (code point), or one of the above. Waits so many milliseconds, below 0
 * for ever; and for `also` to have something to read, unless that is below 0.
 */
int keyboard_key(int timeout, int also);

/* True once after ^C, for whoever is busy and reads no keys. */
bool keyboard_interrupted(void);

/* Waits until fd has something to read; false when a key, ^C or another size came before. */
bool keyboard_wait_for(int fd);
/* Whether it has something now. */
bool keyboard_is_ready(int fd);

void keyboard_size(size_t *rows, size_t *columns);

#endif
