/* sample_report.h - one small report with every field set, for tests of the record formats. */
#ifndef XIANZHI_TESTS_SAMPLE_REPORT_H
#define XIANZHI_TESTS_SAMPLE_REPORT_H

#include "proto/report.h"

static inline void sample_report(struct report *report)
{
    static struct shift shifts[] = {{0, 0}, {9, 12}};
    static struct heading headings[] = {
        {1, PART_MEASURES, {"一、", 6}, {"成效", 6}, {0, 12}, -1},
        {2, PART_MEASURES, {NULL, 0}, {"复议", 6}, {12, 18}, 0},
    };
    static struct sentence sentences[] = {
        {{0, 12}, 0, 0, PART_MEASURES, false, -1},
        {{12, 31}, 1, 1, PART_MEASURES, true, 0},
    };
    static struct fact facts[] = {{{"litigation.cases", 16},
                                   {"行政应诉案件", 18},
                                   20.5,
                                   {"件", 3},
                                   BOUND_OVER,
                                   true,
                                   {12, 31},
                                   {"20余件", 8},
                                   {"句子", 6},
                                   {"一、\n（一）", 16},
                                   {"litigation.cases#2", 18},
                                   3,
                                   STATE_ASSERTED,
                                   ORIGIN_TEXT,
                                   {{{0}, {0}}},
                                   0,
                                   {15, 3, 0, {72, 90.5f, 300, 104}, false},
                                   ROLLUP_UNKNOWN}};
    static struct locus loci[] = {{0, 1, 0, {0, 0, 0, 0}, false},
                                  {15, 3, 2, {72, 90.5f, 300, 104}, true}};
    static struct audit audits[] = {{AUDIT_RATE, {"不符", 6}, {3, 9}}};
    static struct passage passages[] = {{{0, 31}, {1, 2, 3, 4, 5, 6, 7, UINT64_MAX}}};
    report->seq = 7;
    report->path = SLICE("某省/某县.txt");
    report->raw = SLICE("\xef\xbb\xbf原文 bytes");
    for (unsigned i = 0; i < 32; i++)
        report->sha256[i] = (uint8_t)i;
    report->encoding = SLICE("UTF-8");
    report->text = SLICE("一、成效。复议案件20件，办结。余");
    report->clean = SLICE("一、成效复议案件20件办结");
    report->shifts = shifts, report->shift_count = 2;
    report->meta = (struct metadata){.title = SLICE("某县2023年度报告"),
                                     .region = 140522,
                                     .region_name = SLICE("阳城县"),
                                     .level = LEVEL_TOWNSHIP,
                                     .township = SLICE("云岭镇"),
                                     .issuer = SLICE("阳城县云岭镇人民政府"),
                                     .kind = KIND_GOVERNMENT,
                                     .year = 2023,
                                     .published = {2024, 2, 29},
                                     .signed_on = {2024, 1, 0},
                                     .doc_number = SLICE("阳政〔2024〕1号"),
                                     .body = {0, 30}};
    report->headings = headings, report->heading_count = 2;
    report->sentences = sentences, report->sentence_count = 2;
    report->parts[PART_MEASURES] = report->parts[PART_PLAN] = true;
    report->facts = facts, report->fact_count = 1;
    report->audits = audits, report->audit_count = 1;
    static struct scan scans[] = {{.page = 2, .done = true, .words = {"<page>", 6}}, {.page = 3}};
    report->scans = scans, report->scan_count = 2;
    report->passages = passages, report->passage_count = 1;
    report->catalogue = SLICE("c0ffee");
    report->format = SLICE("pdf");
    report->loci = loci, report->locus_count = 2;
}

#endif
