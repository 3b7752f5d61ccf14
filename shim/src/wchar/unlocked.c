/* Wide characters for callers that hold the stream's lock: it is recursive, so nothing is lost. */
#include <wchar.h>

wint_t fgetwc_unlocked(FILE *f)
{
    return fgetwc(f);
}

wint_t getwc_unlocked(FILE *f)
{
    return fgetwc(f);
}

wint_t fputwc_unlocked(wchar_t c, FILE *f)
{
    return fputwc(c, f);
}

wint_t putwc_unlocked(wchar_t c, FILE *f)
{
    return fputwc(c, f);
}
