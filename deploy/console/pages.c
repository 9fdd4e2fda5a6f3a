/* pages.c - the static files: read once, told apart by the hash of their content.
 *
 * Whatever is no file and no part of the API is the page itself: it finds out from the address what
 * to show. Read-only once opened; any thread. Fails on opening: the folder isn't there.
 */
#include "deploy/console/console_private.h"
#include "proto/base/digest.h"
#include "proto/base/paths.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct page {
    char *name;
    const char *type;
    struct buffer bytes;
    char tag[2 * DIGEST_BYTES + 3];
};

struct pages {
    struct page *items;
    size_t count;
};

static const struct {
    const char *ending, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".woff2", "font/woff2"},
};

static const char *type_of(const char *name)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (slice_ends(slice_of(name), slice_of(types[i].ending)))
            return types[i].type;
    return NULL;
}

static bool read_page(struct page *page, const char *path)
{
    FILE *file = fopen(path, "rb");
    char chunk[16384];
    size_t got;
    if (!file)
        return false;
    while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
        buffer_append(&page->bytes, chunk, got);
    bool whole = !ferror(file);
    fclose(file);
    uint8_t hash[DIGEST_BYTES];
    digest_sha256(buffer_slice(&page->bytes), hash);
    page->tag[0] = '"';
    for (unsigned i = 0; i < 16; i++)
        snprintf(page->tag + 1 + 2 * i, 3, "%02x", hash[i]);
    strcat(page->tag, "\"");
    return whole;
}

static enum status read_folder(struct pages *pages, const char *folder, struct error *error)
{
    DIR *entries = opendir(folder);
    if (!entries)
        return fail(error, STATUS_FATAL, "%s: the console's pages are not there", folder);
    enum status status = STATUS_OK;
    for (struct dirent *entry; !status && (entry = readdir(entries));) {
        char path[4096];
        if (!type_of(entry->d_name) ||
            snprintf(path, sizeof path, "%s/%s", folder, entry->d_name) >= (int)sizeof path)
            continue;
        pages->items = memory_resize(pages->items, (pages->count + 1) * sizeof *pages->items);
        struct page *page = &pages->items[pages->count++];
        *page =
            (struct page){.name = memory_copy_text(entry->d_name), .type = type_of(entry->d_name)};
        if (!read_page(page, path))
            status = fail(error, STATUS_FATAL, "%s: can't be read", path);
    }
    closedir(entries);
    return status;
}

enum status pages_open(struct pages **out, struct error *error)
{
    char folder[4096];
    enum status status = data_path("deploy/console/pages", folder, sizeof folder, error);
    if (status)
        return status;
    *out = memory_zero(sizeof **out);
    status = read_folder(*out, folder, error);
    if (status)
        pages_close(out);
    return status;
}

void pages_close(struct pages **slot)
{
    struct pages *pages = *slot;
    if (!pages)
        return;
    *slot = NULL;
    for (size_t i = 0; i < pages->count; i++) {
        free(pages->items[i].name);
        buffer_release(&pages->items[i].bytes);
    }
    free(pages->items);
    free(pages);
}

static const struct page *find(const struct pages *pages, const char *name)
{
    for (size_t i = 0; i < pages->count; i++)
        if (strcmp(pages->items[i].name, name) == 0)
            return &pages->items[i];
    return NULL;
}

/* Files by their name, the description of the API, and for any other address the page itself. */
static const char *file_of(const char *path)
{
    if (strncmp(path, "/static/", 8) == 0)
        return path + 8;
    if (strcmp(path, "/api/v1/openapi.json") == 0)
        return "openapi.json";
    return strcmp(path, "/favicon.ico") == 0 ? "icon.svg" : "index.html";
}

void pages_answer(struct console *console, const struct visitor *visitor,
                  struct http_request *request, struct http_answer *answer)
{
    const char *path = http_request_path(request), *name = file_of(path);
    bool api = strncmp(path, "/api/", 5) == 0 && strcmp(name, "index.html") == 0;
    const struct page *page = api ? NULL : find(console->pages, name);
    const char *known = http_request_header(request, "If-None-Match");
    (void)visitor;
    if (!page) {
        reply_problem(answer, 404, "there is nothing at %s%s", path,
                      api ? ": see /api/v1/openapi.json" : "");
        return;
    }
    http_answer_header(answer, "ETag", "%s", page->tag);
    http_answer_header(answer, "Cache-Control", "no-cache");
    answer->type = page->type;
    answer->code = known && strstr(known, page->tag) ? 304 : 200;
    if (answer->code == 200)
        buffer_add(&answer->body, buffer_slice(&page->bytes));
}
