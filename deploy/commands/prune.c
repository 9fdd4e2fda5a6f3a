/* prune.c - `xianzhi prune`: what is older than it is to be kept goes: dead letters and originals.
 *
 * Run once a day (xianzhi-prune.timer). Nothing has a limit unless one is given: keeping costs
 * disk, letting go can't be undone. What is never touched: results and decisions, reports on their
 * way, letters that wait for somebody to say whose they are, originals with a decided figure. The
 * thread of the command. What can fail: nobody answers (nothing is removed then), a folder.
 */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/prune_files.h"
#include "proto/base/clock.h"
#include "proto/base/tr.h"
#include "proto/client.h"
#include "proto/decision.h"
#include "proto/pack.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern const struct command prune_command;

enum { PAGE = 1000, DAY_MS = 86400000, MOST_DAYS = 36500 };

struct prune {
    const char *broker, *as_of;
    struct option_list folders;
    uint64_t dead_days, originals_days; /* 0: for ever */
    bool dry_run;
    struct keys_option keys;
    uint64_t now_ms;
    struct client *client;
    struct prune_kept *kept;
    struct arena arena;
    uint64_t dropped;
};

static uint64_t limit_ms(const struct prune *prune, uint64_t days)
{
    return days && prune->now_ms > days * DAY_MS ? prune->now_ms - days * DAY_MS : 0;
}

/* ---- dead letters ---- */

struct letters {
    uint64_t seqs[PAGE], count; /* to be dropped */
    uint64_t after;
    bool more;
};

static enum status ask_dead(struct prune *prune, const char *verb, struct slice question,
                            const struct packed **root, struct error *error)
{
    const struct pack_limits limits = {6, 4000000};
    struct message answer;
    struct message asked = {.type = MESSAGE_DEAD, .verb = slice_of(verb), .payload = question};
    enum status status = client_ask(prune->client, &asked, &answer, error);
    arena_reset(&prune->arena);
    return status ? status : packed_read(&prune->arena, answer.payload, limits, root, error);
}

/* When it died; those that never came to a worker when they were submitted. */
static uint64_t died_ms(const struct packed *letter)
{
    uint64_t last_ms = packed_uint(packed_get(letter, "last_ms"), 0);
    return last_ms ? last_ms : packed_uint(packed_get(letter, "submitted_ms"), UINT64_MAX);
}

/* A letter that stays keeps its file; one that waits for a person always stays. */
static void sort_letter(struct prune *prune, const struct packed *letter, struct letters *letters)
{
    bool waits = slice_equal(packed_text(packed_get(letter, "cause")), SLICE("unplaced"));
    if (!waits && died_ms(letter) < limit_ms(prune, prune->dead_days))
        letters->seqs[letters->count++] = packed_uint(packed_get(letter, "seq"), 0);
    else
        prune_keep_path(prune->kept, packed_text(packed_get(letter, "path")));
}

static enum status list_letters(struct prune *prune, struct letters *letters, struct error *error)
{
    struct buffer question = {0};
    const struct packed *root;
    pack_map(&question, 2);
    PACK_KEY(&question, "after"), pack_uint(&question, letters->after);
    PACK_KEY(&question, "limit"), pack_uint(&question, PAGE);
    enum status status = ask_dead(prune, "list", buffer_slice(&question), &root, error);
    buffer_release(&question);
    if (status)
        return status;
    const struct packed *page = packed_get(root, "letters");
    letters->count = 0;
    for (uint32_t i = 0; i < packed_count(page) && i < PAGE; i++)
        sort_letter(prune, packed_at(page, i), letters);
    letters->after = packed_uint(packed_get(root, "after"), 0);
    letters->more = packed_bool(packed_get(root, "more"), false);
    return STATUS_OK;
}

static enum status drop_letters(struct prune *prune, const struct letters *letters,
                                struct error *error)
{
    struct buffer question = {0};
    const struct packed *root;
    if (letters->count == 0)
        return STATUS_OK;
    prune->dropped += letters->count;
    if (prune->dry_run)
        return STATUS_OK;
    pack_map(&question, 1);
    PACK_KEY(&question, "seqs"), pack_array(&question, (uint32_t)letters->count);
    for (uint32_t i = 0; i < letters->count; i++)
        pack_uint(&question, letters->seqs[i]);
    enum status status = ask_dead(prune, "drop", buffer_slice(&question), &root, error);
    buffer_release(&question);
    return status;
}

static enum status prune_letters(struct prune *prune, struct error *error)
{
    struct letters letters = {.more = true};
    enum status status = STATUS_OK;
    while (!status && letters.more && !stop_requested()) {
        status = list_letters(prune, &letters, error);
        if (!status)
            status = drop_letters(prune, &letters, error);
    }
    return status;
}

/* ---- originals ---- */

static enum status keep_decided(struct prune *prune, struct error *error)
{
    struct request request = {.list = LIST_DECISIONS, .limit_rows = PAGE};
    struct buffer after = {0};
    struct answer page = {.more = true};
    enum status status = STATUS_OK;
    while (!status && page.more && !stop_requested()) {
        arena_reset(&prune->arena);
        request.after = buffer_slice(&after);
        status = client_read(prune->client, &request, &prune->arena, &page, error);
        for (size_t i = 0; !status && i < page.item_count; i++) {
            const struct decision *made = (const struct decision *)page.items + i;
            prune_keep_document(prune->kept, made->sha256);
        }
        buffer_clear(&after);
        if (!status)
            buffer_add(&after, page.after);
    }
    buffer_release(&after);
    return status;
}

