/* record.c - the four report records: document, text, outline, facts. No state, any thread.
 *
 * A record is a map; long lists of numbers (shifts, headings, sentences) are arrays of arrays,
 * since a key for each number would double the record. Reading checks every span against the text
 * it counts in and every index against its list: a stage may rely on what it gets.
 */
#include "proto/decision.h"
#include "proto/loci.h"
#include "proto/record_private.h"

/* ---- writing ---- */

static void pack_date(struct buffer *out, struct date date)
{
    pack_uint(out, date.year * 10000u + date.month * 100u + date.day);
}

static void pack_span(struct buffer *out, struct span span)
{
    pack_uint(out, span.start);
    pack_uint(out, span.end);
}

static void pack_meta(struct buffer *out, const struct metadata *meta)
{
    pack_map(out, 12 + (meta->placed_by.len > 0));
    if (meta->placed_by.len)
        PACK_KEY(out, "placed_by"), pack_text(out, meta->placed_by);
    PACK_KEY(out, "title"), pack_text(out, meta->title);
    PACK_KEY(out, "region"), pack_uint(out, meta->region);
    PACK_KEY(out, "region_name"), pack_text(out, meta->region_name);
    PACK_KEY(out, "level"), pack_uint(out, meta->level);
    PACK_KEY(out, "township"), pack_text(out, meta->township);
    PACK_KEY(out, "issuer"), pack_text(out, meta->issuer);
    PACK_KEY(out, "issuer_kind"), pack_uint(out, meta->kind);
    PACK_KEY(out, "year"), pack_uint(out, meta->year);
    PACK_KEY(out, "published"), pack_date(out, meta->published);
    PACK_KEY(out, "signed_on"), pack_date(out, meta->signed_on);
    PACK_KEY(out, "doc_number"), pack_text(out, meta->doc_number);
    PACK_KEY(out, "body"), pack_array(out, 2), pack_span(out, meta->body);
}

static void pack_shifts(struct buffer *out, const struct report *report)
{
    pack_array(out, (uint32_t)report->shift_count * 2);
    for (size_t i = 0; i < report->shift_count; i++) {
        pack_uint(out, report->shifts[i].clean);
        pack_uint(out, report->shifts[i].text);
    }
}

static void pack_headings(struct buffer *out, const struct report *report)
{
    pack_array(out, (uint32_t)report->heading_count);
    for (size_t i = 0; i < report->heading_count; i++) {
        const struct heading *heading = &report->headings[i];
        pack_array(out, 7);
        pack_uint(out, heading->level);
        pack_uint(out, heading->part);
        pack_text(out, heading->number);
        pack_text(out, heading->title);
        pack_span(out, heading->clean);
        pack_int(out, heading->parent);
    }
}

static void pack_sentences(struct buffer *out, const struct report *report)
{
    pack_array(out, (uint32_t)report->sentence_count);
    for (size_t i = 0; i < report->sentence_count; i++) {
        const struct sentence *sentence = &report->sentences[i];
        pack_array(out, 7);
        pack_span(out, sentence->clean);
        pack_int(out, sentence->heading);
        pack_uint(out, sentence->paragraph);
        pack_uint(out, sentence->part);
        pack_bool(out, sentence->table);
        pack_int(out, sentence->table_head);
    }
}

static void pack_parts(struct buffer *out, const struct report *report)
{
    uint64_t found = 0;
    for (unsigned part = 0; part < PART_COUNT; part++)
        found |= (uint64_t)report->parts[part] << part;
    pack_uint(out, found);
}

/* "indicator", "label", "indicator", "label" … */
static void pack_candidates(struct buffer *out, const struct fact *fact)
{
    pack_array(out, fact->candidate_count * 2u);
    for (unsigned i = 0; i < fact->candidate_count; i++) {
        pack_text(out, fact->candidates[i].indicator);
        pack_text(out, fact->candidates[i].label);
    }
}

static void pack_fact(struct buffer *out, const struct fact *fact, bool states)
{
    pack_array(out, states ? 18 : 13);
    pack_text(out, fact->indicator);
    pack_text(out, fact->label);
    pack_double(out, fact->value);
    pack_text(out, fact->unit);
    pack_uint(out, fact->bound);
    pack_bool(out, fact->total);
    pack_span(out, fact->text);
    pack_text(out, fact->written);
    pack_text(out, fact->sentence);
    pack_text(out, fact->section);
    pack_text(out, fact->rule);
    pack_uint(out, fact->offset);
    if (!states)
        return;
    pack_uint(out, fact->state);
    pack_uint(out, fact->origin);
    pack_candidates(out, fact);
    loci_pack(out, &fact->where, fact->where.page || fact->where.paragraph);
    pack_uint(out, fact->rollup);
}

/* Readers of before 1.2 take every fact for asserted: they get no others. */
static void pack_facts(struct buffer *out, const struct report *report, unsigned minor)
{
    bool states = minor >= STATES_SINCE_MINOR;
    uint32_t count = 0;
    for (size_t i = 0; i < report->fact_count; i++)
        count += states || report->facts[i].state == STATE_ASSERTED;
    pack_array(out, count);
    for (size_t i = 0; i < report->fact_count; i++)
        if (states || report->facts[i].state == STATE_ASSERTED)
            pack_fact(out, &report->facts[i], states);
}

