/* mail.c - mails (eml) and web pages saved as one file (mht): the same format, MIME.
 *
 * The text is that of the first part in HTML, else of the first in plain text; what belongs to a
 * page (pictures, style sheets) is none. Attachments are documents of their own. gmime reads it,
 * behind proto/doors/mail.h, so all of it happens in a child.
 */
#include "proto/doors/mail.h"

#include "proto/base/tr.h"
#include "proto/doors/html.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/html_text.h"
#include "workers/ingest/format/unpacking.h"

#include <stdio.h>
#include <strings.h>

enum { HEAD_BYTES = 4096, SUBJECT_BYTES = 512 };

/* ---- by sight ---- */

static bool line_is(struct slice line, const char *field)
{
    size_t len = strlen(field);
    return line.len > len && strncasecmp(line.data, field, len) == 0 && line.data[len] == ':';
}

static bool is_field(struct slice line)
{
    size_t at = 0;
    while (at < line.len && (line.data[at] == '-' || line.data[at] == '_' ||
                             ((line.data[at] | 0x20) >= 'a' && (line.data[at] | 0x20) <= 'z') ||
                             (line.data[at] >= '0' && line.data[at] <= '9')))
        at++;
    return at > 1 && at < line.len && line.data[at] == ':';
}

static struct slice without_mark(struct slice raw)
{
    return slice_starts(raw, SLICE("\xEF\xBB\xBF")) ? slice_range(raw, 3, raw.len) : raw;
}

/* Fields of a mail's head in the first lines, up to the empty one, and nothing else there. */
static bool matches_mail(struct slice raw)
{
    static const char *const known[] = {"MIME-Version", "Content-Type", "From",        "To",
                                        "Date",         "Subject",      "Received",    "Message-ID",
                                        "Return-Path",  "X-Mailer",     "Delivered-To"};
    raw = without_mark(raw);
    size_t end = raw.len < HEAD_BYTES ? raw.len : HEAD_BYTES, found = 0;
    bool begun = false;
    for (size_t at = 0; at < end;) {
        size_t newline = slice_find(raw, SLICE("\n"), at);
        if (newline > end && end < raw.len)
            break; /* a line of which only the beginning is looked at */
        newline = newline == SIZE_MAX || newline > end ? end : newline;
        struct slice line = slice_range(raw, at, newline);
        line.len -= line.len && line.data[line.len - 1] == '\r';
        at = newline + 1;
        if (line.len == 0 && begun)
            break;
        bool goes_on = begun && line.len && (line.data[0] == ' ' || line.data[0] == '\t');
        if (line.len == 0 || goes_on || (!begun && slice_starts(line, SLICE("From "))))
            continue;
        if (!is_field(line))
            return false;
        begun = true;
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            found += line_is(line, known[i]);
    }
    return found >= 2;
}

/* ---- the text ---- */

struct body {
    struct arena *arena;
    struct slice html, plain;
    bool flowed, joined;  /* the plain text's lines */
    struct slice *frames; /* further pages, which the first may only be the frame of */
    size_t frame_count, frame_capacity;
};

static bool is_text(const struct mail_part *part, const char *subtype)
{
    return strcasecmp(part->type, "text") == 0 && strcasecmp(part->subtype, subtype) == 0;
}

static bool is_page(const struct mail_part *part)
{
    return is_text(part, "html") || (strcasecmp(part->type, "application") == 0 &&
                                     strcasecmp(part->subtype, "xhtml+xml") == 0);
}

static void take_body(void *context, const struct mail_part *part)
{
    struct body *body = context;
    if (part->attached || part->bytes.len == 0)
        return;
    if (is_page(part) && part->resource) {
        *ARENA_PUSH(body->arena, body->frames, body->frame_count, body->frame_capacity) =
            arena_copy(body->arena, part->bytes);
    } else if (is_page(part) && !body->html.len) {
        body->html = arena_copy(body->arena, part->bytes);
    } else if (is_text(part, "plain") && !part->resource && !body->plain.len) {
        body->plain = arena_copy(body->arena, part->bytes);
        body->flowed = part->flowed;
        body->joined = part->joined;
    }
}

