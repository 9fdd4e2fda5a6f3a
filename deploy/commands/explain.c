/* explain.c - `xianzhi explain`: why a unit's value is what it is: document, section, sentence,
 * rule, the other mentions and what audits say; for a roll-up, the values it is made of.
 *
 * The thread of the command. Happy path: the rows of one indicator and region with their audits,
 * each printed with its reasons. What can fail: the source, and that there is no such value.
 */
#include "deploy/commands/columns.h"
#include "deploy/commands/marked.h"
#include "deploy/commands/row_text.h"
#include "deploy/commands/source.h"

#include <string.h>
#include <unistd.h>

struct explanation {
    struct source source;
    const char *issuer;
    uint32_t region;
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

static const char *bound_words(enum bound bound)
{
    static const char *const words[] = {[BOUND_OVER] = "多于",
                                        [BOUND_AT_LEAST] = "不少于",
                                        [BOUND_AT_MOST] = "不多于",
                                        [BOUND_ABOUT] = "约"};
    return words[bound] ? words[bound] : "";
}

static void put_figure(struct explanation *explanation, double value, struct slice unit,
                       enum bound bound)
{
    char number[32];
    struct buffer text = {0};
    number_text(value, number);
    buffer_format(&text, "%s%s%.*s", bound_words(bound), number, SLICE_ARGS(unit));
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
    buffer_add(out, section.len ? SLICE("\n") : SLICE("（标题之前）\n"));
}

static void put_sentence(struct explanation *explanation, const struct evidence *evidence)
{
    put_marked_one(&explanation->out, evidence->sentence,
                   mark_written(evidence->sentence, evidence->offset, evidence->text),
                   explanation->colour);
    buffer_add(&explanation->out, SLICE("\n"));
}

/* ---- mentions ---- */

static const struct evidence *chosen_of(const struct row *row)
{
    for (size_t i = 0; i < row->evidence_count; i++)
        if (row->evidence[i].value == row->value && row->evidence[i].bound == row->bound)
            return &row->evidence[i];
    return row->evidence;
}

static void put_source(struct explanation *explanation, const struct evidence *evidence)
{
    struct buffer *out = &explanation->out;
    begin_line(out, "文件");
    buffer_format(out, "%.*s\n", SLICE_ARGS(evidence->path));
    begin_line(out, "");
    buffer_format(out, "sha256 %.*s，第%u–%u字节\n", SLICE_ARGS(evidence->doc),
                  evidence->span.start, evidence->span.end);
    begin_line(out, "章节");
    put_path(out, evidence->section);
    begin_line(out, "原文");
    put_sentence(explanation, evidence);
    begin_line(out, "规则");
    buffer_format(out, "%.*s\n", SLICE_ARGS(evidence->rule));
}

static void put_others(struct explanation *explanation, const struct row *row,
                       const struct evidence *chosen)
{
    struct buffer *out = &explanation->out;
    const char *label = row->conflict ? "其他提法*" : "其他提法";
    for (size_t i = 0; i < row->evidence_count; i++) {
        const struct evidence *evidence = &row->evidence[i];
        if (evidence == chosen)
            continue;
        begin_line(out, label);
        put_figure(explanation, evidence->value, evidence->unit, evidence->bound);
        buffer_format(out, "  第%u–%u字节，规则 %.*s\n", evidence->span.start, evidence->span.end,
                      SLICE_ARGS(evidence->rule));
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
    const char *label = touching ? "核查" : "全文核查";
    for (size_t i = 0; i < row->audit_count; i++) {
        const struct audit *audit = &row->audits[i];
        if (touches(audit, row) != touching)
            continue;
        begin_line(out, label);
        buffer_format(out, "! %s", audit_name(audit->type));
        if (audit->text.end)
            buffer_format(out, "（第%u–%u字节）", audit->text.start, audit->text.end);
        buffer_format(out, "：%.*s\n", SLICE_ARGS(audit->note));
        label = "";
    }
    if (touching && *label) {
        begin_line(out, label);
        buffer_add(out, SLICE("没有涉及这一数值的疑点\n"));
    }
}

/* ---- values and roll-ups ---- */

static void put_heading(struct explanation *explanation, const struct row *row)
{
    struct buffer *out = &explanation->out;
    struct slice who = row->issuer.len ? row->issuer : row->region_name;
    buffer_add(out, explanation->count++ ? SLICE("\n") : SLICE(""));
    put_bold(explanation, row->label);
    buffer_format(out, "（%.*s）\n%.*s  %06u  %u年度\n", SLICE_ARGS(row->indicator),
                  SLICE_ARGS(who), row->region, row->year);
}

static void put_value(struct explanation *explanation, const struct row *row)
{
    const struct evidence *chosen = chosen_of(row);
    put_heading(explanation, row);
    begin_line(&explanation->out, "数值");
    put_figure(explanation, row->value, row->unit, row->bound);
    buffer_add(&explanation->out, row->conflict ? SLICE("  *报告前后不一致\n") : SLICE("\n"));
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

static enum status take_row(void *context, const struct row *row, struct error *error)
{
    struct explanation *explanation = context;
    (void)error;
    if (row->region != explanation->region ||
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
    const struct evidence *chosen = chosen_of(row);
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

static const char *const level_words[] = {
    [LEVEL_UNKNOWN] = "",        [LEVEL_NATION] = "",     [LEVEL_PROVINCE] = "省级",
    [LEVEL_PREFECTURE] = "地级", [LEVEL_COUNTY] = "县级", [LEVEL_TOWNSHIP] = "乡级"};

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
    begin_line(out, "汇总");
    put_statistic(out, "合计", row->sum);
    put_statistic(out, "，平均", row->mean);
    put_statistic(out, "，最小", row->min);
    put_statistic(out, "，中位", row->median);
    put_statistic(out, "，最大", row->max);
    buffer_format(out, "（%.*s）\n", SLICE_ARGS(row->unit));
    begin_line(out, "来源");
    buffer_format(out, "%u个%s政府中%u个有此数值：\n", row->children,
                  level_words[row->children_level], row->reporting);
    snprintf(prefix, sizeof prefix, "%06u", row->region);
    struct filter filter = {
        .indicator = row->indicator, .year = row->year, .level = row->children_level};
    if (digits)
        filter.regions[filter.region_count++] = (struct slice){prefix, digits};
    return source_read(&explanation->source, &filter, false, take_child, explanation, error);
}

static enum status explain(struct explanation *explanation, const char *indicator, unsigned year,
                           struct error *error)
{
    char code[16];
    struct filter filter = {
        .indicator = slice_of(indicator), .year = (uint16_t)year, .region_count = 1};
    snprintf(code, sizeof code, "%06u", explanation->region);
    filter.regions[0] = slice_of(code);
    enum status status =
        source_read(&explanation->source, &filter, true, take_row, explanation, error);
    for (size_t i = 0; status == STATUS_OK && i < explanation->rollup_count; i++)
        status = put_rollup(explanation, &explanation->rollups[i], error);
    if (status == STATUS_OK && explanation->count == 0)
        status =
            fail(error, STATUS_AGAIN,
                 "no value of %s for %06u%s: `xianzhi query --region %06u` lists what there is",
                 indicator, explanation->region, explanation->issuer ? " by that issuer" : "",
                 explanation->region);
    return status;
}

/* ---- the command ---- */

/* 14 stands for 140000: the province itself. */
static bool read_region(const char *text, uint32_t *region)
{
    size_t len = strlen(text);
    if (len == 0 || len > 6 || len % 2 || strspn(text, "0123456789") != len)
        return false;
    *region = 0;
    for (size_t i = 0; i < 6; i++)
        *region = *region * 10 + (i < len ? (uint32_t)(text[i] - '0') : 0);
    return true;
}

static int run(int argc, char **argv)
{
    const char *store = NULL, *broker = NULL, *indicator = NULL, *region = NULL;
    uint64_t year = 0;
    struct keys_option keys = {0};
    struct explanation explanation = {.colour = isatty(STDOUT_FILENO)};
    const struct option_spec options[] = {
        {"store", 's', OPTION_TEXT, &store, "DIR", "folder of the results store"},
        {"broker", 'b', OPTION_TEXT, &broker, "ENDPOINT", "or: ask a running pipeline"},
        {"indicator", 'i', OPTION_TEXT, &indicator, "ID", "litigation.cases"},
        {"region", 'r', OPTION_TEXT, &region, "CODE", "141031; 14 or 140000: the province"},
        {"year", 'y', OPTION_NUMBER, &year, "YEAR", "the year reported on (all)"},
        {"issuer", 'n', OPTION_TEXT, &explanation.issuer, "NAME", "only this unit's (all)"},
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
    if (!read_region(region, &explanation.region))
        return complain("explain", EXIT_USAGE, "--region %s: a code has 2, 4 or 6 digits", region);
    if (year > 9999)
        return complain("explain", EXIT_USAGE, "--year %llu: a year has four digits",
                        (unsigned long long)year);
    stop_signal_fd();
    enum status status = source_open(&explanation.source, store, broker, &keys, &error);
    if (status == STATUS_OK)
        status = explain(&explanation, indicator, (unsigned)year, &error);
    source_close(&explanation.source);
    if (explanation.out.len)
        fwrite(explanation.out.data, 1, explanation.out.len, stdout);
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
    .help = "why a value is what it is: document, sentence, rule, other mentions, audits",
    .run = run,
};
