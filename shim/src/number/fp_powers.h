/*
 * The upper 128 bits (truncated) of 5^(27 i) for i from FP_POWER_FIRST on, as pairs high, low. Each
 * is normalized: its top bit is set. Their binary exponents follow from the power: see
 * fp_decimal.c.
 */
#ifndef SHIM_NUMBER_FP_POWERS_H
#define SHIM_NUMBER_FP_POWERS_H

#include "shim/src/internal/thread.h"

#define FP_POWER_STEP 27
#define FP_POWER_FIRST (-13)
#define FP_POWER_LAST 12

static const u64 fp_powers[][2] = {
    {0x8049a4ac0c5811aeu, 0x205b896d777d6278u}, {0xcf42894a5dce35eau, 0x52064cac828675b9u},
    {0xa76c582338ed2621u, 0xaf2af2b80af6f24eu}, {0x873e4f75e2224e68u, 0x5a7744a6e804a291u},
    {0xda7f5bf590966848u, 0xaf39a475506a899eu}, {0xb080392cc4349decu, 0xbd8d794d96aacfb3u},
    {0x8e938662882af53eu, 0x547eb47b7282ee9cu}, {0xe65829b3046b0afau, 0x0cb4a5a3112a5112u},
    {0xba121a4650e4ddebu, 0x92f34d62616ce413u}, {0x964e858c91ba2655u, 0x3a6a07f8d510f86fu},
    {0xf2d56790ab41c2a2u, 0xfae27299423fb9c3u}, {0xc428d05aa4751e4cu, 0xaa97e14c3c26b886u},
    {0x9e74d1b791e07e48u, 0x775ea264cf55347du}, {0x8000000000000000u, 0x0000000000000000u},
    {0xcecb8f27f4200f3au, 0x0000000000000000u}, {0xa70c3c40a64e6c51u, 0x999090b65f67d924u},
    {0x86f0ac99b4e8dafdu, 0x69a028bb3ded71a3u}, {0xda01ee641a708de9u, 0xe80e6f4820cc9495u},
    {0xb01ae745b101e9e4u, 0x5ec05dcff72e7f8fu}, {0x8e41ade9fbebc27du, 0x14588f13be847307u},
    {0xe5d3ef282a242e81u, 0x8f1668c8a86da5fau}, {0xb9a74a0637ce2ee1u, 0x6d953e2bd7173692u},
    {0x95f83d0a1fb69cd9u, 0x4abdaf101564f98eu}, {0xf24a01a73cf2dccfu, 0xbc633b39673c8cecu},
    {0xc3b8358109e84f07u, 0x0a862f80ec4700c8u}, {0x9e19db92b4e31ba9u, 0x6c07a2c26a8346d1u},
};

#endif
