/* catalogue.c - reads a catalogue folder: its files, their order, its version.
 *
 * Happy path: quantity rules, words, topics, scopes, indicators in the order of their file names;
 * then the automaton over all words and the index over all rules. Any thread; the result is
 * immutable. What can fail: a file that isn't there or can't be read, and any mistake in it.
 */
#include "workers/extract/rule/catalogue_private.h"

#include "proto/base/digest.h"
#include "proto/base/file.h"
#include "proto/base/memory.h"
#include "workers/extract/model/weights.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WEIGHTS_FILE "weights.tsv"

enum { MAX_FILES = 256, MAX_PATH_BYTES = 4096, MAX_FILE_BYTES = 64 << 20 };

/* ---- files ---- */

struct folder {
    char *names[MAX_FILES]; /* relative, in the order they are read */
    size_t count;
};

static void folder_release(struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++)
        free(folder->names[i]);
    folder->count = 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum status list_indicators(struct folder *list, const char *folder, struct error *error)
{
    char path[MAX_PATH_BYTES];
    snprintf(path, sizeof path, "%s/indicators", folder);
    DIR *directory = opendir(path);
    if (!directory)
        return fail(error, STATUS_RETRY, "%s: %s: a catalogue folder has a folder indicators", path,
                    strerror(errno));
    size_t first = list->count;
    for (struct dirent *entry; (entry = readdir(directory)) && list->count < MAX_FILES;) {
        struct slice name = slice_of(entry->d_name);
        if (entry->d_name[0] == '.' || !slice_ends(name, SLICE(".yaml")))
            continue;
        char *relative = memory_alloc(name.len + sizeof "indicators/");
        sprintf(relative, "indicators/%s", entry->d_name);
        list->names[list->count++] = relative;
    }
    closedir(directory);
    qsort(list->names + first, list->count - first, sizeof *list->names, by_text);
    if (list->count == MAX_FILES)
        return fail(error, STATUS_BAD, "%s: more than %d files: merge some", path, MAX_FILES);
    return STATUS_OK;
}

static bool has_file(const char *folder, const char *name)
{
    char path[MAX_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, R_OK) == 0;
}

/* A catalogue without a model, its concepts and settings goes by its rules alone. */
static bool is_optional(const char *name)
{
    return strcmp(name, "concepts.yaml") == 0 || strcmp(name, "model.yaml") == 0;
}

static enum status list_files(struct folder *list, const char *folder, struct error *error)
{
    static const char *const fixed[] = {"units.yaml",    "nonquantities.yaml", "words.yaml",
                                        "concepts.yaml", "topics.yaml",        "scopes.yaml",
                                        "model.yaml"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!is_optional(fixed[i]) || has_file(folder, fixed[i]))
            list->names[list->count++] = memory_copy_text(fixed[i]);
    return list_indicators(list, folder, error);
}

static enum status add_file(struct buffer *all, const char *folder, const char *name,
                            struct error *error)
{
    char path[MAX_PATH_BYTES];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    buffer_append(all, name, strlen(name) + 1);
    struct error why;
    if (file_read(path, MAX_FILE_BYTES, all, &why) == STATUS_OK)
        return STATUS_OK; /* else another try may find it mended */
    return fail(error, STATUS_RETRY, "%s: a catalogue folder has this file", why.text);
}

enum status catalogue_version(const char *folder, char *version, struct error *error)
{
    struct folder list = {0};
    struct buffer all = {0};
    uint8_t digest[DIGEST_BYTES];
    enum status status = list_files(&list, folder, error);
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
        status = add_file(&all, folder, list.names[i], error);
    if (status == STATUS_OK && has_file(folder, WEIGHTS_FILE))
        status = add_file(&all, folder, WEIGHTS_FILE, error);
    digest_sha256(buffer_slice(&all), digest);
    for (size_t i = 0; i < CATALOGUE_VERSION_DIGITS / 2 && status == STATUS_OK; i++)
        sprintf(version + 2 * i, "%02x", digest[i]);
    folder_release(&list);
    buffer_release(&all);
    return status;
}

/* ---- loading ---- */

static void load_file(struct loading *loading, const char *folder, const char *name)
{
    struct error error;
    struct yaml yaml = {0};
    struct slice path = arena_format(&loading->catalogue->arena, "%s/%s", folder, name);
    if (yaml_load(&yaml, path.data, &error)) {
        problem_line(loading->problems, error.text);
        return;
    }
    loading->yaml = &yaml;
    loading->path = path.data;
    if (strcmp(name, "words.yaml") == 0 || strcmp(name, "concepts.yaml") == 0)
        catalogue_load_words(loading, yaml.root);
    else if (strcmp(name, "topics.yaml") == 0)
        catalogue_load_topics(loading, yaml.root);
    else if (strcmp(name, "scopes.yaml") == 0)
        catalogue_load_scopes(loading, yaml.root);
    else if (strcmp(name, "model.yaml") == 0)
        catalogue_load_model(loading, yaml.root);
    else if (strncmp(name, "indicators/", 11) == 0)
        catalogue_load_indicators(loading, yaml.root);
    yaml_release(&yaml); /* units.yaml and nonquantities.yaml are read by quantity_rules_load */
}

