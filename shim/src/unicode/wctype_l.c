/* Wide character classes and mappings with a locale object: the same in every locale there is. */
#include <wctype.h>

#define CLASS_L(fn)                       \
    int fn##_l(wint_t c, locale_t locale) \
    {                                     \
        (void)locale;                     \
        return fn(c);                     \
    }
CLASS_L(iswalnum)
CLASS_L(iswalpha)
CLASS_L(iswblank)
CLASS_L(iswcntrl)
CLASS_L(iswdigit)
CLASS_L(iswgraph)
CLASS_L(iswlower)
CLASS_L(iswprint)
CLASS_L(iswpunct)
CLASS_L(iswspace)
CLASS_L(iswupper)
CLASS_L(iswxdigit)

wint_t towlower_l(wint_t c, locale_t locale)
{
    (void)locale;
    return towlower(c);
}

wint_t towupper_l(wint_t c, locale_t locale)
{
    (void)locale;
    return towupper(c);
}

wctype_t wctype_l(const char *name, locale_t locale)
{
    (void)locale;
    return wctype(name);
}

int iswctype_l(wint_t c, wctype_t type, locale_t locale)
{
    (void)locale;
    return iswctype(c, type);
}

wctrans_t wctrans_l(const char *name, locale_t locale)
{
    (void)locale;
    return wctrans(name);
}

wint_t towctrans_l(wint_t c, wctrans_t mapping, locale_t locale)
{
    (void)locale;
    return towctrans(c, mapping);
}
