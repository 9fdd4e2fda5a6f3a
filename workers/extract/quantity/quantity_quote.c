/* quantity_quote.c - finds the end of 《titles》 and short “names”, whose numbers count nothing. */
#include "workers/extract/quantity/quantity_reader.h"

enum {
    MAX_QUOTE_BYTES = 90,  /* a longer “…” is speech, not a name */
    MAX_TITLE_BYTES = 400, /* a longer 《…》 is a lost bracket */
};

size_t skip_title(const struct number_reader *r, size_t at)
{
    unsigned depth = 0;
    size_t stop = at + MAX_TITLE_BYTES < r->end ? at + MAX_TITLE_BYTES : r->end;
    for (size_t i = at, length; i < stop; i += length) {
        uint32_t c = character_at(r->text, i, &length);
        if (c == U'《')
            depth++;
        else if (c == U'》' && --depth == 0)
            return i + length;
    }
    return 0;
}

static bool is_closing(uint32_t open, uint32_t c)
{
    return (open == U'“' && c == U'”') || (open == U'‘' && c == U'’') ||
           (open == U'「' && c == U'」') || (open == U'『' && c == U'』') ||
           (open == '"' && c == '"');
}

/* End of the quoted name that opens at `at`; 0 when it is too long, or is a clause with figures. */
size_t skip_quote(const struct number_reader *r, size_t at)
{
    size_t length;
    uint32_t open = character_at(r->text, at, &length);
    size_t stop = at + MAX_QUOTE_BYTES < r->end ? at + MAX_QUOTE_BYTES : r->end;
    bool comma = false, digit = false;
    for (size_t i = at + length; i < stop; i += length) {
        uint32_t c = character_at(r->text, i, &length);
        if (is_closing(open, c))
            return comma && digit ? 0 : i + length;
        if (c == open)
            return 0;
        comma |= c == U'，' || c == U'。' || c == U'；';
        digit |= c >= '0' && c <= '9';
    }
    return 0;
}
