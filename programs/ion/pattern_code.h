/*
 * A compiled regular expression: the program that pattern.c makes and pattern_run.c runs. For these
 * two files only.
 */
#ifndef ION_PATTERN_CODE_H
#define ION_PATTERN_CODE_H

#include "pattern.h"

#include <stdint.h>

enum op {
    OP_CHAR,
    OP_ANY,
    OP_CLASS,
    OP_SPLIT,
    OP_JUMP,
    OP_SAVE,
    OP_START,
    OP_END,
    OP_WORD,
    OP_NOT_WORD,
    OP_MATCH
};

struct class_range {
    uint32_t first, last;
};

struct class
{
    struct class_range *items;
    size_t count;
    size_t cap;
    bool negated;
};

struct inst {
    enum op op;
    uint32_t arg; /* character, class number, slot */
    unsigned x;   /* SPLIT: preferred; JUMP: target */
    unsigned y;
};

struct name {
    char *text;
    int group;
};

struct pattern {
    struct inst *code;
    unsigned count;
    unsigned cap;
    struct class *classes;
    size_t class_count;
    struct name *names;
    size_t name_count;
    int groups;
    bool ignore_case;
};

#endif
