/* What $name, ${namespace::name} and @name read. */
#include "expand.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

static int undefined(struct shell *sh, const struct piece *p)
{
    sh->failure.undefined = !sh->failure.kind;
    return shell_fail(sh, KIND_EXPANSION, "Variable \"%s%s%s\" does not exist",
                      p->name_space ? p->name_space : "", p->name_space ? "::" : "", p->text);
}

static const char *string_of(struct shell *sh, const struct piece *p, const struct binding *b)
{
    if (b && b->value.kind == VALUE_STRING)
        return b->value.string;
    if (b && (b->value.kind == VALUE_ARRAY || b->value.kind == VALUE_MAP))
        shell_fail(sh, KIND_EXPANSION, "Variable \"%s\" is not a string but an %s: use @%s",
                   p->text, value_kind_name(b->value.kind), p->text);
    else
        undefined(sh, p);
    return NULL;
}

char *variable_swd(struct shell *sh)
{
    const char *pwd = getenv("PWD");
    const char *home = getenv("HOME");
    size_t n = home ? strlen(home) : 0;
    if (!pwd)
        pwd = "?";
    if (n > 1 && strncmp(pwd, home, n) == 0 && (pwd[n] == '/' || pwd[n] == '\0')) {
        size_t rest = strlen(pwd + n);
        char *text = arena_alloc(&sh->temp, rest + 2);
        text[0] = '~';
        memcpy(text + 1, pwd + n, rest + 1);
        return text;
    }
    return arena_dup(&sh->temp, pwd);
}

/* Every component but the last is cut to one grapheme, two for names that begin with a dot. */
char *variable_mwd(struct shell *sh)
{
    const char *swd = variable_swd(sh);
    const char *p = swd + (*swd == '/');
    size_t parts = 1;
    for (const char *q = p; *q; q++)
        parts += *q == '/';
    if (parts <= 2)
        return arena_dup(&sh->temp, swd);
    struct buf out = {0};
    for (;;) {
        size_t n = strcspn(p, "/");
        if (p[n] == '\0') {
            buf_puts(&out, p);
            break;
        }
        size_t keep = n > 0 ? utf8_grapheme(p, n) : 0;
        if (n > 1 && *p == '.')
            keep += utf8_grapheme(p + keep, n - keep);
        buf_add(&out, p, keep);
        buf_putc(&out, '/');
        p += n + 1;
    }
    char *text = arena_copy(&sh->temp, out.text, out.len);
    buf_free(&out);
    return text;
}

/* ${x::41}: the character with that code, 0 to FF. */
static const char *hex_character(struct shell *sh, const struct piece *p)
{
    char *end;
    unsigned long c = strtoul(p->text, &end, 16);
    if (*end || end == p->text || c > 0xff) {
        shell_fail(sh, KIND_EXPANSION, "'%s' is not a hexadecimal character code", p->text);
        return NULL;
    }
    char out[4];
    size_t n = utf8_put((uint32_t)c, out);
    return arena_copy(&sh->temp, out, n);
}

static const char *color_text(struct shell *sh, const struct piece *p)
{
    struct buf out = {0};
    const char *text = NULL;
    if (color_sequence(p->text, &out))
        text = arena_copy(&sh->temp, out.text, out.len);
    else
        shell_fail(sh, KIND_EXPANSION, "'%s' is not a list of colors and attributes", p->text);
    buf_free(&out);
    return text;
}

static const char *name_space_text(struct shell *sh, const struct piece *p)
{
    const char *space = p->name_space;
    if (strcmp(space, "env") == 0) {
        const char *value = getenv(p->text);
        return value ? value : "";
    }
    if (strcmp(space, "c") == 0 || strcmp(space, "color") == 0)
        return color_text(sh, p);
    if (strcmp(space, "x") == 0 || strcmp(space, "hex") == 0)
        return hex_character(sh, p);
    if (strcmp(space, "global") == 0)
        return string_of(sh, p, scope_get_global(&sh->scopes, p->symbol));
    unsigned levels = 0;
    while (strncmp(space, "super", 5) == 0 && (space[5] == '\0' || space[5] == ':')) {
        levels++;
        space += 5 + (space[5] ? 2 : 0);
    }
    if (*space == '\0' && levels > 0)
        return string_of(sh, p, scope_get_super(&sh->scopes, p->symbol, levels));
    shell_fail(sh, KIND_EXPANSION, "there is no namespace '%s'", p->name_space);
    return NULL;
}

const char *variable_text(struct shell *sh, const struct piece *p)
{
    if (p->name_space)
        return name_space_text(sh, p);
    const struct binding *b = scope_get(&sh->scopes, p->symbol);
    if (b && b->value.kind == VALUE_STRING)
        return b->value.string;
    if (strcmp(p->text, "?") == 0) {
        char text[16];
        int n = 0;
        unsigned value = (unsigned)(sh->status & 0xff);
        do {
            text[n++] = (char)('0' + value % 10);
            value /= 10;
        } while (value);
        char *out = arena_alloc(&sh->temp, (size_t)n + 1);
        for (int i = 0; i < n; i++)
            out[i] = text[n - 1 - i];
        out[n] = '\0';
        return out;
    }
    if (strcmp(p->text, "SWD") == 0)
        return variable_swd(sh);
    if (strcmp(p->text, "MWD") == 0)
        return variable_mwd(sh);
    const char *env = getenv(p->text);
    return env ? env : string_of(sh, p, b);
}

const struct value *variable_list(struct shell *sh, const struct piece *p)
{
    const struct binding *b = scope_get(&sh->scopes, p->symbol);
    if (b && (b->value.kind == VALUE_ARRAY || b->value.kind == VALUE_MAP))
        return &b->value;
    if (b && b->value.kind == VALUE_STRING)
        shell_fail(sh, KIND_EXPANSION, "Variable \"%s\" is not an array but a string: use $%s",
                   p->text, p->text);
    else
        undefined(sh, p);
    return NULL;
}
