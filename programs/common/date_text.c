/*
 * Moments as people write them, see date_text.h. The text is taken word by word into a struct
 * moment; finish() then makes a time of it. Numbers have at most nine digits, so that sums of a few
 * of them fit.
 */
#include "date_text.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum unit { SECONDS, MINUTES, HOURS, DAYS, MONTHS, YEARS, UNITS };

struct moment {
    const char *at; /* what is not read yet */
    int dates, times, zones, weekdays;
    int year, month, day; /* from 1; year 0: not given */
    int hour, minute, second;
    long nanos;
    long zone; /* seconds east */
    int weekday, weekday_step;
    int64_t add[UNITS];
    bool adds, has_year;
};

struct word {
    const char *name; /* lower case */
    int value;
};

static const struct word months[] = {
    {"january", 1},   {"february", 2},  {"march", 3},  {"april", 4},     {"may", 5},
    {"june", 6},      {"july", 7},      {"august", 8}, {"september", 9}, {"october", 10},
    {"november", 11}, {"december", 12}, {"sept", 9},   {NULL, 0}};
static const struct word weekdays[] = {{"sunday", 0},    {"monday", 1},   {"tuesday", 2},
                                       {"wednesday", 3}, {"thursday", 4}, {"friday", 5},
                                       {"saturday", 6},  {"tues", 2},     {"wednes", 3},
                                       {"thur", 4},      {"thurs", 4},    {NULL, 0}};
static const struct word units[] = {{"second", SECONDS},
                                    {"sec", SECONDS},
                                    {"minute", MINUTES},
                                    {"min", MINUTES},
                                    {"hour", HOURS},
                                    {"day", DAYS},
                                    {"week", DAYS},
                                    {"fortnight", DAYS},
                                    {"month", MONTHS},
                                    {"year", YEARS},
                                    {NULL, 0}};
/* In minutes east. */
static const struct word zones[] = {
    {"utc", 0},    {"gmt", 0},    {"ut", 0},     {"z", 0},      {"wet", 0},    {"west", 60},
    {"bst", 60},   {"cet", 60},   {"met", 60},   {"cest", 120}, {"mest", 120}, {"eet", 120},
    {"eest", 180}, {"msk", 180},  {"jst", 540},  {"est", -300}, {"edt", -240}, {"cst", -360},
    {"cdt", -300}, {"mst", -420}, {"mdt", -360}, {"pst", -480}, {"pdt", -420}, {NULL, 0}};
static const struct word steps[] = {{"last", -1},     {"this", 0},     {"next", 1},  {"first", 1},
                                    {"third", 3},     {"fourth", 4},   {"fifth", 5}, {"sixth", 6},
                                    {"seventh", 7},   {"eighth", 8},   {"ninth", 9}, {"tenth", 10},
                                    {"eleventh", 11}, {"twelfth", 12}, {NULL, 0}};
static const struct word days[] = {
    {"yesterday", -1}, {"today", 0}, {"now", 0}, {"tomorrow", 1}, {NULL, 0}};

/* --- pieces --- */

static void skip_blanks(struct moment *m)
{
    while (isspace((unsigned char)*m->at) || *m->at == ',')
        m->at++;
}

/* The letters at `p`, in lower case; how many characters they take, a dot behind them included. */
static size_t read_word(const char *p, char out[16])
{
    size_t n = 0;
    while (isalpha((unsigned char)p[n])) {
        if (n < 15)
            out[n] = (char)tolower((unsigned char)p[n]);
        n++;
    }
    out[n < 15 ? n : 15] = '\0';
    return n > 0 && p[n] == '.' ? n + 1 : n;
}

/* The value of a word; -1000 when the list has none. `cut`: three letters are enough. */
static int find(const struct word *list, const char *text, bool cut)
{
    for (; list->name; list++) {
        if (strcmp(list->name, text) == 0)
            return list->value;
        if (cut && strlen(text) == 3 && strncmp(list->name, text, 3) == 0)
            return list->value;
    }
    return -1000;
}

/* A number without sign of at most nine digits; how many digits it has, 0 for none. */
static int read_number(const char **p, int *out)
{
    int n = 0, value = 0;
    while (isdigit((unsigned char)(*p)[n])) {
        if (n == 9)
            return 0;
        value = value * 10 + ((*p)[n++] - '0');
    }
    *p += n;
    *out = value;
    return n;
}

static int full_year(int year, int digits)
{
    return digits > 2 ? year : year < 69 ? year + 2000 : year + 1900;
}

