/* pattern.c - compiles an expression once (with JIT code), matches with a thread's own context.
 *
 * Any thread may compile and match; a scratch belongs to one thread at a time. What can fail: a bad
 * expression (said with its place), and a match that hits the limit, which is told apart from "no
 * match" because a figure must not vanish over it.
 */
#include "workers/extract/rule/pattern.h"

#include "proto/base/memory.h"

#include <stdlib.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

enum { JIT_STACK_FIRST_BYTES = 32 * 1024, JIT_STACK_MOST_BYTES = 512 * 1024 };

struct pattern {
    pcre2_code *code;
    bool jit; /* false where the machine forbids executable pages: slower, same results */
};

struct pattern_scratch {
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack;
};

enum status pattern_compile(struct pattern **pattern, struct slice expression, size_t *at,
                            struct error *error)
{
    int number;
    PCRE2_SIZE offset = 0;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR)expression.data, expression.len,
                                     PCRE2_UTF | PCRE2_NO_AUTO_CAPTURE | PCRE2_NEVER_BACKSLASH_C,
                                     &number, &offset, NULL);
    if (at)
        *at = offset;
    if (!code) {
        PCRE2_UCHAR why[160];
        pcre2_get_error_message(number, why, sizeof why);
        return fail(error, STATUS_BAD, "%s", (const char *)why);
    }
    *pattern = memory_zero(sizeof **pattern);
    (*pattern)->code = code;
    (*pattern)->jit = pcre2_jit_compile(code, PCRE2_JIT_COMPLETE) == 0;
    return STATUS_OK;
}

void pattern_free(struct pattern **pattern)
{
    if (!*pattern)
        return;
    pcre2_code_free((*pattern)->code);
    free(*pattern);
    *pattern = NULL;
}

static void *required(void *made)
{
    if (!made)
        abort(); /* out of memory; see arena.h */
    return made;
}

struct pattern_scratch *pattern_scratch_new(void)
{
    struct pattern_scratch *scratch = memory_zero(sizeof *scratch);
    scratch->data = required(pcre2_match_data_create(1, NULL));
    scratch->context = required(pcre2_match_context_create(NULL));
    scratch->stack =
        required(pcre2_jit_stack_create(JIT_STACK_FIRST_BYTES, JIT_STACK_MOST_BYTES, NULL));
    pcre2_set_match_limit(scratch->context, PATTERN_MATCH_LIMIT);
    pcre2_set_depth_limit(scratch->context, PATTERN_MATCH_LIMIT);
    pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
    return scratch;
}

void pattern_scratch_free(struct pattern_scratch **scratch)
{
    if (!*scratch)
        return;
    pcre2_match_data_free((*scratch)->data);
    pcre2_match_context_free((*scratch)->context);
    pcre2_jit_stack_free((*scratch)->stack);
    free(*scratch);
    *scratch = NULL;
}

enum pattern_result pattern_find(const struct pattern *pattern, struct pattern_scratch *scratch,
                                 struct slice subject, size_t from, size_t *start, size_t *end)
{
    PCRE2_SPTR text = (PCRE2_SPTR)(subject.data ? subject.data : "");
    int result = pattern->jit ? pcre2_jit_match(pattern->code, text, subject.len, from,
                                                PCRE2_NO_UTF_CHECK, scratch->data, scratch->context)
                              : pcre2_match(pattern->code, text, subject.len, from,
                                            PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
    if (result == PCRE2_ERROR_NOMATCH)
        return PATTERN_NONE;
    if (result < 0)
        return PATTERN_LIMIT;
    PCRE2_SIZE *span = pcre2_get_ovector_pointer(scratch->data);
    *start = span[0];
    *end = span[1];
    return PATTERN_FOUND;
}
