/*
 * Fixed-width integers for everything that crosses a boundary. The core is
 * built without any include path (-nostdinc), so the types come from the
 * compiler when <stdint.h> is not there.
 */
#ifndef UMK_ABI_TYPES_H
#define UMK_ABI_TYPES_H

#if __has_include(<stdint.h>)
#include <stdint.h>
#include <stddef.h>
#include <stdbool.h>
#else
typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
typedef __SIZE_TYPE__ size_t;
typedef __PTRDIFF_TYPE__ ptrdiff_t;
#define UINT8_MAX 0xff
#define UINT16_MAX 0xffff
#define UINT32_MAX 0xffffffffu
#define UINT64_MAX 0xffffffffffffffffull
#define INT64_MAX 0x7fffffffffffffffll
#define INT64_MIN (-INT64_MAX - 1)
#define SIZE_MAX UINT64_MAX
#define NULL ((void *)0)
#define offsetof(type, member) __builtin_offsetof(type, member)
#define bool _Bool
#define true 1
#define false 0
#endif

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int32_t i32;
typedef int64_t i64;

/* Asserts the size of a shared record and the offset of one of its fields. */
#define ABI_SIZE(type, size) _Static_assert(sizeof(type) == (size), "size of " #type)
#define ABI_OFFSET(type, field, off) \
    _Static_assert(offsetof(type, field) == (off), "offset of " #type "." #field)

/* A C library's <limits.h> may have it as a signed number. */
#undef PAGE_SIZE
#define PAGE_SIZE 4096u
#define PAGE_MASK 4095u

#endif
