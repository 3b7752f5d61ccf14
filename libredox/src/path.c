/*
 * Path rules; see path.h. Nothing here keeps state. Every access lies within the spans
 * given, whatever bytes they hold.
 */
#include "path.h"

bool span_is(struct span s, struct span other)
{
    return s.len == other.len && __builtin_memcmp(s.p, other.p, s.len) == 0;
}

static struct span span_from(struct span s, size_t offset)
{
    return (struct span){s.p + offset, s.len - offset};
}

static struct span skip_slashes(struct span s)
{
    size_t i = 0;
    while (i < s.len && s.p[i] == '/')
        i++;
    return span_from(s, i);
}

/* Takes the next component off the front of rest; empty at the end. */
static struct span next_part(struct span *rest)
{
    struct span s = skip_slashes(*rest);
    size_t i = 0;
    while (i < s.len && s.p[i] != '/')
        i++;
    *rest = span_from(s, i);
    return (struct span){s.p, i};
}

static bool is_dot(struct span part)
{
    return part.len == 1 && part.p[0] == '.';
}

static bool is_dotdot(struct span part)
{
    return part.len == 2 && part.p[0] == '.' && part.p[1] == '.';
}

/* Length of the UTF-8 sequence at the start of s; 0 when it is none. */
static size_t utf8_sequence(const u8 *s, size_t len)
{
    u8 c = s[0];
    if (c < 0x80)
        return 1;
    size_t n = c >= 0xC2 && c < 0xE0   ? 2
               : c >= 0xE0 && c < 0xF0 ? 3
               : c >= 0xF0 && c < 0xF5 ? 4
                                       : 0;
    if (n == 0 || n > len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (c == 0xE0 && s[1] < 0xA0) || (c == 0xF0 && s[1] < 0x90);
    bool surrogate = c == 0xED && s[1] >= 0xA0;
    bool too_big = c == 0xF4 && s[1] >= 0x90;
    return overlong || surrogate || too_big ? 0 : n;
}

static i64 check_text(struct span path)
{
    if (path.len == 0)
        return -ENOENT;
    if (path.len > RX_PATH_MAX)
        return -ENAMETOOLONG;
    for (size_t i = 0; i < path.len;) {
        size_t n = utf8_sequence((const u8 *)path.p + i, path.len - i);
        if (n == 0 || path.p[i] == '\0')
            return -EINVAL;
        i += n;
    }
    return 0;
}

static bool is_scheme_name(struct span name)
{
    for (size_t i = 0; i < name.len; i++)
        if ((u8)name.p[i] >= 0x80 || name.p[i] == ':')
            return false;
    return true;
}

static void split_standard(struct span path, struct path_parts *out)
{
    struct span rest = path;
    for (;;) {
        struct span here = skip_slashes(rest);
        struct span part = next_part(&rest);
        if (is_dot(part) || is_dotdot(part))
            continue;
        if (!span_is(part, SPAN("scheme"))) {
            out->scheme = SPAN("file");
            out->reference = here;
            return;
        }
        do
            part = next_part(&rest);
        while (is_dot(part));
        if (is_dotdot(part))
            continue; /* back at the root */
        out->scheme = part;
        out->reference = skip_slashes(rest);
        return;
    }
}

/* Offset of the colon that ends an old-style scheme name; path.len when there is none. */
static size_t find_colon(struct span path)
{
    size_t i = 0;
    while (i < path.len && path.p[i] != ':')
        if (path.p[i++] == '/')
            return path.len;
    return i;
}

i64 path_split(struct span path, struct path_parts *out)
{
    i64 r = check_text(path);
    if (r < 0)
        return r;
    out->relative = false;
    if (path.p[0] == '/') {
        split_standard(path, out);
        return is_scheme_name(out->scheme) ? 0 : -EINVAL;
    }
    size_t colon = find_colon(path);
    if (colon == path.len) {
        *out = (struct path_parts){.relative = true, .scheme = {path.p, 0}, .reference = path};
        return 0;
    }
    out->scheme = (struct span){path.p, colon};
    out->reference = span_from(path, colon + 1);
    return is_scheme_name(out->scheme) ? 0 : -EINVAL;
}

/* A canonical path being built: a sequence of "/part". `..` does not go below floor. */
struct builder {
    char *out;
    size_t size, len, floor;
};

static bool push_part(struct builder *b, struct span part)
{
    if (part.len == 0 || is_dot(part))
        return true;
    if (is_dotdot(part)) {
        while (b->len > b->floor && b->out[--b->len] != '/')
            ;
        return true;
    }
    if (part.len + 1 > b->size - b->len)
        return false;
    b->out[b->len++] = '/';
    __builtin_memcpy(b->out + b->len, part.p, part.len);
    b->len += part.len;
    return true;
}

static bool push_all(struct builder *b, struct span text)
{
    while (text.len > 0)
        if (!push_part(b, next_part(&text)))
            return false;
    return true;
}

i64 path_canonical(struct span base, struct span path, char *out, size_t size)
{
    struct path_parts parts;
    i64 r = path_split(path, &parts);
    if (r < 0)
        return r;
    struct builder b = {.out = out, .size = size};
    bool fits;
    if (parts.relative) {
        if (base.len == 0)
            return -ENOENT;
        fits = push_all(&b, base) && push_all(&b, path);
    } else if (path.p[0] == '/') {
        fits = push_all(&b, path);
    } else {
        if (parts.scheme.len == 0)
            return -ENOENT;
        fits = push_part(&b, SPAN("scheme")) && push_part(&b, parts.scheme);
        b.floor = b.len;
        fits = fits && push_all(&b, parts.reference);
    }
    if (!fits || size == 0)
        return -ENAMETOOLONG;
    if (b.len == 0)
        out[b.len++] = '/';
    r = path_split((struct span){out, b.len}, &parts); /* base and path may meet in a bad name */
    return r < 0 ? r : (i64)b.len;
}

bool path_climbs_out(struct span dir, struct span path)
{
    struct path_parts parts;
    if (path_split(dir, &parts) < 0 || parts.relative)
        return false;
    if (parts.scheme.len == 0)
        return true; /* in the list of schemes nothing can be opened by a relative path */
    size_t depth = 0;
    while (next_part(&parts.reference).len > 0)
        depth++;
    size_t climbs = 0;
    for (;;) {
        struct span part = next_part(&path);
        if (is_dotdot(part))
            climbs++;
        else if (!is_dot(part))
            return climbs > depth;
    }
}

size_t path_parent_len(struct span path)
{
    size_t end = path.len;
    while (end > 0 && path.p[end - 1] == '/')
        end--;
    while (end > 0 && path.p[end - 1] != '/')
        end--;
    while (end > 0 && path.p[end - 1] == '/')
        end--;
    return end;
}

/* Length of what comes before the last component, with the separator: "/a/", "x:", or nothing. */
static size_t directory_len(struct span link)
{
    size_t end = link.len;
    while (end > 0 && link.p[end - 1] == '/')
        end--;
    while (end > 0 && link.p[end - 1] != '/')
        end--;
    if (end > 0)
        return end;
    size_t colon = find_colon(link);
    return colon < link.len ? colon + 1 : 0;
}

i64 path_through_link(struct span path, size_t link_len, struct span target, char *out, size_t size)
{
    struct path_parts parts;
    i64 r = path_split(target, &parts);
    if (r < 0)
        return r;
    struct span dir = {path.p, 0};
    if (parts.relative)
        dir.len = directory_len((struct span){path.p, link_len});
    struct span rest = skip_slashes(span_from(path, link_len));
    size_t slash = rest.len > 0 && target.p[target.len - 1] != '/';
    if (dir.len + target.len + slash + rest.len > size)
        return -ENAMETOOLONG;
    size_t len = 0;
    __builtin_memcpy(out, dir.p, dir.len);
    len += dir.len;
    __builtin_memcpy(out + len, target.p, target.len);
    len += target.len;
    if (slash)
        out[len++] = '/';
    __builtin_memcpy(out + len, rest.p, rest.len);
    return (i64)(len + rest.len);
}
