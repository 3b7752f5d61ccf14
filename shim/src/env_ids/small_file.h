/* The beginning of a small file, as a string. */
#ifndef SHIM_ENV_IDS_SMALL_FILE_H
#define SHIM_ENV_IDS_SMALL_FILE_H

#include "shim/src/fcntl/fd.h"

/* Reads up to size - 1 bytes and terminates them. Result: length or negative errno. */
i64 __umk_small_file(const char *path, char *buf, size_t size) __umk_hidden;

#endif
