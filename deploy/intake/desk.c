/* desk.c - small files in a folder of the store; written whole or not at all (a name of its own
 * first). One thread, one process: the store's lock is held by the run that writes here. What can
 * fail: the file system.
 */
#include "deploy/intake/desk.h"

#include "proto/base/digest.h"
#include "proto/base/settle.h"
#include "proto/pack.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_LETTER_BYTES = 128 << 20, PAGE_NODES = 4000000 };

/* ---- files ---- */

static void path_in(const char *store, const char *name, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/desk%s%s", store, *name ? "/" : "", name);
}

static enum status write_file(const char *store, const char *name, struct slice bytes,
                              struct error *error)
{
    char folder[PATH_MAX], path[PATH_MAX], draft[PATH_MAX + 8];
    path_in(store, "", folder);
    path_in(store, name, path);
    snprintf(draft, sizeof draft, "%s.new", path);
    if (mkdir(folder, 0755) != 0 && errno != EEXIST)
        return fail(error, STATUS_FATAL, "%s: %s", folder, strerror(errno));
    FILE *file = fopen(draft, "wbe");
    bool whole = file && fwrite(bytes.data, 1, bytes.len, file) == bytes.len;
    if (file)
        whole = fclose(file) == 0 && whole;
    enum status status = whole ? file_settle(draft, path, error)
                               : fail(error, STATUS_FATAL, "%s: %s", draft, strerror(errno));
    if (status)
        unlink(draft);
    return status;
}

