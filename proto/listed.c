/* listed.c - the head of an envelope: a mark that no text begins with, the length of a MessagePack
 * map as four bytes (high first), the map. No state, any thread; can't fail.
 */
#include "proto/listed.h"

#include "proto/pack.h"

enum { MAX_HEAD_BYTES = 16384, MAX_NESTED = 4 };

static const struct slice mark = {"\x01xianzhi-listed\n", 16};

static uint64_t date_number(struct date date)
{
    return date.year * 10000ull + date.month * 100ull + date.day;
}

bool listed_is_empty(const struct listed *listed)
{
    return !listed->region && !listed->township.len && !listed->issuer.len && !listed->kind &&
           !listed->year && !listed->published.year && !listed->title.len && !listed->url.len;
}

void listed_encode(const struct listed *listed, struct buffer *out)
{
    struct buffer map = {0};
    pack_map(&map, 9);
    PACK_KEY(&map, "by_person"), pack_bool(&map, listed->by_person);
    PACK_KEY(&map, "region"), pack_uint(&map, listed->region);
    PACK_KEY(&map, "township"), pack_text(&map, listed->township);
    PACK_KEY(&map, "issuer"), pack_text(&map, listed->issuer);
    PACK_KEY(&map, "kind"), pack_uint(&map, listed->kind);
    PACK_KEY(&map, "year"), pack_uint(&map, listed->year);
    PACK_KEY(&map, "published"), pack_uint(&map, date_number(listed->published));
    PACK_KEY(&map, "title"), pack_text(&map, listed->title);
    PACK_KEY(&map, "url"), pack_text(&map, listed->url);
    unsigned char len[4] = {(unsigned char)(map.len >> 24), (unsigned char)(map.len >> 16),
                            (unsigned char)(map.len >> 8), (unsigned char)map.len};
    buffer_add(out, mark);
    buffer_append(out, len, sizeof len);
    buffer_add(out, buffer_slice(&map));
    buffer_release(&map);
}

static enum status take(void *context, struct slice key, const struct packed *value,
                        struct error *error)
{
    (void)error;
    struct listed *listed = context;
    uint64_t number = packed_uint(value, 0);
    if (slice_equal(key, SLICE("by_person")))
        listed->by_person = packed_bool(value, false);
    else if (slice_equal(key, SLICE("region")))
        listed->region = number <= 999999 ? (uint32_t)number : 0;
    else if (slice_equal(key, SLICE("township")))
        listed->township = packed_text(value);
    else if (slice_equal(key, SLICE("issuer")))
        listed->issuer = packed_text(value);
    else if (slice_equal(key, SLICE("kind")))
        listed->kind = number < KIND_COUNT ? (enum issuer_kind)number : KIND_UNKNOWN;
    else if (slice_equal(key, SLICE("year")))
        listed->year = number <= 9999 ? (uint16_t)number : 0;
    else if (slice_equal(key, SLICE("published")) && number <= 99991231)
        listed->published = (struct date){(uint16_t)(number / 10000), (uint8_t)(number / 100 % 100),
                                          (uint8_t)(number % 100)};
    else if (slice_equal(key, SLICE("title")))
        listed->title = packed_text(value);
    else if (slice_equal(key, SLICE("url")))
        listed->url = packed_text(value);
    return STATUS_OK;
}

void listed_wrap(const struct listed *listed, struct buffer *document)
{
    struct buffer wrapped = {0};
    listed_encode(listed, &wrapped);
    buffer_add(&wrapped, buffer_slice(document));
    buffer_release(document);
    *document = wrapped;
}

bool listed_open(struct slice bytes, struct listed *listed, struct slice *inside)
{
    *listed = (struct listed){0};
    *inside = bytes;
    if (!slice_starts(bytes, mark) || bytes.len < mark.len + 4)
        return false;
    const unsigned char *at = (const unsigned char *)bytes.data + mark.len;
    size_t len = (size_t)at[0] << 24 | (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];
    size_t from = mark.len + 4;
    if (len > MAX_HEAD_BYTES || len > bytes.len - from)
        return false;
    struct pack_limits limits = {.depth = 2, .nodes = 64};
    struct error error;
    if (packed_visit_map(slice_range(bytes, from, from + len), limits, take, listed, &error) !=
        STATUS_OK) {
        *listed = (struct listed){0};
        return false;
    }
    *inside = slice_from(bytes, from + len);
    return true;
}

struct slice listed_document(struct slice bytes)
{
    struct listed listed;
    for (unsigned i = 0; i < MAX_NESTED && listed_open(bytes, &listed, &bytes); i++)
        ;
    return bytes;
}
