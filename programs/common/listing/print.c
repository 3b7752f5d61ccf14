/* How a listing looks: short in columns, or long, see listing.h. */
#include "listing.h"

#include "../columns.h"
#include "../error.h"
#include "../ids.h"
#include "../io.h"
#include "../mode.h"
#include "../size.h"
#include "../times.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static const char *color_of(mode_t mode, bool broken)
{
    if (broken)
        return "1;31";
    if (S_ISDIR(mode))
        return "1;34";
    if (S_ISLNK(mode))
        return "1;36";
    if (S_ISFIFO(mode))
        return "33";
    if (S_ISSOCK(mode))
        return "1;35";
    if (S_ISCHR(mode) || S_ISBLK(mode))
        return "1;33";
    return mode & 0111 ? "1;32" : NULL;
}

static char suffix_of(mode_t mode)
{
    if (S_ISDIR(mode))
        return '/';
    if (!listing.classify)
        return '\0';
    if (S_ISLNK(mode))
        return '@';
    if (S_ISFIFO(mode))
        return '|';
    if (S_ISSOCK(mode))
        return '=';
    return S_ISREG(mode) && (mode & 0111) && !listing.no_star ? '*' : '\0';
}

static void put_name(struct bytes *out, const char *name, mode_t mode, bool broken, bool known)
{
    const char *color = listing.color && known ? color_of(mode, broken) : NULL;
    if (color) {
        bytes_add(out, "\033[", 2);
        bytes_add(out, color, strlen(color));
        bytes_put(out, 'm');
    }
    for (const char *p = name; *p; p++) {
        /* Control characters would act on the terminal. */
        bool unsafe = (unsigned char)*p < 32 || *p == 127;
        bytes_put(out, unsafe && isatty(STDOUT_FILENO) ? '?' : *p);
    }
    if (color)
        bytes_add(out, "\033[0m", 4);
}

/* Inode, blocks, name and suffix, as short formats show an entry. */
static void put_short(struct bytes *out, const struct entry *e, int inode_width, int block_width)
{
    char text[64];
    if (listing.inode) {
        int n =
            snprintf(text, sizeof text, "%*llu ", inode_width, (unsigned long long)e->st.st_ino);
        bytes_add(out, text, (size_t)n);
    }
    if (listing.blocks) {
        char size[SIZE_TEXT_MAX];
        if (listing.human)
            size_human((uint64_t)e->st.st_blocks * 512, 1024, size);
        else
            snprintf(size, sizeof size, "%llu", (unsigned long long)(e->st.st_blocks + 1) / 2);
        int n = snprintf(text, sizeof text, "%*s ", block_width, size);
        bytes_add(out, text, (size_t)n);
    }
    put_name(out, e->name, e->st.st_mode, e->broken, e->has_stat);
    char suffix = (listing.classify || listing.slash) && e->has_stat && !e->link
                      ? suffix_of(e->st.st_mode)
                      : '\0';
    if (suffix)
        bytes_put(out, suffix);
}

static int width_max(int a, int b)
{
    return a > b ? a : b;
}

static int digits(unsigned long long v)
{
    int n = 1;
    while (v >= 10) {
        v /= 10;
        n++;
    }
    return n;
}

static void size_column(const struct stat *st, char out[SIZE_TEXT_MAX])
{
    if (listing.human)
        size_human((uint64_t)st->st_size, 1024, out);
    else
        snprintf(out, SIZE_TEXT_MAX, "%lld", (long long)st->st_size);
}

static void owner_text(const struct stat *st, char *owner, char *group, size_t size)
{
    if (listing.numeric) {
        snprintf(owner, size, "%lu", (unsigned long)st->st_uid);
        snprintf(group, size, "%lu", (unsigned long)st->st_gid);
        return;
    }
    snprintf(owner, size, "%s", user_name(st->st_uid));
    snprintf(group, size, "%s", group_name(st->st_gid));
}

/* Widens the columns for what is in the list. */
struct widths list_measure(const struct list *l, struct widths w)
{
    for (size_t i = 0; i < l->count; i++) {
        const struct stat *st = &l->items[i].st;
        char size[SIZE_TEXT_MAX] = "";
        char owner[64];
        char group[64];
        w.inode = width_max(w.inode, digits(st->st_ino));
        if (listing.human)
            size_human((uint64_t)st->st_blocks * 512, 1024, size);
        w.blocks = width_max(w.blocks, listing.human ? (int)strlen(size)
                                                     : digits((uint64_t)(st->st_blocks + 1) / 2));
        if (listing.format != LONG)
            continue;
        w.links = width_max(w.links, digits(st->st_nlink));
        owner_text(st, owner, group, sizeof owner);
        w.owner = width_max(w.owner, (int)strlen(owner));
        w.group = width_max(w.group, (int)strlen(group));
        if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
            w.major = width_max(w.major, digits(major(st->st_rdev)));
            w.minor = width_max(w.minor, digits(minor(st->st_rdev)));
        } else {
            size_column(st, size);
            w.size = width_max(w.size, (int)strlen(size));
        }
    }
    if (w.major)
        w.size = width_max(w.size, w.major + 2 + w.minor);
    return w;
}

