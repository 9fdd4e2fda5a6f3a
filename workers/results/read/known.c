/* known.c - which documents are filed, in force or beside another, and by which catalogue they were
 * read: one walk over small records. The store's thread. What can fail: a damaged store. */
#include "workers/results/private.h"

enum status store_documents(struct store *store, store_document_visit *visit, void *context,
                            struct error *error)
{
    struct kv_cursor *cursor = kv_cursor_new(store->kv, FAMILY_DOCUMENTS, (struct slice){NULL, 0},
                                             (struct slice){NULL, 0});
    enum status status = STATUS_OK;
    for (; status == STATUS_OK && kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        struct filed_document document = {.unit = {0}};
        status = filed_document_read(kv_cursor_value(cursor), &document, error);
        if (status == STATUS_OK)
            visit(context, kv_cursor_key(cursor), document.catalogue);
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}
