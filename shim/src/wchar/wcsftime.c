/* wcsftime: strftime with wide strings. */
#include <limits.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

size_t wcsftime(wchar_t *restrict out, size_t size, const wchar_t *restrict format,
                const struct tm *restrict tm)
{
    size_t room = wcslen(format) * MB_LEN_MAX + 1, text_room = size * MB_LEN_MAX + 1;
    char *narrow = malloc(room), *text = malloc(text_room);
    size_t n = 0;

    if (narrow && text && wcstombs(narrow, format, room) != (size_t)-1 &&
        strftime(text, text_room, narrow, tm)) {
        n = mbstowcs(out, text, size);
        if (n >= size)
            n = 0;
    }
    free(narrow);
    free(text);
    return n;
}
