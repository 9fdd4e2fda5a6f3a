/* dead.c - `xianzhi dead list|show|replay|drop|place`: reports that could not be counted, and why.
 *
 * list and replay go page by page until the broker has no more; each page of a replay happens as a
 * whole, and so many a second that the day's reports aren't held up by yesterday's. Numbers are one
 * page. drop wants numbers and says what is gone. place says whose report one is, and has it read
 * again. With --store all this is done to the letters that a run has left (dead_store.c).
 */
#include "deploy/commands/dead_print.h"
#include "deploy/commands/dead_store.h"
#include "deploy/commands/keys_option.h"
#include "deploy/commands/packed_json.h"
#include "deploy/commands/place_option.h"
#include "proto/client.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const struct command dead_command;

enum { REPLAY_RATE = 500, LARGEST_PAGE = 1000 };

struct dead_call {
    const char *verb, *endpoint, *format, *stage, *cause, *reason, *out;
    const char *store; /* the letters that a run left there; NULL: the broker's */
    struct place_option place;
    struct listed listed; /* place: what --region and the others say */
    bool all, dry_run;
    uint64_t rate; /* replayed a second; 0: as they come */
    uint64_t seqs[1000];
    uint32_t seq_count;
    struct client *client;
    struct keys_option keys;
    struct buffer question;
    struct arena arena;
};

/* ---- asking ---- */

static void put_text(struct buffer *out, const char *key, const char *value)
{
    pack_text(out, slice_of(key));
    pack_text(out, slice_of(value));
}

static bool is_metered(const struct dead_call *call)
{
    return call->rate && !call->dry_run && !call->seq_count && strcmp(call->verb, "replay") == 0;
}

/* A second's worth, where that is a page. */
static uint64_t page_letters(const struct dead_call *call)
{
    return is_metered(call) && call->rate < LARGEST_PAGE ? call->rate : LARGEST_PAGE;
}

static void build_question(struct dead_call *call, uint64_t after)
{
    struct buffer *out = &call->question;
    buffer_clear(out);
    pack_map(out, 4 + (call->seq_count > 0) + (call->stage != NULL) + (call->cause != NULL) +
                      (call->reason != NULL) + (strcmp(call->verb, "place") == 0));
    PACK_KEY(out, "after"), pack_uint(out, after);
    PACK_KEY(out, "all"), pack_bool(out, call->all);
    PACK_KEY(out, "dry_run"), pack_bool(out, call->dry_run);
    PACK_KEY(out, "limit"), pack_uint(out, page_letters(call));
    if (call->seq_count) {
        PACK_KEY(out, "seqs"), pack_array(out, call->seq_count);
        for (uint32_t i = 0; i < call->seq_count; i++)
            pack_uint(out, call->seqs[i]);
    }
    if (strcmp(call->verb, "place") == 0) {
        struct buffer head = {0};
        listed_encode(&call->listed, &head);
        PACK_KEY(out, "listed"), pack_bytes(out, buffer_slice(&head));
        buffer_release(&head);
    }
    if (call->stage)
        put_text(out, "stage", call->stage);
    if (call->cause)
        put_text(out, "cause", call->cause);
    if (call->reason)
        put_text(out, "reason", call->reason);
}

/* The answer lives in the call's arena and the client until the next one. */
static enum status ask(struct dead_call *call, uint64_t after, const struct packed **root,
                       struct error *error)
{
    build_question(call, after);
    struct message question = {.type = MESSAGE_DEAD,
                               .verb = slice_of(call->verb),
                               .payload = buffer_slice(&call->question)};
    struct message answer;
    enum status status = client_ask(call->client, &question, &answer, error);
    if (status != STATUS_OK)
        return status;
    arena_reset(&call->arena);
    return packed_read(&call->arena, answer.payload, (struct pack_limits){6, 4000000}, root, error);
}

/* ---- printing ---- */

/* json: one array over all pages; jsonl: a line each. */
static void print_page(const struct dead_call *call, const struct packed *page, bool first)
{
    const struct packed *letters = packed_get(page, "letters");
    bool array = strcmp(call->format, "json") == 0;
    for (uint32_t i = 0; i < packed_count(letters); i++) {
        if (array)
            fputs(first && i == 0 ? "[" : ",", stdout);
        if (strcmp(call->format, "table") == 0)
            dead_print_letter(packed_at(letters, i));
        else
            packed_print_json(packed_at(letters, i), stdout);
    }
}

