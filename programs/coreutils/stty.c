/* stty: shows and changes the settings of the terminal that is standard input.
 */
#include "common/error.h"
#include "common/size.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char usage[] =
    "Usage: stty [-a | -g | size]\n   or: stty SETTING...\n"
    "Show or change the settings of the terminal that is standard input.\n"
    "  -a  all of them    -g  in a form that stty takes back\n"
    "  [-]echo, [-]icanon, [-]isig, [-]icrnl, [-]opost ...  flags: see -a\n"
    "  rows N, columns N    intr C, erase C, eof C ...  keys: C, ^C, or undef\n"
    "  min N, time N    sane, cooked, raw, cbreak  many at once\n";

enum field { INPUT, OUTPUT, CONTROL, LOCAL };

static const struct flag {
    const char *name;
    enum field field;
    tcflag_t bit;
} flags[] = {
    {"parenb", CONTROL, PARENB}, {"parodd", CONTROL, PARODD}, {"hupcl", CONTROL, HUPCL},
    {"cstopb", CONTROL, CSTOPB}, {"cread", CONTROL, CREAD},   {"clocal", CONTROL, CLOCAL},
    {"ignbrk", INPUT, IGNBRK},   {"brkint", INPUT, BRKINT},   {"ignpar", INPUT, IGNPAR},
    {"parmrk", INPUT, PARMRK},   {"inpck", INPUT, INPCK},     {"istrip", INPUT, ISTRIP},
    {"inlcr", INPUT, INLCR},     {"igncr", INPUT, IGNCR},     {"icrnl", INPUT, ICRNL},
    {"ixon", INPUT, IXON},       {"ixoff", INPUT, IXOFF},     {"ixany", INPUT, IXANY},
    {"opost", OUTPUT, OPOST},    {"ocrnl", OUTPUT, OCRNL},    {"onlcr", OUTPUT, ONLCR},
    {"onocr", OUTPUT, ONOCR},    {"onlret", OUTPUT, ONLRET},  {"isig", LOCAL, ISIG},
    {"icanon", LOCAL, ICANON},   {"iexten", LOCAL, IEXTEN},   {"echo", LOCAL, ECHO},
    {"echoe", LOCAL, ECHOE},     {"echok", LOCAL, ECHOK},     {"echonl", LOCAL, ECHONL},
    {"noflsh", LOCAL, NOFLSH},   {"tostop", LOCAL, TOSTOP},
};

