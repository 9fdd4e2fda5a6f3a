/* journal_place.c - what people have said of documents, by the documents' SHA-256.
 *
 * Owned by the broker's thread. Kept beside the journal's own notes, so that copies of it have it,
 * too. A flag says whether there is anything at all: while there is none, no document is hashed.
 */
#include "broker/journal_private.h"

#include "proto/base/digest.h"
#include "proto/listed.h"

static const struct slice flag = {"placed", 6};

enum { PREFIX_BYTES = 6, KEY_BYTES = PREFIX_BYTES + DIGEST_BYTES };

static void key_of(struct slice document, char key[KEY_BYTES])
{
    memcpy(key, "place:", PREFIX_BYTES);
    digest_sha256(listed_document(document), (uint8_t *)key + PREFIX_BYTES);
}

void journal_read_placed(struct journal *journal)
{
    struct buffer value = {0};
    journal->placed = kv_get(journal->kv, FAMILY_META, flag, &value, NULL) == STATUS_OK;
    buffer_release(&value);
}

enum status journal_place(struct journal *journal, struct slice document, struct slice head,
                          struct error *error)
{
    char key[KEY_BYTES];
    if (journal_in_memory(journal))
        return fail(error, STATUS_BAD,
                    "this broker keeps its journal in memory: it would not "
                    "remember; submit the report with --manifest instead");
    key_of(document, key);
    journal_redo_put(journal, FAMILY_META, (struct slice){key, KEY_BYTES}, head);
    journal_redo_put(journal, FAMILY_META, flag, SLICE("1"));
    journal->placed = true;
    return STATUS_OK;
}

bool journal_placement(struct journal *journal, struct slice document, struct buffer *head)
{
    char key[KEY_BYTES];
    if (!journal->placed)
        return false;
    key_of(document, key);
    return kv_get(journal->kv, FAMILY_META, (struct slice){key, KEY_BYTES}, head, NULL) ==
           STATUS_OK;
}
