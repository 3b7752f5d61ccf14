/* What of Mbed TLS is compiled: AES with XTS; SHA-256 is for tests. */
#ifndef REDOXFS_MBEDTLS_CONFIG_H
#define REDOXFS_MBEDTLS_CONFIG_H

#define MBEDTLS_AES_C
#define MBEDTLS_AESNI_C
#define MBEDTLS_CIPHER_MODE_XTS
#define MBEDTLS_HAVE_ASM
#define MBEDTLS_SHA256_C

#endif
