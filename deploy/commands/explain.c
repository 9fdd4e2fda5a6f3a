/* explain.c - `xianzhi explain`: why a unit's value is what it is: document, section, sentence,
 * rule, the other mentions and what audits say; for a roll-up, the values it is made of.
 *
 * The thread of the command. Happy path: the rows of one indicator and region with their audits,
 * each printed with its reasons. What can fail: the source, and that there is no such value.
 */
#include "deploy/commands/columns.h"
#include "deploy/commands/marked.h"
#include "deploy/commands/names.h"
#include "deploy/commands/source.h"
#include "deploy/commands/words.h"
#include "proto/base/json_text.h"
#include "proto/base/tr.h"
#include "proto/base/visible.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

struct explanation {
    struct source source;
    const char *issuer;
    struct name_book *names;
    struct told { /* documents of which somebody has said whose or which version they are */
        struct slice sha256, placed_by, version_of;
        uint64_t order;
    } * told; /* in the arena */
    size_t told_count, told_capacity;
    uint32_t regions[16]; /* a name may be that of several */
    char codes[16][8];    /* the same, all six digits of each */
    size_t region_count;
    bool colour;
    size_t count;
    struct arena arena; /* roll-ups, to be read from the same source once the rows are through */
    struct row *rollups;
    size_t rollup_count, rollup_capacity;
    struct buffer out;
};

extern const struct command explain_command;

/* ---- lines ---- */

static void begin_line(struct buffer *out, const char *label)
{
    buffer_add(out, SLICE("  "));
    put_cell(out, slice_of(label), 10, false);
}

static void put_bold(struct explanation *explanation, struct slice text)
{
    buffer_add(&explanation->out, slice_of(explanation->colour ? "\033[1m" : ""));
    buffer_add(&explanation->out, text);
    buffer_add(&explanation->out, slice_of(explanation->colour ? "\033[0m" : ""));
}

static void put_figure(struct explanation *explanation, double value, struct slice unit,
                       enum bound bound)
{
    char number[32];
    struct buffer text = {0};
    number_text(value, number);
    buffer_format(&text, "%s%s%.*s", bound_for_people(bound), number, SLICE_ARGS(unit));
    put_bold(explanation, buffer_slice(&text));
    buffer_release(&text);
}

/* Headings parted by line ends, as a path. */
static void put_path(struct buffer *out, struct slice section)
{
    for (size_t from = 0; from < section.len;) {
        size_t end = slice_find(section, SLICE("\n"), from);
        end = end == SIZE_MAX ? section.len : end;
        buffer_add(out, from ? SLICE(" › ") : SLICE(""));
        buffer_add(out, slice_range(section, from, end));
        from = end + 1;
    }
    buffer_add(out, section.len ? SLICE("\n") : slice_of(tr("(before the first heading)\n")));
}

static void put_sentence(struct explanation *explanation, const struct evidence *evidence)
{
    put_marked_one(&explanation->out, evidence->sentence,
                   mark_written(evidence->sentence, evidence->offset, evidence->text),
                   explanation->colour);
    buffer_add(&explanation->out, SLICE("\n"));
}

/* ---- mentions ---- */

/* Where to look in the original. */
static void put_place(struct explanation *explanation, const struct locus *where)
{
    struct buffer *out = &explanation->out;
    if (!where->page && !where->paragraph)
        return;
    begin_line(out, tr("place"));
    if (where->page)
        buffer_format(out, tr("page %u"), where->page);
    else
        buffer_format(out, tr("paragraph %u"), where->paragraph);
    if (where->box[2] > where->box[0])
        buffer_format(out, tr(", %.0f to %.0f points from the left, %.0f to %.0f from the top"),
                      (double)where->box[0], (double)where->box[2], (double)where->box[1],
                      (double)where->box[3]);
    buffer_add(out, SLICE("\n"));
}

