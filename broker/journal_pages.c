/* journal_pages.c - what was read off a report's pages so far, so that a broker that begins again
 * does not have them read anew: a page takes a second or more.
 *
 * Owned by the broker's thread. It rides along with other commits: what is lost costs the pages of
 * one turn of the OCR stage.
 */
#include "broker/journal_private.h"

enum { PAGES_KEY_BYTES = 9 }; /* beside the document's own key in its family */

static struct slice pages_key(char key[PAGES_KEY_BYTES], uint64_t seq)
{
    number_write(key, seq);
    key[8] = 'p';
    return (struct slice){key, PAGES_KEY_BYTES};
}

void journal_keep_pages(struct journal *journal, struct job *job)
{
    char key[PAGES_KEY_BYTES];
    if (!journal->folder)
        return;
    job->pages = true;
    journal_redo_put(journal, FAMILY_BODY, pages_key(key, job->seq), buffer_slice(&job->record));
    journal_note(journal, job);
}

enum status journal_pages(struct journal *journal, uint64_t seq, struct buffer *record)
{
    char key[PAGES_KEY_BYTES];
    if (!journal->kv)
        return STATUS_AGAIN;
    return kv_get(journal->kv, FAMILY_BODY, pages_key(key, seq), record, NULL);
}

void journal_drop_pages(struct journal *journal, const struct job *job)
{
    char key[PAGES_KEY_BYTES];
    if (job->pages)
        journal_redo_delete(journal, FAMILY_BODY, pages_key(key, job->seq));
}
