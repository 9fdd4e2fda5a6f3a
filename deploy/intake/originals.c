/* originals.c - walks up the path to what is a file, and looks into it as it was looked into when
 * it was submitted. What can fail: the file was moved or changed since, it lies on another host. */
#include "deploy/intake/originals.h"

#include "deploy/intake/inputs_read.h"
#include "proto/base/digest.h"
#include "proto/kept.h"
#include "proto/listed.h"

#include <stdlib.h>
#include <sys/stat.h>

struct search {
    uint8_t wanted[DIGEST_BYTES];
    struct buffer *bytes;
    bool found;
};

static enum status compare(void *context, const char *path, struct buffer *document,
                           const char *unreadable, struct error *error)
{
    struct search *search = context;
    uint8_t hash[DIGEST_BYTES];
    (void)path;
    if (unreadable)
        return STATUS_OK;
    digest_sha256(buffer_slice(document), hash);
    if (memcmp(hash, search->wanted, sizeof hash) != 0)
        return STATUS_OK;
    buffer_clear(search->bytes);
    buffer_add(search->bytes, buffer_slice(document));
    search->found = true;
    return fail(error, STATUS_AGAIN, "found: no need to read on");
}

static void be_silent(void *context, const char *line)
{
    (void)context, (void)line;
}

/* Cuts the path down to the part that is a file. False: none is. */
static bool find_file(char *path)
{
    struct stat found;
    while (stat(path, &found) != 0) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            return false;
        *slash = '\0';
    }
    return S_ISREG(found.st_mode);
}

static bool read_kept(const char *kept, struct slice sha256, struct buffer *bytes)
{
    struct buffer read = {0};
    bool there = kept && kept_get(kept, sha256, &read, NULL) == STATUS_OK;
    if (there)
        buffer_add(bytes, listed_document(buffer_slice(&read)));
    buffer_release(&read);
    return there;
}

enum status original_read(const char *kept, const char *path, struct slice sha256,
                          struct buffer *bytes, struct error *error)
{
    if (read_kept(kept, sha256, bytes))
        return STATUS_OK;
    struct inputs inputs = {.tell = be_silent};
    struct search search = {.bytes = bytes};
    struct error ignored;
    char *file = memory_copy_text(path);
    if (digest_parse(sha256, search.wanted) && find_file(file))
        inputs_add(&inputs, file);
    if (inputs.count == 1)
        inputs_read(&inputs, 0, compare, &search, &ignored);
    inputs_release(&inputs);
    free(file);
    return search.found ? STATUS_OK
                        : fail(error, STATUS_BAD,
                               "%s: the original is not there any more, or has changed "
                               "(找不到原文件)",
                               path);
}
