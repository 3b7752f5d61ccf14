/*
 * What libgcrypt's configure would have found: an x86_64 compiler of today. Which of the fast paths
 * is taken is decided when the program runs, by what the processor says it has.
 */
#ifndef GCRYPT_CONFIG_H
#define GCRYPT_CONFIG_H

#define _GCRYPT_CONFIG_H_INCLUDED 1
#define _GCRYPT_IN_LIBGCRYPT 1

#define USE_MD5 1
#define USE_SHA1 1
#define USE_SHA256 1
#define USE_SHA512 1

#define HAVE_CPU_ARCH_X86 1
#define HAVE_COMPATIBLE_GCC_AMD64_PLATFORM_AS 1
#define HAVE_GCC_INLINE_ASM_SSSE3 1
#define HAVE_GCC_INLINE_ASM_SSE41 1
#define HAVE_GCC_INLINE_ASM_SHAEXT 1
#define HAVE_GCC_INLINE_ASM_AVX 1
#define HAVE_GCC_INLINE_ASM_AVX2 1
#define HAVE_GCC_INLINE_ASM_BMI2 1
#define ENABLE_AVX_SUPPORT 1
#define ENABLE_AVX2_SUPPORT 1
#define ENABLE_SHAEXT_SUPPORT 1

#define HAVE_BUILTIN_BSWAP32 1
#define HAVE_BUILTIN_BSWAP64 1
#define HAVE_STDINT_H 1
#define HAVE_UINTPTR_T 1
#define SIZEOF_UNSIGNED_SHORT 2
#define SIZEOF_UNSIGNED_INT 4
#define SIZEOF_UNSIGNED_LONG 8
#define SIZEOF_UNSIGNED_LONG_LONG 8
#define SIZEOF_UINT64_T 8

#endif
