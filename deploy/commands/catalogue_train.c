/* catalogue_train.c - annotated folders in, weights.tsv out.
 *
 * One thread. Happy path: read every report and its annotations through the same stages as
 * anywhere, make lessons of them, judge each writer's by what the others' teach (blind.h), learn
 * from all, write the weights rounded and sorted. What the judging says is what the cut-offs in
 * model.yaml are set by. What can fail: a folder without annotations, an
 * annotation that does not fit its text, a catalogue with a mistake.
 */
#include "deploy/commands/catalogue_train.h"

#include "deploy/commands/command.h"
#include "deploy/pipeline/chain.h"
#include "proto/base/file.h"
#include "proto/base/paths.h"
#include "proto/record.h"
#include "workers/extract/train/blind.h"
#include "workers/extract/train/teach.h"
#include "workers/extract/train/weights_write.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FOLDS_LEAST = 2, FOLDS_MOST = 1000 };

struct training {
    const char *folder; /* of the catalogue */
    const char *out;
    const char *texts; /* where a report is that does not lie beside its annotations */
    uint64_t folds;
    bool measure;
    struct option_list seen;
    bool errors;
    struct learn_options learning;
    struct catalogue *catalogue;
    struct chain chain;
    struct lessons lessons;
    struct teacher *teacher;
    struct report report;
};

/* One of those named on the command line. */
struct folder {
    const char *path;
    uint32_t group, hand;
    bool seen;
};

static const struct command train_command = {
    .name = "catalogue",
    .synopsis =
        "catalogue train [--seen FOLDER]... [--texts DIR] [--folds N] [--out FILE] FOLDER...",
    .help = TR("learn the weights of the model from annotated folders"),
};

/* ---- reading ---- */

static enum status read_whole(struct buffer *out, const char *path, struct error *error)
{
    buffer_clear(out);
    return file_read(path, MAX_DOCUMENT_BYTES, out, error);
}

static bool is_missing(const char *path)
{
    return access(path, F_OK) != 0 && errno == ENOENT;
}

static uint32_t add_document(struct lessons *lessons, const char *path, const struct folder *folder)
{
    struct slice name = arena_copy(&lessons->arena, slice_of(path));
    *ARENA_PUSH(&lessons->arena, lessons->documents, lessons->document_count,
                lessons->document_capacity) = (struct lesson_document){
        .path = name, .group = folder->group, .seen = folder->seen, .hand = folder->hand};
    return (uint32_t)lessons->document_count - 1;
}

/* The text of an annotated report: beside it, else in --texts. */
static enum status read_text(const struct training *training, struct buffer *text,
                             const char *folder, const char *name, struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s.txt", folder, name);
    if (training->texts && is_missing(path))
        snprintf(path, sizeof path, "%s/%s.txt", training->texts, name);
    return read_whole(text, path, error);
}

static enum status take_report(struct training *training, const struct folder *folder,
                               const char *name, struct error *error)
{
    char path[PATH_MAX];
    struct buffer lines = {0}, text = {0};
    struct gold gold = {0};
    struct report *report = &training->report;
    report_reset(report);
    snprintf(path, sizeof path, "%s/%s.tsv", folder->path, name);
    enum status status = read_whole(&lines, path, error);
    if (status == STATUS_OK)
        status = read_text(training, &text, folder->path, name, error);
    if (status == STATUS_OK) {
        report->path = slice_of(path);
        report->raw = buffer_slice(&text);
        status = chain_segment(&training->chain, report, error);
    }
    if (status == STATUS_OK)
        status = gold_read(&gold, &report->arena, path, buffer_slice(&lines), report->text, error);
    if (status == STATUS_OK) {
        quantities_find(training->catalogue->quantities, report);
        status = teacher_report(training->teacher, report, &gold,
                                add_document(&training->lessons, path, folder), error);
    }
    buffer_release(&lines);
    buffer_release(&text);
    return status;
}

static int is_tsv(const struct dirent *entry)
{
    return slice_ends(slice_of(entry->d_name), SLICE(".tsv"));
}

/* The text of one of the small files beside the annotations; empty: there is none. */
static enum status read_beside(struct buffer *text, const char *folder, const char *name,
                               struct error *error)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    buffer_clear(text);
    return is_missing(path) ? STATUS_OK : read_whole(text, path, error);
}

static struct slice first_line(struct slice text)
{
    size_t end = slice_find(text, SLICE("\n"), 0);
    return end == SIZE_MAX ? text : slice_range(text, 0, end);
}