static void put_told(struct explanation *explanation, struct slice sha256)
{
    struct buffer *out = &explanation->out;
    for (size_t i = 0; i < explanation->told_count; i++) {
        const struct told *told = &explanation->told[i];
        if (!slice_equal(told->sha256, sha256))
            continue;
        if (told->placed_by.len) {
            bool by_list = slice_equal(told->placed_by, SLICE("list"));
            begin_line(out, tr("placed by"));
            buffer_format(out, "%s\n", by_list ? tr("the collector's list") : tr("a person"));
        }
        if (told->version_of.len || told->order) {
            begin_line(out, tr("version of"));
            buffer_add(out, told->version_of.len ? told->version_of : SLICE("-"));
            if (told->order)
                buffer_format(out, tr(", order %" PRIu64), told->order);
            buffer_add(out, SLICE("\n"));
        }
    }
}

static void put_source(struct explanation *explanation, const struct evidence *evidence)
{
    struct buffer *out = &explanation->out;
    begin_line(out, tr("file"));
    buffer_format(out, "%.*s\n", SLICE_ARGS(evidence->path));
    begin_line(out, "");
    buffer_format(out, tr("sha256 %.*s, bytes %u-%u\n"), SLICE_ARGS(evidence->doc),
                  evidence->span.start, evidence->span.end);
    put_told(explanation, evidence->doc);
    put_place(explanation, &evidence->where);
    begin_line(out, tr("section"));
    put_path(out, evidence->section);
    begin_line(out, tr("text"));
    put_sentence(explanation, evidence);
    begin_line(out, tr("rule"));
    buffer_format(out, "%.*s\n", SLICE_ARGS(evidence->rule));
}

static void put_others(struct explanation *explanation, const struct row *row,
                       const struct evidence *chosen)
{
    struct buffer *out = &explanation->out;
    const char *label = row->conflict ? tr("others*") : tr("others");
    for (size_t i = 0; i < row->evidence_count; i++) {
        const struct evidence *evidence = &row->evidence[i];
        if (evidence == chosen)
            continue;
        begin_line(out, label);
        put_figure(explanation, evidence->value, evidence->unit, evidence->bound);
        buffer_format(out, tr("  bytes %u-%u, rule %.*s\n"), evidence->span.start,
                      evidence->span.end, SLICE_ARGS(evidence->rule));
        begin_line(out, "");
        put_path(out, evidence->section);
        begin_line(out, "");
        put_sentence(explanation, evidence);
        label = "";
    }
}

/* ---- audits ---- */

/* Whether it rests on something in the sentence of one of the mentions. Of the sentence just its
 * length after cleaning is known: noise in it lets its end be missed by that much. */
static bool touches(const struct audit *audit, const struct row *row)
{
    for (size_t i = 0; i < row->evidence_count; i++) {
        const struct evidence *evidence = &row->evidence[i];
        uint32_t start = evidence->span.start - evidence->offset;
        uint32_t end = start + (uint32_t)evidence->sentence.len;
        end = end < evidence->span.end ? evidence->span.end : end;
        if (evidence->span.start >= evidence->offset && audit->text.start < end &&
            start < audit->text.end)
            return true;
    }
    return false;
}

static void put_audits(struct explanation *explanation, const struct row *row, bool touching)
{
    struct buffer *out = &explanation->out;
    const char *label = touching ? tr("audits") : tr("whole text");
    for (size_t i = 0; i < row->audit_count; i++) {
        const struct audit *audit = &row->audits[i];
        if (touches(audit, row) != touching)
            continue;
        begin_line(out, label);
        struct slice word = word_for_people(slice_of(audit_name(audit->type)));
        buffer_format(out, "! %.*s", SLICE_ARGS(word));
        if (audit->text.end)
            buffer_format(out, tr(" (bytes %u-%u)"), audit->text.start, audit->text.end);
        buffer_format(out, tr(": %.*s\n"), SLICE_ARGS(audit->note));
        label = "";
    }
    if (touching && *label) {
        begin_line(out, label);
        buffer_add(out, slice_of(tr("nothing contradicts this value\n")));
    }
}

