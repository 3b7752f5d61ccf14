/* The table of processes, as the kernel shows it in /scheme/sys/context, for ps and top. */
#ifndef COMMON_CONTEXTS_H
#define COMMON_CONTEXTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTEXTS_TABLE "/scheme/sys/context"

/* One process; its threads are counted. */
struct process_row {
    unsigned pid, uid, gid;
    unsigned threads;
    char state;               /* R running, S sleeping, B blocked, Z ended */
    uint64_t hundredths;      /* of a second on a processor */
    uint64_t private, shared; /* bytes */
    char name[64];
};

struct process_table {
    struct process_row *rows; /* by pid */
    size_t count, cap;
};

/* Reads the table anew into t, which begins as {0}. False, with errno, when it cannot be read. */
bool contexts_read(struct process_table *t);

/* The same from its text, which is changed. Lines that are none are left out. */
void contexts_parse(struct process_table *t, char *text);

/* "1:02:03.45", without leading parts that are zero. */
void contexts_time(uint64_t hundredths, char out[32]);

#endif
