/* report.h - one report on its way through the line, and what each stage adds to it.
 *
 * All pointers below lead into the report's arena (or, for a decoded record, into bytes the arena
 * holds). Offsets: "text offsets" count bytes of `text`, the decoded UTF-8 document as it was
 * published; "clean offsets" count bytes of `clean`, the same text freed of conversion noise, which
 * is what all reading is done on. clean_to_text() leads back, so every figure can be shown where it
 * stands in the original.
 */
#ifndef XIANZHI_PROTO_REPORT_H
#define XIANZHI_PROTO_REPORT_H

#include "proto/base/arena.h"

/* In the order of the line; what has text passes by STAGE_OCR. */
enum stage_id {
    STAGE_INGEST,
    STAGE_OCR,
    STAGE_SEGMENT,
    STAGE_EXTRACT,
    STAGE_AGGREGATE,
    STAGE_COUNT
};

struct span {
    uint32_t start, end; /* bytes, end exclusive */
};

/* ---- ingest ---- */

enum level {
    LEVEL_UNKNOWN,
    LEVEL_NATION,
    LEVEL_PROVINCE,
    LEVEL_PREFECTURE,
    LEVEL_COUNTY,
    LEVEL_TOWNSHIP
};
enum issuer_kind {
    KIND_UNKNOWN,
    KIND_GOVERNMENT,
    KIND_DEPARTMENT,
    KIND_COMMITTEE,
    KIND_ZONE,        /* 开发区 and the like without a code of their own */
    KIND_INSTITUTION, /* schools, hospitals, enterprises */
    KIND_COUNT
};

/* From clean offset `clean` on (until the next shift) the text offset is clean + (text - clean). */
struct shift {
    uint32_t clean, text;
};

/* Where in the original the text from offset `text` on (until the next locus) stands. */
struct locus {
    uint32_t text;
    uint32_t page;      /* from 1; 0: the format has no pages */
    uint32_t paragraph; /* from 1, in the order of the file; 0: not known */
    float box[4]; /* x0, y0, x1, y1 on the page in points from its top left; all 0: not known */
    bool ocr;     /* read off a picture */
};

/* A page that is a picture. */
struct scan {
    uint32_t page; /* from 1 */
    bool done;
    struct slice words; /* once done: those read off it, as pdf_words.h reads them; may be empty */
};

/* What the head of a web page says of it; evidence, as its authors filled it in. Empty: not said.
 */
struct page_evidence {
    struct slice title; /* <title>: 安化县2022年法治政府建设年度报告_安化县人民政府门户网站 */
    struct slice site;      /* <meta name=SiteName>: 安化县人民政府门户网站 */
    struct slice article;   /* ArticleTitle */
    struct slice source;    /* ContentSource: 安化县司法局 */
    struct slice published; /* PubDate: 2023-02-08 10:00 */
};

struct date {
    uint16_t year;      /* 0: no date found */
    uint8_t month, day; /* 0: not stated */
};

/* Who a report may be of, where the program does not decide; zeros and empty slices: not known. */
struct unit_candidate {
    uint32_t region;
    struct slice township, issuer;
    enum issuer_kind kind;
    struct slice why; /* a line for a person: 重名：江苏省南京市鼓楼区 */
};

/* Empty slices and zeros mean "not found". */
struct metadata {
    struct slice title; /* 隰县人民政府2023年度法治政府建设情况报告; one line, spaces removed */
    uint32_t region;          /* GB/T 2260, 140522; a township's is its county; 0: unknown */
    struct slice region_name; /* 阳城县 */
    enum level level;
    struct slice township; /* 云岭镇; else empty */
    struct slice issuer;   /* 阳城县人民政府: full name with its region */
    enum issuer_kind kind;
    uint16_t year; /* the year reported on */
    struct date published;
    struct date signed_on;
    struct slice doc_number; /* 阆府〔2024〕18号 */
    struct span body;        /* clean span of the text proper: no site chrome, no signature */

    /* Of a report that could not be placed (region 0, kind unknown): not on the wire. */
    const struct unit_candidate *candidates;
    size_t candidate_count;

    struct slice placed_by; /* "person", "list": who said where it belongs; empty: the text */
};

/* ---- segment ---- */

enum part { PART_NONE, PART_MEASURES, PART_SHORTCOMINGS, PART_LEADERS_DUTY, PART_PLAN, PART_COUNT };

struct heading {
    uint8_t level;       /* 1 一、  2 （一）  3 1.  4 （1） */
    enum part part;      /* the required part this heading opens or stands in */
    struct slice number; /* as written: "（一）"; empty where conversion lost it */
    struct slice title;  /* clean, without number; a run-in heading ends at its first 。 */
    struct span clean;   /* number and title */
    int32_t parent;      /* index of the heading above it, -1 at the top */
};