/* ---- values and roll-ups ---- */

static void put_heading(struct explanation *explanation, const struct row *row)
{
    struct buffer *out = &explanation->out;
    struct slice who = row->issuer.len ? row->issuer : row->region_name;
    buffer_add(out, explanation->count++ ? SLICE("\n") : SLICE(""));
    put_bold(explanation, row->label);
    buffer_format(out, tr(" (%.*s)\n%.*s  %06u  year %u\n"), SLICE_ARGS(row->indicator),
                  SLICE_ARGS(who), row->region, row->year);
    struct slice definition = name_definition(explanation->names, row->indicator);
    if (definition.len) {
        begin_line(out, tr("defined"));
        tr_line(tr_language(), definition, out);
        buffer_add(out, SLICE("\n"));
    }
}

static void put_value(struct explanation *explanation, const struct row *row)
{
    const struct evidence *chosen = row->evidence_count ? &row->evidence[0] : NULL;
    put_heading(explanation, row);
    begin_line(&explanation->out, tr("value"));
    put_figure(explanation, row->value, row->unit, row->bound);
    buffer_add(&explanation->out,
               row->conflict ? slice_of(tr("  *the report gives several figures\n")) : SLICE("\n"));
    if (row->reviewed != REVIEW_NONE) {
        begin_line(&explanation->out, tr("review"));
        buffer_format(&explanation->out, tr("%s, %.*s\n"),
                      row->reviewed == REVIEW_CONFIRMED ? tr("confirmed") : tr("corrected"),
                      SLICE_ARGS(row->reviewed_by));
    }
    if (chosen) {
        put_source(explanation, chosen);
        put_others(explanation, row, chosen);
    }
    put_audits(explanation, row, true);
    put_audits(explanation, row, false);
}

static struct row keep_rollup(struct arena *arena, const struct row *row)
{
    struct row kept = *row;
    kept.indicator = arena_copy(arena, row->indicator);
    kept.label = arena_copy(arena, row->label);
    kept.region_name = arena_copy(arena, row->region_name);
    kept.unit = arena_copy(arena, row->unit);
    return kept;
}

static bool is_asked(const struct explanation *explanation, uint32_t region)
{
    for (size_t i = 0; i < explanation->region_count; i++)
        if (explanation->regions[i] == region)
            return true;
    return false;
}

static enum status take_row(void *context, const struct row *row, struct error *error)
{
    struct explanation *explanation = context;
    (void)error;
    if (!is_asked(explanation, row->region) ||
        (explanation->issuer && !slice_equal(row->issuer, slice_of(explanation->issuer))))
        return STATUS_OK;
    if (row->children_level == LEVEL_UNKNOWN)
        put_value(explanation, row);
    else
        *ARENA_PUSH(&explanation->arena, explanation->rollups, explanation->rollup_count,
                    explanation->rollup_capacity) = keep_rollup(&explanation->arena, row);
    return STATUS_OK;
}

/* One line for each government whose figure went into the roll-up. */
static enum status take_child(void *context, const struct row *row, struct error *error)
{
    struct explanation *explanation = context;
    struct buffer *out = &explanation->out;
    (void)error;
    if (row->kind != KIND_GOVERNMENT || row->township.len || row->children_level != LEVEL_UNKNOWN)
        return STATUS_OK;
    const struct evidence *chosen = row->evidence_count ? &row->evidence[0] : NULL;
    begin_line(out, "");
    buffer_format(out, "%06u ", row->region);
    put_cell(out, row->issuer, 30, false);
    buffer_add(out, SLICE(" "));
    put_figure(explanation, row->value, row->unit, row->bound);
    if (chosen)
        buffer_format(out, "  %.*s", SLICE_ARGS(chosen->path));
    buffer_add(out, SLICE("\n"));
    return STATUS_OK;
}

static void put_statistic(struct buffer *out, const char *word, double value)
{
    char number[32];
    number_text(value, number);
    buffer_format(out, "%s%s", word, number);
}

