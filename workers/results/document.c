/* document.c - a document's entry: which rules read it, whose report of which year it is. Pure. */
#include "workers/results/private.h"

void filed_document_write(const struct filed_document *document, struct buffer *out)
{
    code_text(out, document->catalogue);
    unit_key_put(out, &document->unit);
}

enum status filed_document_read(struct slice bytes, struct filed_document *document,
                                struct error *error)
{
    struct coded in = coded_of(bytes);
    document->catalogue = coded_text(&in);
    if (in.bad)
        return fail(error, STATUS_FATAL,
                    "the store's list of documents is damaged; restore it from a backup");
    return unit_key_read((struct slice){in.at, (size_t)(in.end - in.at)}, &document->unit, error);
}