static void put_time(const struct stat *st)
{
    char text[64];
    struct timespec t = entry_time(st);
    if (listing.full_time) {
        struct tm tm;
        char zone[16];
        localtime_r(&t.tv_sec, &tm);
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
        strftime(zone, sizeof zone, "%z", &tm);
        printf(" %s.%09ld %s", text, t.tv_nsec, zone);
        return;
    }
    time_listing(t.tv_sec, time(NULL), text, sizeof text);
    printf(" %s", text);
}

/* A name of which nothing else could be found out. */
static void print_unknown(const struct entry *e, const struct widths *w)
{
    printf("%c????????? %*s", e->unknown_type, w->links, "?");
    if (!listing.no_owner)
        printf(" %-*s", w->owner, "?");
    if (!listing.no_group)
        printf(" %-*s", w->group, "?");
    printf(" %*s %*s %s\n", w->size, "?", listing.full_time ? 35 : 12, "?", e->name);
}

static void print_long(const struct entry *e, const struct widths *w)
{
    const struct stat *st = &e->st;
    char mode[11];
    char owner[64];
    char group[64];
    char size[SIZE_TEXT_MAX];
    if (!e->has_stat) {
        print_unknown(e, w);
        return;
    }
    if (listing.inode)
        printf("%*llu ", w->inode, (unsigned long long)st->st_ino);
    if (listing.blocks)
        printf("%*llu ", w->blocks, (unsigned long long)(st->st_blocks + 1) / 2);
    mode_text(st->st_mode, mode);
    owner_text(st, owner, group, sizeof owner);
    printf("%s %*lu", mode, w->links, (unsigned long)st->st_nlink);
    if (!listing.no_owner)
        printf(listing.numeric ? " %*s" : " %-*s", w->owner, owner);
    if (!listing.no_group)
        printf(listing.numeric ? " %*s" : " %-*s", w->group, group);
    if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode)) {
        printf(" %*u, %*u", width_max(w->major, w->size - w->minor - 2), major(st->st_rdev),
               w->minor, minor(st->st_rdev));
    } else {
        size_column(st, size);
        printf(" %*s", w->size, size);
    }
    put_time(st);
    struct bytes out = {0};
    bytes_put(&out, ' ');
    put_name(&out, e->name, st->st_mode, e->broken, true);
    mode_t last = st->st_mode;
    if (e->link) {
        bytes_add(&out, " -> ", 4);
        put_name(&out, e->link, e->target_mode, e->broken, true);
        last = e->target_mode;
    }
    if ((listing.classify || listing.slash) && suffix_of(last))
        bytes_put(&out, suffix_of(last));
    bytes_put(&out, '\n');
    fwrite(out.data, 1, out.len, stdout);
    free(out.data);
}

static void print_cells(const struct list *l, const struct widths *w)
{
    struct cell *cells = xmalloc(l->count * sizeof *cells);
    size_t line = 0;
    for (size_t i = 0; i < l->count; i++) {
        struct bytes out = {0};
        put_short(&out, &l->items[i], w->inode, w->blocks);
        size_t extra = out.len - strlen(l->items[i].name);
        bytes_put(&out, '\0');
        cells[i].text = out.data;
        cells[i].width = text_width(l->items[i].name) + extra;
        if (listing.color && strchr(out.data, '\033'))
            cells[i].width -= strcspn(strchr(out.data, '\033'), "m") + 1 + 4;
    }
    size_t width = terminal_width();
    if (listing.format == COLUMNS || listing.format == ACROSS)
        print_columns(cells, l->count, width, listing.format == ACROSS);
    for (size_t i = 0; i < l->count; i++) {
        if (listing.format == ONE)
            puts(cells[i].text);
        if (listing.format == COMMAS) {
            bool last = i + 1 == l->count;
            size_t need = cells[i].width + (last ? 0 : 2);
            if (line > 0 && line + need > width) {
                putchar('\n');
                line = 0;
            }
            bool breaks = !last && line + need + cells[i + 1].width + 2 > width;
            printf("%s%s", cells[i].text, last ? "\n" : breaks ? "," : ", ");
            line += need;
        }
        free((void *)cells[i].text);
    }
    free(cells);
}

void list_print(const struct list *l, bool total, struct widths least)
{
    struct widths w = list_measure(l, least);
    if (total && (listing.format == LONG || listing.blocks)) {
        unsigned long long blocks = 0;
        for (size_t i = 0; i < l->count; i++)
            blocks += (unsigned long long)l->items[i].st.st_blocks;
        char text[SIZE_TEXT_MAX];
        if (listing.human)
            size_human(blocks * 512, 1024, text);
        else
            snprintf(text, sizeof text, "%llu", (blocks + 1) / 2);
        printf("total %s\n", text);
    }
    if (listing.format == LONG) {
        for (size_t i = 0; i < l->count; i++)
            print_long(&l->items[i], &w);
    } else {
        print_cells(l, &w);
    }
}