static enum status put_rollup(struct explanation *explanation, const struct row *row,
                              struct error *error)
{
    struct buffer *out = &explanation->out;
    char prefix[8];
    unsigned digits = row->level == LEVEL_PROVINCE ? 2 : row->level == LEVEL_PREFECTURE ? 4 : 0;
    put_heading(explanation, row);
    begin_line(out, tr("roll-up"));
    put_statistic(out, tr("sum "), row->sum);
    put_statistic(out, tr(", mean "), row->mean);
    put_statistic(out, tr(", least "), row->min);
    put_statistic(out, tr(", median "), row->median);
    put_statistic(out, tr(", greatest "), row->max);
    buffer_format(out, tr(" (%.*s)\n"), SLICE_ARGS(row->unit));
    begin_line(out, tr("sources"));
    struct slice level = word_for_people(slice_of(level_name(row->children_level)));
    buffer_format(out, tr("%u of %u governments (%.*s) have a value:\n"), row->reporting,
                  row->children, SLICE_ARGS(level));
    snprintf(prefix, sizeof prefix, "%06u", row->region);
    struct filter filter = {
        .indicator = row->indicator, .year = row->year, .level = row->children_level};
    if (digits)
        filter.regions[filter.region_count++] = (struct slice){prefix, digits};
    return source_read(&explanation->source, &filter, false, take_child, explanation, error);
}

/* 14 stands for 140000: the province itself. */
static bool read_region(struct slice code, uint32_t *region)
{
    if (code.len == 0 || code.len > 6 || code.len % 2)
        return false;
    *region = 0;
    for (size_t i = 0; i < 6; i++)
        *region = *region * 10 + (i < code.len ? (uint32_t)(code.data[i] - '0') : 0);
    return true;
}

static enum status take_region(struct explanation *explanation, const char *word,
                               struct filter *filter, struct error *error)
{
    enum status status = name_region(explanation->names, word, filter, error);
    if (status == STATUS_OK && !filter->region_count) /* 全国 narrows nothing */
        filter->regions[filter->region_count++] = SLICE("000000");
    for (uint32_t i = 0; i < filter->region_count && status == STATUS_OK; i++) {
        uint32_t *region = &explanation->regions[explanation->region_count++];
        if (!read_region(filter->regions[i], region))
            return fail(error, STATUS_BAD, "--region %s: a code has 2, 4 or 6 digits", word);
        /* the region itself is asked for, not what lies in it */
        snprintf(explanation->codes[i], sizeof explanation->codes[i], "%06u", *region);
        filter->regions[i] = slice_of(explanation->codes[i]);
    }
    return status;
}

/* Before the rows: while a row is in hand its source can't be asked anything else. */
static enum status gather_told(struct explanation *explanation, const struct filter *filter,
                               struct error *error)
{
    struct request request = {.list = LIST_DOCUMENTS, .filter = *filter};
    struct arena arena = {0};
    struct answer page = {.more = true};
    struct buffer after = {0};
    enum status status = STATUS_OK;
    request.filter.indicator_count = 0;
    while (status == STATUS_OK && page.more && !stop_requested()) {
        arena_reset(&arena);
        request.after = buffer_slice(&after);
        status = source_page(&explanation->source, &request, &arena, &page, error);
        const struct document_item *documents = page.items;
        for (size_t i = 0; status == STATUS_OK && i < page.item_count; i++)
            if (documents[i].placed_by.len || documents[i].version_of.len || documents[i].order)
                *ARENA_PUSH(&explanation->arena, explanation->told, explanation->told_count,
                            explanation->told_capacity) = (struct told){
                    .sha256 = arena_copy(&explanation->arena, documents[i].sha256),
                    .placed_by = arena_copy(&explanation->arena, documents[i].placed_by),
                    .version_of = arena_copy(&explanation->arena, documents[i].version_of),
                    .order = documents[i].order};
        buffer_clear(&after);
        buffer_add(&after, page.after);
    }
    buffer_release(&after);
    arena_release(&arena);
    return status;
}

