/* wcslcpy, wcslcat: as strlcpy and strlcat, with sizes in characters. */
#include <wchar.h>

size_t wcslcpy(wchar_t *restrict to, const wchar_t *restrict from, size_t size)
{
    size_t len = wcslen(from);

    if (size) {
        size_t n = len < size ? len : size - 1;
        wmemcpy(to, from, n);
        to[n] = 0;
    }
    return len;
}

size_t wcslcat(wchar_t *restrict to, const wchar_t *restrict from, size_t size)
{
    size_t used = wcsnlen(to, size);

    return used + wcslcpy(to + used, from, size - used);
}