/* The paragraph goes on behind this line of flowed text; the signature's mark never flows. */
static bool flows(const struct body *body, struct slice line)
{
    return body->flowed && slice_ends(line, SLICE(" ")) && !slice_equal(line, SLICE("-- "));
}

/* Between hanzi the blank that ends a flowed line is none of the text, whatever the mail says. */
static struct slice without_flow(const struct body *body, struct slice line)
{
    bool hanzi = line.len > 1 && (unsigned char)line.data[line.len - 2] >= 0x80;
    line.len -= body->joined || hanzi;
    return line;
}

static enum status read_plain(const struct body *body, struct blocks *blocks, struct error *error)
{
    struct slice text = {0};
    enum status status = plain_decode(blocks->arena, body->plain, &text, &blocks->encoding, error);
    bool goes_on = false;
    for (size_t at = 0; at < text.len && !status;) {
        size_t end = slice_find(text, SLICE("\n"), at);
        end = end == SIZE_MAX ? text.len : end;
        struct slice line = slice_range(text, at, end);
        line.len -= line.len && line.data[line.len - 1] == '\r';
        if (!goes_on)
            blocks_begin(blocks, BLOCK_PARAGRAPH, NULL);
        goes_on = flows(body, line);
        blocks_add(blocks, goes_on ? without_flow(body, line) : line);
        at = end + 1;
    }
    blocks_end(blocks);
    return status;
}

/* The page itself; one that shows nothing is the frame of the others. */
static enum status read_pages(const struct body *body, struct blocks *blocks, struct error *error)
{
    struct error none;
    enum status status = STATUS_BAD;
    if (body->html.len)
        status = html_format.decode(body->html, blocks, error);
    bool framed = status != STATUS_OK;
    for (size_t i = 0; framed && i < body->frame_count; i++)
        if (html_format.decode(body->frames[i], blocks, body->html.len ? &none : error) ==
            STATUS_OK)
            status = STATUS_OK;
    return status;
}

static enum status decode_mail(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct body body = {.arena = blocks->arena};
    char subject[SUBJECT_BYTES];
    enum status status =
        mail_read(without_mark(bytes), subject, sizeof subject, take_body, &body, error);
    if (status)
        return status;
    if (body.html.len || (body.frame_count && !body.plain.len))
        status = read_pages(&body, blocks, error);
    else if (body.plain.len)
        status = read_plain(&body, blocks, error);
    else
        return fail(
            error, STATUS_BAD,
            "a mail without a text of its own (邮件没有正文): only what is attached is read");
    if (!blocks->page.title.len)
        blocks->page.title = arena_copy(blocks->arena, slice_of(subject));
    return status;
}

/* ---- what is attached ---- */

static void take_attachment(void *context, const struct mail_part *part)
{
    struct unpacking *unpacking = context;
    bool mail = strcasecmp(part->type, "message") == 0;
    bool picture = strcasecmp(part->type, "image") == 0;
    if (part->resource || !(part->attached || mail || (part->name.len && !picture)))
        return;
    char name[32];
    snprintf(name, sizeof name, "%s-%u", mail ? "mail" : "attachment", unpack_count(unpacking) + 1);
    unpack_member(unpacking, part->name.len ? part->name : slice_of(name), part->bytes);
}

/* What is wrong with the mail, its own decoding tells. */
static void unpack_mail(struct slice bytes, struct unpacking *unpacking)
{
    char subject[SUBJECT_BYTES];
    mail_read(without_mark(bytes), subject, sizeof subject, take_attachment, unpacking, NULL);
}

const struct format mail_format = {
    .name = "mail",
    .what = TR("a mail or a saved web page (eml, mht)"),
    .matches = matches_mail,
    .decode = decode_mail,
    .unpack = unpack_mail,
};
