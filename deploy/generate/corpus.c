/* corpus.c - which files there are: draws authors, never one twice, and sends some reports a second
 * time, changed or not. One thread; the same seed gives the same bytes. */
#include "deploy/generate/corpus.h"

#include "deploy/generate/prose.h"
#include "deploy/generate/spoil.h"
#include "deploy/generate/truth.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { ADDED_BYTES = 1500, LEAST_BYTES = 5000, MOST_BYTES = 27000 };

/* What is remembered of a report that may be sent again. */
struct sent {
    struct author author;
    uint32_t number; /* in the truth */
    uint64_t index;  /* its random stream, to write the same bytes again */
    bool superseded;
};

struct corpus {
    const struct corpus_options *options;
    struct corpus_counts *counts;
    struct places places;
    struct phrases phrases;
    struct truth *truth;
    struct prose prose;
    struct buffer bytes; /* of the file */
    struct arena arena;  /* of authors */
    struct sent *sent;
    size_t sent_count, sent_capacity;
    uint64_t *taken; /* hashes of units and years: open addressing, a power of two */
    size_t taken_size;
    uint64_t folders[64]; /* bit per province folder made */
};

static uint64_t hash_author(const struct author *author)
{
    uint64_t hash = 0xcbf29ce484222325ull ^ author->year;
    for (size_t i = 0; i < author->issuer.len; i++)
        hash = (hash ^ (uint8_t)author->issuer.data[i]) * 0x100000001b3ull;
    hash = (hash ^ author->place->code) * 0x100000001b3ull;
    return hash ? hash : 1;
}

/* False when the unit has its report of that year already. */
static bool take_author(struct corpus *corpus, const struct author *author)
{
    uint64_t hash = hash_author(author);
    for (size_t at = hash & (corpus->taken_size - 1);; at = (at + 1) & (corpus->taken_size - 1)) {
        if (corpus->taken[at] == hash)
            return false;
        if (corpus->taken[at] == 0) {
            corpus->taken[at] = hash;
            return true;
        }
    }
}

static enum status make_folder(const char *path, struct error *error)
{
    if (mkdir(path, 0777) == 0 || errno == EEXIST)
        return STATUS_OK;
    return fail(error, STATUS_FATAL, "%s: the folder can't be made: %s", path, strerror(errno));
}

static enum status write_bytes(struct corpus *corpus, uint64_t index, const struct author *author,
                               struct slice bytes, struct error *error)
{
    char path[4096];
    unsigned province = author->place->code / 10000;
    snprintf(path, sizeof path, "%s/%02u", corpus->options->out, province);
    if (!corpus->folders[province % 64]) {
        enum status status = make_folder(path, error);
        if (status)
            return status;
        corpus->folders[province % 64] = 1;
    }
    snprintf(path, sizeof path, "%s/%02u/%08llu-%06u-%u.txt", corpus->options->out, province,
             (unsigned long long)index, author->place->code, author->year);
    FILE *file = fopen(path, "wb");
    bool whole = file && fwrite(bytes.data, 1, bytes.len, file) == bytes.len;
    if (file && fclose(file) != 0)
        whole = false;
    if (!whole)
        return fail(error, STATUS_FATAL, "%s can't be written: %s", path, strerror(errno));
    corpus->counts->bytes += bytes.len;
    return STATUS_OK;
}

/* The prose of stream `stream` by `author`, in the encoding that the stream draws; with `more`
 * bytes a corrected version of it. */
static void compose(struct corpus *corpus, uint64_t stream, const struct author *author,
                    size_t more)
{
    struct random random = random_for(corpus->options->seed, stream * 2 + 1);
    size_t bytes = random_between(&random, LEAST_BYTES, MOST_BYTES);
    prose_write(&corpus->prose, &corpus->phrases, author, &random, bytes, more);
    encode_document(buffer_slice(&corpus->prose.text), (unsigned)random_between(&random, 0, 99),
                    &corpus->bytes);
}

/* From sent->index, as number `index` of the corpus. */
static enum status state_and_write(struct corpus *corpus, uint64_t index, struct sent *sent,
                                   size_t more, struct error *error)
{
    compose(corpus, sent->index, &sent->author, more);
    enum status status = truth_add(corpus->truth, &sent->author, corpus->prose.statements,
                                   corpus->prose.statement_count, &sent->number, error);
    corpus->counts->statements += corpus->prose.statement_count;
    return status ? status
                  : write_bytes(corpus, index, &sent->author, buffer_slice(&corpus->bytes), error);
}

