/* duplicates.c - which paragraphs of a report stand, nearly word for word, in another unit's report
 * or in an earlier one of its own. Owned by the reader's thread.
 *
 * Worked out when somebody asks, from the index (passages.c): so it depends on the reports in force
 * and on nothing else, and a paragraph that becomes common later is no longer held against anybody.
 * Cost: for each paragraph PAIRS lists of at most MOST_SEATS entries, however large the store.
 *
 * It must not cry wolf. Only paragraphs of LEAST_PASSAGE_BYTES count; one is found when seven of
 * its eight least hashes agree (figures and punctuation aside), and not at all when it stands in
 * more than MOST_UNITS other units' reports: what everybody quotes.
 */
#include "workers/results/read/read.h"

enum { MOST_SEATS = 32, MOST_UNITS = 4, LEAST_COMMON = 7 };

/* Where a paragraph comes from. */
struct passage_source {
    bool found;
    bool own; /* an earlier year's report of the same unit */
    struct unit_name unit;
    struct slice path;
};

struct search {
    struct results_reader *reader;
    const struct unit_name *unit;
    struct arena *arena;
    const struct filed_passage *passage;
    struct slice seats[MOST_SEATS + 1]; /* that may have the paragraph */
    unsigned seat_count;
    struct unit_name others[MOST_UNITS + 1]; /* units that have it */
    unsigned other_count;
    struct passage_source best;
    struct buffer key; /* where to look */
};

static unsigned marks_in_common(const struct filed_passage *a, const struct filed_passage *b)
{
    unsigned count = 0;
    for (unsigned i = 0; i < MARKS; i++) {
        unsigned j = 0;
        while (j < MARKS && a->marks[i] != b->marks[j])
            j++;
        count += j < MARKS;
    }
    return count;
}

/* Governments of one region by different names are one unit, as everywhere in the store. */
static bool same_unit(const struct unit_name *a, const struct unit_name *b)
{
    return a->region == b->region && a->kind == b->kind && slice_equal(a->township, b->township) &&
           (a->kind == KIND_GOVERNMENT || slice_equal(a->issuer, b->issuer));
}

/* An own report first, then the latest; on a tie the one seen first, seats being in order of key:
 * nothing here depends on the order in which reports came. */
static bool is_better(const struct passage_source *a, const struct passage_source *b)
{
    if (!b->found || a->own != b->own)
        return !b->found || a->own;
    return a->unit.year > b->unit.year;
}

/* ---- which seats may have the paragraph ---- */

static void add_seat(struct search *search, struct slice seat)
{
    unsigned at = search->seat_count;
    while (at > 0 && slice_compare(seat, search->seats[at - 1]) < 0)
        at--;
    if (at > 0 && slice_equal(seat, search->seats[at - 1]))
        return;
    memmove(&search->seats[at + 1], &search->seats[at],
            (search->seat_count - at) * sizeof *search->seats);
    search->seats[at] = arena_copy(search->arena, seat);
    search->seat_count++;
}

static bool too_many(const struct search *search)
{
    return search->seat_count > MOST_SEATS;
}

static void look_under(struct search *search, struct kv_cursor *cursor, uint32_t pair)
{
    struct buffer *key = &search->key;
    buffer_clear(key);
    passage_key_begin(key, pair);
    for (kv_cursor_seek(cursor, buffer_slice(key)); kv_cursor_valid(cursor) && !too_many(search);
         kv_cursor_next(cursor)) {
        struct slice found = kv_cursor_key(cursor);
        if (!slice_starts(found, buffer_slice(key)))
            break;
        add_seat(search, passage_key_seat(found));
    }
}

static void find_seats(struct search *search, struct kv_cursor *cursor)
{
    const uint32_t *marks = search->passage->marks;
    search->seat_count = 0;
    for (unsigned i = 0; i < MARKS; i++)
        for (unsigned j = i + 1; j < MARKS && !too_many(search); j++)
            look_under(search, cursor, passage_pair(marks[i], marks[j]));
}

/* ---- which of them have it ---- */

/* False: more units than may have what isn't common. */
static bool note_other(struct search *search, const struct unit_name *unit)
{
    for (unsigned i = 0; i < search->other_count; i++)
        if (same_unit(&search->others[i], unit))
            return true;
    search->others[search->other_count++] = *unit;
    return search->other_count <= MOST_UNITS;
}

static bool has_passage(const struct filing *filing, const struct filed_passage *wanted)
{
    struct filed_passage passage;
    for (size_t i = 0; filing_passage(filing, i, &passage); i++)
        if (marks_in_common(wanted, &passage) >= LEAST_COMMON)
            return true;
    return false;
}

