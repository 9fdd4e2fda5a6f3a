/* inquiry.c - how did the report with this number, or these bytes, end? By number it is asked again
 * after a lost connection, by hash by whoever handed it to a queue.
 *
 * What came or ended in this turn isn't in the journal's state before the commit, and a commit for
 * each question would be a sync for each: they wait for that of the turn, as acknowledgements do.
 * Owned by the broker's thread. What can fail: the journal (the asker is told to come again).
 */
#include "broker/inquiry.h"
#include "broker/outbox.h"
#include "broker/outcome.h"
#include "broker/peers.h"
#include "broker/watch.h"
#include "proto/base/tr.h"

#include <stdlib.h>

void inquiry_take(struct broker *broker, const struct peer *peer, const struct message *message)
{
    struct inquiries *inquiries = &broker->inquiries;
    if (inquiries->count == inquiries->capacity) {
        inquiries->capacity = inquiries->capacity ? inquiries->capacity * 2 : 256;
        inquiries->items =
            memory_resize(inquiries->items, inquiries->capacity * sizeof *inquiries->items);
    }
    struct inquiry *inquiry = &inquiries->items[inquiries->count++];
    *inquiry = (struct inquiry){
        .from = peer->id, .id = message->id, .seq = message->seq, .sent = message->lineage.sent};
    inquiry->is_hash = digest_parse(message->sha256, inquiry->sha256);
}

static void begin_watch(struct broker *broker, const struct peer *peer, uint64_t id, uint64_t seq)
{
    if (watch_begin(broker, seq, peer, id))
        outbox_add(broker, &peer->id, MESSAGE_ACCEPTED, id)->message.seq = seq;
    else
        outbox_refuse(broker, &peer->id, id, STATUS_AGAIN, RETRY_MS,
                      TR("too many wait for this report already"));
}

static void answer_by_number(struct broker *broker, const struct peer *peer, uint64_t id,
                             uint64_t seq)
{
    struct entry letter;
    struct buffer storage = {0};
    if (journal_letter(broker->journal, seq, &letter, &storage, NULL) == STATUS_OK)
        outcome_tell(broker, &peer->id, id, seq, OUTCOME_NONE, STATUS_BAD, letter.reason);
    else if (watch_find(broker, seq) ||
             journal_document(broker->journal, seq, &storage, NULL) == STATUS_OK)
        begin_watch(broker, peer, id, seq);
    else
        outcome_tell(broker, &peer->id, id, seq, OUTCOME_NONE, STATUS_OK, (struct slice){0});
    buffer_release(&storage);
}

/* The document may be on its way here by a queue still. */
static void answer_by_hash(struct broker *broker, const struct peer *peer,
                           const struct inquiry *inquiry)
{
    uint64_t seq =
        inquiry->is_hash ? journal_known(broker->journal, inquiry->sha256, inquiry->sent) : 0;
    if (seq)
        answer_by_number(broker, peer, inquiry->id, seq);
    else if (!inquiry->is_hash)
        outbox_refuse(broker, &peer->id, inquiry->id, STATUS_BAD, 0,
                      TR("a SHA-256 has 64 hexadecimal digits"));
    else if (journal_in_memory(broker->journal))
        outbox_refuse(broker, &peer->id, inquiry->id, STATUS_BAD, 0,
                      TR("this broker keeps its journal in memory, and no hashes: ask by number"));
    else
        outbox_refuse(broker, &peer->id, inquiry->id, STATUS_AGAIN, RETRY_MS,
                      TR("no document with these bytes has come here yet: is this node's bridge at "
                         "work?"));
}

void inquiries_answer(struct broker *broker)
{
    const char *broken = journal_broken(broker->journal);
    for (size_t i = 0; i < broker->inquiries.count; i++) {
        const struct inquiry *inquiry = &broker->inquiries.items[i];
        const struct peer *peer = peer_find(broker, &inquiry->from);
        if (!peer)
            continue;
        if (broken)
            outbox_refuse(broker, &peer->id, inquiry->id, STATUS_RETRY, RETRY_MS, "%s", broken);
        else if (inquiry->seq)
            answer_by_number(broker, peer, inquiry->id, inquiry->seq);
        else
            answer_by_hash(broker, peer, inquiry);
    }
    broker->inquiries.count = 0;
}

void inquiries_release(struct broker *broker)
{
    free(broker->inquiries.items);
    broker->inquiries = (struct inquiries){0};
}