/* What holds for all reports of a folder: which indicators its annotators knew, who wrote them. */
static enum status open_folder(struct folder *folder, struct training *training, const char *path,
                               bool seen, struct error *error)
{
    struct lessons *lessons = &training->lessons;
    struct buffer ids = {0}, hand = {0};
    enum status status = read_beside(&ids, path, "ids", error);
    if (status == STATUS_OK)
        status = read_beside(&hand, path, "hand", error);
    if (status == STATUS_OK) {
        teacher_ids(training->teacher, buffer_slice(&ids));
        *ARENA_PUSH(&lessons->arena, lessons->groups, lessons->group_count,
                    lessons->group_capacity) =
            (struct lesson_group){arena_copy(&lessons->arena, slice_of(path))};
        *folder = (struct folder){
            .path = path,
            .group = (uint32_t)lessons->group_count - 1,
            .seen = seen,
            .hand = lessons_hand(lessons, first_line(buffer_slice(&hand))),
        };
    }
    buffer_release(&ids);
    buffer_release(&hand);
    return status;
}

static enum status take_folder(struct training *training, const char *path, bool seen,
                               struct error *error)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_tsv, alphasort);
    if (count < 1)
        return fail(error, STATUS_BAD, "%s: no annotated report (NAME.tsv beside NAME.txt) in it",
                    path);
    struct folder folder;
    enum status status = open_folder(&folder, training, path, seen, error);
    for (int i = 0; i < count; i++) {
        char *name = entries[i]->d_name;
        name[strlen(name) - 4] = '\0';
        if (status == STATUS_OK)
            status = take_report(training, &folder, name, error);
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* ---- judging ---- */

/* All reports at a row of margins, then each folder at the margins in force. */
static void print_measures(const struct training *training, const struct opinion *opinions)
{
    static const int margins[] = {0, 50, 100, 120, 140, 150, 160, 180, 200, 240};
    const struct catalogue *catalogue = training->catalogue;
    struct buffer out = {0};
    char name[64];
    struct cuts cuts = catalogue->cuts;
    for (size_t i = 0; i < sizeof margins / sizeof *margins; i++) {
        cuts.assert_margin = cuts.piece_margin = margins[i];
        struct measure all = measure_group(&training->lessons, opinions, UINT32_MAX, &cuts);
        snprintf(name, sizeof name, "all at %d", margins[i]);
        measure_format(&out, name, &all);
    }
    cuts = catalogue->cuts;
    for (uint32_t g = 0; g < training->lessons.group_count; g++) {
        struct measure measure = measure_group(&training->lessons, opinions, g, &cuts);
        const char *slash = strrchr(training->lessons.groups[g].name.data, '/');
        if (measure.documents)
            measure_format(&out, slash ? slash + 1 : training->lessons.groups[g].name.data,
                           &measure);
    }
    fwrite(out.data, 1, out.len, stdout);
    buffer_release(&out);
}

/* Every lesson with the best candidates that others' lessons give it: to see what is confused. */
static void print_errors(const struct training *training, const struct opinion *opinions)
{
    const struct lessons *lessons = &training->lessons;
    for (size_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->lessons[i];
        const struct verdict *verdict = &opinions[i].verdict;
        if (!opinions[i].known)
            continue;
        printf("%s\t%u\t%d\t", lessons->documents[lesson->document].path.data, lesson->start,
               (int)verdict->sure);
        for (uint32_t k = 0; k < lesson->candidate_count; k++)
            if (lessons->candidates[lesson->first_candidate + k].right)
                printf("%s|",
                       weights_label_name(&training->lessons,
                                          lessons->candidates[lesson->first_candidate + k].label));
        for (size_t k = 0; k < verdict->count; k++)
            printf("\t%s %d%s", weights_label_name(&training->lessons, verdict->labels[k]),
                   verdict->scores[k],
                   verdict->barred[k]    ? "b"
                   : verdict->present[k] ? ""
                                         : "!");
        printf("\n");
    }
}

static void tell(uint32_t fold, uint32_t count, size_t weights)
{
    fprintf(stderr, "fold %u of %u: %zu weights\n", fold, count, weights);
}

static struct settle_lesson *lessons_of_settling(const struct training *training,
                                                 const struct opinion *opinions)
{
    const struct catalogue *catalogue = training->catalogue;
    struct settle_lesson *made = memory_zero((training->lessons.count + 1) * sizeof *made);
    uint16_t *group = memory_alloc((catalogue->indicator_count + 1) * sizeof *group);
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        group[i] = catalogue->indicators[i].group;
    settle_lessons(&training->lessons, opinions, group, made);
    free(group);
    return made;
}

/* ---- learning ---- */

static enum status learn_all(struct training *training, const struct settle_lesson *taught,
                             struct error *error)
{
    int32_t settling[SETTLE_TERMS];
    char path[PATH_MAX + 32];
    struct learned learned;
    bool *use = memory_alloc(training->lessons.document_count + 1);
    memset(use, 1, training->lessons.document_count + 1);
    snprintf(path, sizeof path, "%s/weights.tsv", training->folder);
    learn(&learned, &training->lessons, use, &training->learning);
    learn_settle(&training->lessons, taught, use, settling);
    enum status status = weights_write(training->out ? training->out : path, &training->lessons,
                                       &learned, settling, error);
    learned_release(&learned);
    free(use);
    return status;
}

/* ---- the command ---- */

static enum status open_training(struct training *training, struct error *error)
{
    struct problems problems = {0};
    enum status status = chain_open(&training->chain, "catalogue", training->folder, error);
    if (status == STATUS_OK) {
        status = catalogue_load(&training->catalogue, training->folder,
                                (struct catalogue_options){.examples = true, .no_weights = true},
                                &problems);
        if (status)
            status = problems_status(&problems, error);
    }
    problems_release(&problems);
    training->lessons.catalogue = training->catalogue;
    if (status == STATUS_OK)
        training->teacher = teacher_new(training->catalogue, &training->lessons);
    return status;
}

/* Models of other hands say what each report's numbers are: the second sum is learned from that,
 * and what is doubtful stays out of the first. */
static enum status learn_and_judge(struct training *training, struct error *error)
{
    struct lessons *lessons = &training->lessons;
    enum status status = STATUS_OK;
    uint32_t *fold_of = memory_alloc((lessons->document_count + 1) * sizeof *fold_of);
    uint32_t folds = blind_deal(lessons, (uint32_t)training->folds, fold_of);
    struct opinion *opinions = blind_judge(lessons, fold_of, folds, &training->learning, tell);
    struct settle_lesson *taught = lessons_of_settling(training, opinions);
    if (training->measure) {
        blind_settle(lessons, taught, fold_of, folds, opinions);
        print_measures(training, opinions);
        if (training->errors)
            print_errors(training, opinions);
    }
    if (!training->measure || training->out) {
        fprintf(stderr, "%zu annotations in doubt\n", blind_doubt(lessons, opinions));
        status = learn_all(training, taught, error);
    }
    free(taught);
    free(opinions);
    free(fold_of);
    return status;
}

static enum status train(struct training *training, char **folders, struct error *error)
{
    enum status status = open_training(training, error);
    for (; *folders && status == STATUS_OK; folders++)
        status = take_folder(training, *folders, false, error);
    for (unsigned i = 0; i < training->seen.count && status == STATUS_OK; i++)
        status = take_folder(training, training->seen.items[i], true, error);
    if (status == STATUS_OK)
        status = teacher_examples(training->teacher, error);
    if (status)
        return status;
    fprintf(stderr, "%zu numbers of %zu reports, %zu features\n", training->lessons.count,
            training->lessons.document_count, training->lessons.known_count);
    return learn_and_judge(training, error);
}

int catalogue_train(int argc, char **argv)
{
    char folder[PATH_MAX];
    /* Settings that judged unseen reports best, by --measure; few weights were worth a little. */
    struct training training = {.folds = 6,
                                .learning = {.passes = 8,
                                             .courses = 3,
                                             .settled = 2,
                                             .rate = 0.12,
                                             .decay = 1e-5,
                                             .shrink = 3e-3,
                                             .prune = 0.1,
                                             .least = 4,
                                             .seen_weight = 0.5,
                                             .counter_weight = 2}};
    const struct option_spec options[] = {
        {"seen", 's', OPTION_LIST, &training.seen, "FOLDER",
         TR("annotated too, but known to the rules' authors")},
        {"texts", 't', OPTION_TEXT, &training.texts, "DIR", TR("reports that lie elsewhere")},
        {"folds", 'n', OPTION_NUMBER, &training.folds, "N",
         TR("models that judge reports of hands that they have not seen (6)")},
        {"measure", 'm', OPTION_FLAG, &training.measure, NULL,
         TR("say how well they do; weights are written only where --out says")},
        {"errors", 'e', OPTION_FLAG, &training.errors, NULL,
         TR("with --measure: print every number")},
        {"out", 'o', OPTION_TEXT, &training.out, "FILE",
         TR("where to write (the catalogue's weights.tsv)")},
        {"catalogue", 'c', OPTION_TEXT, &training.folder, "DIR", TR("the catalogue")},
        {0}};
    struct error error = {""};
    int first, code;
    if (!options_parse(&train_command, options, argc, argv, &first, &code))
        return code;
    if (first == argc)
        return complain("catalogue", EXIT_USAGE, "name a FOLDER of annotated reports");
    if (training.folds < FOLDS_LEAST || training.folds > FOLDS_MOST)
        return complain("catalogue", EXIT_USAGE,
                        "--folds N: from %d to %d; one fold is judged by what the others teach",
                        FOLDS_LEAST, FOLDS_MOST);
    if (training.errors && !training.measure)
        return complain("catalogue", EXIT_USAGE,
                        "--errors needs --measure: it prints what that judged");
    enum status status = STATUS_OK;
    if (!training.folder) {
        status = data_path("workers/extract/catalogue", folder, sizeof folder, &error);
        training.folder = folder;
    }
    if (status == STATUS_OK)
        status = train(&training, argv + first, &error);
    teacher_free(&training.teacher);
    lessons_release(&training.lessons);
    report_release(&training.report);
    catalogue_free(&training.catalogue);
    chain_close(&training.chain);
    return status ? complain_error("catalogue", &error) : EXIT_DONE;
}
