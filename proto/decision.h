/* decision.h - what a person says of one figure of one document, or of the document, for good: a
 * record of its own that is journalled like a report, applied by the store and never deleted. A
 * later decision on the same figure takes its place, and taking one back is a decision, too.
 */
#ifndef XIANZHI_PROTO_DECISION_H
#define XIANZHI_PROTO_DECISION_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"

enum verdict {
    VERDICT_NONE,
    VERDICT_CONFIRM,   /* the program is right; of a proposed figure: with this indicator */
    VERDICT_VALUE,     /* the figure is another */
    VERDICT_INDICATOR, /* it states another indicator */
    VERDICT_REJECT,    /* it states no indicator */
    VERDICT_ADD,       /* the program has missed it */
    VERDICT_WITHDRAW,  /* the decision before is void */
    VERDICT_UNFILE,    /* of a whole document: it is taken out and doesn't come back … */
    VERDICT_REFILE,    /* … until this is said: then it may be submitted again */
    VERDICT_CHOOSE,    /* of several documents of a unit and year this one counts */
    VERDICT_COUNT
};

/* Whether it is about a document: then span, texts and claims are empty. */
static inline bool verdict_of_document(enum verdict verdict)
{
    return verdict == VERDICT_UNFILE || verdict == VERDICT_REFILE || verdict == VERDICT_CHOOSE;
}
/* Whether it says that the figure states an indicator. */
static inline bool verdict_states(enum verdict verdict)
{
    return verdict != VERDICT_NONE && verdict <= VERDICT_ADD && verdict != VERDICT_REJECT;
}

/* What somebody says of a figure: the program, or a person. */
struct claim {
    struct slice indicator, label; /* empty: none */
    double value;
    struct slice unit;
    enum bound bound;
};

struct decision {
    uint64_t seq;  /* its number in the journal; given by the broker */
    uint64_t base; /* number of the decision that was in force when it was made; 0: none */
    uint8_t sha256[32];
    struct span span;       /* of the figure, text offsets */
    struct slice written;   /* the span as published */
    struct slice sentence;  /* that it stands in, clean */
    struct slice section;   /* headings above it, parted by '\n' */
    uint32_t offset;        /* of the figure in the sentence, bytes */
    struct claim said;      /* by the program, when it was made; of an added figure: nothing */
    enum state state;       /* and how sure it was */
    struct slice catalogue; /* by which rules */
    enum verdict verdict;
    struct claim holds; /* from now on */
    struct slice by, note;
    uint64_t at_ms; /* unix */

    /* Of a document that was taken out, set by the store: what it came as, so that it can be put
     * back as that. */
    struct slice path;
    struct lineage lineage;
};

enum { MAX_DECISION_BYTES = 64 * 1024, MAX_NOTE_BYTES = 4096, MAX_BY_BYTES = 128 };

/* Appends the record: what is submitted, journalled and stored. */
void decision_encode(const struct decision *decision, struct buffer *out);
/* Texts point into `bytes`. STATUS_BAD: says what is missing or makes no sense, for a person. */
enum status decision_decode(struct arena *arena, struct slice bytes, struct decision *decision,
                            struct error *error);
/* Whether the bytes are a decision's record, of whatever quality. */
bool decision_is(struct slice bytes);

#endif