/* Only words that some rule or topic needs are looked for. */
static void build_automaton(struct catalogue *catalogue)
{
    const struct lexicon *lexicon = &catalogue->lexicon;
    size_t count = lexicon->word_count;
    struct slice *texts = memory_zero((count + 1) * sizeof *texts);
    uint64_t *topics = arena_alloc(&catalogue->arena, (count + 1) * sizeof *topics);
    bool *leads = arena_alloc(&catalogue->arena, (count + 1) * sizeof *leads);
    if (catalogue->word_topic_count)
        memcpy(topics, catalogue->word_topics, catalogue->word_topic_count * sizeof *topics);
    struct lexicon_class *lead = lexicon_class(&catalogue->lexicon, SLICE("lead"));
    for (size_t i = 0; lead && i < lead->count; i++)
        leads[lead->words[i]] = true;
    for (size_t i = 0; i < count; i++)
        if (i < MARK_COUNT || lexicon->words[i].set_count || topics[i] || leads[i] ||
            catalogue->concepts.first[i] < catalogue->concepts.first[i + 1])
            texts[i] = lexicon->words[i].text;
    catalogue->automaton = automaton_new(texts, count, NULL);
    catalogue->words =
        (struct view_words){&catalogue->lexicon, catalogue->automaton, topics, leads, NULL};
    free(texts);
    free(catalogue->word_topics);
    catalogue->word_topics = NULL;
}

static void load_all(struct loading *loading, const char *folder)
{
    struct error error;
    struct folder list = {0};
    struct catalogue *catalogue = loading->catalogue;
    const char *known = loading->options.version;
    if (known)
        snprintf(catalogue->version, sizeof catalogue->version, "%s", known);
    if (quantity_rules_load(&catalogue->quantities, folder, &error))
        problem_line(loading->problems, error.text);
    if (list_files(&list, folder, &error) ||
        (!known && catalogue_version(folder, catalogue->version, &error)))
        problem_line(loading->problems, error.text);
    else
        for (size_t i = 2; i < list.count; i++)
            load_file(loading, folder, list.names[i]);
    folder_release(&list);
}

static bool label_of(void *context, struct slice id, uint16_t *label)
{
    const struct catalogue *catalogue = context;
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        if (slice_equal(catalogue->indicators[i].id, id)) {
            *label = (uint16_t)i;
            return true;
        }
    return false;
}

static void load_weights(struct loading *loading, const char *folder)
{
    struct error error;
    struct buffer text = {0};
    struct slice path = arena_format(&loading->catalogue->arena, "%s/%s", folder, WEIGHTS_FILE);
    size_t name = sizeof WEIGHTS_FILE; /* add_file puts it in front */
    if (!has_file(folder, WEIGHTS_FILE))
        return;
    if (add_file(&text, folder, WEIGHTS_FILE, &error) ||
        weights_read(&loading->catalogue->weights, path.data,
                     slice_range(buffer_slice(&text), name, text.len), label_of, loading->catalogue,
                     &error))
        problem_line(loading->problems, error.text);
    buffer_release(&text);
}

enum status catalogue_load(struct catalogue **catalogue, const char *folder,
                           struct catalogue_options options, struct problems *problems)
{
    struct catalogue *made = memory_zero(sizeof *made);
    struct loading loading = {.catalogue = made, .problems = problems, .options = options};
    size_t before = problems->errors;
    view_marks_enter(&made->lexicon);
    load_all(&loading, folder);
    if (!options.no_weights)
        load_weights(&loading, folder);
    bool good = problems->errors == before;
    if (good || (options.examples && made->quantities)) {
        lexicon_set(&made->lexicon, NULL, 0); /* there is always one set */
        catalogue_index_model(made);
        if (made->weights)
            weights_number(made->weights, made);
        build_automaton(made);
        catalogue_index(made);
        *catalogue = made;
        return good ? STATUS_OK : STATUS_BAD;
    }
    catalogue_free(&made);
    return STATUS_BAD;
}

void catalogue_free(struct catalogue **catalogue)
{
    struct catalogue *gone = *catalogue;
    if (!gone)
        return;
    for (size_t i = 0; i < gone->rule_count; i++) {
        rule_pattern_release(&gone->rules[i].say);
        rule_pattern_release(&gone->rules[i].under);
        for (size_t k = 0; k < gone->rules[i].unless_count; k++)
            rule_pattern_release(&gone->rules[i].unless[k]);
    }
    catalogue_index_release(gone);
    weights_free(&gone->weights);
    automaton_free(&gone->automaton);
    lexicon_release(&gone->lexicon);
    quantity_rules_free(&gone->quantities);
    free(gone->word_topics);
    arena_release(&gone->arena);
    free(gone);
    *catalogue = NULL;
}
