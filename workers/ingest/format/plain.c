/* plain.c - plain text: which encoding it is in, and that text as UTF-8.
 *
 * Detected, not guessed: a byte order mark is believed and checked; else UTF-8 if all of it is
 * valid; else UTF-16, GB18030 or Big5 if a strict decoder takes every byte and what comes out looks
 * like Chinese writing. Anything else is refused with the byte at which it stops being text. A file
 * that ends in the middle of a character was cut off, and a figure may have been cut with it, so it
 * is refused too. Any thread; no state.
 */
#include "proto/base/tr.h"
#include "workers/ingest/format/format.h"

#include <iconv.h>
#include <unistr.h>

enum {
    SAMPLE_BYTES = 64 * 1024, /* enough to tell how a text looks */
    PLAUSIBLE_PERCENT = 85,   /* share of everyday characters; real reports have 95 and more */
    ZERO_SHARE = 50,          /* a text may hold one zero byte in so many */
};

#define BYTE(s, i) ((unsigned char)(s).data[i])

static const char cut_off[] = TR("byte %zu: the file ends in the middle of a character (%s, "
                                 "文件末尾不完整): it was cut off; get it "
                                 "again");

/* Converts all of `raw`, or says at which byte it can't. */
static bool convert(struct arena *arena, struct slice raw, const char *from, struct slice *text,
                    size_t *bad_at, bool *cut)
{
    iconv_t converter = iconv_open("UTF-8", from);
    size_t room = raw.len * 2 + 16; /* two bytes of GBK or UTF-16 become three at most */
    char *out = arena_alloc(arena, room), *end = out, *in = (char *)raw.data;
    size_t left = raw.len;
    size_t result = iconv(converter, &in, &left, &end, &room);
    *cut = result == (size_t)-1 && left > 0 && left < 4;
    *bad_at = raw.len - left;
    *text = (struct slice){out, (size_t)(end - out)};
    iconv_close(converter);
    return result != (size_t)-1 && left == 0;
}

static enum status decode_as(struct arena *arena, struct slice raw, size_t mark, const char *from,
                             struct slice *text, struct error *error)
{
    size_t bad_at;
    bool cut;
    if (convert(arena, slice_range(raw, mark, raw.len), from, text, &bad_at, &cut))
        return STATUS_OK;
    if (cut)
        return fail(error, STATUS_BAD, cut_off, mark + bad_at, from);
    return fail(
        error, STATUS_BAD,
        "byte %zu: not valid %s, though the rest is (编码错误): the file is damaged; get it "
        "again",
        mark + bad_at, from);
}

/* Everyday characters of a Chinese text: hanzi, their punctuation, full-width forms, ASCII. */
static bool everyday(unsigned unit)
{
    return (unit >= 0x20 && unit < 0x7F) || unit == '\n' || unit == '\r' || unit == '\t' ||
           (unit >= 0x4E00 && unit <= 0x9FA5) || (unit >= 0x3000 && unit <= 0x301F) ||
           (unit >= 0xFF01 && unit <= 0xFF5E) || (unit >= 0x2010 && unit <= 0x2026) ||
           (unit >= 0x2460 && unit <= 0x249B) || unit == 0xB7 || unit == 0xA0;
}

static bool looks_like_utf16(struct slice raw, bool big)
{
    size_t units = (raw.len < SAMPLE_BYTES ? raw.len : SAMPLE_BYTES) / 2, good = 0, hanzi = 0;
    for (size_t i = 0; i < units; i++) {
        unsigned unit = big ? BYTE(raw, 2 * i) << 8 | BYTE(raw, 2 * i + 1)
                            : BYTE(raw, 2 * i + 1) << 8 | BYTE(raw, 2 * i);
        good += everyday(unit);
        hanzi += unit >= 0x4E00 && unit <= 0x9FA5;
    }
    return units > 1 && good * 100 >= units * 95 && hanzi * 4 > units;
}

