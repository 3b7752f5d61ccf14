/* Sizes as text, see size.h. */
#include "size.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

void size_human(uint64_t bytes, unsigned base, char out[SIZE_TEXT_MAX])
{
    const char *units = base == 1000 ? "kMGTPE" : "KMGTPE";
    if (bytes < base) {
        snprintf(out, SIZE_TEXT_MAX, "%llu", (unsigned long long)bytes);
        return;
    }
    int unit = -1;
    uint64_t whole = bytes;
    uint64_t scale = 1;
    while (whole >= base && unit < 5) {
        whole /= base;
        scale *= base;
        unit++;
    }
    /* Tenths, rounded up; the product needs more than 64 bits. */
    unsigned __int128 exact = (unsigned __int128)bytes * 10;
    uint64_t tenths = (uint64_t)((exact + scale - 1) / scale);
    if (tenths < 100) {
        snprintf(out, SIZE_TEXT_MAX, "%llu.%llu%c", (unsigned long long)(tenths / 10),
                 (unsigned long long)(tenths % 10), units[unit]);
        return;
    }
    uint64_t ones = (uint64_t)(((unsigned __int128)bytes + scale - 1) / scale);
    if (ones >= base && unit < 5) {
        snprintf(out, SIZE_TEXT_MAX, "1.0%c", units[unit + 1]);
        return;
    }
    snprintf(out, SIZE_TEXT_MAX, "%llu%c", (unsigned long long)ones, units[unit]);
}

static bool digits(const char **text, uint64_t *out)
{
    uint64_t value = 0;
    const char *p = *text;
    if (!isdigit((unsigned char)*p))
        return false;
    for (; isdigit((unsigned char)*p); p++) {
        unsigned digit = (unsigned)(*p - '0');
        if (value > (UINT64_MAX - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *text = p;
    *out = value;
    return true;
}

static bool multiplier(const char *text, uint64_t *out)
{
    static const char units[] = "KMGTPE";
    *out = 1;
    if (*text == '\0')
        return true;
    if (strcmp(text, "b") == 0) {
        *out = 512;
        return true;
    }
    if (strcmp(text, "c") == 0)
        return true;
    if (strcmp(text, "w") == 0) {
        *out = 2;
        return true;
    }
    const char *unit = strchr(units, toupper((unsigned char)*text));
    if (!unit || !*text)
        return false;
    uint64_t base;
    if (text[1] == '\0' || strcmp(text + 1, "iB") == 0)
        base = 1024;
    else if (strcmp(text + 1, "B") == 0)
        base = 1000;
    else
        return false;
    for (const char *u = units; u <= unit; u++)
        *out *= base;
    return true;
}

bool size_parse(const char *text, uint64_t *out)
{
    uint64_t value = 1;
    uint64_t factor;
    if (*text == '\0' || (isdigit((unsigned char)*text) && !digits(&text, &value)))
        return false;
    if (!multiplier(text, &factor))
        return false;
    if (value != 0 && factor > UINT64_MAX / value)
        return false;
    *out = value * factor;
    return true;
}

bool number_parse(const char *text, uint64_t *out)
{
    return digits(&text, out) && *text == '\0';
}

bool signed_parse(const char *text, int64_t *out)
{
    bool minus = *text == '-';
    if (*text == '-' || *text == '+')
        text++;
    uint64_t value;
    if (!number_parse(text, &value) || value > (uint64_t)INT64_MAX)
        return false;
    *out = minus ? -(int64_t)value : (int64_t)value;
    return true;
}
