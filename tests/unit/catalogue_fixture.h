/* catalogue_fixture.h - a catalogue folder of a test's own: the real units, few rules. */
#ifndef XIANZHI_TESTS_CATALOGUE_FIXTURE_H
#define XIANZHI_TESTS_CATALOGUE_FIXTURE_H

#include "proto/base/memory.h"
#include "proto/base/paths.h"
#include "tests/unit/test.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    char folder[64];
};

static inline void fixture_write(const struct fixture *fixture, const char *name, const char *text)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", fixture->folder, name);
    write_file(path, slice_of(text));
}

static inline void fixture_copy(const struct fixture *fixture, const char *name)
{
    char from[PATH_MAX], folder[PATH_MAX - 64];
    struct error error;
    struct buffer bytes = {0};
    if (data_path("workers/extract/catalogue", folder, sizeof folder, &error))
        fail_msg("%s", error.text);
    snprintf(from, sizeof from, "%s/%s", folder, name);
    read_file(from, &bytes);
    buffer_append(&bytes, "", 1);
    fixture_write(fixture, name, bytes.data);
    buffer_release(&bytes);
}

static const char fixture_words[] = "lead: [共, 达, 约, 为, 共计, 分别为, 到, 至]\n"
                                    "accept: [受理, 立案]\n"
                                    "conclude: [办结, 审结]\n"
                                    "last_year: [去年, 上年]\n";
static const char fixture_topics[] = "reconsideration: [行政复议, 复议]\n"
                                     "mediation: [人民调解, 纠纷]\n";
static const char fixture_scopes[] =
    "target:\n  label: 目标\n  parts: [plan]\n  rules:\n    - say: \"力争 .. N\"\n"
    "last_year:\n  label: 上年数\n  rules:\n    - say: \"<last_year>~(的)? N\"\n"
    "part:\n  label: 部分\n  rules:\n    - say: \"其中 ... N\"\n";
static const char fixture_indicators[] =
    "r.accepted:\n  label: 受理\n  units: [件]\n  kind: count\n  rollup: sum\n"
    "  definition: cases accepted\n  rules:\n"
    "    - say: \"<accept> .. N\"\n      topic: reconsideration\n      unless: \"不予~受理 .. N\"\n"
    "    - say: \"N - 复议申请\"\n"
    "r.concluded:\n  label: 办结\n  units: [件]\n  kind: count\n  rollup: sum\n"
    "  definition: cases concluded\n  rules:\n"
    "    - say: \"<conclude> .. N\"\n      topic: reconsideration\n      allow: [part]\n"
    "m.accepted:\n  label: 纠纷\n  units: [件, 起]\n  kind: count\n  rollup: sum\n"
    "  definition: disputes accepted\n  rules:\n"
    "    - say: \"<accept> .. N\"\n      topic: mediation\n"
    "m.stations:\n  label: 站\n  units: [个]\n  kind: count\n  rollup: sum\n"
    "  definition: stations\n  rules:\n"
    "    - say: \"^建成 N\"\n"
    "    - say: \"N - 站点\"\n      under: \"阵地\"\n      weight: 2\n"
    "    - say: \"/(?:高|低)级<accept>点(?!外)N/\"\n      needs: \"级 ... N\"\n";

/* Makes the folder with the texts above. */
static inline void fixture_make(struct fixture *fixture)
{
    char path[128];
    strcpy(fixture->folder, "/tmp/catalogue-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(path, sizeof path, "%s/indicators", fixture->folder);
    assert_int_equal(mkdir(path, 0700), 0);
    fixture_copy(fixture, "units.yaml");
    fixture_copy(fixture, "nonquantities.yaml");
    fixture_write(fixture, "words.yaml", fixture_words);
    fixture_write(fixture, "topics.yaml", fixture_topics);
    fixture_write(fixture, "scopes.yaml", fixture_scopes);
    fixture_write(fixture, "indicators/all.yaml", fixture_indicators);
}

static inline void fixture_remove(const struct fixture *fixture)
{
    static const char *const names[] = {"units.yaml",     "nonquantities.yaml",
                                        "words.yaml",     "topics.yaml",
                                        "scopes.yaml",    "indicators/all.yaml",
                                        "indicators.tsv", "indicators/more.yaml",
                                        "model.yaml",     "indicators",
                                        ""};
    char path[128];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(path, sizeof path, "%s/%s", fixture->folder, names[i]);
        remove(path);
    }
}

#endif
