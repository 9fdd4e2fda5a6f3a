/* documents.c - where each document is filed, by its hash: in force or beside that, or as a version
 * that was replaced. Owned by the store's thread. What fails: a damaged store.
 *
 * The entry under the hash names one place. The same bytes may be handed in for several units, as
 * lists or paths say: so each place has a row of its own, too, and when the one that is named goes
 * another is.
 */
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

static void place_put(struct buffer *out, enum document_index index, struct slice sha256)
{
    const char kind = (char)index;
    buffer_append(out, "place", sizeof "place");
    buffer_append(out, &kind, 1);
    buffer_add(out, sha256);
}

static struct slice place_key(struct change *change, enum document_index index,
                              const struct unit_name *unit, struct slice sha256)
{
    buffer_clear(&change->key);
    place_put(&change->key, index, sha256);
    unit_key_put(&change->key, unit);
    return buffer_slice(&change->key);
}

/* Reads the entry of a place that is none of this unit's into change->value; STATUS_AGAIN: none. */
static enum status find_other(struct change *change, enum document_index index,
                              const struct unit_name *unit, struct slice sha256,
                              struct error *error)
{
    struct buffer prefix = {0};
    place_put(&prefix, index, sha256);
    struct slice begins = buffer_slice(&prefix);
    struct kv_cursor *cursor =
        kv_cursor_new(change->kv, FAMILY_META, begins, (struct slice){NULL, 0});
    enum status status = STATUS_AGAIN;
    for (; status == STATUS_AGAIN && kv_cursor_valid(cursor) &&
           slice_starts(kv_cursor_key(cursor), begins);
         kv_cursor_next(cursor)) {
        struct filed_document document = {.unit = {0}};
        buffer_clear(&change->value);
        buffer_add(&change->value, kv_cursor_value(cursor));
        status = filed_document_read(buffer_slice(&change->value), &document, error);
        if (status == STATUS_OK && unit_names_equal(&document.unit, unit))
            status = STATUS_AGAIN;
    }
    if (status == STATUS_AGAIN && kv_cursor_status(cursor, error))
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    buffer_release(&prefix);
    return status;
}

/* In the batch at hand, which the kv doesn't know yet. */
struct pending {
    uint8_t sha256[32];
    enum document_index index;
};

static bool is_pending(const struct change *change, enum document_index index, struct slice sha256)
{
    const struct pending *items = (const void *)change->filed.data;
    for (size_t i = 0; i < change->filed.len / sizeof *items; i++)
        if (items[i].index == index && memcmp(items[i].sha256, sha256.data, sha256.len) == 0)
            return true;
    return false;
}

void document_put(struct change *change, enum document_index index, const struct unit_name *unit,
                  struct slice catalogue, struct slice sha256)
{
    struct filed_document document = {.catalogue = catalogue, .unit = *unit};
    buffer_clear(&change->value);
    filed_document_write(&document, &change->value);
    struct slice value = buffer_slice(&change->value);
    struct pending pending = {.index = index};
    memcpy(pending.sha256, sha256.data, sizeof pending.sha256);
    buffer_append(&change->filed, &pending, sizeof pending);
    kv_batch_put(change->batch, family_of[index], key_of(change, index, sha256), value);
    kv_batch_put(change->batch, FAMILY_META, place_key(change, index, unit, sha256), value);
}

enum status document_drop(struct change *change, enum document_index index,
                          const struct unit_name *unit, struct slice sha256, struct error *error)
{
    struct filed_document document = {.unit = {0}};
    kv_batch_delete(change->batch, FAMILY_META, place_key(change, index, unit, sha256));
    if (is_pending(change, index, sha256))
        return STATUS_OK;
    struct slice key = key_of(change, index, sha256);
    buffer_clear(&change->value);
    enum status status = kv_get(change->kv, family_of[index], key, &change->value, error);
    if (status == STATUS_OK)
        status = filed_document_read(buffer_slice(&change->value), &document, error);
    if (status != STATUS_OK || !unit_names_equal(&document.unit, unit))
        return status == STATUS_AGAIN ? STATUS_OK : status;
    status = find_other(change, index, unit, sha256, error);
    if (status == STATUS_OK)
        kv_batch_put(change->batch, family_of[index], key, buffer_slice(&change->value));
    else if (status == STATUS_AGAIN)
        kv_batch_delete(change->batch, family_of[index], key);
    return status == STATUS_AGAIN ? STATUS_OK : status;
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

enum status document_elsewhere(struct change *change, const uint8_t sha256[32], struct arena *arena,
                               struct unit_name *unit, struct error *error)
{
    struct slice hash = {(const char *)sha256, 32};
    struct filed_document document;
    struct unit_name named;
    enum status status = document_unit(change, sha256, arena, &named, error);
    if (status != STATUS_OK)
        return status;
    status = STATUS_AGAIN;
    for (enum document_index index = 0; status == STATUS_AGAIN && index < DOCUMENT_INDEX_COUNT;
         index++)
        status = find_other(change, index, &named, hash, error);
    if (status != STATUS_OK)
        return status;
    struct slice bytes = arena_copy(arena, buffer_slice(&change->value));
    status = filed_document_read(bytes, &document, error);
    *unit = document.unit;
    return status;
}