static const struct key {
    const char *name;
    int index;
    cc_t usual;
} keys[] = {
    {"intr", VINTR, 3},    {"quit", VQUIT, 28}, {"erase", VERASE, 127},
    {"kill", VKILL, 21},   {"eof", VEOF, 4},    {"eol", VEOL, 0},
    {"start", VSTART, 17}, {"stop", VSTOP, 19}, {"susp", VSUSP, 26},
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static tcflag_t *field_of(struct termios *t, enum field field)
{
    tcflag_t *fields[] = {&t->c_iflag, &t->c_oflag, &t->c_cflag, &t->c_lflag};
    return fields[field];
}

static struct winsize window(void)
{
    struct winsize size = {0};
    if (ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0)
        die_errno(1, "standard input");
    return size;
}

/* --- showing --- */

static void put_key(const char *name, cc_t c)
{
    if (c == _POSIX_VDISABLE)
        printf("%s = <undef>; ", name);
    else if (c < 32 || c == 127)
        printf("%s = ^%c; ", name, c ^ 64);
    else
        printf("%s = %c; ", name, c);
}

static void show(struct termios *t)
{
    struct winsize size = window();
    printf("rows %u; columns %u;\n", size.ws_row, size.ws_col);
    for (size_t i = 0; i < COUNT(keys); i++)
        put_key(keys[i].name, t->c_cc[keys[i].index]);
    printf("min = %u; time = %u;\n", t->c_cc[VMIN], t->c_cc[VTIME]);
    for (size_t i = 0; i < COUNT(flags); i++) {
        bool last = i + 1 == COUNT(flags) || flags[i + 1].field != flags[i].field;
        bool on = *field_of(t, flags[i].field) & flags[i].bit;
        printf("%s%s%c", on ? "" : "-", flags[i].name, last ? '\n' : ' ');
    }
}

static void save(struct termios *t)
{
    for (int i = 0; i < 4; i++)
        printf("%lx:", (unsigned long)*field_of(t, (enum field)i));
    for (size_t i = 0; i < NCCS; i++)
        printf("%x%c", t->c_cc[i], i + 1 < NCCS ? ':' : '\n');
}

/* --- changing --- */

/* What save() wrote; false when it is something else. */
static bool restore(struct termios *t, const char *text)
{
    unsigned long values[4 + NCCS] = {0};
    for (size_t i = 0; i < COUNT(values); i++) {
        char *end;
        if (!isxdigit((unsigned char)*text))
            return false;
        values[i] = strtoul(text, &end, 16);
        if (*end != (i + 1 < COUNT(values) ? ':' : '\0'))
            return false;
        text = end + 1;
    }
    for (int i = 0; i < 4; i++)
        *field_of(t, (enum field)i) = (tcflag_t)values[i];
    for (size_t i = 0; i < NCCS; i++)
        t->c_cc[i] = (cc_t)values[4 + i];
    return true;
}

static void set_flags(struct termios *t, enum field field, tcflag_t on, tcflag_t off)
{
    tcflag_t *f = field_of(t, field);
    *f = (*f | on) & ~off;
}

/* Many settings under one name; false when there is no such name. */
static bool combination(struct termios *t, const char *name)
{
    if (strcmp(name, "sane") == 0) {
        set_flags(t, INPUT, BRKINT | ICRNL | IMAXBEL,
                  IGNBRK | INLCR | IGNCR | ISTRIP | IXOFF | IXANY);
        set_flags(t, OUTPUT, OPOST | ONLCR, OCRNL | ONOCR | ONLRET);
        set_flags(t, LOCAL, ISIG | ICANON | IEXTEN | ECHO | ECHOE | ECHOK,
                  ECHONL | NOFLSH | TOSTOP);
        set_flags(t, CONTROL, CREAD, 0);
        for (size_t i = 0; i < COUNT(keys); i++)
            t->c_cc[keys[i].index] = keys[i].usual;
    } else if (strcmp(name, "raw") == 0 || strcmp(name, "-cooked") == 0) {
        set_flags(t, INPUT, 0,
                  IGNBRK | BRKINT | IGNPAR | PARMRK | INPCK | ISTRIP | INLCR | IGNCR | ICRNL |
                      IXON | IXOFF | IXANY);
        set_flags(t, OUTPUT, 0, OPOST);
        set_flags(t, LOCAL, 0, ISIG | ICANON);
        t->c_cc[VMIN] = 1;
        t->c_cc[VTIME] = 0;
    } else if (strcmp(name, "cooked") == 0 || strcmp(name, "-raw") == 0) {
        set_flags(t, INPUT, BRKINT | IGNPAR | ISTRIP | ICRNL | IXON, 0);
        set_flags(t, OUTPUT, OPOST, 0);
        set_flags(t, LOCAL, ISIG | ICANON, 0);
        if (VMIN == VEOF)
            t->c_cc[VEOF] = 4;
    } else if (strcmp(name, "cbreak") == 0) {
        set_flags(t, LOCAL, 0, ICANON);
    } else if (strcmp(name, "-cbreak") == 0) {
        set_flags(t, LOCAL, ICANON, 0);
    } else {
        return false;
    }
    return true;
}

static bool flag(struct termios *t, const char *name)
{
    bool off = *name == '-';
    for (size_t i = 0; i < COUNT(flags); i++) {
        if (strcmp(flags[i].name, name + off) != 0)
            continue;
        set_flags(t, flags[i].field, off ? 0 : flags[i].bit, off ? flags[i].bit : 0);
        return true;
    }
    return false;
}

static cc_t key_from(const char *text)
{
    uint64_t number;
    if (strcmp(text, "undef") == 0 || strcmp(text, "^-") == 0)
        return _POSIX_VDISABLE;
    if (text[0] == '^' && text[1] && !text[2])
        return text[1] == '?' ? 127 : (cc_t)(toupper((unsigned char)text[1]) & 31);
    if (text[0] && !text[1])
        return (cc_t)text[0];
    if (!number_parse(text, &number) || number > 255)
        die(1, "invalid integer argument: '%s'", text);
    return (cc_t)number;
}

/* Settings with a value behind them; false when this is none. */
static bool valued(struct termios *t, struct winsize *size, const char *name, const char *value)
{
    uint64_t n = 0;
    bool rows = strcmp(name, "rows") == 0;
    bool columns = strcmp(name, "columns") == 0 || strcmp(name, "cols") == 0;
    bool min = strcmp(name, "min") == 0, time = strcmp(name, "time") == 0;
    const struct key *key = NULL;
    for (size_t i = 0; i < COUNT(keys); i++)
        key = strcmp(keys[i].name, name) == 0 ? &keys[i] : key;
    if (!rows && !columns && !min && !time && !key)
        return false;
    if (!value)
        die_usage(1, "missing argument to '%s'", name);
    if (!key && (!number_parse(value, &n) || n > (min || time ? 255 : 65535)))
        die(1, "invalid integer argument: '%s'", value);
    if (rows)
        size->ws_row = (unsigned short)n;
    else if (columns)
        size->ws_col = (unsigned short)n;
    else if (min || time)
        t->c_cc[min ? VMIN : VTIME] = (cc_t)n;
    else
        t->c_cc[key->index] = key_from(value);
    return true;
}

static void change(struct termios *t, char **words, int count)
{
    struct winsize before = window(), size = before;
    for (int i = 0; i < count; i++) {
        if (combination(t, words[i]) || flag(t, words[i]) || restore(t, words[i]))
            continue;
        if (!valued(t, &size, words[i], i + 1 < count ? words[i + 1] : NULL))
            die_usage(1, "invalid argument '%s'", words[i]);
        i++;
    }
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, t) < 0)
        die_errno(1, "standard input");
    if (memcmp(&size, &before, sizeof size) != 0 && ioctl(STDIN_FILENO, TIOCSWINSZ, &size) < 0)
        die_errno(1, "cannot set the size");
}

int main(int argc, char **argv)
{
    struct termios t;
    prog_start(argv);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return finish(0);
    }
    if (tcgetattr(STDIN_FILENO, &t) < 0)
        die_errno(1, "standard input");
    if (argc == 1 || strcmp(argv[1], "-a") == 0) {
        show(&t);
    } else if (strcmp(argv[1], "-g") == 0) {
        save(&t);
    } else if (strcmp(argv[1], "size") == 0) {
        struct winsize size = window();
        printf("%u %u\n", size.ws_row, size.ws_col);
    } else {
        change(&t, argv + 1, argc - 1);
    }
    return finish(0);
}