/* "+HH", "+HHMM", "+HH:MM" at the cursor, added to the zone. */
static bool read_offset(struct moment *m)
{
    int sign = *m->at == '-' ? -1 : 1, value, minutes = 0;
    const char *p = m->at + 1;
    int digits = read_number(&p, &value);
    if (digits == 0 || digits > 4)
        return false;
    if (*p == ':') {
        p++;
        if (read_number(&p, &minutes) != 2)
            return false;
    } else if (digits > 2) {
        minutes = value % 100;
        value /= 100;
    }
    if (value > 24 || minutes > 59)
        return false;
    m->zone += sign * (value * 3600L + minutes * 60L);
    m->at = p;
    return true;
}

/* --- a time --- */

/* "am" or "pm" behind that hour. */
static bool read_meridian(struct moment *m, int hour)
{
    char word[16];
    const char *p = m->at;
    while (isspace((unsigned char)*p))
        p++;
    int letter = tolower((unsigned char)*p);
    bool dotted = (letter == 'a' || letter == 'p') && strncasecmp(p + 1, ".m.", 3) == 0;
    size_t n = dotted ? 4 : read_word(p, word);
    if (!dotted && strcmp(word, "am") != 0 && strcmp(word, "pm") != 0)
        return false;
    m->hour = hour % 12 + (letter == 'p' ? 12 : 0);
    if (hour < 1 || hour > 12)
        m->hour = 99; /* no hour of the clock */
    m->at = p + n;
    return true;
}

static void read_fraction(struct moment *m)
{
    long scale = 100000000;
    if ((*m->at != '.' && *m->at != ',') || !isdigit((unsigned char)m->at[1]))
        return;
    for (m->at++; isdigit((unsigned char)*m->at); m->at++) {
        m->nanos += (*m->at - '0') * scale;
        scale /= 10;
    }
}

/* Behind "HH:"; a zone as a number may follow at once. */
static bool read_time(struct moment *m, int hour)
{
    m->hour = hour;
    m->times++;
    int digits = read_number(&m->at, &m->minute);
    if (digits == 0 || digits > 2)
        return false;
    if (*m->at == ':') {
        m->at++;
        digits = read_number(&m->at, &m->second);
        if (digits == 0 || digits > 2)
            return false;
        read_fraction(m);
    }
    if (read_meridian(m, hour))
        return true;
    const char *p = m->at;
    while (isspace((unsigned char)*p))
        p++;
    if ((*p != '+' && *p != '-') || !isdigit((unsigned char)p[1]))
        return true;
    m->at = p;
    m->zones++;
    return read_offset(m);
}

/* --- a date --- */

/* Behind "N-" or "N/"; the number N had so many digits. */
static bool read_date(struct moment *m, int first, int digits, char mark)
{
    char word[16];
    int second, third = 0;
    m->dates++;
    size_t letters = read_word(m->at, word);
    int month = find(months, word, true);
    if (letters > 0 && mark == '-' && month > 0) { /* 31-Jan-2020 */
        m->at += letters;
        m->day = first;
        m->month = month;
        if (*m->at != '-')
            return true;
        m->at++;
        digits = read_number(&m->at, &third);
        m->year = full_year(third, digits);
        return m->has_year = digits > 0;
    }
    if (read_number(&m->at, &second) == 0)
        return false;
    int last = 0;
    if (*m->at == mark) {
        m->at++;
        last = read_number(&m->at, &third);
        if (last == 0)
            return false;
    }
    if (mark == '-' || digits >= 4) { /* the year first */
        m->year = full_year(first, digits);
        m->month = second;
        m->day = third;
        m->has_year = true;
        return last > 0;
    }
    m->month = first;
    m->day = second;
    m->year = full_year(third, last);
    m->has_year = last > 0;
    return true;
}

static bool read_month(struct moment *m, int month)
{
    int year;
    m->month = month;
    m->dates++;
    skip_blanks(m);
    int digits = read_number(&m->at, &m->day);
    if (digits == 0 || digits > 2)
        return false;
    const char *p = m->at;
    if (*p != ',')
        return true;
    p++;
    while (isspace((unsigned char)*p))
        p++;
    digits = read_number(&p, &year);
    if (digits == 0)
        return false;
    m->year = full_year(year, digits);
    m->has_year = true;
    m->at = p;
    return true;
}

/* --- what is added --- */

static bool is_ago(struct moment *m)
{
    char word[16];
    const char *p = m->at;
    while (isspace((unsigned char)*p))
        p++;
    size_t n = read_word(p, word);
    if (strcmp(word, "ago") != 0)
        return false;
    m->at = p + n;
    return true;
}

