/* words.c - the words of records, heads of tables and bounds, in the person's language. Pure. */
#include "deploy/commands/words.h"

#include "proto/rows/words.h"

struct slice word_for_people(struct slice word)
{
    return tr_language() == LANGUAGE_CHINESE ? word_in_chinese(word) : word;
}

struct slice head_for_people(const struct row_field *field)
{
    return tr_language() == LANGUAGE_CHINESE ? slice_of(field->head) : field->name;
}

struct slice named_head_for_people(struct slice name)
{
    for (size_t i = 0; i < row_fields.count; i++)
        if (slice_equal(row_fields.items[i].name, name))
            return head_for_people(&row_fields.items[i]);
    return word_for_people(name);
}

const char *bound_for_people(enum bound bound)
{
    static const char *const words[] = {[BOUND_OVER] = TR("more than "),
                                        [BOUND_AT_LEAST] = TR("at least "),
                                        [BOUND_AT_MOST] = TR("at most "),
                                        [BOUND_ABOUT] = TR("about ")};
    return words[bound] ? tr(words[bound]) : "";
}