/* ---- the verbs ---- */

static enum status list(struct dead_call *call, struct error *error)
{
    uint64_t after = 0, total = 0;
    for (bool more = true; more;) {
        const struct packed *page;
        enum status status = ask(call, after, &page, error);
        if (status != STATUS_OK)
            return status;
        print_page(call, page, total == 0);
        total += packed_uint(packed_get(page, "matched"), 0);
        after = packed_uint(packed_get(page, "after"), 0);
        more = packed_bool(packed_get(page, "more"), false);
    }
    if (strcmp(call->format, "json") == 0)
        puts(total ? "]" : "[]");
    if (total == 0 && strcmp(call->format, "table") == 0)
        remark("no dead letters");
    return STATUS_OK;
}

/* Until the next page of a replay is due. False: stopped. */
static bool pause_for_rate(const struct dead_call *call)
{
    uint64_t ms = is_metered(call) ? page_letters(call) * 1000 / call->rate : 0;
    return wire_wait(NULL, 0, stop_signal_fd(), (int)ms) == 0;
}

static enum status change(struct dead_call *call, struct error *error)
{
    uint64_t after = 0, matched = 0, changed = 0;
    for (bool more = true; more;) {
        const struct packed *page;
        enum status status = ask(call, after, &page, error);
        if (status != STATUS_OK)
            return status;
        if (call->dry_run)
            print_page(call, page, matched == 0);
        matched += packed_uint(packed_get(page, "matched"), 0);
        changed += packed_uint(packed_get(page, "changed"), 0);
        after = packed_uint(packed_get(page, "after"), 0);
        more = packed_bool(packed_get(page, "more"), false);
        if (more && !pause_for_rate(call))
            return fail(error, STATUS_AGAIN, "stopped: %" PRIu64 " are back in the queue", changed);
    }
    if (call->dry_run && strcmp(call->format, "json") == 0)
        puts(matched ? "]" : "[]");
    bool drops = strcmp(call->verb, "drop") == 0;
    if (call->dry_run && drops)
        remark("%" PRIu64 " would be dropped", matched);
    else if (call->dry_run)
        remark("%" PRIu64 " would be back in the queue", matched);
    else if (drops)
        remark("%" PRIu64 " dropped", changed);
    else
        remark("%" PRIu64 " back in the queue", changed);
    if (!call->dry_run && changed < matched)
        remark("%" PRIu64 " stay: their documents never came, submit them again",
               matched - changed);
    return STATUS_OK;
}

static enum status show(struct dead_call *call, struct error *error)
{
    const struct packed *root;
    enum status status = ask(call, 0, &root, error);
    if (status != STATUS_OK)
        return status;
    const struct packed *letter = packed_get(root, "letter");
    struct slice document = packed_text(packed_get(root, "document"));
    if (call->out)
        return dead_write_document(call->out, document, error);
    dead_print_whole(letter, document, call->format);
    return STATUS_OK;
}

static enum status carry_out(struct dead_call *call, struct error *error)
{
    struct client_options options = {
        .endpoint = call->endpoint, .role = ROLE_ADMIN, .stop_fd = stop_signal_fd()};
    enum status status = keys_option_load(&call->keys, &options.keys, error);
    if (status == STATUS_OK)
        status = client_open(&call->client, &options, error);
    if (status != STATUS_OK)
        return status;
    if (strcmp(call->verb, "list") == 0)
        status = list(call, error);
    else if (strcmp(call->verb, "show") == 0)
        status = show(call, error);
    else
        status = change(call, error);
    client_close(&call->client);
    buffer_release(&call->question);
    arena_release(&call->arena);
    return status;
}

/* ---- the command line ---- */

static bool take_numbers(struct dead_call *call, int count, char **words)
{
    for (int i = 0; i < count; i++) {
        char *end;
        errno = 0;
        uint64_t seq = strtoull(words[i], &end, 10);
        if (errno || *end || end == words[i] || words[i][0] == '-') {
            complain(dead_command.name, EXIT_USAGE, "%s is no number of a dead letter", words[i]);
            return false;
        }
        if (call->seq_count == sizeof call->seqs / sizeof *call->seqs) {
            complain(dead_command.name, EXIT_USAGE, "at most %u numbers at a time",
                     call->seq_count);
            return false;
        }
        call->seqs[call->seq_count++] = seq;
    }
    return true;
}