/* Of an encoding's pairs of bytes, those of its punctuation and its common hanzi: the 3,755 of
 * GB2312's first level, the 5,401 of Big5's. */
static bool common_in_gb18030(unsigned lead, unsigned trail)
{
    return trail >= 0xA1 && ((lead >= 0xA1 && lead <= 0xA3) || (lead >= 0xB0 && lead <= 0xD7));
}

static bool common_in_big5(unsigned lead, unsigned trail)
{
    bool one = (trail >= 0x40 && trail < 0x7F) || (trail >= 0xA1 && trail < 0xFF);
    return one && lead >= 0xA1 && lead <= 0xC6;
}

/* They make up nearly all of a real text; of bytes that only happen to pass the decoder, a quarter,
 * and of a text in the other encoding half. */
static bool looks_like(struct slice raw, bool (*common_in)(unsigned lead, unsigned trail))
{
    size_t end = raw.len < SAMPLE_BYTES ? raw.len : SAMPLE_BYTES, pairs = 0, common = 0, i = 0;
    while (i + 1 < end) {
        unsigned lead = BYTE(raw, i), trail = BYTE(raw, i + 1);
        if (lead < 0x80) {
            i++;
            continue;
        }
        pairs++;
        common += common_in(lead, trail);
        i += trail >= 0x30 && trail <= 0x39 ? 4 : 2;
    }
    return pairs > 1 && common * 100 >= pairs * PLAUSIBLE_PERCENT;
}

/* Length that the character at a UTF-8 lead byte claims; 0 for a byte that is no lead. */
static size_t claimed_length(unsigned char lead)
{
    return lead < 0x80   ? 1
           : lead < 0xC2 ? 0
           : lead < 0xE0 ? 2
           : lead < 0xF0 ? 3
           : lead < 0xF5 ? 4
                         : 0;
}

/* Where `raw` stops being UTF-8, NULL if nowhere. As u8_check says it, which is asked only about
 * characters that a Chinese text seldom has: it takes six times as long over the others. */
static const uint8_t *check_plain(struct slice raw)
{
    const uint8_t *at = (const uint8_t *)raw.data, *end = at + raw.len;
    while (at < end) {
        if (*at < 0x80) {
            at++;
        } else if (*at >= 0xE1 && *at <= 0xEF && *at != 0xED && end - at >= 3 &&
                   ((at[1] ^ 0x80) | (at[2] ^ 0x80)) < 0x40) {
            at += 3;
        } else {
            size_t len = claimed_length(*at), left = (size_t)(end - at);
            if (len == 0 || u8_check(at, len < left ? len : left))
                return at;
            at += len;
        }
    }
    return NULL;
}

static bool cut_in_character(struct slice raw, size_t bad_at)
{
    size_t left = raw.len - bad_at;
    if (left >= claimed_length(BYTE(raw, bad_at)))
        return false;
    for (size_t i = 1; i < left; i++)
        if ((BYTE(raw, bad_at + i) & 0xC0) != 0x80)
            return false;
    return true;
}

static enum status check_utf8(struct slice raw, size_t bad_at, struct error *error)
{
    if (cut_in_character(raw, bad_at))
        return fail(error, STATUS_BAD, cut_off, bad_at, "UTF-8");
    return fail(error, STATUS_BAD,
                "byte %zu (value 0x%02X): not valid UTF-8, nor GB18030, Big5 or UTF-16 (编码错误): "
                "the file "
                "is damaged or not a text; get it again",
                bad_at, BYTE(raw, bad_at));
}

/* How much of the text in front of byte `end` is characters of more than one byte: a broken UTF-8
 * file has thousands of them before the break, a GBK file none to a handful by accident. */
static bool mostly_utf8(struct slice raw, size_t end)
{
    size_t high = 0;
    for (size_t i = 0; i < end; i++)
        high += BYTE(raw, i) >= 0xC2;
    return high >= 8;
}

/* Zeros here and there in a text that is otherwise one: what they stood for is lost, the rest is
 * not. Cleaning drops them. */
