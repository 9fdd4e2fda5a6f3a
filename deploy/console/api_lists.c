/* api_lists.c - the lists over the store, each item as its table of fields says. Any thread. What
 * can fail: parameters, the pipeline is away. */
#include "deploy/console/params.h"
#include "proto/base/clock.h"
#include "proto/rows/row_json.h"

/* `standing`: only documents of this one; NULL: all. */
static void put_items(const struct answer *page, const char *standing, size_t *count,
                      struct buffer *out)
{
    const struct listing_kind *kind = &listing_kinds[page->list];
    const struct document_item *documents = page->items;
    for (size_t i = 0; i < page->item_count; i++) {
        if (standing && strcmp(standing_name(documents[i].standing), standing) != 0)
            continue;
        if ((*count)++ > 0)
            buffer_append(out, ",\n", 2);
        fields_json(&kind->fields, (const char *)page->items + i * kind->item_bytes, out);
    }
}

/* Store pages until one has an item, or it has taken long: then the page is empty and goes on. */
static enum status put_pages(struct lent *lent, struct request *question, const char *standing,
                             struct arena *arena, struct buffer *out, struct error *error)
{
    struct answer page = {.more = true};
    enum status status = STATUS_OK;
    uint64_t until_us = clock_monotonic_us() + CONSOLE_PATIENCE_US;
    size_t count = 0;
    buffer_format(out, "{\"%s\":[", listing_kinds[question->list].name);
    while (!status && page.more && count == 0 && clock_monotonic_us() < until_us) {
        status = lent_read(lent, question, arena, &page, error);
        if (!status)
            put_items(&page, standing, &count, out);
        question->after = status ? question->after : arena_copy(arena, page.after);
    }
    if (status)
        return status;
    buffer_format(out, "],\"left\":%llu,", (unsigned long long)page.left);
    reply_next(&page, out);
    return STATUS_OK;
}

/* Those of ?document= by their SHA-256, all that are there, in one page. */
static enum status put_named(struct lent *lent, struct request *question,
                             struct http_request *request, struct arena *arena, struct buffer *out,
                             struct error *error)
{
    const char *name;
    struct answer page = {0};
    enum status status = STATUS_OK;
    size_t count = 0;
    buffer_format(out, "{\"%s\":[", listing_kinds[question->list].name);
    for (unsigned i = 0; !status && (name = http_request_query_at(request, "document", i)); i++) {
        question->filter.document = slice_of(name);
        status = lent_read(lent, question, arena, &page, error);
        if (!status)
            put_items(&page, NULL, &count, out);
    }
    buffer_add(out, SLICE("],\"left\":0,"));
    page.more = false;
    reply_next(&page, out);
    return status;
}

static enum status put_list(struct lent *lent, struct request *question,
                            struct http_request *request, struct arena *arena, struct buffer *out,
                            struct error *error)
{
    const char *standing = http_request_query(request, "standing");
    if (question->list == LIST_DOCUMENTS && http_request_query_at(request, "document", 1))
        return put_named(lent, question, request, arena, out, error);
    standing = standing && *standing && question->list == LIST_DOCUMENTS ? standing : NULL;
    for (unsigned s = 0; standing && strcmp(standing_name(s), standing) != 0; s++)
        if (s + 1 == STANDING_REPLACED) /* is listed for who knows its hash alone */
            return fail(error, STATUS_BAD, "standing=%s: counted, contested or aside is wanted",
                        standing);
    return put_pages(lent, question, standing, arena, out, error);
}

static void answer_list(struct console *console, struct http_request *request, enum list list,
                        struct http_answer *answer)
{
    struct arena arena = {0};
    struct request question;
    struct lent lent = {0};
    struct error error;
    enum status status = params_read(console, request, &arena, &question, &error);
    question.list = list;
    if (!status)
        status = lent_take(console->sources, &lent, &error);
    if (list == LIST_REVIEW)
        pthread_mutex_lock(&console->reviewing);
    if (!status)
        status = put_list(&lent, &question, request, &arena, &answer->body, &error);
    if (list == LIST_REVIEW)
        pthread_mutex_unlock(&console->reviewing);
    lent_return(console->sources, &lent, status);
    if (status)
        reply_error(answer, status, &error);
    else
        reply_json_tagged(request, answer);
    arena_release(&arena);
}

#define LIST(name, list)                                                                           \
    void name(struct console *console, const struct visitor *visitor,                              \
              struct http_request *request, struct http_answer *answer)                            \
    {                                                                                              \
        (void)visitor;                                                                             \
        answer_list(console, request, list, answer);                                               \
    }

LIST(api_documents, LIST_DOCUMENTS)
LIST(api_coverage, LIST_COVERAGE)
LIST(api_audits, LIST_AUDITS)
LIST(api_review, LIST_REVIEW)
LIST(api_decisions, LIST_DECISIONS)
