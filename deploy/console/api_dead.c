/* api_dead.c - reports that could not be counted: the list, one of them, once more, and whose it
 * is. Any thread. What can fail: the pipeline is away, or there is none. */
#include "deploy/console/params.h"
#include "deploy/intake/nearest.h"
#include "proto/doors/json.h"
#include "proto/listed.h"
#include "proto/pack_json.h"

#include <stdio.h>
#include <stdlib.h>

static enum status ask(struct console *console, const char *verb, const struct buffer *filter,
                       struct arena *arena, const struct packed **root, struct error *error)
{
    const struct message question = {
        .type = MESSAGE_DEAD, .verb = slice_of(verb), .payload = buffer_slice(filter)};
    return sources_ask(console->sources, &question, arena, root, error);
}

static void put_text(struct buffer *out, const char *key, const char *value)
{
    pack_text(out, slice_of(key));
    pack_text(out, slice_of(value));
}

static enum status list_filter(const struct http_request *request, struct buffer *out,
                               struct error *error)
{
    const char *cause = http_request_query(request, "cause");
    const char *reason = http_request_query(request, "reason");
    uint64_t after = 0, limit = 200;
    enum status status = param_number(request, "cursor", 0, UINT64_MAX, &after, error);
    if (!status)
        status = param_number(request, "limit", 1, 1000, &limit, error);
    cause = cause && *cause ? cause : NULL;
    reason = reason && *reason ? reason : NULL;
    pack_map(out, 3 + (cause != NULL) + (reason != NULL));
    PACK_KEY(out, "all"), pack_bool(out, !cause && !reason);
    PACK_KEY(out, "after"), pack_uint(out, after);
    PACK_KEY(out, "limit"), pack_uint(out, limit);
    if (cause)
        put_text(out, "cause", cause);
    if (reason)
        put_text(out, "reason", reason);
    return status;
}

/* The letter, and its reason in the reader's language beside. */
static void put_letter(const struct packed *letter, struct buffer *out)
{
    packed_put_json(letter, out);
    out->len--; /* its } */
    buffer_add(out, SLICE(",\"reason_text\":"));
    reply_put_lines(packed_text(packed_get(letter, "reason")), out);
    buffer_append(out, "}", 1);
}

static void put_list(const struct packed *root, struct buffer *out)
{
    const struct packed *letters = packed_get(root, "letters");
    buffer_add(out, SLICE("{\"letters\":["));
    for (uint32_t i = 0; i < packed_count(letters); i++) {
        buffer_add(out, i ? SLICE(",") : SLICE(""));
        put_letter(packed_at(letters, i), out);
    }
    buffer_add(out, SLICE("],\"next\":"));
    if (packed_bool(packed_get(root, "more"), false))
        buffer_format(out, "\"%llu\"}",
                      (unsigned long long)packed_uint(packed_get(root, "after"), 0));
    else
        buffer_add(out, SLICE("null}"));
}

void api_dead(struct console *console, const struct visitor *visitor, struct http_request *request,
              struct http_answer *answer)
{
    struct buffer filter = {0};
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    (void)visitor;
    enum status status = list_filter(request, &filter, &error);
    if (!status)
        status = ask(console, "list", &filter, &arena, &root, &error);
    if (!status) {
        put_list(root, &answer->body);
        reply_json(answer, 200);
    } else {
        reply_error(answer, status, &error);
    }
    buffer_release(&filter);
    arena_release(&arena);
}

/* ---- one letter ---- */

static enum status seq_of(const struct http_request *request, uint64_t *seq, struct error *error)
{
    const char *said = http_request_segment(request, 0);
    char *end;
    *seq = strtoull(said, &end, 10);
    return *said >= '0' && *said <= '9' && !*end
               ? STATUS_OK
               : fail(error, STATUS_BAD, "%s is no number of a dead letter", said);
}

/* `head`: of an envelope, for place; NULL: none. */
static enum status ask_of_one(struct console *console, const struct http_request *request,
                              const char *verb, const struct buffer *head, struct arena *arena,
                              const struct packed **root, struct error *error)
{
    struct buffer filter = {0};
    uint64_t seq;
    enum status status = seq_of(request, &seq, error);
    pack_map(&filter, head ? 2 : 1);
    PACK_KEY(&filter, "seqs"), pack_array(&filter, 1), pack_uint(&filter, seq);
    if (head)
        PACK_KEY(&filter, "listed"), pack_bytes(&filter, buffer_slice(head));
    if (!status)
        status = ask(console, verb, &filter, arena, root, error);
    buffer_release(&filter);
    return status;
}

void api_dead_show(struct console *console, const struct visitor *visitor,
                   struct http_request *request, struct http_answer *answer)
{
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    (void)visitor;
    enum status status = ask_of_one(console, request, "show", NULL, &arena, &root, &error);
    if (!status) {
        put_letter(packed_get(root, "letter"), &answer->body);
        reply_json(answer, 200);
    } else {
        reply_error(answer, status, &error);
    }
    arena_release(&arena);
}

