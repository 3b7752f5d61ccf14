/* Path text: no function here touches a file. All results are malloc'd. */
#ifndef COMMON_PATH_H
#define COMMON_PATH_H

/* dir/name with exactly one slash between them. */
char *path_join(const char *dir, const char *name);

/* The last component without trailing slashes; "/" for the root, "" for "". */
char *path_base(const char *path);

/* Everything before the last component, "." when there is nothing. */
char *path_dir(const char *path);

/* True for "." and "..". */
int path_is_dot(const char *name);

#endif
