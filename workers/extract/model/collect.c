/* collect.c - from a number in its text to features.
 *
 * One thread owns a collector. Per text one strip; the sentence before and the headings are kept
 * until others are asked for, which is seldom. Nothing can fail.
 */
#include "workers/extract/model/collect.h"

#include "workers/extract/frame/sums.h"
#include "workers/extract/model/frames.h"

enum {
    OWN_GLYPHS = 24,
    BEHIND_GLYPHS = 14,
    BEFORE_GLYPHS = 18,
    HEADING_GLYPHS = 28,
    WHOLE_GLYPHS = 12,
    OPENING_GLYPHS = 10,
};

void collector_release(struct collector *collector)
{
    strip_release(&collector->strip);
    strip_release(&collector->above);
    for (size_t i = 0; i < COLLECT_HEADINGS; i++)
        strip_release(&collector->headings[i]);
    automaton_run_release(&collector->run);
}

/* ---- texts without numbers ---- */

static void build_text(struct collector *collector, struct strip *strip, struct slice text)
{
    const struct report *report = collector->report;
    enum { MAX_BYTES = 3000 }; /* a sentence that never ends: what is near counts */
    if (text.len > MAX_BYTES)
        text = slice_range(text, 0, 0);
    view_feed(&collector->run, &collector->catalogue->words, text, report->meta.year);
    strip_build(strip, &collector->catalogue->concepts, &collector->run);
}

static void build_plain(struct collector *collector, struct strip *strip, struct span span)
{
    build_text(collector, strip, slice_range(collector->report->clean, span.start, span.end));
}

/* The sentence before, in the same paragraph; NULL: none. */
static const struct strip *sentence_above(struct collector *collector, size_t sentence)
{
    const struct sentence *sentences = collector->report->sentences;
    if (sentence == 0 || sentences[sentence - 1].paragraph != sentences[sentence].paragraph ||
        sentences[sentence].table)
        return NULL;
    if (collector->above_of != (int64_t)sentence - 1) {
        collector->above_of = (int64_t)sentence - 1;
        build_plain(collector, &collector->above, sentences[sentence - 1].clean);
    }
    return &collector->above;
}

/* The `depth`-th heading above the sentence, from 0; NULL: none. */
static const struct strip *heading_above(struct collector *collector, size_t sentence, size_t depth)
{
    const struct report *report = collector->report;
    int32_t heading = report->sentences[sentence].heading;
    for (size_t i = 0; i < depth && heading >= 0; i++)
        heading = report->headings[heading].parent;
    if (heading < 0)
        return NULL;
    if (collector->heading_of[depth] != heading) {
        collector->heading_of[depth] = heading;
        build_plain(collector, &collector->headings[depth], report->headings[heading].clean);
    }
    return &collector->headings[depth];
}

void collector_report(struct collector *collector, const struct catalogue *catalogue,
                      const struct report *report)
{
    collector->catalogue = catalogue;
    collector->report = report;
    collector->above_of = collector->shared_of = -1;
    collector->text_of = 0;
    for (size_t i = 0; i < COLLECT_HEADINGS; i++)
        collector->heading_of[i] = -1;
    build_text(collector, &collector->above, report->meta.title);
    collector->title = collector->above.concepts;
    build_text(collector, &collector->above, report->meta.issuer);
    concepts_join(&collector->title, &collector->above.concepts);
}

void collector_text(struct collector *collector, const struct judge *judge)
{
    if (collector->text_of == judge->serial)
        return;
    collector->text_of = judge->serial;
    strip_build(&collector->strip, &collector->catalogue->concepts, &judge->view.run);
    collector->opening = (struct concepts){{0}};
    for (size_t i = 0; i < collector->strip.word_count; i++)
        if (collector->strip.words[i].start < OPENING_GLYPHS)
            concepts_add(&collector->opening, collector->strip.words[i].concept);
}

/* ---- features of places ---- */

static size_t last_of(const struct strip_segment *segment, size_t most)
{
    return segment->end - segment->start > most ? segment->end - most : segment->start;
}

static size_t first_of(const struct strip_segment *segment, size_t most)
{
    return segment->end - segment->start > most ? segment->start + most : segment->end;
}