static void change(struct console *console, struct http_request *request, const char *verb,
                   const struct buffer *head, struct http_answer *answer)
{
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    enum status status = ask_of_one(console, request, verb, head, &arena, &root, &error);
    uint64_t changed = status ? 0 : packed_uint(packed_get(root, "changed"), 0);
    if (status) {
        reply_error(answer, status, &error);
    } else if (changed == 0) {
        reply_problem(answer, 409, "its document never came: submit it again (请重新提交)");
    } else {
        buffer_format(&answer->body, "{\"changed\":%llu}", (unsigned long long)changed);
        reply_json(answer, 200);
    }
    arena_release(&arena);
}

void api_dead_replay(struct console *console, const struct visitor *visitor,
                     struct http_request *request, struct http_answer *answer)
{
    (void)visitor;
    change(console, request, "replay", NULL, answer);
}

void api_dead_drop(struct console *console, const struct visitor *visitor,
                   struct http_request *request, struct http_answer *answer)
{
    (void)visitor;
    change(console, request, "drop", NULL, answer);
}

/* ---- whose it is ---- */

static enum status refuse_region(const struct console *console, struct slice said,
                                 struct error *error)
{
    struct nearest nearest = {.word = said};
    char codes[NEAREST][8];
    if (!said.len)
        return fail(error, STATUS_BAD, "region: a code or the full name is wanted (请填写地区)");
    for (uint32_t code = region_next(console->regions, 0); code;
         code = region_next(console->regions, code + 1))
        nearest_try(&nearest, region_name(console->regions, code), (struct slice){"", 0});
    for (unsigned i = 0; i < NEAREST && nearest.items[i].name.len; i++) {
        uint32_t code = region_by_name(console->regions, nearest.items[i].name);
        snprintf(codes[i], sizeof codes[i], "%06u", code);
        nearest.items[i].code = slice_of(codes[i]);
    }
    return nearest_refuse(&nearest, "region", error);
}

/* A name that several regions bear says too little; a code doesn't. */
static enum status check_namesakes(const struct console *console, struct slice name,
                                   struct error *error)
{
    char list[400] = "";
    unsigned count = 0;
    for (uint32_t code = region_next(console->regions, 0); code;
         code = region_next(console->regions, code + 1)) {
        struct slice province = region_name(console->regions, code / 10000 * 10000);
        size_t at = strlen(list);
        if (!slice_equal(region_name(console->regions, code), name))
            continue;
        if (at + 64 < sizeof list)
            snprintf(list + at, sizeof list - at, "%s%06u %.*s", count ? "、" : "", code,
                     SLICE_ARGS(province));
        count++;
    }
    return count < 2 ? STATUS_OK
                     : fail(error, STATUS_BAD, "%.*s is the name of several regions (重名): %s",
                            SLICE_ARGS(name), list);
}

static enum status read_place(const struct console *console, struct http_request *request,
                              struct arena *arena, struct listed *listed, struct error *error)
{
    enum { FIRST_YEAR = 1990, LAST_YEAR = 2079 };
    const struct packed *body;
    enum status status =
        json_read(arena, http_request_body(request), (struct pack_limits){2, 32}, &body, error);
    if (status)
        return status;
    struct slice region = packed_text(packed_get(body, "region"));
    struct slice kind = packed_text(packed_get(body, "kind"));
    uint64_t year = packed_uint(packed_get(body, "year"), 0);
    const char *code = arena_copy(arena, region).data;
    *listed = (struct listed){.by_person = true,
                              .year = (uint16_t)year,
                              .township = packed_text(packed_get(body, "township")),
                              .issuer = packed_text(packed_get(body, "issuer")),
                              .kind = kind.len ? kind_by_name(kind) : KIND_UNKNOWN};
    listed->region = region.len == 6 && strspn(code, "0123456789") == 6
                         ? (uint32_t)strtoul(code, NULL, 10)
                         : region_by_name(console->regions, region);
    if (region_level(console->regions, listed->region) == LEVEL_UNKNOWN || !listed->region)
        return refuse_region(console, region, error);
    if (check_namesakes(console, region, error))
        return STATUS_BAD;
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return fail(error, STATUS_BAD, "year: the year reported on is wanted (请填写年度)");
    if (listed->kind >= KIND_COUNT)
        return fail(error, STATUS_BAD,
                    "kind: government, department, committee, zone or institution is wanted");
    return STATUS_OK;
}

void api_dead_place(struct console *console, const struct visitor *visitor,
                    struct http_request *request, struct http_answer *answer)
{
    struct arena arena = {0};
    struct buffer head = {0};
    struct listed listed;
    struct error error;
    (void)visitor;
    enum status status = read_place(console, request, &arena, &listed, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else {
        listed_encode(&listed, &head);
        change(console, request, "place", &head, answer);
    }
    buffer_release(&head);
    arena_release(&arena);
}
