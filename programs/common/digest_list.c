/* Lines of digests; see digest_list.h. */
#include "digest_list.h"

#include "io.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

char *digest_name_escape(const char *name, bool *escaped)
{
    char *out = xmalloc(strlen(name) * 2 + 1), *p = out;
    for (; *name; name++) {
        const char *letter = strchr("\\\\\nn\rr", *name);
        if (*name == '\\' || *name == '\n' || *name == '\r') {
            *p++ = '\\';
            *p++ = letter[1];
            *escaped = true;
        } else {
            *p++ = *name;
        }
    }
    *p = '\0';
    return out;
}

/* Undoes the above in place; false when a backslash is followed by anything else. */
static bool unescape(char *name)
{
    char *to = name;
    for (const char *p = name; *p; p++) {
        if (*p != '\\') {
            *to++ = *p;
            continue;
        }
        p++;
        if (*p != '\\' && *p != 'n' && *p != 'r')
            return false;
        *to++ = (char)(*p == 'n' ? '\n' : *p == 'r' ? '\r' : '\\');
    }
    *to = '\0';
    return true;
}

/* Hexadecimal digits of a length that the kind can have, which end the text at `end`. */
static bool take_hex(const struct digest_kind *kind, char *hex, size_t digits,
                     struct digest_line *out)
{
    size_t size = digits / 2;
    if (size == 0 || digits % 2 || (kind->longest ? size > kind->longest : size != kind->size))
        return false;
    for (size_t i = 0; i < digits; i++) {
        if (!isxdigit((unsigned char)hex[i]))
            return false;
        hex[i] = (char)tolower((unsigned char)hex[i]);
    }
    hex[digits] = '\0';
    out->hex = hex;
    out->size = size;
    return true;
}

/* "KIND (NAME) = HEX"; KIND may have "-BITS" behind it where the length can be chosen. */
static bool read_tagged(const struct digest_kind *kind, char *line, struct digest_line *out)
{
    size_t n = strlen(kind->name);
    unsigned long bits = 0;
    if (strncmp(line, kind->name, n) != 0)
        return false;
    char *p = line + n;
    if (*p == '-' && kind->longest)
        bits = strtoul(p + 1, &p, 10);
    if (*p == ' ')
        p++;
    char *close = strrchr(line, ')');
    if (*p != '(' || !close || close < p)
        return false;
    out->name = p + 1;
    *close = '\0';
    for (p = close + 1; *p == ' ' || *p == '\t'; p++)
        ;
    if (*p++ != '=')
        return false;
    while (*p == ' ' || *p == '\t')
        p++;
    return take_hex(kind, p, strlen(p), out) && (bits == 0 || bits == out->size * 8);
}

bool digest_line_read(const struct digest_kind *kind, char *line, struct digest_line *out)
{
    while (*line == ' ' || *line == '\t')
        line++;
    bool escaped = *line == '\\';
    line += escaped;
    if (!read_tagged(kind, line, out)) {
        size_t n = strspn(line, "0123456789abcdefABCDEF");
        if (line[n] != ' ' || (line[n + 1] != ' ' && line[n + 1] != '*') || !line[n + 2])
            return false;
        out->name = line + n + 2;
        if (!take_hex(kind, line, n, out))
            return false;
    }
    return !escaped || unescape(out->name);
}
