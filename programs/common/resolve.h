/* Paths made absolute, with symbolic links, "." and ".." resolved. */
#ifndef COMMON_RESOLVE_H
#define COMMON_RESOLVE_H

enum resolve_mode {
    RESOLVE_ALL,      /* every component must exist */
    RESOLVE_BUT_LAST, /* the last one may be missing */
    RESOLVE_ANY       /* any may be missing */
};

/* The path, malloc'd; null with errno. follow 0: symbolic links are kept, only the text changes. */
char *resolve(const char *path, enum resolve_mode mode, int follow);

/* What a symbolic link says, malloc'd; null with errno. */
char *link_target(const char *path);

#endif
