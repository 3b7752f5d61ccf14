/* From the tree to the program, and what can be said of a match's first byte. */
#include <stdlib.h>
#include "shim/src/regex/regex.h"

static u32 emit(struct regex *re, enum op op, u32 value, u32 x, u32 y)
{
    if (re->ninsts == re->insts_room) {
        u32 room = re->insts_room ? re->insts_room * 2 : 64;
        struct inst *moved =
            room > NODES_MAX * 8 ? NULL : reallocarray(re->program, room, sizeof *moved);
        if (!moved)
            return NONE;
        re->program = moved;
        re->insts_room = room;
    }
    re->program[re->ninsts] = (struct inst){(u8)op, value, x, y};
    return re->ninsts++;
}

static bool compile(struct regex *re, u32 n);

static bool compile_alternatives(struct regex *re, const struct node *node)
{
    u32 jumps = NONE; /* chain of jumps to the end, through x */

    for (u32 c = node->first; c != NONE; c = re->nodes[c].next) {
        bool last = re->nodes[c].next == NONE;
        u32 split = last ? NONE : emit(re, OP_SPLIT, 0, re->ninsts + 1, 0);
        if ((!last && split == NONE) || !compile(re, c))
            return false;
        if (last)
            break;
        u32 jump = emit(re, OP_JUMP, 0, jumps, 0);
        if (jump == NONE)
            return false;
        jumps = jump;
        re->program[split].y = re->ninsts;
    }
    while (jumps != NONE) {
        u32 next = re->program[jumps].x;
        re->program[jumps].x = re->ninsts;
        jumps = next;
    }
    return true;
}

static bool compile_star(struct regex *re, const struct node *node)
{
    u32 mark = re->nmarks++;
    u32 split = emit(re, OP_SPLIT, 0, re->ninsts + 1, 0);

    if (split == NONE || emit(re, OP_MARK, mark, 0, 0) == NONE || !compile(re, node->first) ||
        emit(re, OP_PROGRESS, mark, split, 0) == NONE)
        return false;
    re->program[split].y = re->ninsts;
    return true;
}

static bool compile(struct regex *re, u32 n)
{
    /* a copy: the tree does not grow any more, but keep the compiler from reloading */
    const struct node node = re->nodes[n];
    static const u8 simple[] = {
        [NODE_CHAR] = OP_CHAR,     [NODE_ANY] = OP_ANY,         [NODE_SET] = OP_SET,
        [NODE_ASSERT] = OP_ASSERT, [NODE_BACKREF] = OP_BACKREF,
    };
    bool ok = true;

    re->nodes[n].begin = re->ninsts;
    switch (node.kind) {
    case NODE_EMPTY:
        break;
    case NODE_CAT:
        for (u32 c = node.first; ok && c != NONE; c = re->nodes[c].next)
            ok = compile(re, c);
        break;
    case NODE_ALT:
        ok = compile_alternatives(re, &node);
        break;
    case NODE_STAR:
        ok = compile_star(re, &node);
        break;
    case NODE_GROUP:
        ok = emit(re, OP_SAVE, 2 * node.value, 0, 0) != NONE && compile(re, node.first) &&
             emit(re, OP_SAVE, 2 * node.value + 1, 0, 0) != NONE;
        break;
    default:
        ok = emit(re, (enum op)simple[node.kind], node.value, 0, 0) != NONE;
        break;
    }
    re->nodes[n].end = re->ninsts;
    return ok;
}

static void add_first(struct regex *re, const struct inst *i)
{
    for (u32 b = 0; b < 256; b++)
        /* a byte beyond ASCII begins a character that may be in any set */
        if (b >= 128 || __umk_regex_takes(re, i, b))
            re->first_bytes[b >> 6] |= 1ull << (b & 63);
}

/* Finds the bytes that a match can begin with; gives up when it may be empty or refer back. */
static void find_first(struct regex *re)
{
    u32 *stack = malloc(((size_t)re->ninsts + 1) * sizeof *stack);
    u8 *seen = calloc(re->ninsts, 1);
    u32 depth = 0;
    bool known = stack && seen;

    if (known) {
        stack[depth++] = 0;
        seen[0] = 1;
    }
    while (known && depth) {
        const struct inst *i = &re->program[stack[--depth]];
        u32 at = (u32)(i - re->program), targets[2], n = 0;
        switch (i->op) {
        case OP_CHAR:
        case OP_ANY:
        case OP_SET:
            add_first(re, i);
            break;
        case OP_SPLIT:
            targets[n++] = i->x;
            targets[n++] = i->y;
            break;
        case OP_JUMP:
            targets[n++] = i->x;
            break;
        case OP_PROGRESS:
            targets[n++] = i->x;
            targets[n++] = at + 1;
            break;
        case OP_SAVE:
        case OP_MARK:
        case OP_ASSERT:
            targets[n++] = at + 1;
            break;
        default:
            known = false;
            break;
        }
        while (n--) {
            if (!seen[targets[n]]) {
                seen[targets[n]] = 1;
                stack[depth++] = targets[n];
            }
        }
    }
    re->filter = known;
    free(stack);
    free(seen);
}

int __umk_regex_compile(struct regex *re)
{
    if (!compile(re, re->root) || emit(re, OP_MATCH, 0, 0, 0) == NONE)
        return REG_ESPACE;
    find_first(re);
    return 0;
}
