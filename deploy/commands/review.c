/* review.c - `xianzhi review`: figures that wait for a person, one after another, and what was
 * decided of them. The thread of the command. What can fail: the source, a figure that isn't there,
 * one that somebody else has decided meanwhile. */
#include "deploy/commands/review.h"
#include "proto/base/visible.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern const struct command review_command;

static enum status show(struct review_call *review, struct arena *arena, struct error *error)
{
    struct figure_item *item;
    enum status status = review_find(review, arena, &item, error);
    if (status == STATUS_OK && !item)
        status = fail(error, STATUS_BAD,
                      "%s: there is no such figure: `xianzhi review list` has ids", review->id);
    if (status != STATUS_OK)
        return status;
    struct buffer out = {0};
    review_put_figure(item, &out);
    visible_write(stdout, buffer_slice(&out), isatty(STDOUT_FILENO));
    buffer_release(&out);
    return STATUS_OK;
}

/* ---- the queue ---- */

static enum status list(struct review_call *review, enum list which, struct error *error)
{
    uint64_t count = 0;
    struct listing *listing = &review->listing;
    listing->request.list = which;
    listing->request.filter.reason = slice_of(review->reason);
    listing->request.filter.document = slice_of(review->document);
    listing->most = review->limit;
    enum status status = listing_print(listing, &count, error);
    if (status == STATUS_OK && !count)
        complain("review", EXIT_DONE, "nothing waits for a person (没有待复核的数据)");
    return status;
}

static enum status next(struct review_call *review, struct error *error)
{
    struct listing *listing = &review->listing;
    struct arena arena = {0};
    struct answer page;
    listing->request.list = LIST_REVIEW;
    listing->request.lease = slice_of(review->by);
    listing->request.filter.reason = slice_of(review->reason);
    enum status status = listing_page(listing, &arena, &page, error);
    uint64_t left = page.left;
    /* a page that only looked at what nobody doubts goes on */
    while (status == STATUS_OK && !page.item_count && page.more) {
        listing->request.after = page.after;
        status = listing_page(listing, &arena, &page, error);
    }
    if (status == STATUS_OK && !page.item_count) {
        complain("review", EXIT_DONE, "nothing waits for a person (没有待复核的数据)");
    } else if (status == STATUS_OK && strcmp(listing->format, "table") != 0) {
        struct item_printer printer = {.out = stdout, .format = listing->format};
        items_print(&printer, &page);
    } else if (status == STATUS_OK) {
        struct buffer out = {0};
        review_put_figure(page.items, &out);
        visible_write(stdout, buffer_slice(&out), isatty(STDOUT_FILENO));
        buffer_release(&out);
        if (left > 1)
            remark("%" PRIu64 " figures wait, this one among them", left);
    }
    arena_release(&arena);
    return status;
}

/* ---- the command line ---- */

static bool decides(const char *verb)
{
    static const char *const verbs[] = {"confirm", "correct", "reject", "add", "withdraw"};
    for (unsigned i = 0; i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verb, verbs[i]) == 0)
            return true;
    return false;
}

static const char *objection(const struct review_call *review)
{
    const char *verb = review->verb;
    bool adds = strcmp(verb, "add") == 0;
    bool known = decides(verb) || !strcmp(verb, "list") || !strcmp(verb, "next") ||
                 !strcmp(verb, "show") || !strcmp(verb, "decisions") || !strcmp(verb, "export");
    if (!known)
        return TR(
            "list, next, show, confirm, correct, reject, add, withdraw, decisions or export?");
    if (((decides(verb) && !adds) || !strcmp(verb, "show")) && !review->id)
        return TR("which figure? Its id stands in `xianzhi review list`: 3f2a0c9d4e11:1200-1206");
    if ((decides(verb) || !strcmp(verb, "next")) && (!review->by || !*review->by))
        return TR("--by NAME is missing: who decides");
    if (!strcmp(verb, "export") && !review->out)
        return TR("--out FOLDER is missing: where the files go");
    return NULL;
}

static enum status carry_out(struct review_call *review, struct error *error)
{
    struct arena arena = {0};
    enum status status = STATUS_OK;
    if (decides(review->verb))
        status = review_decide(review, error);
    else if (!strcmp(review->verb, "list"))
        status = list(review, LIST_REVIEW, error);
    else if (!strcmp(review->verb, "decisions"))
        status = list(review, LIST_DECISIONS, error);
    else if (!strcmp(review->verb, "next"))
        status = next(review, error);
    else if (!strcmp(review->verb, "show"))
        status = show(review, &arena, error);
    else
        status = review_export(review, error);
    arena_release(&arena);
    return status;
}

static int run(int argc, char **argv)
{
    struct review_call review = {.verb = ""};
    const struct option_spec options[] = {
        LISTING_OPTIONS(&review.listing),
        {"indicator", 'i', OPTION_LIST, &review.listing.indicators, "NAME",
         TR("list: only this one; confirm, correct, add: the one that it states")},
        {"reason", 0, OPTION_TEXT, &review.reason, "stale|conflict|audit|outlier|ocr|proposed",
         TR("only what waits for that reason")},
        {"limit", 'n', OPTION_NUMBER, &review.limit, "N", TR("list: only the first N")},
        {"by", 0, OPTION_TEXT, &review.by, "NAME", TR("who looks or decides")},
        {"note", 0, OPTION_TEXT, &review.note, "TEXT", TR("why")},
        {"value", 'v', OPTION_TEXT, &review.value, "NUMBER", TR("correct, add: what it is")},
        {"unit", 'u', OPTION_TEXT, &review.unit, "UNIT", TR("correct, add: of what")},
        {"bound", 0, OPTION_TEXT, &review.bound, "exact|over|at_least|at_most|about",
         TR("correct, add: how the number is meant")},
        {"document", 'd', OPTION_TEXT, &review.document, "SHA256", TR("add: in which document")},
        {"start", 0, OPTION_NUMBER, &review.start, "BYTE", TR("add: where its text begins")},
        {"end", 0, OPTION_NUMBER, &review.end, "BYTE", TR("add: and ends")},
        {"text", 't', OPTION_TEXT, &review.text, "TEXT", TR("add: as published: 9件")},
        {"sentence", 0, OPTION_TEXT, &review.sentence, "TEXT", TR("add: the sentence around it")},
        {"out", 'o', OPTION_TEXT, &review.out, "FOLDER", TR("export: where the files go")},
        {0}};
    struct error error = {""};
    int first, code;
    if (!options_parse(&review_command, options, argc, argv, &first, &code))
        return code;
    review.verb = first < argc ? argv[first++] : "";
    review.id = first < argc ? argv[first++] : NULL;
    const char *wrong = first < argc ? TR("one figure at a time") : objection(&review);
    if (wrong)
        return complain("review", EXIT_USAGE, "%s", wrong);
    stop_signal_fd();
    enum status status = listing_open(&review.listing, &error);
    if (status == STATUS_OK)
        status = carry_out(&review, &error);
    listing_close(&review.listing);
    if (status == STATUS_OK)
        return EXIT_DONE;
    return complain("review", status == STATUS_BAD ? EXIT_USAGE : EXIT_FAILED, "%s", error.text);
}

const struct command review_command = {
    .name = "review",
    .synopsis = "review list|next|show|confirm|correct|reject|add|withdraw|decisions|export [ID] "
                "(--store DIR | --broker ENDPOINT) [--by NAME] [--note TEXT] [OPTION]...",
    .help = TR("what a person should look at, and what people have decided"),
    .run = run,
};