static void pack_audits(struct buffer *out, const struct report *report)
{
    pack_array(out, (uint32_t)report->audit_count);
    for (size_t i = 0; i < report->audit_count; i++) {
        pack_array(out, 4);
        pack_uint(out, report->audits[i].type);
        pack_text(out, report->audits[i].note);
        pack_span(out, report->audits[i].text);
    }
}

static void pack_passages(struct buffer *out, const struct report *report)
{
    pack_array(out, (uint32_t)report->passage_count);
    for (size_t i = 0; i < report->passage_count; i++) {
        const struct passage *passage = &report->passages[i];
        pack_array(out, 10);
        pack_span(out, passage->text);
        for (unsigned j = 0; j < 8; j++)
            pack_uint(out, passage->sketch[j]);
    }
}

static void encode_document(const struct report *report, unsigned minor, struct buffer *out)
{
    (void)minor;
    PACK_KEY(out, "raw"), pack_bytes(out, report->raw);
}

static void encode_scan(const struct report *report, unsigned minor, struct buffer *out)
{
    (void)minor;
    PACK_KEY(out, "raw"), pack_bytes(out, report->raw);
    PACK_KEY(out, "sha256"), pack_bytes(out, (struct slice){(const char *)report->sha256, 32});
    PACK_KEY(out, "format"), pack_text(out, report->format);
    PACK_KEY(out, "scans"), pack_array(out, (uint32_t)report->scan_count * 3);
    for (size_t i = 0; i < report->scan_count; i++) {
        pack_uint(out, report->scans[i].page);
        pack_bool(out, report->scans[i].done);
        pack_bytes(out, report->scans[i].words);
    }
}

static void encode_text(const struct report *report, unsigned minor, struct buffer *out)
{
    PACK_KEY(out, "sha256"), pack_bytes(out, (struct slice){(const char *)report->sha256, 32});
    PACK_KEY(out, "encoding"), pack_text(out, report->encoding);
    PACK_KEY(out, "meta"), pack_meta(out, &report->meta);
    PACK_KEY(out, "text"), pack_text(out, report->text);
    if (minor >= EDITS_SINCE_MINOR && record_has_edits(report))
        PACK_KEY(out, "edits"), record_pack_edits(out, report);
    else
        PACK_KEY(out, "clean"), pack_text(out, report->clean);
    PACK_KEY(out, "shifts"), pack_shifts(out, report);
    if (minor < PLACES_SINCE_MINOR)
        return;
    PACK_KEY(out, "format"), pack_text(out, report->format);
    PACK_KEY(out, "loci"), loci_pack(out, report->loci, report->locus_count);
}

static void encode_outline(const struct report *report, unsigned minor, struct buffer *out)
{
    encode_text(report, minor, out);
    PACK_KEY(out, "headings"), pack_headings(out, report);
    PACK_KEY(out, "sentences"), pack_sentences(out, report);
    PACK_KEY(out, "parts"), pack_parts(out, report);
}

static void encode_facts(const struct report *report, unsigned minor, struct buffer *out)
{
    PACK_KEY(out, "sha256"), pack_bytes(out, (struct slice){(const char *)report->sha256, 32});
    PACK_KEY(out, "encoding"), pack_text(out, report->encoding);
    PACK_KEY(out, "meta"), pack_meta(out, &report->meta);
    PACK_KEY(out, "parts"), pack_parts(out, report);
    PACK_KEY(out, "catalogue"), pack_text(out, report->catalogue);
    PACK_KEY(out, "facts"), pack_facts(out, report, minor);
    PACK_KEY(out, "audits"), pack_audits(out, report);
    PACK_KEY(out, "passages"), pack_passages(out, report);
    if (minor >= PLACES_SINCE_MINOR)
        PACK_KEY(out, "format"), pack_text(out, report->format);
    if (report->scanned)
        PACK_KEY(out, "scanned"), pack_bool(out, true);
}

static const struct {
    uint32_t keys;       /* of its own, behind v, kind, seq, path */
    uint32_t later_keys; /* since PLACES_SINCE_MINOR */
    void (*encode)(const struct report *, unsigned minor, struct buffer *);
} writers[STAGE_COUNT] = {[STAGE_INGEST] = {1, 0, encode_document},
                          [STAGE_OCR] = {4, 0, encode_scan},
                          [STAGE_SEGMENT] = {6, 2, encode_text},
                          [STAGE_EXTRACT] = {9, 2, encode_outline},
                          [STAGE_AGGREGATE] = {8, 1, encode_facts}};

void record_encode_for(const struct report *report, enum stage_id next, unsigned minor,
                       struct buffer *out)
{
    if (report->decision) {
        decision_encode(report->decision, out);
        return;
    }
    uint32_t later = minor >= PLACES_SINCE_MINOR ? writers[next].later_keys : 0;
    uint32_t scanned = next == STAGE_AGGREGATE && report->scanned;
    pack_map(out, 4 + writers[next].keys + later + scanned);
    PACK_KEY(out, "v"), pack_array(out, 2), pack_uint(out, RECORD_MAJOR), pack_uint(out, minor);
    PACK_KEY(out, "kind"), pack_text(out, slice_of(record_kind(next)));
    PACK_KEY(out, "seq"), pack_uint(out, report->seq);
    PACK_KEY(out, "path"), pack_text(out, report->path);
    writers[next].encode(report, minor, out);
}

void record_encode(const struct report *report, enum stage_id next, struct buffer *out)
{
    record_encode_for(report, next, RECORD_MINOR, out);
}