struct sentence {
    struct span clean; /* trimmed; ends behind its 。！？； or at the paragraph's end; a ； inside a
                          list does not end it where the list shares its subject */
    int32_t heading;    /* index of the innermost heading it stands under, -1 before the first */
    uint32_t paragraph; /* rises from 0; sentences of one paragraph share it */
    enum part part;
    bool table;         /* a table row: cells parted by tabs; see table_head */
    int32_t table_head; /* index of the sentence that is this row's header row, -1 if none */
};

/* ---- extract ---- */

enum bound { BOUND_EXACT, BOUND_OVER, BOUND_AT_LEAST, BOUND_AT_MOST, BOUND_ABOUT };

/* What the program says of a figure: that it states its indicator (it counts), that it may (a
 * person is asked, it counts nowhere until then), or nothing. */
enum state { STATE_NONE, STATE_PROPOSED, STATE_ASSERTED, STATE_COUNT };

enum { MAX_CANDIDATES = 3 }; /* indicators that a proposed figure may state */

struct quantity {
    struct span clean; /* number, 余/多, unit, 以上/以下 */
    struct span text;  /* the same span as text offsets */
    double value;      /* base units: 万/亿 multiplied out, money in 元 */
    struct slice unit; /* as written, "人次"; may be empty */
    enum bound bound;
    int32_t sentence;       /* index */
    struct slice indicator; /* id, or empty */
    struct slice rule; /* "id#2": the rule that fired, or empty; with the reason when barred; of a
                        * proposed one that was read off a picture what would have asserted it */
    bool total;        /* given as a total: 共, 共计, 累计, 全年 */
    enum state state;  /* asserted exactly when `indicator` is set */
    struct slice proposed[MAX_CANDIDATES]; /* ids, best first; only of a proposed one */
    size_t proposed_count;
    struct slice terms; /* lines that add up to its state, where they were asked for */
};

/* A number that looked like a quantity and was left out, since it is not certain to be whole. */
struct omission {
    struct span clean, text; /* the number and its unit */
    const char *why;         /* a literal, for people */
};

/* Where the characters came from: the document's own text, or a picture of it read by a machine. */
enum origin { ORIGIN_TEXT, ORIGIN_OCR, ORIGIN_COUNT };

/* How an indicator's values of several units become one: a flow is summed, a rate is averaged, a
 * stock is summed too but stands for its year's end: over years its latest holds. */
enum rollup_rule { ROLLUP_UNKNOWN, ROLLUP_SUM, ROLLUP_MEAN, ROLLUP_LATEST, ROLLUP_COUNT };

/* An indicator that a proposed figure may state. */
struct candidate {
    struct slice indicator, label;
};

/* A quantity that states an indicator, or may, with all that aggregate and a reader need of it: it
 * stands on its own, without the text. Made by extract from the quantities that bear an indicator.
 */
struct fact {
    struct slice indicator, label; /* "litigation.cases", "行政应诉案件" */
    double value;
    struct slice unit;
    enum bound bound;
    bool total;
    struct span text;      /* text offsets */
    struct slice written;  /* the span as published: "3万余份" */
    struct slice sentence; /* clean */
    struct slice section;  /* headings above it, outermost first, parted by '\n' */
    struct slice rule;     /* "litigation.cases#2" */
    uint32_t offset;       /* of the figure in `sentence`, in bytes */
    enum state state;      /* asserted: it has an indicator; proposed: candidates in its place */
    enum origin origin;
    struct candidate candidates[MAX_CANDIDATES]; /* best first */
    uint8_t candidate_count;
    struct locus where;      /* in the original; page and paragraph 0: not known */
    enum rollup_rule rollup; /* of the indicator; unknown of a proposed one */
};

enum audit_type {
    AUDIT_SUM,
    AUDIT_RATE,
    AUDIT_CONCLUDED_EXCEEDS_ACCEPTED,
    AUDIT_STALE_YEAR,
    AUDIT_LEVEL_MISMATCH,
    AUDIT_MISSING_PART,
    AUDIT_LATE,
    AUDIT_SIGNED_EARLY,
    AUDIT_DUPLICATE_TEXT,
    AUDIT_CONFLICT,
    AUDIT_TYPE_COUNT
};

struct audit {
    enum audit_type type;
    struct slice note; /* a sentence a clerk understands, in Chinese */
    struct span text;  /* text offsets it rests on; 0,0 for the whole report */
};

/* Where a long passage stands, as a sketch for near-duplicate search across the store. */
struct passage {
    struct span text;
    uint64_t sketch[8]; /* bottom-8 MinHash of character 5-shingles */
};

