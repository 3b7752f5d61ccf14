/* Characters of the text, their case, and what assertions see. */
#include <string.h>
#include <wctype.h>
#include "shim/src/internal/utf8.h"
#include "shim/src/regex/regex.h"

u32 __umk_regex_char(const struct regex *re, const u8 *p, const u8 *end, size_t *len)
{
    mbstate_t state = {0};
    wchar_t wide;

    *len = 1;
    if (*p < 0x80)
        return *p;
    if (re->bytes)
        return UMK_BYTE_CHARACTER(*p);
    size_t n = __umk_utf8_decode(&wide, (const char *)p, (size_t)(end - p), &state);
    if (n == (size_t)-1 || n == (size_t)-2)
        return 0x80000000u | *p;
    *len = n ? n : 1;
    return (u32)wide;
}

u32 __umk_regex_fold(const struct regex *re, u32 c)
{
    return re->flags & REG_ICASE ? (u32)towlower((wint_t)c) : c;
}

bool __umk_regex_is_word(u32 c)
{
    return c == '_' || iswalnum((wint_t)c);
}

bool __umk_regex_word_before(const struct subject *s, size_t pos)
{
    size_t start = pos, len;

    if (pos == 0)
        return false;
    do
        start--;
    while (!s->re->bytes && start > 0 && pos - start < 4 && (s->text[start] & 0xc0) == 0x80);
    return __umk_regex_is_word(__umk_regex_char(s->re, s->text + start, s->text + pos, &len));
}

static bool word_after(const struct subject *s, size_t pos)
{
    size_t len;

    return pos < s->len &&
           __umk_regex_is_word(__umk_regex_char(s->re, s->text + pos, s->text + s->len, &len));
}

bool __umk_regex_assert(const struct subject *s, enum assertion a, size_t pos)
{
    bool lines = s->re->flags & REG_NEWLINE;

    switch (a) {
    case ASSERT_LINE_START:
        return pos == 0 ? !(s->flags & REG_NOTBOL) : lines && s->text[pos - 1] == '\n';
    case ASSERT_LINE_END:
        return pos == s->len ? !(s->flags & REG_NOTEOL) : lines && s->text[pos] == '\n';
    case ASSERT_WORD_START:
        return !__umk_regex_word_before(s, pos) && word_after(s, pos);
    case ASSERT_WORD_END:
        return __umk_regex_word_before(s, pos) && !word_after(s, pos);
    case ASSERT_WORD_EDGE:
        return __umk_regex_word_before(s, pos) != word_after(s, pos);
    case ASSERT_NO_WORD_EDGE:
        return __umk_regex_word_before(s, pos) == word_after(s, pos);
    case ASSERT_TEXT_START:
        return pos == 0;
    case ASSERT_TEXT_END:
        return pos == s->len;
    }
    return false;
}

bool __umk_regex_takes(const struct regex *re, const struct inst *i, u32 c)
{
    switch (i->op) {
    case OP_CHAR:
        return i->value == c || ((re->flags & REG_ICASE) && i->value == __umk_regex_fold(re, c));
    case OP_ANY:
        return !((re->flags & REG_NEWLINE) && c == '\n');
    case OP_SET:
        return __umk_set_has(re, &re->sets[i->value], c);
    default:
        return false;
    }
}
