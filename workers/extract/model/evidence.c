/* evidence.c - keeps features, with their names where somebody asks. Nothing can fail. */
#include "workers/extract/model/evidence.h"

void evidence_clear(struct number_evidence *evidence)
{
    evidence->shared = evidence->shared_found = evidence->shared_names = 0;
    evidence_keep_shared(evidence);
}

void evidence_share(struct number_evidence *evidence)
{
    evidence->shared = evidence->count;
    evidence->shared_found = evidence->found_count;
    evidence->shared_names = evidence->names.len;
    evidence->shared_serial++;
}

void evidence_keep_shared(struct number_evidence *evidence)
{
    evidence->count = evidence->shared;
    evidence->found_count = evidence->shared_found;
    evidence->candidate_count = evidence->aspect_count = 0;
    evidence->names.len = evidence->shared_names;
}

void evidence_release(struct number_evidence *evidence)
{
    buffer_release(&evidence->names);
}

static uint32_t begin_name(struct number_evidence *evidence, enum feature_place place)
{
    uint32_t at = (uint32_t)evidence->names.len;
    buffer_format(&evidence->names, "%s:", feature_place_name(place));
    return at;
}

static void put_glyph(struct buffer *out, uint32_t c)
{
    char bytes[4];
    size_t len = 1;
    if (c < 0x80) {
        bytes[0] = (char)c;
    } else if (c < 0x800) {
        bytes[0] = (char)(0xC0 | c >> 6);
        bytes[1] = (char)(0x80 | (c & 0x3F));
        len = 2;
    } else {
        c = c < 0x10000 ? c : 0xFFFD;
        bytes[0] = (char)(0xE0 | c >> 12);
        bytes[1] = (char)(0x80 | (c >> 6 & 0x3F));
        bytes[2] = (char)(0x80 | (c & 0x3F));
        len = 3;
    }
    buffer_append(out, bytes, len);
}

static void push(struct number_evidence *evidence, uint64_t feature, uint32_t name)
{
    if (evidence->count == EVIDENCE_MAX)
        return;
    evidence->names_at[evidence->count] = name;
    evidence->features[evidence->count++] = feature;
}

void evidence_join(struct number_evidence *evidence, enum feature_place place, struct slice text,
                   struct slice more)
{
    uint32_t name = 0;
    if (evidence->named) {
        name = begin_name(evidence, place);
        buffer_add(&evidence->names, text);
        buffer_add(&evidence->names, more);
        buffer_append(&evidence->names, "", 1);
    }
    push(evidence, feature_text(feature_text(feature_begin(place), text), more), name);
}

void evidence_add(struct number_evidence *evidence, enum feature_place place, struct slice text)
{
    evidence_join(evidence, place, text, (struct slice){0});
}

static uint32_t name_glyphs(struct number_evidence *evidence, enum feature_place place,
                            const uint32_t *glyphs, size_t start, size_t end)
{
    uint32_t name = begin_name(evidence, place);
    for (size_t i = start; i < end; i++)
        put_glyph(&evidence->names, glyphs[i]);
    buffer_append(&evidence->names, "", 1);
    return name;
}

/* A closed title, a blank or a control character says nothing. */
static bool mute(uint32_t glyph)
{
    return glyph <= ' ';
}

void evidence_glyphs(struct number_evidence *evidence, enum feature_place place,
                     const uint32_t *glyphs, size_t start, size_t end)
{
    uint64_t feature = feature_begin(place);
    if (start >= end)
        return;
    for (size_t i = start; i < end; i++) {
        if (mute(glyphs[i]))
            return;
        feature = feature_step(feature, glyphs[i]);
    }
    push(evidence, feature, evidence->named ? name_glyphs(evidence, place, glyphs, start, end) : 0);
}

void evidence_grams(struct number_evidence *evidence, enum feature_place place,
                    const uint32_t *glyphs, size_t start, size_t end, size_t least, size_t most)
{
    for (size_t from = start; from + least <= end; from++) {
        uint64_t feature = feature_begin(place);
        for (size_t i = from; i < end && i < from + most && !mute(glyphs[i]); i++) {
            feature = feature_step(feature, glyphs[i]);
            if (i + 1 >= from + least)
                push(evidence, feature,
                     evidence->named ? name_glyphs(evidence, place, glyphs, from, i + 1) : 0);
        }
    }
}
