/*
 * <mntent.h>: lines of "device directory type options frequency pass". Space, tab, newline and
 * backslash within a field are written as a backslash and three octal digits.
 */
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/thread.h"

#define BETWEEN " \t\n"

FILE *setmntent(const char *path, const char *mode)
{
    return fopen(path, mode);
}

int endmntent(FILE *f)
{
    if (f)
        fclose(f);
    return 1;
}

static bool is_octal(char c)
{
    return c >= '0' && c <= '7';
}

/* Replaces \ooo by the byte, in place. */
static void unescape(char *s)
{
    char *to = s;

    while (*s) {
        if (s[0] == '\\' && is_octal(s[1]) && is_octal(s[2]) && is_octal(s[3])) {
            *to++ = (char)((s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0'));
            s += 4;
        } else {
            *to++ = *s++;
        }
    }
    *to = 0;
}

static char *field(char **rest, char *otherwise)
{
    char *text = strtok_r(NULL, BETWEEN, rest);

    if (!text)
        return otherwise;
    unescape(text);
    return text;
}

/* False for a line that is empty or a comment. */
static bool parse(char *line, struct mntent *m)
{
    static char nothing[] = "";
    char *rest, *first = strtok_r(line, BETWEEN, &rest);

    if (!first || *first == '#')
        return false;
    unescape(first);
    m->mnt_fsname = first;
    m->mnt_dir = field(&rest, nothing);
    m->mnt_type = field(&rest, nothing);
    m->mnt_opts = field(&rest, nothing);
    m->mnt_freq = atoi(field(&rest, nothing));
    m->mnt_passno = atoi(field(&rest, nothing));
    return true;
}

/* Reads to the end of a line of which the beginning did not fit. */
static void skip_line(FILE *f)
{
    int c;

    do
        c = getc(f);
    while (c != EOF && c != '\n');
}

struct mntent *getmntent_r(FILE *f, struct mntent *m, char *buf, int size)
{
    while (fgets(buf, size, f)) {
        if (!strchr(buf, '\n') && !feof(f)) {
            skip_line(f);
            continue;
        }
        if (parse(buf, m))
            return m;
    }
    return NULL;
}

struct mntent *getmntent(FILE *f)
{
    static struct mntent entry;
    static char *line;
    static size_t room;

    while (getline(&line, &room, f) >= 0)
        if (parse(line, &entry))
            return &entry;
    return NULL;
}

static void put_field(FILE *f, const char *text)
{
    for (; *text; text++) {
        if (strchr(BETWEEN "\\", *text))
            fprintf(f, "\\%03o", (unsigned char)*text);
        else
            putc(*text, f);
    }
    putc(' ', f);
}

int addmntent(FILE *f, const struct mntent *m)
{
    if (fseek(f, 0, SEEK_END) < 0)
        return 1;
    put_field(f, m->mnt_fsname);
    put_field(f, m->mnt_dir);
    put_field(f, m->mnt_type);
    put_field(f, m->mnt_opts);
    fprintf(f, "%d %d\n", m->mnt_freq, m->mnt_passno);
    return fflush(f) == EOF;
}

char *hasmntopt(const struct mntent *m, const char *option)
{
    size_t len = strlen(option);
    char *at = m->mnt_opts;

    for (; *at; at++) {
        if (strncmp(at, option, len) == 0 && strchr(",=", at[len]))
            return at;
        at = strchrnul(at, ',');
        if (!*at)
            break;
    }
    return NULL;
}