/* False: the paragraph is common. */
static bool consider(struct search *search, struct unit_name unit, const struct filing *filing)
{
    if (!has_passage(filing, search->passage))
        return true;
    struct passage_source origin = {
        .found = true, .own = same_unit(&unit, search->unit), .unit = unit};
    if (!origin.own && !note_other(search, &unit))
        return false;
    unsigned earliest = unit.year + (origin.own ? 1u : 0u);
    if (earliest > search->unit->year || !is_better(&origin, &search->best))
        return true;
    origin.path = arena_copy(search->arena, filing->path);
    search->best = origin;
    return true;
}

static enum status look_into(struct search *search, struct slice seat_key, bool *common,
                             struct error *error)
{
    struct unit_name unit;
    struct slice seat;
    struct seat_entry entry;
    struct filing filing;
    bool bad = false;
    enum status status = seat_key_read(seat_key, &unit, error);
    if (status == STATUS_OK)
        status = seat_read(search->reader, seat_key, &seat, error);
    for (size_t at = 0; status == STATUS_OK && !*common && seat_next(seat, &at, &entry, &bad);) {
        status = filing_read(entry.filing, &filing, error);
        if (status != STATUS_OK)
            break;
        unit.issuer = arena_copy(search->arena, entry.issuer);
        *common = !consider(search, unit, &filing);
    }
    if (status == STATUS_AGAIN || bad)
        status = fail(error, STATUS_FATAL,
                      "the store's index of paragraphs leads to a report that isn't there: it is "
                      "damaged; restore it from a backup");
    return status;
}

static enum status find_origin(struct search *search, struct kv_cursor *cursor,
                               struct passage_source *origin, struct error *error)
{
    enum status status = STATUS_OK;
    search->other_count = 0;
    search->best = (struct passage_source){0};
    find_seats(search, cursor);
    bool common = too_many(search);
    for (unsigned i = 0; status == STATUS_OK && !common && i < search->seat_count; i++)
        status = look_into(search, search->seats[i], &common, error);
    *origin = common ? (struct passage_source){0} : search->best;
    return status;
}

/* ---- what is said of them ---- */

static bool same_origin(const struct passage_source *a, const struct passage_source *b)
{
    return a->found && b->found && unit_names_equal(&a->unit, &b->unit);
}

static struct slice describe(const struct search *search, const struct passage_source *origin,
                             size_t paragraphs)
{
    const struct unit_name *unit = &origin->unit;
    struct slice region = region_name(search->reader->regions, unit->region);
    struct slice who = origin->own ? SLICE("本单位") : unit->issuer.len ? unit->issuer : region;
    struct slice what =
        paragraphs > 1 ? arena_format(search->arena, "连续%zu段", paragraphs) : SLICE("这一段");
    return arena_format(search->arena, "%.*s与%.*s%u年度报告（%.*s）中的文字几乎逐字相同，疑为%s。",
                        SLICE_ARGS(what), SLICE_ARGS(who), unit->year, SLICE_ARGS(origin->path),
                        origin->own ? "沿用旧稿" : "照抄");
}

/* One audit for paragraphs that stand side by side and come from one report. */
static void say(const struct search *search, const struct filed_passage *passages,
                const struct passage_source *origins, size_t count, struct audit_list *audits)
{
    for (size_t first = 0, end; first < count; first = end) {
        const struct passage_source *origin = &origins[first];
        for (end = first + 1; end < count && same_origin(&origins[end], origin);)
            end++;
        if (!origin->found)
            continue;
        struct audit *audit =
            ARENA_PUSH(search->arena, audits->items, audits->count, audits->capacity);
        *audit = (struct audit){.type = AUDIT_DUPLICATE_TEXT,
                                .note = describe(search, origin, end - first),
                                .text = {passages[first].text.start, passages[end - 1].text.end}};
    }
}

enum status duplicates_find(struct results_reader *reader, const struct unit_name *unit,
                            const struct filed_passage *passages, size_t count, struct arena *arena,
                            struct audit_list *audits, struct error *error)
{
    const struct slice all = {NULL, 0};
    struct search search = {.reader = reader, .unit = unit, .arena = arena};
    struct passage_source *origins = arena_alloc(arena, count * sizeof *origins);
    struct kv_cursor *cursor = kv_cursor_new(reader->kv, FAMILY_PASSAGES, all, all);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        search.passage = &passages[i];
        status = find_origin(&search, cursor, &origins[i], error);
    }
    if (status == STATUS_OK && !kv_cursor_valid(cursor))
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    buffer_release(&search.key);
    if (status == STATUS_OK)
        say(&search, passages, origins, count, audits);
    return status;
}
