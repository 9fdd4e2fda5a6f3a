/* journal_keys.c - numbers and keys as the journal has them on disk: their byte order is the order
 * of the queue. No state. */
#include "broker/journal_private.h"

#include "proto/base/digest.h"

void number_write(char out[8], uint64_t number)
{
    for (int i = 7; i >= 0; i--, number >>= 8)
        out[i] = (char)(number & 0xFF);
}

uint64_t number_read(const char in[8])
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | (uint8_t)in[i];
    return number;
}

/* A flow has no NUL and at most MAX_FLOW_BYTES: the door (submit.c) sees to that. */
struct queue_key queue_key_make(bool urgent, struct slice flow, uint64_t seq)
{
    struct queue_key key = {.len = 0};
    if (flow.len > MAX_QUEUE_KEY - 10)
        flow.len = MAX_QUEUE_KEY - 10;
    key.bytes[key.len++] = urgent ? 0 : 1;
    memcpy(key.bytes + key.len, flow.data ? flow.data : "", flow.len);
    key.len += flow.len;
    key.bytes[key.len++] = 0;
    number_write(key.bytes + key.len, seq);
    key.len += 8;
    return key;
}

struct queue_key queue_key_of(const struct job *job)
{
    return queue_key_make(job->urgent, slice_of(job->flow), job->seq);
}

void sent_fingerprint(const uint8_t *sha256, uint64_t sent, uint8_t *fingerprint)
{
    char row[DIGEST_BYTES + 8];
    memcpy(row, sha256, DIGEST_BYTES);
    number_write(row + DIGEST_BYTES, sent);
    digest_sha256((struct slice){row, sizeof row}, fingerprint);
}

bool journal_in_memory(const struct journal *journal)
{
    return !journal->folder;
}
