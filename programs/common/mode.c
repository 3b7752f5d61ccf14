/* File modes as text, see mode.h. */
#include "mode.h"

#include <string.h>
#include <sys/stat.h>

static char type_letter(mode_t mode)
{
    if (S_ISDIR(mode))
        return 'd';
    if (S_ISLNK(mode))
        return 'l';
    if (S_ISCHR(mode))
        return 'c';
    if (S_ISBLK(mode))
        return 'b';
    if (S_ISFIFO(mode))
        return 'p';
    if (S_ISSOCK(mode))
        return 's';
    return '-';
}

static char exec_letter(bool exec, bool special, char set, char clear)
{
    if (special)
        return exec ? set : clear;
    return exec ? 'x' : '-';
}

void mode_text(mode_t mode, char out[11])
{
    out[0] = type_letter(mode);
    for (int who = 0; who < 3; who++) {
        mode_t bits = (mode >> (6 - 3 * who)) & 7;
        out[1 + 3 * who] = bits & 4 ? 'r' : '-';
        out[2 + 3 * who] = bits & 2 ? 'w' : '-';
    }
    out[3] = exec_letter(mode & S_IXUSR, mode & S_ISUID, 's', 'S');
    out[6] = exec_letter(mode & S_IXGRP, mode & S_ISGID, 's', 'S');
    out[9] = exec_letter(mode & S_IXOTH, mode & S_ISVTX, 't', 'T');
    out[10] = '\0';
}

static bool octal_mode(const char *text, mode_t old, bool is_dir, mode_t *out)
{
    mode_t value = 0;
    size_t len = strlen(text);
    if (len == 0)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '7')
            return false;
        value = value * 8 + (mode_t)(text[i] - '0');
        if (value > 07777)
            return false;
    }
    /* Short octal modes keep a directory's set-id bits, as GNU has it. */
    if (is_dir && len < 5)
        value |= old & (S_ISUID | S_ISGID);
    *out = value;
    return true;
}

/* Permission letters after an operator; advances *p. `who` is a mask of 0700, 0070, 0007. */
static mode_t perm_bits(const char **p, mode_t who, mode_t old, bool is_dir)
{
    mode_t bits = 0;
    if (**p && strchr("ugo", **p)) {
        int shift = **p == 'u' ? 6 : **p == 'g' ? 3 : 0;
        mode_t three = (old >> shift) & 7;
        (*p)++;
        return (three * 0111) & who;
    }
    for (;; (*p)++) {
        switch (**p) {
        case 'r':
            bits |= 0444 & who;
            break;
        case 'w':
            bits |= 0222 & who;
            break;
        case 'x':
            bits |= 0111 & who;
            break;
        case 'X':
            if (is_dir || (old & 0111))
                bits |= 0111 & who;
            break;
        case 's':
            bits |= (who & 0700 ? S_ISUID : 0) | (who & 0070 ? S_ISGID : 0);
            break;
        case 't':
            bits |= S_ISVTX;
            break;
        default:
            return bits;
        }
    }
}

static mode_t special_of(mode_t who, bool everyone)
{
    return (who & 0700 ? S_ISUID : 0) | (who & 0070 ? S_ISGID : 0) | (everyone ? S_ISVTX : 0);
}

static bool clause(const char **p, mode_t *mode, bool is_dir, mode_t mask)
{
    mode_t who = 0;
    for (;; (*p)++) {
        if (**p == 'u')
            who |= 0700;
        else if (**p == 'g')
            who |= 0070;
        else if (**p == 'o')
            who |= 0007;
        else if (**p == 'a')
            who |= 0777;
        else
            break;
    }
    bool implied = who == 0;
    if (implied)
        who = 0777;
    if (!**p || !strchr("+-=", **p))
        return false;
    while (**p && strchr("+-=", **p)) {
        char op = *(*p)++;
        mode_t bits = perm_bits(p, who, *mode, is_dir);
        if (implied)
            bits &= ~mask;
        if (op == '+') {
            *mode |= bits;
        } else if (op == '-') {
            *mode &= ~bits;
        } else {
            mode_t clear = who | special_of(who, who == 0777);
            if (implied)
                clear = 07777;
            if (is_dir)
                clear &= ~(mode_t)(S_ISUID | S_ISGID);
            *mode = (*mode & ~clear) | bits;
        }
    }
    return true;
}

bool mode_apply(const char *text, mode_t old, bool is_dir, mode_t mask, mode_t *out)
{
    old &= 07777;
    if (text[0] >= '0' && text[0] <= '9')
        return octal_mode(text, old, is_dir, out);
    mode_t mode = old;
    for (;;) {
        if (!clause(&text, &mode, is_dir, mask))
            return false;
        if (*text == '\0')
            break;
        if (*text++ != ',')
            return false;
    }
    *out = mode;
    return true;
}
