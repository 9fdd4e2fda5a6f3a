/* terms.c - from weights and names to lines. Slow and only on demand; nothing can fail. */
#include "workers/extract/model/terms.h"

#include "workers/extract/model/own.h"

#include <stdio.h>
#include <stdlib.h>

enum { MOST_TERMS = EVIDENCE_MAX + OWN_MOST + EVIDENCE_ASPECTS, MOST_SHOWN = 8 };

struct term {
    char name[OWN_NAME_BYTES];
    int32_t weight;
};

struct terms {
    struct term *all;
    size_t count;
};

static void add(struct terms *terms, const char *name, int32_t weight)
{
    if (weight == 0 || terms->count == MOST_TERMS)
        return;
    struct term *term = &terms->all[terms->count++];
    snprintf(term->name, sizeof term->name, "%s", name);
    term->weight = weight;
}

static int by_size(const void *a, const void *b)
{
    const struct term *x = a, *y = b;
    int32_t left = abs(x->weight), right = abs(y->weight);
    return left != right ? (left < right) - (left > right) : strcmp(x->name, y->name);
}

static void put_terms(struct buffer *out, struct terms *terms)
{
    int32_t rest = 0;
    if (terms->count)
        qsort(terms->all, terms->count, sizeof *terms->all, by_size);
    for (size_t i = 0; i < terms->count; i++)
        if (i < MOST_SHOWN)
            buffer_format(out, "%s %s %+d", i ? "," : ":", terms->all[i].name,
                          (int)terms->all[i].weight);
        else
            rest += terms->all[i].weight;
    if (terms->count > MOST_SHOWN)
        buffer_format(out, ", %zu others %+d", terms->count - MOST_SHOWN, (int)rest);
    buffer_append(out, "\n", 1);
    terms->count = 0;
}

static const struct evidence_candidate *candidate_of(const struct number_evidence *evidence,
                                                     uint16_t label)
{
    for (size_t i = 0; i < evidence->candidate_count; i++)
        if (evidence->candidates[i].label == label)
            return &evidence->candidates[i];
    return NULL;
}

static void collect(struct terms *terms, const struct catalogue *catalogue,
                    const struct number_evidence *evidence, uint16_t label)
{
    const struct evidence_candidate *candidate = candidate_of(evidence, label);
    char name[OWN_NAME_BYTES];
    for (size_t i = 0; i < evidence->count; i++)
        add(terms, evidence_name(evidence, i),
            weights_of(catalogue->weights, evidence->features[i], label));
    if (!candidate || label == LABEL_NONE)
        return;
    uint16_t own[OWN_MOST];
    size_t count = own_of(candidate, own);
    for (size_t i = 0; i < count; i++)
        if (own_name(catalogue, own[i], name))
            add(terms, name, weights_of_own(catalogue->weights, own[i]));
    for (size_t i = 0; i < evidence->aspect_count; i++)
        if (own_name(catalogue, evidence->aspects[i] + candidate->bearing, name))
            add(terms, name,
                weights_of_own(catalogue->weights, evidence->aspects[i] + candidate->bearing));
}

void terms_of_verdict(struct buffer *out, const struct catalogue *catalogue,
                      const struct number_evidence *evidence, const struct verdict *verdict)
{
    enum { INDICATORS_SHOWN = 2 };
    struct terms terms = {.all = memory_alloc(MOST_TERMS * sizeof *terms.all)};
    size_t shown = 0;
    for (size_t i = 0; i < verdict->count && shown < INDICATORS_SHOWN; i++) {
        if (verdict->labels[i] == LABEL_NONE || verdict->scores[i] <= WEIGHTS_UNKNOWN)
            continue;
        shown++;
        buffer_format(out, "%.*s %d", SLICE_ARGS(catalogue->indicators[verdict->labels[i]].id),
                      (int)verdict->scores[i]);
        collect(&terms, catalogue, evidence, verdict->labels[i]);
        put_terms(out, &terms);
    }
    if (shown) {
        buffer_format(out, "none %d", (int)verdict->none);
        collect(&terms, catalogue, evidence, LABEL_NONE);
        put_terms(out, &terms);
    }
    free(terms.all);
}

void terms_of_settling(struct buffer *out, const struct weights *weights,
                       const struct settle_terms *settled, int32_t sure)
{
    struct term room[SETTLE_TERMS];
    struct terms terms = {.all = room};
    const int32_t *of = weights_of_settling(weights);
    for (size_t t = 0; t < SETTLE_RELATIONS; t++)
        if (settle_name(t) && settled->relations >> t & 1)
            add(&terms, settle_name(t), of[t]);
    for (size_t i = 0; i < SETTLE_MARGINS; i++)
        add(&terms, settle_name(SETTLE_RELATIONS + i),
            (int32_t)((int64_t)of[SETTLE_RELATIONS + i] * settled->margins[i] / WEIGHTS_UNIT));
    buffer_format(out, "sure %d", (int)sure);
    put_terms(out, &terms);
}

/* Why what leads is not asserted; nothing where it is. */
static void put_doubts(struct buffer *out, const struct catalogue *catalogue,
                       const struct verdict *verdict, const struct cuts *cuts, uint64_t scopes)
{
    size_t best = verdict_leading(verdict);
    if (verdict->sure < cuts->assert_margin)
        buffer_format(out, ", asserted from %d on", cuts->assert_margin);
    if (!verdict->present[best])
        buffer_format(out, ", neither its object nor its action stands here or in a heading");
    for (; verdict->barred[best] && scopes; scopes &= scopes - 1) {
        const struct catalogue_scope *scope = &catalogue->scopes[__builtin_ctzll(scopes)];
        buffer_format(out, ", barred by %.*s (%.*s)", SLICE_ARGS(scope->name),
                      SLICE_ARGS(scope->label));
    }
}

void terms_of_state(struct buffer *out, const struct catalogue *catalogue,
                    const struct verdict *verdict, const struct cuts *cuts, int32_t least_asked,
                    uint64_t scopes)
{
    uint16_t labels[VERDICT_BEST];
    bool asserted = verdict_asserted(verdict, cuts) != LABEL_NONE;
    bool asked = verdict->sure >= least_asked && verdict_proposed(verdict, cuts, labels);
    buffer_format(out, "%s: sure %d",
                  asserted ? "asserted"
                  : asked  ? "proposed"
                           : "none",
                  (int)verdict->sure);
    put_doubts(out, catalogue, verdict, cuts, scopes);
    if (!asserted && verdict->sure < cuts->propose_margin)
        buffer_format(out, ", asked about from %d on", cuts->propose_margin);
    else if (!asserted && verdict->sure < least_asked)
        buffer_format(out, ", %d surer ones are asked about", cuts->most_questions);
    buffer_append(out, "\n", 1);
}