static enum status read_file(const char *store, const char *name, struct buffer *bytes,
                             struct error *error)
{
    char path[PATH_MAX], block[65536];
    path_in(store, name, path);
    FILE *file = fopen(path, "rb");
    if (!file)
        return fail(error, errno == ENOENT ? STATUS_AGAIN : STATUS_FATAL, "%s: %s", path,
                    strerror(errno));
    size_t got = 1;
    while (got > 0 && bytes->len <= MAX_LETTER_BYTES) {
        got = fread(block, 1, sizeof block, file);
        buffer_append(bytes, block, got);
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    return failed ? fail(error, STATUS_FATAL, "%s: can't be read whole", path) : STATUS_OK;
}

static void letter_name(uint64_t seq, char name[40])
{
    snprintf(name, 40, "%" PRIu64 ".letter", seq);
}

static void name_placed(const uint8_t sha256[DIGEST_BYTES], char name[2 * DIGEST_BYTES + 16])
{
    digest_name(sha256, name);
    strcat(name, ".placed");
}

static void placed_name(struct slice document, char name[2 * DIGEST_BYTES + 16])
{
    uint8_t digest[DIGEST_BYTES];
    digest_sha256(listed_document(document), digest);
    name_placed(digest, name);
}

/* ---- letters ---- */

static int compare_seqs(const void *left, const void *right)
{
    const uint64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

enum status desk_list(const char *store, uint64_t **seqs, size_t *count, struct error *error)
{
    char folder[PATH_MAX];
    struct stat there;
    size_t capacity = 0;
    *seqs = NULL;
    *count = 0;
    if (stat(store, &there) != 0)
        return fail(error, STATUS_BAD, "%s: %s", store, strerror(errno));
    path_in(store, "", folder);
    DIR *dir = opendir(folder);
    for (struct dirent *entry; dir && (entry = readdir(dir)) != NULL;) {
        char *end;
        uint64_t seq = strtoull(entry->d_name, &end, 10);
        if (end == entry->d_name || strcmp(end, ".letter") != 0)
            continue;
        if (*count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            *seqs = memory_resize(*seqs, capacity * sizeof **seqs);
        }
        (*seqs)[(*count)++] = seq;
    }
    if (dir)
        closedir(dir);
    if (*count)
        qsort(*seqs, *count, sizeof **seqs, compare_seqs);
    return STATUS_OK;
}

enum status desk_read(const char *store, uint64_t seq, struct buffer *answer, struct error *error)
{
    char name[40];
    letter_name(seq, name);
    enum status status = read_file(store, name, answer, error);
    return status == STATUS_AGAIN
               ? fail(error, STATUS_BAD,
                      "%" PRIu64 " is no dead letter of %s: `xianzhi dead list --store %s` shows "
                      "those there are",
                      seq, store, store)
               : status;
}

enum status desk_drop(const char *store, uint64_t seq, struct error *error)
{
    char name[40], path[PATH_MAX];
    letter_name(seq, name);
    path_in(store, name, path);
    return unlink(path) == 0 ? STATUS_OK : fail(error, STATUS_BAD, "%s: %s", path, strerror(errno));
}

/* Path and document of a letter, to know it again. */
static uint64_t fingerprint(struct slice answer)
{
    struct arena arena = {0};
    const struct packed *root;
    uint8_t digest[DIGEST_BYTES];
    uint64_t print = 0;
    if (packed_read(&arena, answer, (struct pack_limits){6, PAGE_NODES}, &root, NULL) ==
        STATUS_OK) {
        struct slice path = packed_text(packed_get(packed_get(root, "letter"), "path"));
        struct slice document = packed_text(packed_get(root, "document"));
        struct buffer both = {0};
        buffer_add(&both, path);
        buffer_add(&both, listed_document(document));
        digest_sha256(buffer_slice(&both), digest);
        memcpy(&print, digest, sizeof print);
        buffer_release(&both);
    }
    arena_release(&arena);
    return print;
}

/* The letters that are there already, to put a new one of the same document in their place. */
struct earlier {
    uint64_t *seqs, *prints;
    size_t count;
};

static enum status read_earlier(const char *store, struct earlier *earlier, struct error *error)
{
    enum status status = desk_list(store, &earlier->seqs, &earlier->count, error);
    earlier->prints = memory_zero((earlier->count + 1) * sizeof *earlier->prints);
    for (size_t i = 0; i < earlier->count && status == STATUS_OK; i++) {
        struct buffer answer = {0};
        status = desk_read(store, earlier->seqs[i], &answer, error);
        earlier->prints[i] = fingerprint(buffer_slice(&answer));
        buffer_release(&answer);
    }
    return status;
}

static void drop_earlier(const char *store, const struct earlier *earlier, uint64_t print)
{
    for (size_t i = 0; i < earlier->count; i++)
        if (earlier->prints[i] == print)
            desk_drop(store, earlier->seqs[i], NULL);
}

static enum status keep_one(const char *store, struct client *client, uint64_t seq,
                            const struct earlier *earlier, struct error *error)
{
    struct buffer filter = {0};
    struct message answer, question = {.type = MESSAGE_DEAD, .verb = SLICE("show")};
    pack_map(&filter, 1);
    PACK_KEY(&filter, "seqs"), pack_array(&filter, 1), pack_uint(&filter, seq);
    question.payload = buffer_slice(&filter);
    enum status status = client_ask(client, &question, &answer, error);
    char name[40];
    letter_name(seq, name);
    if (status == STATUS_OK) {
        drop_earlier(store, earlier, fingerprint(answer.payload));
        status = write_file(store, name, answer.payload, error);
    }
    buffer_release(&filter);
    return status;
}

/* Numbers of the broker's letters, page by page, into `seqs` (uint64_t each). */
static enum status ask_numbers(struct client *client, struct buffer *seqs, struct error *error)
{
    struct arena arena = {0};
    struct buffer filter = {0};
    enum status status = STATUS_OK;
    uint64_t after = 0;
    for (bool more = true; more && status == STATUS_OK;) {
        struct message answer, question = {.type = MESSAGE_DEAD, .verb = SLICE("list")};
        const struct packed *root;
        buffer_clear(&filter);
        pack_map(&filter, 1);
        PACK_KEY(&filter, "after"), pack_uint(&filter, after);
        question.payload = buffer_slice(&filter);
        arena_reset(&arena);
        status = client_ask(client, &question, &answer, error);
        if (status == STATUS_OK)
            status = packed_read(&arena, answer.payload, (struct pack_limits){6, PAGE_NODES}, &root,
                                 error);
        if (status != STATUS_OK)
            break;
        const struct packed *letters = packed_get(root, "letters");
        for (uint32_t i = 0; i < packed_count(letters); i++) {
            uint64_t seq = packed_uint(packed_get(packed_at(letters, i), "seq"), 0);
            buffer_append(seqs, &seq, sizeof seq);
        }
        after = packed_uint(packed_get(root, "after"), 0);
        more = packed_bool(packed_get(root, "more"), false);
    }
    buffer_release(&filter);
    arena_release(&arena);
    return status;
}

enum status desk_keep(const char *store, struct client *client, struct error *error)
{
    struct earlier earlier = {0};
    struct buffer seqs = {0};
    enum status status = read_earlier(store, &earlier, error);
    if (status == STATUS_OK)
        status = ask_numbers(client, &seqs, error);
    for (size_t at = 0; at < seqs.len && status == STATUS_OK; at += sizeof(uint64_t)) {
        uint64_t seq;
        memcpy(&seq, seqs.data + at, sizeof seq);
        status = keep_one(store, client, seq, &earlier, error);
    }
    buffer_release(&seqs);
    free(earlier.seqs);
    free(earlier.prints);
    return status;
}

/* ---- what people have said ---- */

enum status desk_place(const char *store, struct slice document, const struct listed *listed,
                       struct error *error)
{
    char name[2 * DIGEST_BYTES + 16];
    struct buffer head = {0};
    placed_name(document, name);
    listed_encode(listed, &head);
    enum status status = write_file(store, name, buffer_slice(&head), error);
    buffer_release(&head);
    return status;
}

bool desk_has(const char *store, const uint8_t sha256[DIGEST_BYTES])
{
    char path[PATH_MAX], name[2 * DIGEST_BYTES + 16];
    name_placed(sha256, name);
    path_in(store, name, path);
    return access(path, F_OK) == 0;
}

void desk_wrap(const char *store, const uint8_t sha256[DIGEST_BYTES], struct buffer *document)
{
    char name[2 * DIGEST_BYTES + 16];
    struct buffer wrapped = {0};
    name_placed(sha256, name);
    if (desk_has(store, sha256) && read_file(store, name, &wrapped, NULL) == STATUS_OK) {
        buffer_add(&wrapped, buffer_slice(document));
        buffer_release(document);
        *document = wrapped;
        return;
    }
    buffer_release(&wrapped);
}
