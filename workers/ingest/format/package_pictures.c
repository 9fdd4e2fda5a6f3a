/* package_pictures.c - picks the members that are pictures of pages, in the order of their names:
 * programs number them as they stand in the document. Any thread; what can fail is the package.
 */
#include "workers/ingest/format/package_pictures.h"

#include "proto/doors/archive.h"
#include "proto/doors/process.h"
#include "workers/ingest/format/scans.h"
#include "workers/text/utf8.h"

#include <stdlib.h>
#include <strings.h>

enum {
    LEAST_BYTES = 15000,   /* smaller ones are stamps, logos, ornaments */
    LEAST_CHARACTERS = 12, /* of a text; fewer: a page number beside a picture */
    MAX_MEMBERS = 20000,
};

struct picture_list {
    struct slice *names;
    size_t count, capacity;
};

static bool is_picture(const struct archive_member *member)
{
    static const char *const endings[] = {".jpg", ".jpeg", ".png", ".tif", ".tiff", ".bmp", ".gif"};
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t len = strlen(endings[i]);
        if (member->name.len > len &&
            strncasecmp(member->name.data + member->name.len - len, endings[i], len) == 0)
            return member->regular && !member->encrypted && member->bytes >= LEAST_BYTES;
    }
    return false;
}

static bool is_digit(struct slice text, size_t at)
{
    return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

/* image2 before image10. */
static int by_name(const void *left, const void *right)
{
    struct slice a = *(const struct slice *)left, b = *(const struct slice *)right;
    size_t i = 0, j = 0;
    while (i < a.len && j < b.len) {
        unsigned long x = 0, y = 0;
        if (!is_digit(a, i) || !is_digit(b, j)) {
            if (a.data[i] != b.data[j])
                return (unsigned char)a.data[i] < (unsigned char)b.data[j] ? -1 : 1;
            i++, j++;
            continue;
        }
        while (is_digit(a, i))
            x = x * 10 + (unsigned long)(a.data[i++] - '0');
        while (is_digit(b, j))
            y = y * 10 + (unsigned long)(b.data[j++] - '0');
        if (x != y)
            return x < y ? -1 : 1;
    }
    return (a.len - i > b.len - j) - (a.len - i < b.len - j);
}

/* Calls of the archive that fail end the list: what is damaged the decoder has told already. */
static struct picture_list list_pictures(struct arena *arena, struct slice bytes)
{
    struct picture_list list = {0};
    struct archive_file *archive;
    struct archive_member member;
    struct error cause;
    bool open = archive_open(&archive, bytes, &cause) == STATUS_OK;
    for (unsigned i = 0; open && i < MAX_MEMBERS; i++) {
        if (archive_next(archive, &member, &cause) != STATUS_OK || !member.name.data)
            break;
        if (is_picture(&member))
            *ARENA_PUSH(arena, list.names, list.count, list.capacity) =
                arena_copy(arena, member.name);
    }
    archive_close(&archive);
    if (list.count > 1)
        qsort(list.names, list.count, sizeof *list.names, by_name);
    return list;
}

static size_t characters_of(struct slice text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at))
        count += !strchr(" \t\r\n", text.data[at]);
    return count;
}

enum status package_pictures_scan(struct slice bytes, struct blocks *blocks, struct error *error)
{
    if (characters_of(buffer_slice(&blocks->text)) >= LEAST_CHARACTERS)
        return STATUS_OK;
    size_t count = list_pictures(blocks->arena, bytes).count;
    if (count > MAX_SCANS)
        return fail(error, STATUS_BAD,
                    "%zu scanned pages (扫描页过多), more than the %d of any report: split it",
                    count, MAX_SCANS);
    for (size_t i = 0; i < count; i++)
        blocks_scan(blocks, (uint32_t)i + 1);
    return STATUS_OK;
}

/* ---- one of them ---- */

enum { PAGE_BYTES = 4 }; /* in front of the package, in the child's input */

static int read_in_child(const void *argument, struct slice input, struct buffer *output)
{
    (void)argument;
    uint32_t page;
    struct arena arena = {0};
    struct archive_file *archive;
    struct archive_member member;
    struct error cause;
    if (input.len < PAGE_BYTES)
        return 1;
    memcpy(&page, input.data, PAGE_BYTES);
    struct slice bytes = slice_range(input, PAGE_BYTES, input.len);
    struct picture_list list = list_pictures(&arena, bytes);
    if (page == 0 || page > list.count || archive_open(&archive, bytes, &cause) != STATUS_OK)
        return 1;
    while (archive_next(archive, &member, &cause) == STATUS_OK && member.name.data)
        if (slice_equal(member.name, list.names[page - 1]))
            return archive_read(archive, MAX_UNPACKED_BYTES, output, &cause) == STATUS_OK ? 0 : 1;
    return 1;
}

enum status package_pictures_read(struct slice bytes, unsigned page, struct buffer *picture,
                                  struct error *error)
{
    struct process_limits limits = {.memory_bytes = FORMAT_MEMORY_BYTES,
                                    .output_bytes = MAX_UNPACKED_BYTES,
                                    .time_ms = FORMAT_TIME_MS};
    struct process_report end;
    struct buffer input = {0};
    uint32_t number = page;
    buffer_append(&input, (const char *)&number, PAGE_BYTES);
    buffer_add(&input, bytes);
    enum status status =
        process_call(read_in_child, NULL, buffer_slice(&input), &limits, picture, &end, error);
    buffer_release(&input);
    if (!status && (end.end != PROCESS_DONE || end.exit_code != 0))
        status = fail(error, STATUS_BAD,
                      "page %u: its picture can't be taken out of the document (图片损坏): scan it "
                      "anew",
                      page);
    return status;
}
