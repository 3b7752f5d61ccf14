/* Classes and mappings by name. */
#include <string.h>
#include <wctype.h>
#include "shim/src/internal/thread.h"

static const struct {
    const char *name;
    int (*is)(wint_t);
} classes[] = {
    {"alnum", iswalnum}, {"alpha", iswalpha}, {"blank", iswblank}, {"cntrl", iswcntrl},
    {"digit", iswdigit}, {"graph", iswgraph}, {"lower", iswlower}, {"print", iswprint},
    {"punct", iswpunct}, {"space", iswspace}, {"upper", iswupper}, {"xdigit", iswxdigit},
};
#define CLASSES_COUNT (sizeof classes / sizeof classes[0])

wctype_t wctype(const char *name)
{
    for (size_t i = 0; i < CLASSES_COUNT; i++)
        if (strcmp(classes[i].name, name) == 0)
            return i + 1;
    return 0;
}

int iswctype(wint_t c, wctype_t type)
{
    return type > 0 && type <= CLASSES_COUNT && classes[type - 1].is(c);
}

static const int lower_mapping = 1, upper_mapping = 2;

wctrans_t wctrans(const char *name)
{
    if (strcmp(name, "tolower") == 0)
        return &lower_mapping;
    return strcmp(name, "toupper") == 0 ? &upper_mapping : NULL;
}

wint_t towctrans(wint_t c, wctrans_t mapping)
{
    if (mapping == &lower_mapping)
        return towlower(c);
    return mapping == &upper_mapping ? towupper(c) : c;
}
