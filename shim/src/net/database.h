/*
 * /etc/hosts, /etc/services, /etc/protocols and /etc/networks: lines of words separated by white
 * space, of which a number sign ends the useful part. A reader gives one line's words at a time;
 * they stay valid until its next line.
 */
#ifndef SHIM_NET_DATABASE_H
#define SHIM_NET_DATABASE_H

#include "shim/src/env_ids/table.h"

#define DATABASE_LINE 1024
#define DATABASE_WORDS 36

struct database {
    const char *path;
    bool open;
    struct table table;
    char line[DATABASE_LINE];
    char *words[DATABASE_WORDS + 1]; /* NULL after the last */
};

/* At the first line again, with the next __umk_database_next. */
void __umk_database_rewind(struct database *d) __umk_hidden;
/* The number of words of the next line with at least two; 0 at the end or when there is no file. */
int __umk_database_next(struct database *d) __umk_hidden;

/* From one host to its addresses. */
#define HOST_ADDRESSES 16
struct host_addresses {
    int count;
    u32 address[HOST_ADDRESSES]; /* network order */
    char canonical[256];
};
/* Looks up a name in /etc/hosts and then by DNS. 0 or an EAI_* number. */
int __umk_resolve(const char *name, struct host_addresses *out) __umk_hidden;
/* The name server's part of it. */
int __umk_dns_query(const char *name, struct host_addresses *out) __umk_hidden;

#endif