/* Segments around a number; NULL: there is none. */
struct places {
    const struct strip_segment *own, *behind, *before, *after;
    struct concepts first; /* of all in front of `before` */
};

/* A number directly behind a mark (行政处罚：12件) belongs to what stands in front of the mark. */
static struct places find_places(const struct strip *strip, uint32_t number)
{
    struct places places = {0};
    const struct strip_segment *first = strip->segments;
    const struct strip_segment *end = strip->segments + strip->segment_count;
    const struct strip_segment *own = &first[strip_segment_before(strip, number)];
    places.behind = own + 1 < end ? own + 1 : NULL;
    places.after = own + 2 < end ? own + 2 : NULL;
    if (own->start == own->end && own > first && own[-1].mark != STRIP_NUMBER)
        own--;
    places.own = own;
    places.before = own > first ? own - 1 : NULL;
    for (const struct strip_segment *at = first; at + 1 < own; at++)
        concepts_join(&places.first, &at->concepts);
    return places;
}

/* Where the words begin that lead to the number. */
static size_t lead_of(const struct strip_segment *own, const struct view_token *number)
{
    return number->start < own->start ? own->start
           : number->start > own->end ? own->end
                                      : number->start;
}

static void add_own(const struct collector *collector, struct number_evidence *evidence,
                    const struct places *places, const struct view_token *number, uint64_t unit)
{
    const uint32_t *glyphs = collector->strip.glyphs;
    const struct strip_segment *own = places->own;
    size_t start = last_of(own, OWN_GLYPHS), lead = lead_of(own, number);
    evidence_grams(evidence, PLACE_OWN, glyphs, start, own->end, 2, 4);
    for (size_t n = 1; n <= 5 && lead >= own->start + n; n++)
        evidence_glyphs(evidence, PLACE_END, glyphs, lead - n, lead);
    evidence_glyphs(evidence, PLACE_LEAD, glyphs, lead, own->end);
    if (lead - own->start <= WHOLE_GLYPHS)
        evidence_glyphs(evidence, PLACE_WHOLE, glyphs, own->start, lead);
    if (own->item > own->start && own->item < lead && lead - own->item <= WHOLE_GLYPHS)
        evidence_glyphs(evidence, PLACE_WHOLE, glyphs, own->item, lead);
    for (size_t n = 1; n <= 4 && own->start + n <= own->end; n++)
        evidence_glyphs(evidence, PLACE_OPEN, glyphs, own->start, own->start + n);
    known_add_concepts(&collector->catalogue->known, evidence, PLACE_OWN, &own->concepts);
    known_add_concepts(&collector->catalogue->known, evidence, PLACE_ITEM, &own->in_item);
    known_add_pairs(&collector->catalogue->known, evidence, &own->concepts, unit);
}

static void add_around(const struct collector *collector, struct number_evidence *evidence,
                       const struct places *places)
{
    const uint32_t *glyphs = collector->strip.glyphs;
    if (places->behind) {
        const struct strip_segment *behind = places->behind;
        evidence_grams(evidence, PLACE_BEHIND, glyphs, behind->start,
                       first_of(behind, BEHIND_GLYPHS), 2, 3);
        for (size_t n = 1; n <= 4 && behind->start + n <= behind->end; n++)
            evidence_glyphs(evidence, PLACE_NEXT, glyphs, behind->start, behind->start + n);
        if (behind->start == behind->end && behind->mark > ' ')
            evidence_glyphs(evidence, PLACE_NEXT, &behind->mark, 0, 1);
        known_add_concepts(&collector->catalogue->known, evidence, PLACE_BEHIND, &behind->concepts);
    }
    if (places->before) {
        evidence_grams(evidence, PLACE_BEFORE, glyphs, last_of(places->before, BEFORE_GLYPHS),
                       places->before->end, 2, 3);
        known_add(&collector->catalogue->known, evidence,
                  places->before->mark == STRIP_NUMBER ? FIXED_BEHIND_NUMBER : FIXED_BEHIND_MARK);
        known_add_concepts(&collector->catalogue->known, evidence, PLACE_BEFORE,
                           &places->before->concepts);
    }
    if (places->after)
        known_add_concepts(&collector->catalogue->known, evidence, PLACE_AFTER,
                           &places->after->concepts);
    known_add_concepts(&collector->catalogue->known, evidence, PLACE_FIRST, &places->first);
}

