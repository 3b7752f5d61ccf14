#ifndef _BITS_MBSTATE_H
#define _BITS_MBSTATE_H

/* A partly read UTF-8 character: bits so far, and bytes yet to come. Zero is the initial state. */
typedef struct {
    unsigned int __value;
    unsigned int __left;
} mbstate_t;

#endif