/* ---- aggregate ---- */

enum outcome {
    OUTCOME_NONE,
    OUTCOME_APPLIED,   /* first report of its unit and year */
    OUTCOME_REPLACED,  /* took the place of an earlier version */
    OUTCOME_DUPLICATE, /* the same bytes under the same catalogue: nothing changed */
    OUTCOME_STALE,     /* a later submission of that unit and year is already in force */
    OUTCOME_CHANGED, /* a decision on a figure that is another now, or isn't there: nothing changed
                      */
    OUTCOME_WITHDRAWN, /* somebody has withdrawn this document: nothing changed */
    OUTCOME_RIVAL,     /* another document of the same unit and year: kept beside it (aside.h) */
};

/* ---- the whole ---- */

struct decision;
struct listed; /* listed.h */

/* Which version of what a document is, as its submitter says; all absent: nothing is said, and it
 * counts by when it came. */
struct lineage {
    struct slice origin; /* what it is a version of: an address, a scan's hash */
    uint64_t order;      /* rises from version to version of an origin; 0: not said */
    uint64_t again; /* unix ms: somebody has said then that it is to be in force, though a later
                       version has replaced it; 0: nobody has */
    uint64_t sent;  /* unix us: when it was handed in, of one that came through a queue, which
                       may deliver it late or again; 0: it came straight to the broker */
};

struct report {
    struct arena arena;

    uint64_t seq;      /* given by the broker: rises with every accepted submission */
    struct slice path; /* as submitted */
    struct slice raw;  /* the document's bytes; empty behind ingest */

    uint8_t sha256[32]; /* of raw: the document's identity */
    struct slice encoding;
    struct slice text;
    struct slice clean;
    struct shift *shifts; /* rising; the first is {0, 0} */
    size_t shift_count;
    struct metadata meta;

    struct heading *headings;
    size_t heading_count;
    struct sentence *sentences;
    size_t sentence_count;
    bool parts[PART_COUNT]; /* which of the required parts were found */

    struct quantity *quantities; /* in order of appearance */
    size_t quantity_count;
    struct fact *facts; /* in order of appearance */
    size_t fact_count;
    struct audit *audits;
    size_t audit_count;
    struct passage *passages;
    size_t passage_count;
    struct slice catalogue; /* version (hash) of the rules that read it */

    enum outcome outcome;
    struct slice replaced; /* hex id of the version it replaced, or empty */

    /* Not a report but what a person has decided of one: only the last stage looks at it, and at
     * nothing else but seq and path. NULL: a report. */
    const struct decision *decision;

    struct slice format; /* "docx"; set by ingest */
    bool scanned;        /* most of its text was read off pictures; set by extract */
    struct locus *loci;  /* rising; empty where the text itself is the file */
    size_t locus_count;
    struct page_evidence page; /* for ingest alone: not in records */
    struct scan *scans;        /* pages to read off, rising; none once they are part of the text */
    size_t scan_count;

    struct omission *omissions; /* in order of appearance; in the process alone: not in records */
    size_t omission_count;

    const struct listed *listed; /* what a list or a person says of it; NULL: nothing; in ingest */
    bool unplaced;          /* rejected by ingest, since a person has to say whose report it is */
    struct lineage lineage; /* told beside the record, as seq is */
};

/* Text offset of a clean offset; O(log shifts). */
uint32_t clean_to_text(const struct report *report, uint32_t clean);
/* Of a whole span: an end maps behind its last character, not in front of the noise that follows.
 */
struct span span_to_text(const struct report *report, struct span clean);

/* Where in the original a text offset stands; NULL if that isn't known. O(log loci). */
const struct locus *report_locus(const struct report *report, uint32_t text);

/* Whether what stands there was text or read off a picture. */
enum origin origin_at(const struct report *report, uint32_t text);

/* Forgets everything but keeps memory for the next report. */
void report_reset(struct report *report);
void report_release(struct report *report);

/* The words of the public formats: "county", "government", "at_least",
 * "concluded_exceeds_accepted", "leaders_duty", "replaced", "segment". The *_by_name return the
 * enum's last+1 when unknown. */
const char *stage_name(enum stage_id stage);
const char *level_name(enum level level);
const char *kind_name(enum issuer_kind kind);
const char *bound_name(enum bound bound);
const char *state_name(enum state state);
const char *origin_name(enum origin origin);
const char *rollup_name(enum rollup_rule rollup);
enum rollup_rule rollup_by_name(struct slice name); /* ROLLUP_UNKNOWN: no such word */
const char *audit_name(enum audit_type type);
const char *part_name(enum part part);
enum level level_by_name(struct slice name);
enum issuer_kind kind_by_name(struct slice name);

#endif