/* A text without numbers: its concepts, and of the innermost heading its words. */
static void add_plain(const struct collector *collector, struct number_evidence *evidence,
                      enum feature_place place, const struct strip *strip)
{
    if (!strip)
        return;
    size_t many = strip->glyph_count > HEADING_GLYPHS;
    if (place == PLACE_HEAD)
        evidence_grams(evidence, place, strip->glyphs,
                       many ? strip->glyph_count - HEADING_GLYPHS : 0, strip->glyph_count, 2, 3);
    known_add_concepts(&collector->catalogue->known, evidence, place, &strip->concepts);
}

/* ---- features of the number itself, its neighbours, its report ---- */

static enum known_unit size_of(double value)
{
    return value < 10      ? UNIT_BELOW_10
           : value < 100   ? UNIT_BELOW_100
           : value < 1000  ? UNIT_BELOW_1000
           : value < 10000 ? UNIT_BELOW_10000
                           : UNIT_LARGE;
}

static enum known_fixed share_of(double value)
{
    return value == 100  ? FIXED_IS_100
           : value > 100 ? FIXED_ABOVE_100
           : value < 20  ? FIXED_BELOW_20
                         : FIXED_BELOW_100;
}

static void add_number(const struct known *known, struct number_evidence *evidence,
                       const struct quantity *quantity, uint64_t unit)
{
    known_add(known, evidence, FIXED_ALWAYS);
    known_add_unit(known, evidence, unit, quantity->unit, UNIT_ITSELF);
    if (slice_equal(quantity->unit, SLICE("%")))
        known_add(known, evidence, share_of(quantity->value));
    else
        known_add_unit(known, evidence, unit, quantity->unit, size_of(quantity->value));
    if (quantity->total)
        known_add(known, evidence, FIXED_TOTAL);
    known_add_bound(known, evidence, quantity->bound, BOUND_ITSELF);
}

/* A bound beside it may be a plan's (不低于98%), and so may be its own sentence. */
static void add_neighbour(const struct known *known, struct number_evidence *evidence,
                          const struct quantity *neighbour, uint64_t unit, bool before)
{
    known_add_unit(known, evidence, unit, neighbour->unit, before ? UNIT_BEFORE : UNIT_AFTER);
    if (neighbour->bound != BOUND_EXACT)
        known_add_bound(known, evidence, neighbour->bound, before ? BOUND_BEFORE : BOUND_AFTER);
}

static void add_neighbours(const struct known *known, struct number_evidence *evidence,
                           const struct neighbours *neighbours)
{
    const struct quantity *previous = neighbours->previous, *next = neighbours->next;
    if (previous)
        add_neighbour(known, evidence, previous, neighbours->previous_unit, true);
    if (next)
        add_neighbour(known, evidence, next, neighbours->next_unit, false);
    if (neighbours->role & SUM_PART)
        known_add(known, evidence, FIXED_PART);
    if (neighbours->role & SUM_WHOLE)
        known_add(known, evidence, FIXED_WHOLE);
    if (previous && slice_equal(previous->unit, neighbours->quantity->unit))
        known_add(known, evidence,
                  neighbours->quantity->value < previous->value ? FIXED_LESS : FIXED_NOT_LESS);
    if (!previous && !next)
        known_add(known, evidence, FIXED_ALONE);
    if (neighbours->previous_label != LABEL_NONE)
        known_add_indicator(known, evidence, neighbours->previous_label);
    else if (previous)
        known_add(known, evidence, FIXED_BEFORE_NONE);
}

/* 北京, 天津, 上海, 重庆: their 市级 is provincial. */
static bool is_municipality(uint32_t region)
{
    uint32_t province = region / 10000;
    return province == 11 || province == 12 || province == 31 || province == 50;
}

