/* documents.c - where each document is filed, by its hash: in force or beside that, or as a version
 * that was replaced. Owned by the store's thread. What fails: a damaged store. */
#include "workers/results/write/write.h"

static const enum store_family family_of[] = {
    [DOCUMENT_STANDS] = FAMILY_DOCUMENTS,
    [DOCUMENT_FORMER] = FAMILY_META,
};

static struct slice key_of(struct change *change, enum document_index index, struct slice sha256)
{
    if (index == DOCUMENT_STANDS)
        return sha256;
    buffer_clear(&change->key);
    former_key_put(&change->key, sha256);
    return buffer_slice(&change->key);
}

void document_put(struct change *change, enum document_index index, const struct unit_name *unit,
                  struct slice catalogue, struct slice sha256)
{
    struct filed_document document = {.catalogue = catalogue, .unit = *unit};
    struct slice key = key_of(change, index, sha256);
    buffer_clear(&change->value);
    filed_document_write(&document, &change->value);
    kv_batch_put(change->batch, family_of[index], key, buffer_slice(&change->value));
}

enum status document_drop(struct change *change, enum document_index index,
                          const struct unit_name *unit, struct slice sha256, struct error *error)
{
    struct filed_document document = {.unit = {0}};
    struct slice key = key_of(change, index, sha256);
    buffer_clear(&change->value);
    enum status status = kv_get(change->kv, family_of[index], key, &change->value, error);
    if (status == STATUS_AGAIN)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = filed_document_read(buffer_slice(&change->value), &document, error);
    if (status == STATUS_OK && unit_names_equal(&document.unit, unit))
        kv_batch_delete(change->batch, family_of[index], key);
    return status;
}

enum status document_unit(struct change *change, const uint8_t sha256[32], struct arena *arena,
                          struct unit_name *unit, struct error *error)
{
    struct filed_document document;
    enum status status = STATUS_AGAIN;
    for (enum document_index index = 0; status == STATUS_AGAIN && index < DOCUMENT_INDEX_COUNT;
         index++) {
        struct slice key = key_of(change, index, (struct slice){(const char *)sha256, 32});
        buffer_clear(&change->value);
        status = kv_get(change->kv, family_of[index], key, &change->value, error);
    }
    if (status != STATUS_OK)
        return status;
    struct slice bytes = arena_copy(arena, buffer_slice(&change->value));
    status = filed_document_read(bytes, &document, error);
    *unit = document.unit;
    return status;
}
