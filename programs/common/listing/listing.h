/*
 * Lists of files as ls shows them: entries.c fills and sorts them, print.c lays them out. What the
 * options say is one record for all.
 */
#ifndef COMMON_LISTING_LISTING_H
#define COMMON_LISTING_LISTING_H

#include "../globs.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <time.h>

enum format { COLUMNS, ACROSS, ONE, LONG, COMMAS };
enum order { BY_NAME, BY_SIZE, BY_TIME, BY_EXTENSION, BY_VERSION, UNSORTED };

struct listing_options {
    enum format format;
    enum order order;
    bool all, almost_all, directory, classify, slash, human, inode, numeric, blocks, follow;
    bool reverse, recursive, no_owner, no_group, color, group_dirs, full_time;
    bool no_star;                 /* of -F's marks */
    char time;                    /* 'm', 'a' or 'c' */
    struct globs ignored, hidden; /* the latter only without -a and -A */
    int status;                   /* of the program, so far */
};

extern struct listing_options listing;

struct entry {
    char *name;
    char *link; /* where a symbolic link points, or null */
    struct stat st;
    bool has_stat;
    bool broken;
    char unknown_type; /* without has_stat: what the listing shows for the type */
    mode_t target_mode;
};

struct list {
    struct entry *items;
    size_t count;
    size_t cap;
};

/* Of the columns of long lists. */
struct widths {
    int inode, blocks, links, owner, group, size, major, minor;
};

/* The one of its times that is wanted. */
struct timespec entry_time(const struct stat *st);

/* One more entry; false, with a complaint, when it is not there. `operand`: it was named by the
 * user, which makes that worse. */
bool list_add(struct list *l, const char *name, const char *path, bool operand);
void list_sort(struct list *l);
void list_free(struct list *l);

/* Widens the columns for what is in the list. */
struct widths list_measure(const struct list *l, struct widths w);

/* Columns are as wide as `least` at the least; `total`: with the line of blocks where that is
 * shown.
 */
void list_print(const struct list *l, bool total, struct widths least);

#endif