/* The unit at the cursor, so many times; false, with the cursor unmoved, when there is none. */
static bool read_unit(struct moment *m, int64_t count)
{
    char word[16];
    const char *p = m->at;
    while (isspace((unsigned char)*p))
        p++;
    size_t n = read_word(p, word);
    size_t len = strlen(word);
    if (len > 3 && word[len - 1] == 's')
        word[len - 1] = '\0';
    int unit = find(units, word, false);
    if (unit < 0)
        return false;
    m->at = p + n;
    int64_t each = strcmp(word, "week") == 0 ? 7 : strcmp(word, "fortnight") == 0 ? 14 : 1;
    m->add[unit] += (is_ago(m) ? -count : count) * each;
    m->adds = true;
    return true;
}

static bool read_step(struct moment *m, int step)
{
    char word[16];
    if (read_unit(m, step))
        return true;
    skip_blanks(m);
    size_t n = read_word(m->at, word);
    int weekday = find(weekdays, word, true);
    if (weekday < 0)
        return false;
    m->at += n;
    m->weekday = weekday;
    m->weekday_step = step;
    m->weekdays++;
    return true;
}

/* --- words and numbers --- */

/* A is one hour east, M twelve, without J; N one hour west, Y twelve. */
static bool military_zone(char letter, int *hours)
{
    if (letter == 'j' || letter == 'z')
        return false;
    *hours = letter < 'j' ? letter - 'a' + 1 : letter <= 'm' ? letter - 'a' : 'm' - letter;
    return true;
}

static bool take_word(struct moment *m)
{
    char word[16];
    size_t n = read_word(m->at, word);
    int value;
    if (read_unit(m, 1))
        return true;
    m->at += n;
    if (strcmp(word, "t") == 0) /* between date and time */
        return m->dates > 0 && isdigit((unsigned char)*m->at);
    if ((value = find(days, word, false)) != -1000) {
        m->add[DAYS] += value;
        m->adds = true;
        return true;
    }
    if ((value = find(steps, word, false)) != -1000)
        return read_step(m, value);
    if ((value = find(zones, word, false)) != -1000) {
        m->zone += value * 60L;
        m->zones++;
        bool more = (*m->at == '+' || *m->at == '-') && isdigit((unsigned char)m->at[1]);
        return !more || read_offset(m);
    }
    if (word[0] && !word[1] && military_zone(word[0], &value)) {
        m->zone += value * 3600L;
        m->zones++;
        return true;
    }
    if ((value = find(months, word, true)) > 0)
        return read_month(m, value);
    if ((value = find(weekdays, word, true)) < 0)
        return false;
    m->weekday = value;
    m->weekdays++;
    return true;
}

/* A number with nothing to it: a year behind a date, YYYYMMDD, or an hour, HHMM. */
static bool take_plain(struct moment *m, int value, int digits)
{
    if (m->dates > 0 && !m->has_year && !m->adds && (m->times > 0 || digits > 2)) {
        m->year = full_year(value, digits);
        m->has_year = true;
        return true;
    }
    if (digits > 4) {
        m->dates++;
        m->day = value % 100;
        m->month = value / 100 % 100;
        m->year = full_year(value / 10000, digits - 4);
        return m->has_year = true;
    }
    m->times++;
    m->hour = digits <= 2 ? value : value / 100;
    m->minute = digits <= 2 ? 0 : value % 100;
    return true;
}

/* The year behind "31 Jan". */
static void read_year_behind(struct moment *m)
{
    const char *p = m->at;
    int year;
    while (isspace((unsigned char)*p))
        p++;
    int digits = read_number(&p, &year);
    if (digits < 3 || *p == ':')
        return;
    m->year = year;
    m->has_year = true;
    m->at = p;
}

static bool take_number(struct moment *m)
{
    char word[16];
    int value;
    int digits = read_number(&m->at, &value);
    if (digits == 0)
        return false;
    char mark = *m->at;
    if (mark == ':') {
        m->at++;
        return digits <= 2 && read_time(m, value);
    }
    bool named = mark == '-' && isalpha((unsigned char)m->at[1]);
    if (mark == '/' || (mark == '-' && (isdigit((unsigned char)m->at[1]) || named))) {
        m->at++;
        return read_date(m, value, digits, mark);
    }
    if (read_unit(m, value))
        return true;
    if (digits <= 2 && read_meridian(m, value)) {
        m->times++;
        return true;
    }
    const char *p = m->at;
    while (isspace((unsigned char)*p))
        p++;
    size_t letters = read_word(p, word);
    int month = find(months, word, true);
    if (letters > 0 && month > 0) {
        m->at = p + letters;
        m->dates++;
        m->day = value;
        m->month = month;
        read_year_behind(m);
        return true;
    }
    return take_plain(m, value, digits);
}

