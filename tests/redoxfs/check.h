/* What every test here includes: CMocka and what it needs before it. */
#ifndef TESTS_REDOXFS_CHECK_H
#define TESTS_REDOXFS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/redoxfs/common/memdev.h"

#endif