static bool strewn_zeros(struct slice raw)
{
    size_t zeros = 0, high = 0;
    for (const char *at = raw.data, *end = raw.data + raw.len;
         (at = memchr(at, '\0', (size_t)(end - at))) != NULL; at++)
        if (++zeros * ZERO_SHARE > raw.len)
            return false;
    for (size_t i = 0; zeros && i < raw.len && high * 2 < raw.len; i++)
        high += (unsigned char)raw.data[i] >= 0x80;
    return zeros > 0 && high * 2 >= raw.len;
}

static bool decode_strange(struct arena *arena, struct slice raw, struct slice *text,
                           struct slice *encoding, bool *cut, size_t *bad_at)
{
    static const char *const utf16[] = {"UTF-16LE", "UTF-16BE"};
    for (int big = 0; big < 2; big++)
        if (looks_like_utf16(raw, big)) {
            *encoding = slice_of(utf16[big]);
            return convert(arena, raw, utf16[big], text, bad_at, cut);
        }
    if (looks_like(raw, common_in_gb18030)) {
        *encoding = SLICE("GB18030");
        return convert(arena, raw, "GB18030", text, bad_at, cut);
    }
    if (looks_like(raw, common_in_big5)) {
        *encoding = SLICE("BIG5");
        return convert(arena, raw, "BIG5", text, bad_at, cut);
    }
    *encoding = (struct slice){0};
    return false;
}

enum status plain_decode(struct arena *arena, struct slice raw, struct slice *text,
                         struct slice *encoding, struct error *error)
{
    if (slice_starts(raw, SLICE("\xFF\xFE"))) {
        *encoding = SLICE("UTF-16LE");
        return decode_as(arena, raw, 2, "UTF-16LE", text, error);
    }
    if (slice_starts(raw, SLICE("\xFE\xFF"))) {
        *encoding = SLICE("UTF-16BE");
        return decode_as(arena, raw, 2, "UTF-16BE", text, error);
    }
    const uint8_t *bad = check_plain(raw);
    const char *zero = strewn_zeros(raw) ? NULL : memchr(raw.data, '\0', raw.len);
    *encoding = SLICE("UTF-8");
    *text = raw;
    if (!bad && !zero)
        return STATUS_OK;

    size_t bad_at = bad ? (size_t)((const char *)bad - raw.data) : raw.len;
    if (bad && (mostly_utf8(raw, bad_at) || slice_starts(raw, SLICE("\xEF\xBB\xBF"))))
        return check_utf8(raw, bad_at, error);
    bool cut = false;
    size_t strange_at = 0;
    /* without a byte over 0x7F it can't be Chinese, though pairs of letters look like hanzi */
    if (bad && decode_strange(arena, raw, text, encoding, &cut, &strange_at) &&
        !memchr(text->data, '\0', text->len))
        return STATUS_OK;
    if (cut)
        return fail(error, STATUS_BAD, cut_off, strange_at, encoding->data);
    if (bad && encoding->len)
        return fail(
            error, STATUS_BAD,
            "byte %zu: not valid %s, though the file looks like it (编码错误): it is damaged; "
            "get it again",
            strange_at, encoding->data);
    if (zero)
        return fail(error, STATUS_BAD,
                    "byte %zu is zero: not a text (不是文本); send the report's text",
                    (size_t)(zero - raw.data));
    return check_utf8(raw, bad_at, error);
}

static bool matches_anything(struct slice raw)
{
    (void)raw;
    return true;
}

static enum status decode(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct slice text, encoding = {0};
    enum status status = plain_decode(blocks->arena, bytes, &text, &encoding, error);
    if (status == STATUS_OK)
        blocks_borrow(blocks, text, encoding);
    return status;
}

/* In process: a pass over the bytes and the libc's iconv, fuzzed since the beginning, and the
 * format of most documents, which would take three times as long in a child. */
const struct format plain_format = {.name = "txt",
                                    .what = TR("plain text"),
                                    .matches = matches_anything,
                                    .decode = decode,
                                    .in_process = true};
