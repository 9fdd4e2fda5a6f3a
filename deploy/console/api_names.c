/* api_names.c - what the results speak of: indicators with their rules, regions. Read-only data,
 * any thread. */
#include "deploy/console/params.h"
#include "proto/base/json_text.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- indicators ---- */

static void put_text(const char *key, struct slice text, struct buffer *out)
{
    buffer_format(out, "\"%s\":", key);
    json_text(text, out);
}

static void put_units(const struct catalogue *catalogue, uint64_t units, struct buffer *out)
{
    bool first = true;
    buffer_add(out, SLICE(",\"units\":["));
    for (size_t i = 0; i < catalogue->unit_count; i++) {
        if (!(units >> i & 1))
            continue;
        if (!first)
            buffer_append(out, ",", 1);
        json_text(catalogue->units[i], out);
        first = false;
    }
    buffer_append(out, "]", 1);
}

static void put_indicator(const struct catalogue *catalogue, size_t index, struct buffer *out)
{
    const struct catalogue_indicator *indicator = &catalogue->indicators[index];
    buffer_append(out, "{", 1);
    put_text("id", indicator->id, out), buffer_append(out, ",", 1);
    put_text("label", indicator->label, out), buffer_append(out, ",", 1);
    put_text("kind", indicator->kind, out), buffer_append(out, ",", 1);
    put_text("rollup", indicator->rollup, out), buffer_append(out, ",", 1);
    buffer_add(out, SLICE("\"definition\":"));
    reply_put_lines(indicator->definition, out);
    put_units(catalogue, indicator->units, out);
    buffer_format(out, ",\"rules\":%zu,\"examples\":%zu,\"counterexamples\":%zu",
                  indicator->rule_count, indicator->example_count, indicator->counterexample_count);
}

void api_indicators(struct console *console, const struct visitor *visitor,
                    struct http_request *request, struct http_answer *answer)
{
    const struct catalogue *catalogue = console->catalogue;
    struct buffer *out = &answer->body;
    (void)visitor;
    buffer_format(out, "{\"catalogue\":\"%s\",\"indicators\":[", catalogue->version);
    for (size_t i = 0; i < catalogue->indicator_count; i++) {
        if (i > 0)
            buffer_append(out, ",\n", 2);
        put_indicator(catalogue, i, out);
        buffer_append(out, "}", 1);
    }
    buffer_add(out, SLICE("]}"));
    reply_json_tagged(request, answer);
}

/* Its sentences, as they stand beside the rules. */
static void put_examples(const struct catalogue *catalogue, size_t index, bool counter,
                         struct buffer *out)
{
    bool first = true;
    for (size_t i = 0; i < catalogue->example_count; i++) {
        const struct catalogue_example *example = &catalogue->examples[i];
        if (example->indicator != (int32_t)index || example->counter != counter)
            continue;
        buffer_add(out, first ? SLICE("{\"text\":") : SLICE(",{\"text\":"));
        json_text(example->text, out);
        if (example->heading.len)
            buffer_append(out, ",", 1), put_text("heading", example->heading, out);
        buffer_append(out, "}", 1);
        first = false;
    }
}

void api_indicator(struct console *console, const struct visitor *visitor,
                   struct http_request *request, struct http_answer *answer)
{
    const struct catalogue *catalogue = console->catalogue;
    struct slice wanted = slice_of(http_request_segment(request, 0));
    struct buffer *out = &answer->body;
    (void)visitor;
    for (size_t i = 0; i < catalogue->indicator_count; i++) {
        if (!slice_equal(catalogue->indicators[i].id, wanted))
            continue;
        put_indicator(catalogue, i, out);
        buffer_add(out, SLICE(",\"reads\":["));
        put_examples(catalogue, i, false, out);
        buffer_add(out, SLICE("],\"leaves\":["));
        put_examples(catalogue, i, true, out);
        buffer_add(out, SLICE("]}"));
        reply_json_tagged(request, answer);
        return;
    }
    reply_problem(answer, 404, "there is no indicator %.*s: see /api/v1/indicators",
                  SLICE_ARGS(wanted));
}

/* ---- regions ---- */

/* *has: there is a report of the region or of one below it. */
static enum status find_report(struct lent *lent, uint32_t code, bool *has, struct error *error)
{
    struct arena arena = {0};
    struct request question = {.list = LIST_DOCUMENTS, .limit_rows = 1};
    struct answer page = {.more = true};
    question.filter.regions[question.filter.region_count++] = region_prefix(&arena, code);
    enum status status = STATUS_OK;
    while (!status && page.more && page.item_count == 0) {
        status = lent_read(lent, &question, &arena, &page, error);
        question.after = status ? question.after : arena_copy(&arena, page.after);
    }
    *has = !status && page.item_count > 0;
    arena_release(&arena);
    return status;
}

/* `lent` NULL: nobody asks which have reports. */
static enum status put_region(const struct console *console, struct lent *lent, uint32_t code,
                              struct buffer *out, struct error *error)
{
    bool has = false;
    enum status status = lent ? find_report(lent, code, &has, error) : STATUS_OK;
    buffer_format(out, "{\"code\":\"%06u\",\"level\":\"%s\",", code,
                  level_name(region_level(console->regions, code)));
    put_text("name", region_name(console->regions, code), out);
    if (lent)
        buffer_format(out, ",\"reports\":%s", has ? "true" : "false");
    buffer_append(out, "}", 1);
    return status;
}

enum { MOST_FOUND = 30 };

static enum status put_regions(const struct console *console, struct lent *lent, const char *under,
                               const char *name, struct buffer *out, struct error *error)
{
    enum status status = STATUS_OK;
    size_t len = strlen(under), count = 0;
    struct slice part = slice_of(name);
    buffer_add(out, SLICE("{\"regions\":["));
    for (uint32_t code = region_next(console->regions, 0); code && !status;
         code = region_next(console->regions, code + 1)) {
        char digits[16];
        snprintf(digits, sizeof digits, "%06u", code);
        bool shown =
            part.len ? slice_has(region_name(console->regions, code), part) && count < MOST_FOUND
                     : len || level_of_code(code) == LEVEL_PROVINCE;
        if (!shown || strncmp(digits, under, len) != 0)
            continue;
        if (count++ > 0)
            buffer_append(out, ",", 1);
        status = put_region(console, lent, code, out, error);
    }
    buffer_add(out, SLICE("]}"));
    return status;
}

/* All below a code's beginning, all whose name holds a text, or the provinces; with ?reports=1
 * which of them have any. */
void api_regions(struct console *console, const struct visitor *visitor,
                 struct http_request *request, struct http_answer *answer)
{
    const char *under = http_request_query(request, "under");
    const char *name = http_request_query(request, "name");
    const char *reports = http_request_query(request, "reports");
    (void)visitor;
    under = under ? under : "";
    if (strlen(under) > 6 || under[strspn(under, "0123456789")]) {
        reply_problem(answer, 400, "under=%s: the beginning of a code is wanted", under);
        return;
    }
    struct lent lent = {0};
    struct error error;
    bool asks = reports && *reports;
    enum status status = asks ? lent_take(console->sources, &lent, &error) : STATUS_OK;
    if (!status)
        status = put_regions(console, asks ? &lent : NULL, under, name ? name : "", &answer->body,
                             &error);
    lent_return(console->sources, &lent, status);
    if (status)
        reply_error(answer, status, &error);
    else
        reply_json_tagged(request, answer);
}
