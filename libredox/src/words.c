/*
 * Words that gated processes sleep on and wake others from: their names for the kernel, which has
 * an alias of its own for each (umk/abi/portal.h).
 */
#include "machine.h"

static u64 window_base(void)
{
    return gate_page->window_base ? gate_page->window_base : WINDOW_DEFAULT;
}

/* The slot whose state lies at this offset in a window of channels. */
static u64 slot_word(u32 kind, u64 offset)
{
    u64 in_channel = offset % WINDOW_CHANNEL_SPAN;

    return WORD(kind, offset / WINDOW_CHANNEL_SPAN,
                (in_channel - CHANNEL_SLOT_OFFSET) / sizeof(struct channel_slot));
}

u64 gate_word_of(const u32 *word)
{
    u64 offset = (u64)word - window_base();

    if (offset - WINDOW_CLIENT_CHANNELS < CLIENT_CHANNELS_MAX * WINDOW_CHANNEL_SPAN)
        return slot_word(WORD_CLIENT_SLOT, offset - WINDOW_CLIENT_CHANNELS);
    if (offset - WINDOW_SERVER_CHANNELS < SERVER_CHANNELS_MAX * WINDOW_CHANNEL_SPAN)
        return slot_word(WORD_SERVER_SLOT, offset - WINDOW_SERVER_CHANNELS);
    return WORD_LOOP;
}

u32 gate_server_number(const void *header)
{
    return (u32)(((u64)header - window_base() - WINDOW_SERVER_CHANNELS) / WINDOW_CHANNEL_SPAN);
}

u32 gate_take_rung(u32 *which, u32 max)
{
    /* pairs: the kernel sets a bit of rung[] before its bit here */
    u64 words = __atomic_exchange_n(&gate_page->rung_words, 0, __ATOMIC_ACQUIRE);
    u32 n = 0;

    for (; words; words &= words - 1) {
        u32 w = (u32)__builtin_ctzll(words);
        u64 bits = __atomic_exchange_n(&gate_page->rung[w], 0, __ATOMIC_ACQUIRE);

        for (; bits && n < max; bits &= bits - 1)
            which[n++] = w * 64 + (u32)__builtin_ctzll(bits);
        if (!bits)
            continue;
        /* no room: the rest is taken the next time */
        __atomic_fetch_or(&gate_page->rung[w], bits, __ATOMIC_RELAXED);
        __atomic_fetch_or(&gate_page->rung_words, 1ull << w, __ATOMIC_RELAXED);
    }
    return n;
}