static struct author draw_author(struct corpus *corpus, struct random *random)
{
    struct author author;
    do {
        author = places_draw(&corpus->places, random, &corpus->arena);
    } while (!take_author(corpus, &author));
    return author;
}

static enum status write_new(struct corpus *corpus, uint64_t index, struct random *random,
                             struct error *error)
{
    struct sent *sent =
        ARENA_PUSH(&corpus->arena, corpus->sent, corpus->sent_count, corpus->sent_capacity);
    *sent = (struct sent){.author = draw_author(corpus, random), .index = index};
    corpus->counts->reports++;
    return state_and_write(corpus, index, sent, 0, error);
}

/* Half of the text as it was: what makes a version, not another report of the unit. */
static enum status write_version(struct corpus *corpus, uint64_t index, struct sent *earlier,
                                 struct error *error)
{
    struct sent later = {.author = earlier->author, .index = earlier->index};
    earlier->superseded = true;
    truth_withdraw(corpus->truth, earlier->number);
    corpus->counts->versions++;
    return state_and_write(corpus, index, &later, ADDED_BYTES, error);
}

static enum status write_duplicate(struct corpus *corpus, uint64_t index,
                                   const struct sent *earlier, struct error *error)
{
    compose(corpus, earlier->index, &earlier->author, 0);
    corpus->counts->duplicates++;
    return write_bytes(corpus, index, &earlier->author, buffer_slice(&corpus->bytes), error);
}

static enum status write_broken(struct corpus *corpus, uint64_t index, struct random *random,
                                struct error *error)
{
    struct author author = places_draw(&corpus->places, random, &corpus->arena);
    struct random stream = random_for(corpus->options->seed, index * 2 + 1);
    prose_write(&corpus->prose, &corpus->phrases, &author, &stream, LEAST_BYTES, 0);
    spoil_document(&author, &corpus->prose.text, random, &corpus->bytes);
    corpus->counts->broken++;
    return write_bytes(corpus, index, &author, buffer_slice(&corpus->bytes), error);
}

static enum status write_one(struct corpus *corpus, uint64_t index, struct error *error)
{
    struct random random = random_for(corpus->options->seed, index * 2);
    unsigned dice = (unsigned)random_between(&random, 0, 999);
    if (dice < 10 && corpus->options->broken)
        return write_broken(corpus, index, &random, error);
    if (dice < 20 && corpus->sent_count) {
        struct sent *earlier = &corpus->sent[random_between(&random, 0, corpus->sent_count - 1)];
        if (!earlier->superseded)
            return dice < 15 ? write_version(corpus, index, earlier, error)
                             : write_duplicate(corpus, index, earlier, error);
    }
    return write_new(corpus, index, &random, error);
}

static enum status prepare(struct corpus *corpus, struct error *error)
{
    enum status status = places_load(&corpus->places, error);
    if (!status)
        status = phrases_load(&corpus->phrases, error);
    if (!status)
        status = truth_new(&corpus->truth, &corpus->places, error);
    if (!status)
        status = make_folder(corpus->options->out, error);
    corpus->taken_size = 1024;
    while (corpus->taken_size < corpus->options->reports * 2)
        corpus->taken_size *= 2;
    corpus->taken = memory_zero(corpus->taken_size * sizeof *corpus->taken);
    return status;
}

static void release(struct corpus *corpus)
{
    truth_free(&corpus->truth);
    phrases_release(&corpus->phrases);
    places_release(&corpus->places);
    prose_release(&corpus->prose);
    buffer_release(&corpus->bytes);
    arena_release(&corpus->arena);
    free(corpus->taken);
}

enum status corpus_write(const struct corpus_options *options, struct corpus_counts *counts,
                         struct error *error)
{
    struct corpus corpus = {.options = options, .counts = counts};
    *counts = (struct corpus_counts){0};
    enum status status = prepare(&corpus, error);
    for (uint64_t index = 1; index <= options->reports && !status; index++) {
        status = write_one(&corpus, index, error);
        if (options->progress && index % 256 == 0)
            options->progress(options->context, index);
    }
    if (!status)
        truth_rows(corpus.truth, options->row, options->context);
    release(&corpus);
    return status;
}