static const char *objection(const struct dead_call *call)
{
    bool list_verb = !strcmp(call->verb, "list"), show_verb = !strcmp(call->verb, "show");
    bool replay_verb = !strcmp(call->verb, "replay"), drop_verb = !strcmp(call->verb, "drop");
    bool pattern = call->all || call->stage || call->cause || call->reason;
    bool place_verb = !strcmp(call->verb, "place");
    if (!list_verb && !show_verb && !replay_verb && !drop_verb && !place_verb)
        return TR("list, show, replay, drop or place?");
    if (place_verb && (call->seq_count != 1 || pattern))
        return TR("place wants the number of one dead letter");
    if (call->store && call->endpoint)
        return TR("--broker or --store, not both");
    if (call->store && (pattern || replay_verb))
        return TR("with --store: list, show, drop or place, by number");
    if (show_verb && call->seq_count != 1)
        return TR("show wants the number of one dead letter");
    if (drop_verb && (!call->seq_count || pattern))
        return TR("drop wants numbers, nothing else: look at `xianzhi dead list` first");
    if (replay_verb && !call->seq_count && !pattern)
        return TR("replay what? Numbers, --all, --stage, --cause or --reason");
    if (call->seq_count && pattern)
        return TR("numbers or a pattern, not both");
    return NULL;
}

static int run(int argc, char **argv)
{
    struct dead_call call = {.format = "table", .rate = REPLAY_RATE};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &call.endpoint, "ENDPOINT", TR("where the broker is")},
        {"format", 'f', OPTION_TEXT, &call.format, "table|json|jsonl", TR("list and show")},
        {"all", 'a', OPTION_FLAG, &call.all, NULL, TR("replay all of them")},
        {"stage", 's', OPTION_TEXT, &call.stage, "STAGE", TR("those that died in this stage")},
        {"cause", 'c', OPTION_TEXT, &call.cause, "CAUSE",
         TR("rejected, unreadable, crashed, lapsed, postponed, unplaced, lost")},
        {"reason", 'r', OPTION_TEXT, &call.reason, "TEXT", TR("those whose reason has this in it")},
        {"rate", 0, OPTION_NUMBER, &call.rate, "N",
         TR("replay so many a second, 0: at once (500)")},
        {"dry-run", 'n', OPTION_FLAG, &call.dry_run, NULL, TR("only say what would happen")},
        {"out", 'o', OPTION_TEXT, &call.out, "FILE", TR("show: write the document there")},
        {"store", 0, OPTION_TEXT, &call.store, "DIR",
         TR("the letters that `run --store` left there")},
        PLACE_OPTIONS(&call.place),
        KEYS_OPTIONS(&call.keys),
        {0},
    };
    const char *name = dead_command.name;
    int first, code;
    if (!options_parse(&dead_command, options, argc, argv, &first, &code))
        return code;
    call.verb = first < argc ? argv[first++] : "";
    if (!take_numbers(&call, argc - first, argv + first))
        return EXIT_USAGE;
    const char *wrong = objection(&call);
    if (!wrong && !call.endpoint && !call.store)
        wrong = TR("--broker ENDPOINT or --store DIR is missing");
    if (wrong)
        return complain(name, EXIT_USAGE, "%s", wrong);
    struct error error = {0};
    if (strcmp(call.verb, "place") == 0 && place_option_read(&call.place, &call.listed, &error))
        return complain(name, EXIT_USAGE, "%s", error.text);
    if (call.store)
        return dead_store_run(call.store, &(struct dead_store_call){.verb = call.verb,
                                                                    .format = call.format,
                                                                    .out = call.out,
                                                                    .seqs = call.seqs,
                                                                    .seq_count = call.seq_count,
                                                                    .listed = &call.listed});
    return carry_out(&call, &error) == STATUS_OK ? EXIT_DONE : complain_error(name, &error);
}

const struct command dead_command = {
    .name = "dead",
    .synopsis = "dead list|show|replay|drop|place --broker ENDPOINT|--store DIR [--stage STAGE] "
                "[--cause CAUSE] [--reason TEXT] [--all] [--dry-run] [--rate N] [NUMBER]... "
                "[--region R --year Y [--township T] [--issuer I] [--kind K]]",
    .help = TR("reports that could not be counted: why, and once more"),
    .run = run,
};
