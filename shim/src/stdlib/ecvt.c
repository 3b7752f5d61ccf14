/* ecvt, fcvt, gcvt: digits of a number, as old programs want them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 500

static char result[DIGITS_MAX + 32];

/* Copies a number's digits without sign, point and exponent. */
static void keep_digits(char *to, const char *from)
{
    for (; *from && *from != 'e'; from++)
        if (*from >= '0' && *from <= '9')
            *to++ = *from;
    *to = 0;
}

static char *no_number(double value, int *point)
{
    *point = 0;
    return memcpy(result, isnan(value) ? "nan" : "inf", sizeof "nan");
}

char *ecvt(double value, int digits, int *point, int *negative)
{
    char text[DIGITS_MAX + 32];
    const char *exponent;

    *negative = signbit(value) != 0;
    if (!isfinite(value))
        return no_number(value, point);
    digits = digits < 0 ? 0 : digits > DIGITS_MAX ? DIGITS_MAX : digits;
    snprintf(text, sizeof text, "%.*e", digits > 0 ? digits - 1 : 0, fabs(value));
    keep_digits(result, text);
    exponent = strchr(text, 'e');
    *point = value == 0 ? 0 : atoi(exponent + 1) + 1;
    if (digits == 0)
        result[0] = 0;
    return result;
}

char *fcvt(double value, int places, int *point, int *negative)
{
    char text[DIGITS_MAX + 360];
    char *start = result;

    *negative = signbit(value) != 0;
    if (!isfinite(value))
        return no_number(value, point);
    places = places < 0 ? 0 : places > DIGITS_MAX - 310 ? DIGITS_MAX - 310 : places;
    snprintf(text, sizeof text, "%.*f", places, fabs(value));
    *point = (int)strcspn(text, ".");
    keep_digits(result, text);
    /* zeros at the front do not count, which the place of the point says */
    for (; *start == '0' && start[1]; start++)
        --*point;
    if (value == 0)
        *point = 0;
    return start;
}

char *gcvt(double value, int digits, char *out)
{
    sprintf(out, "%.*g", digits, value);
    return out;
}