/* "+2 days". */
static bool take_signed(struct moment *m)
{
    int value;
    int sign = *m->at == '-' ? -1 : 1;
    m->at++;
    while (isspace((unsigned char)*m->at))
        m->at++;
    if (read_number(&m->at, &value) == 0)
        return false;
    return read_unit(m, (int64_t)sign * value);
}

/* --- the end --- */

/* What mktime must not have changed. */
static bool same_moment(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_mon == b->tm_mon && a->tm_mday == b->tm_mday &&
           a->tm_hour == b->tm_hour && a->tm_min == b->tm_min && a->tm_sec == b->tm_sec;
}

/* Something is added to this very moment. */
static bool keeps_clock(const struct moment *m)
{
    return m->adds && m->times + m->dates + m->weekdays == 0;
}

static time_t to_time(const struct moment *m, struct tm *tm)
{
    if (!keeps_clock(m)) /* else summer time is what it is now */
        tm->tm_isdst = -1;
    return m->zones > 0 ? timegm(tm) : mktime(tm);
}

/* The date and time of day that were given, now's in the place of what was not. */
static bool fill(const struct moment *m, struct timespec now, struct tm *tm)
{
    if (!localtime_r(&now.tv_sec, tm))
        return false;
    if (m->dates > 0) {
        if (m->has_year)
            tm->tm_year = m->year - 1900;
        tm->tm_mon = m->month - 1;
        tm->tm_mday = m->day;
    }
    if (!keeps_clock(m)) {
        tm->tm_hour = m->hour;
        tm->tm_min = m->minute;
        tm->tm_sec = m->second;
    }
    struct tm asked = *tm;
    to_time(m, tm);
    return same_moment(&asked, tm);
}

static bool fits(int64_t value, int *field)
{
    return !__builtin_add_overflow(*field, value, field);
}

static bool finish(struct moment *m, struct timespec now, struct timespec *out)
{
    struct tm tm;
    if (m->dates > 1 || m->times > 1 || m->zones > 1 || m->weekdays > 1 || !fill(m, now, &tm))
        return false;
    if (m->weekdays > 0 && m->dates == 0) {
        bool other = tm.tm_wday != m->weekday;
        tm.tm_mday += (m->weekday - tm.tm_wday + 7) % 7;
        tm.tm_mday += 7 * (m->weekday_step - (m->weekday_step > 0 && other));
    }
    if (!fits(m->add[DAYS], &tm.tm_mday) || !fits(m->add[MONTHS], &tm.tm_mon) ||
        !fits(m->add[YEARS], &tm.tm_year))
        return false;
    int64_t t = to_time(m, &tm);
    t += m->add[HOURS] * 3600 + m->add[MINUTES] * 60 + m->add[SECONDS] - m->zone;
    long nanos = keeps_clock(m) ? now.tv_nsec : m->nanos;
    *out = (struct timespec){.tv_sec = (time_t)t, .tv_nsec = nanos};
    return true;
}

/* "@SECONDS", with a fraction. */
static bool parse_seconds(const char *text, struct timespec *out)
{
    char *end;
    struct moment m = {0};
    if (!isdigit((unsigned char)text[*text == '-' || *text == '+']))
        return false;
    long long seconds = strtoll(text, &end, 10);
    if (seconds > INT64_MAX / 4 || seconds < INT64_MIN / 4)
        return false;
    m.at = end;
    read_fraction(&m);
    while (isspace((unsigned char)*m.at))
        m.at++;
    bool below = *text == '-' && m.nanos > 0;
    *out = (struct timespec){.tv_sec = (time_t)(seconds - below),
                             .tv_nsec = below ? 1000000000 - m.nanos : m.nanos};
    return *m.at == '\0';
}

bool date_text_parse(const char *text, struct timespec now, struct timespec *out)
{
    struct moment m = {.at = text};
    skip_blanks(&m);
    if (*m.at == '@')
        return parse_seconds(m.at + 1, out);
    for (int items = 0; *m.at; items++) {
        unsigned char c = (unsigned char)*m.at;
        bool ok = isalpha(c)             ? take_word(&m)
                  : isdigit(c)           ? take_number(&m)
                  : c == '+' || c == '-' ? take_signed(&m)
                                         : false;
        if (!ok || items > 40)
            return false;
        skip_blanks(&m);
    }
    return finish(&m, now, out);
}
