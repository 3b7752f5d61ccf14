/*
 * Moments as people write them (date -d, touch -d), of any text: it is refused, or it is a time
 * whose nanoseconds are some, and the same text gives the same time again.
 */
#include "programs/common/date_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct timespec now = {.tv_sec = 1600000000, .tv_nsec = 5};
    struct timespec first, second;
    char *text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    bool taken = date_text_parse(text, now, &first);
    if (taken && (first.tv_nsec < 0 || first.tv_nsec > 999999999))
        abort();
    if (taken != date_text_parse(text, now, &second))
        abort();
    if (taken && (first.tv_sec != second.tv_sec || first.tv_nsec != second.tv_nsec))
        abort();
    free(text);
    return 0;
}