static enum status explain(struct explanation *explanation, const char *indicator,
                           const char *region, unsigned year, struct error *error)
{
    struct filter filter = {.year = (uint16_t)year};
    enum status status = name_indicator(explanation->names, indicator, &filter, error);
    if (status == STATUS_OK)
        status = take_region(explanation, region, &filter, error);
    if (status == STATUS_OK)
        status = gather_told(explanation, &filter, error);
    if (status == STATUS_OK)
        status = source_read(&explanation->source, &filter, true, take_row, explanation, error);
    for (size_t i = 0; status == STATUS_OK && i < explanation->rollup_count; i++)
        status = put_rollup(explanation, &explanation->rollups[i], error);
    if (status == STATUS_OK && explanation->count == 0)
        status = name_found_nothing(explanation->names, error);
    if (status == STATUS_OK && explanation->count == 0)
        status = fail(error, STATUS_AGAIN,
                      "no value of %s for %s%s: `xianzhi query --region %s` lists what there is",
                      indicator, region, explanation->issuer ? " by that issuer" : "", region);
    return status;
}

/* ---- the command ---- */

static int run(int argc, char **argv)
{
    const char *store = NULL, *broker = NULL, *indicator = NULL, *region = NULL;
    uint64_t year = 0;
    struct keys_option keys = {0};
    struct explanation explanation = {.colour = isatty(STDOUT_FILENO)};
    const struct option_spec options[] = {
        {"store", 's', OPTION_TEXT, &store, "DIR", TR("folder of the results store")},
        {"broker", 'b', OPTION_TEXT, &broker, "ENDPOINT", TR("or: ask a running pipeline")},
        {"indicator", 'i', OPTION_TEXT, &indicator, "ID", TR("its id or name: litigation.cases")},
        {"region", 'r', OPTION_TEXT, &region, "CODE",
         TR("its code: 141031; 14 or 140000: the province")},
        {"year", 'y', OPTION_NUMBER, &year, "YEAR", TR("the year reported on (all)")},
        {"issuer", 'n', OPTION_TEXT, &explanation.issuer, "NAME", TR("only this unit's (all)")},
        KEYS_OPTIONS(&keys),
        {0}};
    struct error error = {""};
    int first, code;
    if (!options_parse(&explain_command, options, argc, argv, &first, &code))
        return code;
    if (first < argc)
        return complain("explain", EXIT_USAGE, "%s: explain takes options only, see --help",
                        argv[first]);
    if (!store == !broker)
        return complain("explain", EXIT_USAGE, "name either --store DIR or --broker ENDPOINT");
    if (!indicator || !region)
        return complain("explain", EXIT_USAGE, "name --indicator ID and --region CODE");
    if (year > 9999)
        return complain("explain", EXIT_USAGE, "--year %llu: a year has four digits",
                        (unsigned long long)year);
    stop_signal_fd();
    enum status status = name_book_open(&explanation.names, &error);
    if (status == STATUS_OK)
        status = source_open(&explanation.source, store, broker, &keys, &error);
    if (status == STATUS_OK)
        status = explain(&explanation, indicator, region, (unsigned)year, &error);
    source_close(&explanation.source);
    name_book_close(&explanation.names);
    visible_write(stdout, buffer_slice(&explanation.out), explanation.colour);
    buffer_release(&explanation.out);
    arena_release(&explanation.arena);
    if (status != STATUS_OK)
        return complain("explain", status == STATUS_BAD ? EXIT_USAGE : EXIT_FAILED, "%s",
                        error.text);
    return EXIT_DONE;
}

const struct command explain_command = {
    .name = "explain",
    .synopsis = "explain (--store DIR | --broker ENDPOINT) --indicator ID --region CODE [--year Y] "
                "[--issuer NAME]",
    .help = TR("why a value is what it is: document, sentence, rule, other mentions, audits"),
    .run = run,
};