static void add_report(struct number_evidence *evidence, const struct report *report,
                       size_t sentence)
{
    const struct sentence *at = &report->sentences[sentence];
    evidence_join(evidence, PLACE_REPORT, SLICE("part "),
                  at->part == PART_NONE ? SLICE("none") : slice_of(part_name(at->part)));
    evidence_join(evidence, PLACE_REPORT, SLICE("kind "), slice_of(kind_name(report->meta.kind)));
    evidence_join(evidence, PLACE_REPORT, SLICE("level "),
                  slice_of(level_name(report->meta.level)));
    if (at->table)
        evidence_add(evidence, PLACE_REPORT, SLICE("table"));
    if (is_municipality(report->meta.region))
        evidence_add(evidence, PLACE_REPORT, SLICE("municipality"));
}

static void add_rules(const struct collector *collector, struct number_evidence *evidence,
                      const struct hits *hits)
{
    for (uint64_t bits = hits->scopes; bits; bits &= bits - 1)
        evidence_add(evidence, PLACE_SCOPE,
                     collector->catalogue->scopes[__builtin_ctzll(bits)].name);
    known_add(&collector->catalogue->known, evidence,
              hits->count == 0                  ? FIXED_RULE_NOTHING
              : hits->all[0].how == HIT_DECIDED ? FIXED_RULE_SOMETHING
                                                : FIXED_RULE_DOUBT);
}

/* Do two sentences lie below the same heading, in a like part of the report? */
static bool alike(const struct sentence *a, const struct sentence *b)
{
    return a->heading == b->heading && a->part == b->part && a->table == b->table;
}

/* What holds for all numbers below a heading. */
static void share(struct collector *collector, size_t sentence, struct number_evidence *evidence)
{
    const struct sentence *sentences = collector->report->sentences;
    if (collector->shared_of >= 0 &&
        alike(&sentences[collector->shared_of], &sentences[sentence])) {
        evidence_keep_shared(evidence);
        return;
    }
    collector->shared_of = (int64_t)sentence;
    evidence_clear(evidence);
    add_report(evidence, collector->report, sentence);
    known_add_concepts(&collector->catalogue->known, evidence, PLACE_REPORT, &collector->title);
    add_plain(collector, evidence, PLACE_HEAD, heading_above(collector, sentence, 0));
    add_plain(collector, evidence, PLACE_UPPER, heading_above(collector, sentence, 1));
    evidence_share(evidence);
}

static struct fillings fillings_of(struct collector *collector, const struct places *places,
                                   const struct view_token *number, size_t sentence)
{
    const struct strip *above = sentence_above(collector, sentence);
    const struct strip *heading = heading_above(collector, sentence, 0);
    const struct strip *upper = heading_above(collector, sentence, 1);
    struct fillings fillings = {
        .item = places->own->in_item,
        .own = places->own->concepts,
        .first = places->first,
        .title = collector->title,
        .opening = collector->opening,
        .body = collector->report->meta.kind != KIND_GOVERNMENT,
    };
    cover_take(&fillings.cover, &collector->strip, places->own, lead_of(places->own, number),
               places->behind, &collector->catalogue->fillers);
    if (places->behind)
        fillings.behind = places->behind->concepts;
    if (places->before)
        fillings.before = places->before->concepts;
    if (above)
        fillings.above = above->concepts;
    if (heading)
        fillings.heading = heading->concepts;
    if (upper)
        fillings.upper = upper->concepts;
    return fillings;
}

void collector_number(struct collector *collector, const struct judge *judge, size_t index,
                      const struct neighbours *neighbours, const struct hits *hits,
                      struct number_evidence *evidence)
{
    share(collector, judge->sentence, evidence);
    if (index >= judge->view.number_count || collector->strip.segment_count == 0)
        return;
    const struct view_token *number = &judge->view.numbers[index];
    struct places places = find_places(&collector->strip, number->bare);
    struct fillings fillings = fillings_of(collector, &places, number, judge->sentence);
    frames_collect(collector->catalogue, neighbours->unit, &fillings, hits, evidence);
    if (evidence->candidate_count < 2)
        return;
    const struct known *known = &collector->catalogue->known;
    add_number(known, evidence, neighbours->quantity, neighbours->unit);
    add_rules(collector, evidence, hits);
    add_neighbours(known, evidence, neighbours);
    add_own(collector, evidence, &places, number, neighbours->unit);
    add_around(collector, evidence, &places);
    add_plain(collector, evidence, PLACE_ABOVE, sentence_above(collector, judge->sentence));
}
