/* documents.c - `xianzhi documents`: the documents in force and those beside them, taking one out
 * (the wrong file, a draft, another unit's report), and choosing one of several. The thread of the
 * command. What can fail: the source, a document that isn't in force, a store that another process
 * holds. */
#include "deploy/commands/deciding.h"
#include "deploy/commands/listing.h"
#include "deploy/intake/judgement.h"
#include "proto/base/digest.h"

#include <string.h>

extern const struct command documents_command;

struct call {
    struct listing listing;
    const char *by, *note;
};

/* The whole hash of what is named by its beginning; `digits` itself where there is nothing of it.
 * One that was withdrawn is in no list but that of what people have decided. */
static enum status find_document(struct call *call, enum list list, struct arena *arena,
                                 struct slice digits, struct slice *sha256, struct error *error)
{
    struct answer page;
    call->listing.request = (struct request){.list = list, .filter = {.document = digits}};
    *sha256 = digits;
    enum status status = listing_page(&call->listing, arena, &page, error);
    if (status != STATUS_OK || !page.item_count)
        return status;
    if (list == LIST_DOCUMENTS) {
        *sha256 = ((const struct document_item *)page.items)->sha256;
    } else {
        char name[2 * DIGEST_BYTES + 1];
        digest_name(((const struct decision *)page.items)->sha256, name);
        *sha256 = arena_copy(arena, slice_of(name));
    }
    return STATUS_OK;
}

static enum status refuse(enum verdict verdict, const char *digits, struct error *error)
{
    if (verdict == VERDICT_CHOOSE)
        return fail(error, STATUS_BAD,
                    "%s: there is no such document, it is counted already, or none stands "
                    "beside it: see `xianzhi documents` (没有可选的报告)",
                    digits);
    if (verdict == VERDICT_UNFILE)
        return fail(error, STATUS_BAD, "%s: no such document is in force: see `xianzhi documents`",
                    digits);
    return fail(error, STATUS_BAD, "%s: it isn't withdrawn", digits);
}

static void say_done(enum verdict verdict, const char *digits)
{
    if (verdict == VERDICT_UNFILE)
        remark("%s is withdrawn: it counts nowhere, and comes back only after `xianzhi documents "
               "restore`",
               digits);
    else if (verdict == VERDICT_REFILE)
        remark("%s may come back: submit it again", digits);
    else
        remark("%s is counted from now on", digits);
}

static enum status decide_one(struct call *call, enum verdict verdict, const char *digits,
                              struct error *error)
{
    struct deciding deciding = {.listing = &call->listing, .by = call->by, .note = call->note};
    struct arena arena = {0};
    struct decision decision;
    struct slice sha256;
    enum outcome outcome = OUTCOME_NONE;
    enum list list = verdict == VERDICT_REFILE ? LIST_DECISIONS : LIST_DOCUMENTS;
    enum status status = find_document(call, list, &arena, slice_of(digits), &sha256, error);
    if (status == STATUS_OK && sha256.len < 2 * DIGEST_BYTES)
        status = refuse(verdict, digits, error);
    if (status == STATUS_OK)
        status = judgement_of_document(verdict, sha256, &decision, error);
    if (status == STATUS_OK)
        status = deciding_apply(&deciding, &decision, &outcome, error);
    if (status == STATUS_OK && outcome == OUTCOME_CHANGED)
        status = refuse(verdict, digits, error);
    else if (status == STATUS_OK)
        say_done(verdict, digits);
    arena_release(&arena);
    return status;
}

static int decide(struct call *call, const char *verb, char **digits, int count)
{
    enum verdict verdict = strcmp(verb, "withdraw") == 0  ? VERDICT_UNFILE
                           : strcmp(verb, "restore") == 0 ? VERDICT_REFILE
                                                          : VERDICT_CHOOSE;
    struct error error = {""};
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < count; i++) {
        status =
            listing_open(&call->listing, &error); /* anew: a store is closed to be written to */
        if (status == STATUS_OK)
            status = decide_one(call, verdict, digits[i], &error);
        listing_close(&call->listing);
    }
    if (status == STATUS_OK)
        return EXIT_DONE;
    return complain("documents", status == STATUS_BAD ? EXIT_USAGE : EXIT_FAILED, "%s", error.text);
}

static const char *objection(const struct call *call, const char *verb, int count)
{
    if (strcmp(verb, "withdraw") != 0 && strcmp(verb, "restore") != 0 &&
        strcmp(verb, "choose") != 0)
        return TR("withdraw, restore or choose, or nothing: then they are listed");
    if (count == 0)
        return TR("which document? Its SHA-256 stands in `xianzhi documents --format csv`");
    return call->by && *call->by ? NULL : TR("--by NAME is missing: who decides");
}

static int run(int argc, char **argv)
{
    struct call call = {.by = NULL};
    const struct option_spec options[] = {
        LISTING_OPTIONS(&call.listing),
        {"by", 0, OPTION_TEXT, &call.by, "NAME", TR("withdraw, restore, choose: who decides")},
        {"note", 0, OPTION_TEXT, &call.note, "TEXT", TR("why")},
        {0}};
    int first, code;
    if (!options_parse(&documents_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return listing_print_all(&documents_command, &call.listing, LIST_DOCUMENTS);
    const char *wrong = objection(&call, argv[first], argc - first - 1);
    if (wrong)
        return complain("documents", EXIT_USAGE, "%s", wrong);
    stop_signal_fd();
    return decide(&call, argv[first], argv + first + 1, argc - first - 1);
}

const struct command documents_command = {
    .name = "documents",
    .synopsis =
        "documents [withdraw|restore|choose SHA256... --by NAME [--note TEXT]] " LISTING_SYNOPSIS,
    .help = TR("the documents in force: whose, which year, how many figures, what is undecided"),
    .run = run,
};
