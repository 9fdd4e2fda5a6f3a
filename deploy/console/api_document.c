/* api_document.c - one report: what the store has of it, its text with every figure, its original;
 * and a sentence to try the rules on. Any thread. What can fail: no such document; its original is
 * not on this machine any more, then its figures are shown without the text around them. */
#include "deploy/console/page_image.h"
#include "deploy/console/params.h"
#include "deploy/console/reading.h"
#include "deploy/intake/originals.h"
#include "proto/base/json_text.h"
#include "proto/doors/json.h"
#include "proto/rows/row_json.h"

#include <stdlib.h>

/* ---- what the store has ---- */

static enum status ask(struct lent *lent, enum list list, struct slice sha256, struct arena *arena,
                       struct answer *page, struct error *error)
{
    enum { ENOUGH = 10000 };
    const struct request question = {
        .list = list, .limit_rows = ENOUGH, .filter = {.document = sha256}};
    return lent_read(lent, &question, arena, page, error);
}

static void put_list(const char *key, const struct answer *page, struct buffer *out)
{
    const struct listing_kind *kind = &listing_kinds[page->list];
    buffer_format(out, ",\"%s\":[", key);
    for (size_t i = 0; i < page->item_count; i++) {
        if (i > 0)
            buffer_append(out, ",\n", 2);
        fields_json(&kind->fields, (const char *)page->items + i * kind->item_bytes, out);
    }
    buffer_append(out, "]", 1);
}

static enum status put_stored(struct lent *lent, struct slice sha256, struct arena *arena,
                              struct buffer *out, struct slice *path, struct error *error)
{
    struct answer page;
    enum status status = ask(lent, LIST_DOCUMENTS, sha256, arena, &page, error);
    if (status || page.item_count == 0)
        return status;
    const struct document_item *document = page.items;
    *path = arena_copy(arena, document->path);
    buffer_add(out, SLICE("{\"document\":"));
    fields_json(&listing_kinds[LIST_DOCUMENTS].fields, document, out);
    static const enum list lists[] = {LIST_FIGURES, LIST_AUDITS, LIST_DECISIONS};
    for (unsigned i = 0; i < sizeof lists / sizeof *lists && !status; i++) {
        status = ask(lent, lists[i], sha256, arena, &page, error);
        if (!status)
            put_list(listing_kinds[lists[i]].name, &page, out);
    }
    return status;
}

/* ---- and its text ---- */

static void put_text(struct console *console, struct slice sha256, const char *path,
                     struct buffer *out)
{
    struct buffer bytes = {0};
    struct error error;
    enum status status = original_read(console->options.originals, path, sha256, &bytes, &error);
    size_t before = out->len;
    buffer_format(out, ",\"bytes\":%zu,", bytes.len);
    if (!status)
        status = reading_put(console->reading, sha256, path, buffer_slice(&bytes), out, &error);
    if (status) {
        out->len = before;
        buffer_add(out, SLICE(",\"text\":null,\"why\":"));
        json_text(slice_of(error.text), out);
    }
    buffer_append(out, "}", 1);
    buffer_release(&bytes);
}

static enum status find(struct console *console, struct slice sha256, struct arena *arena,
                        struct buffer *out, struct slice *path, struct error *error)
{
    struct lent lent = {0};
    enum status status = lent_take(console->sources, &lent, error);
    if (!status)
        status = put_stored(&lent, sha256, arena, out, path, error);
    lent_return(console->sources, &lent, status);
    return status;
}

void api_document(struct console *console, const struct visitor *visitor,
                  struct http_request *request, struct http_answer *answer)
{
    struct slice sha256 = slice_of(http_request_segment(request, 0)), path = {0};
    struct arena arena = {0};
    struct error error;
    (void)visitor;
    enum status status = find(console, sha256, &arena, &answer->body, &path, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else if (!path.len) {
        reply_problem(answer, 404, "%.*s: no report with this SHA-256 is in force",
                      SLICE_ARGS(sha256));
    } else {
        const char *text = http_request_query(request, "text");
        if (text && strcmp(text, "0") == 0)
            buffer_append(&answer->body, "}", 1);
        else
            put_text(console, sha256, path.data, &answer->body);
        reply_json_tagged(request, answer);
    }
    arena_release(&arena);
}

/* ---- the original ---- */

void api_original(struct console *console, const struct visitor *visitor,
                  struct http_request *request, struct http_answer *answer)
{
    struct slice sha256 = slice_of(http_request_segment(request, 0)), path = {0};
    struct arena arena = {0};
    struct buffer unused = {0};
    struct error error;
    (void)visitor;
    enum status status = find(console, sha256, &arena, &unused, &path, &error);
    bool there = !status && path.len &&
                 original_read(console->options.originals, path.data, sha256, &answer->body,
                               &error) == STATUS_OK;
    if (there) {
        answer->code = 200;
        answer->type = "application/octet-stream"; /* to be saved, never to be shown */
        reply_download(slice_file_name(path), answer);
    } else if (status) {
        reply_error(answer, status, &error);
    } else {
        reply_problem(answer, 404, "%s",
                      path.len ? error.text : "no report with this SHA-256 is in force");
    }
    buffer_release(&unused);
    arena_release(&arena);
}

/* ---- a page of it ---- */

void api_page(struct console *console, const struct visitor *visitor, struct http_request *request,
              struct http_answer *answer)
{
    struct slice sha256 = slice_of(http_request_segment(request, 0)), path = {0};
    unsigned page = (unsigned)strtoul(http_request_segment(request, 1), NULL, 10);
    struct arena arena = {0};
    struct buffer unused = {0}, bytes = {0};
    struct error error;
    (void)visitor;
    enum status status = find(console, sha256, &arena, &unused, &path, &error);
    if (!status && !path.len)
        status = fail(&error, STATUS_BAD, "no report with this SHA-256 is in force");
    if (!status)
        status = original_read(console->options.originals, path.data, sha256, &bytes, &error);
    if (!status)
        status = page_image(buffer_slice(&bytes), page, &answer->type, &answer->body, &error);
    answer->code = 200;
    if (status == STATUS_BAD)
        reply_problem(answer, 404, "%s", error.text);
    else if (status)
        reply_error(answer, status, &error);
    else /* the same bytes for ever: the address names them */
        http_answer_header(answer, "Cache-Control", "private, max-age=86400, immutable");
    if (!status) /* a drawing looked at by itself runs and fetches nothing */
        http_answer_header(answer, "Content-Security-Policy",
                           "default-src 'none'; img-src data:; sandbox");
    buffer_release(&unused);
    buffer_release(&bytes);
    arena_release(&arena);
}

/* ---- a sentence to try ---- */

void api_sentence(struct console *console, const struct visitor *visitor,
                  struct http_request *request, struct http_answer *answer)
{
    struct arena arena = {0};
    const struct packed *root = NULL;
    struct buffer *out = &answer->body;
    struct error error;
    (void)visitor;
    enum status status =
        json_read(&arena, http_request_body(request), (struct pack_limits){2, 16}, &root, &error);
    struct slice text = packed_text(packed_get(root, "text"));
    buffer_append(out, "{", 1);
    if (!status && text.len == 0)
        status = fail(&error, STATUS_BAD, "{\"text\": …} is wanted");
    if (!status)
        status = reading_put(console->reading, SLICE(""), "sentence.txt", text, out, &error);
    buffer_append(out, "}", 1);
    if (status) {
        buffer_clear(out);
        reply_error(answer, status, &error);
    } else {
        reply_json(answer, 200);
    }
    arena_release(&arena);
}
