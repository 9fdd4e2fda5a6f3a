/* judgement.h - what a person says of a figure or a document, made into a decision and handed to
 * the pipeline: one place for the command line and the console. */
#ifndef XIANZHI_INTAKE_JUDGEMENT_H
#define XIANZHI_INTAKE_JUDGEMENT_H

#include "proto/client.h"
#include "proto/decision.h"
#include "proto/rows/listing.h"

/* What is said; all of it borrowed. */
struct judgement {
    /* CONFIRM, REJECT, WITHDRAW, ADD; VALUE or INDICATOR: corrected, whichever of the two it turns
     * out to be; where nothing is another than the program says, confirmed. */
    enum verdict verdict;
    struct slice indicator, label; /* empty: the one that is said now, or the first candidate */
    bool has_value, has_bound;
    double value;
    struct slice unit; /* NULL data: as it is; with ADD: none */
    enum bound bound;
    /* Whether the indicator counts in such a unit; if not, appends those that it does count in.
     * Asked where neither the report itself nor the program says so: what the report says of its
     * own indicator is as good as any name of the unit (人, 位), what is typed may be a slip. */
    bool (*takes_unit)(void *context, struct slice indicator, struct slice unit,
                       struct buffer *units);
    void *context;
};

/* About a figure as it is now. STATUS_BAD: it makes no sense, for a person. */
enum status judgement_of_figure(const struct judgement *judgement, const struct figure_item *item,
                                struct decision *decision, struct error *error);

/* About a figure that the program has missed: `text` stands at `span` of the document, and in the
 * sentence. */
struct missed {
    struct slice sha256; /* 64 hex digits */
    struct span span;
    struct slice text, sentence, catalogue;
};
enum status judgement_of_missed(const struct judgement *judgement, const struct missed *missed,
                                struct decision *decision, struct error *error);

/* About a whole document: VERDICT_UNFILE, VERDICT_REFILE or VERDICT_CHOOSE. */
enum status judgement_of_document(enum verdict verdict, struct slice sha256,
                                  struct decision *decision, struct error *error);

/* Whether it takes back what somebody else has said: that is for those in charge (role admin). */
bool judgement_overrules(const struct figure_item *item, enum verdict verdict, struct slice by);

/* Waits until the store has applied it, or not: *outcome. STATUS_BAD: refused, as the broker says.
 * `client`: endpoint, keys, stop_fd. */
enum status judgement_submit(const struct client_options *client, bool as_admin,
                             const struct decision *decision, enum outcome *outcome,
                             struct error *error);

#endif
