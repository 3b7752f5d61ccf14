/*
 * The user data base: /etc/passwd (NAME;UID;GID;REAL NAME;HOME;SHELL), /etc/shadow (NAME;HASH) and
 * /etc/group (NAME;x;GID;MEMBER,MEMBER). Fields are separated by semicolons.
 *
 * A table is read whole and written whole: to a new file beside it, which then takes its place, so
 * that a full disk or a crash loses nothing. Whoever changes one holds the lock meanwhile. Lines
 * that are no records (too few fields) are kept as they stand.
 */
#ifndef USERUTILS_USERDB_H
#define USERUTILS_USERDB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum table_kind { TABLE_PASSWD, TABLE_SHADOW, TABLE_GROUP };
enum passwd_field { PW_NAME, PW_UID, PW_GID, PW_GECOS, PW_HOME, PW_SHELL, PW_FIELDS };
enum shadow_field { SH_NAME, SH_HASH, SH_FIELDS };
enum group_field { GR_NAME, GR_X, GR_GID, GR_MEMBERS, GR_FIELDS };
#define FIELDS_MAX 6

/* Ids that are given automatically. */
#define ID_FIRST 1000u
#define ID_LAST 6000u

struct record {
    char *
        field[FIELDS_MAX]; /* own strings; field[0] alone, and whole, where the line is no record */
    bool broken;
};

struct table {
    enum table_kind kind;
    struct record *items;
    size_t count, cap;
    bool damaged; /* there were lines with a zero byte, which are in no record: not to be saved */
};

struct bytes;

/* Adds the records of a text to a table, of which only the kind need be set. */
void table_parse(struct table *t, const char *text, size_t len);
/* Appends the table as text. */
void table_text(const struct table *t, struct bytes *out);

/* Reads a table; one that is not there is empty. Ends the program when it cannot be read. */
void table_load(struct table *t, enum table_kind kind);
void table_free(struct table *t);
/* Replaces the file; ends the program, with the old file untouched, when that fails. */
void table_save(const struct table *t);

struct record *table_find(const struct table *t, const char *name);
/* By uid in passwd, by gid in group. */
struct record *table_find_id(const struct table *t, uint32_t id);
/* A new record with these fields, which are copied. */
struct record *table_add(struct table *t, const char *const *fields);
void table_remove(struct table *t, struct record *r);
void record_set(struct record *r, int field, const char *value);
/* A numeric field; UINT32_MAX where it is none. */
uint32_t record_id(const struct record *r, int field);
/* The smallest id in the automatic range that no record of either table has; ends the program when
 * all are taken. */
uint32_t free_id(const struct table *a, const struct table *b);

bool group_has(const struct record *group, const char *name);
void group_add(struct record *group, const char *name);
void group_remove(struct record *group, const char *name);

/* 3 to 32 characters of 0-9 A-Z a-z . _ -, the first no hyphen. */
bool name_valid(const char *name);
/* Fit for a field: neither ';' nor a line's end. */
bool field_valid(const char *text);
/* Ends the program where it is not. */
void need_field(const char *what, const char *text);

/* Taken before the tables are read for a change, and held until the program ends. Ends the program
 * unless the caller is root. */
void userdb_lock(void);

#endif