static enum status prune_originals(struct prune *prune, struct error *error)
{
    struct prune_files files = {.kept = prune->kept,
                                .before_ms = limit_ms(prune, prune->originals_days),
                                .dry_run = prune->dry_run};
    enum status status = keep_decided(prune, error);
    for (unsigned i = 0; !status && i < prune->folders.count && !stop_requested(); i++)
        status = prune_folder(&files, prune->folders.items[i], error);
    if (status)
        return status;
    remark(prune->dry_run ? TR("%" PRIu64 " originals would go, %" PRIu64 " MiB")
                          : TR("%" PRIu64 " originals are gone, %" PRIu64 " MiB"),
           files.removed, files.removed_bytes >> 20);
    remark("%" PRIu64 " stay that are younger, %" PRIu64 " with a decided figure, %" PRIu64
           " that were not read",
           files.young, files.decided, files.unread);
    return files.failed
               ? fail(error, STATUS_RETRY, "%" PRIu64 " files could not be removed", files.failed)
               : STATUS_OK;
}

static enum status carry_out(struct prune *prune, struct error *error)
{
    struct client_options options = {
        .endpoint = prune->broker, .role = ROLE_ADMIN, .stop_fd = stop_signal_fd()};
    enum status status = keys_option_load(&prune->keys, &options.keys, error);
    if (!status)
        status = client_open(&prune->client, &options, error);
    prune->kept = prune_kept_new();
    if (!status)
        status = prune_letters(prune, error);
    if (!status && prune->dead_days)
        remark(prune->dry_run ? TR("%" PRIu64 " dead letters would go")
                              : TR("%" PRIu64 " dead letters are gone"),
               prune->dropped);
    if (!status && prune->originals_days)
        status = prune_originals(prune, error);
    client_close(&prune->client);
    prune_kept_free(&prune->kept);
    arena_release(&prune->arena);
    return status;
}

/* ---- the command line ---- */

static bool read_day(struct prune *prune)
{
    struct tm day = {0};
    prune->now_ms = clock_unix_ms();
    if (!prune->as_of)
        return true;
    char *end = strptime(prune->as_of, "%Y-%m-%d", &day);
    prune->now_ms = 1000 * (uint64_t)timegm(&day);
    return end && !*end && day.tm_year > 70;
}

static const char *objection(struct prune *prune, bool has_dead, bool has_originals)
{
    if (!prune->broker)
        return TR("--broker ENDPOINT is missing: where the broker is");
    if ((has_dead && !prune->dead_days) || (has_originals && !prune->originals_days))
        return TR("0 days would let everything go: leave the option out to keep for ever");
    if (prune->dead_days > MOST_DAYS || prune->originals_days > MOST_DAYS)
        return TR("more than a hundred years: leave the option out to keep for ever");
    if (prune->originals_days && !prune->folders.count)
        return TR("--originals DIR is missing: the folder that they lie in");
    return read_day(prune) ? NULL : TR("--as-of: a day is wanted, like 2024-06-01");
}

static int run(int argc, char **argv)
{
    const uint64_t not_given = UINT64_MAX;
    struct prune prune = {.dead_days = not_given, .originals_days = not_given};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &prune.broker, "ENDPOINT", TR("where the broker is")},
        {"dead-days", 0, OPTION_NUMBER, &prune.dead_days, "N",
         TR("dead letters that died earlier go, but those that wait to be placed")},
        {"originals", 0, OPTION_LIST, &prune.folders, "DIR",
         TR("a folder of submitted files: uploads, drop folder; repeat")},
        {"originals-days", 0, OPTION_NUMBER, &prune.originals_days, "N",
         TR("files that came earlier go, but those with a decided figure or a dead letter")},
        {"as-of", 0, OPTION_TEXT, &prune.as_of, "DAY", TR("count back from then, not from today")},
        {"dry-run", 'n', OPTION_FLAG, &prune.dry_run, NULL, TR("only say what would go")},
        KEYS_OPTIONS(&prune.keys),
        {0},
    };
    const char *name = prune_command.name;
    int first, code;
    if (!options_parse(&prune_command, options, argc, argv, &first, &code))
        return code;
    if (first != argc)
        return complain(name, EXIT_USAGE, "%s is one too many: %s", argv[first],
                        prune_command.synopsis);
    bool has_dead = prune.dead_days != not_given, has_originals = prune.originals_days != not_given;
    prune.dead_days = has_dead ? prune.dead_days : 0;
    prune.originals_days = has_originals ? prune.originals_days : 0;
    const char *wrong = objection(&prune, has_dead, has_originals);
    if (wrong)
        return complain(name, EXIT_USAGE, "%s", wrong);
    if (!has_dead && !has_originals) {
        remark("nothing has a limit, everything is kept: see --dead-days and --originals-days");
        return EXIT_DONE;
    }
    struct error error = {0};
    enum status status = carry_out(&prune, &error);
    if (status == STATUS_BAD)
        return complain(name, EXIT_USAGE, "%s", error.text);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command prune_command = {
    .name = "prune",
    .synopsis = "prune --broker ENDPOINT [--dead-days N] [--originals DIR... --originals-days N] "
                "[--as-of DAY] [--dry-run]",
    .help = TR("let go of dead letters and originals that are older than they are to be kept"),
    .run = run,
    .reads = true,
};
