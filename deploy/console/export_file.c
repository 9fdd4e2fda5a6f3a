/* export_file.c - reads all rows into a file in a folder of its own, opens it and takes its name
 * away: whatever happens then, nothing is left. The connection's thread. */
#include "deploy/console/export_file.h"

#include "proto/rows/grid.h"
#include "proto/rows/row_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_WIDE_ROWS = 2000000 };

/* Where rows go: one of the two. */
struct sink {
    struct row_file *file;
    struct arena *arena; /* kept, for a table of another shape */
    struct row *rows;
    size_t count, capacity;
};

bool export_file_knows(const char *format)
{
    return row_file_format(format) != NULL;
}

static enum status put(struct sink *sink, const struct row *row, struct error *error)
{
    if (sink->file)
        return row_file_put(sink->file, row, error);
    if (sink->count == MAX_WIDE_ROWS)
        return fail(error, STATUS_BAD, "more than %d values: narrow it down to a year or province",
                    MAX_WIDE_ROWS);
    row_copy(sink->arena, row, ARENA_PUSH(sink->arena, sink->rows, sink->count, sink->capacity));
    return STATUS_OK;
}

static enum status read_all(const struct export_wish *wish, struct sink *sink, struct error *error)
{
    struct request question = *wish->question;
    struct answer page = {.more = true};
    struct arena arena = {0};
    struct buffer after = {0};
    struct lent lent = {0};
    enum status status = lent_take(wish->console->sources, &lent, error);
    buffer_add(&after, question.after);
    while (!status && page.more) {
        arena_reset(&arena);
        question.after = buffer_slice(&after);
        status = lent_read(&lent, &question, &arena, &page, error);
        for (size_t i = 0; !status && i < page.row_count; i++)
            status = put(sink, &page.rows[i], error);
        buffer_clear(&after);
        if (!status)
            buffer_add(&after, page.after);
    }
    lent_return(wish->console->sources, &lent, status);
    buffer_release(&after);
    arena_release(&arena);
    return status;
}

static enum status write_csv(const struct grid *grid, bool bom, const char *path,
                             struct error *error)
{
    struct buffer text = {0};
    grid_csv(grid, bom, &text);
    FILE *out = fopen(path, "wbe");
    bool whole = out && fwrite(text.data, 1, text.len, out) == text.len;
    if (out && fclose(out) != 0)
        whole = false;
    buffer_release(&text);
    return whole ? STATUS_OK
                 : fail(error, STATUS_FATAL, "%s: can't be written: %s", path, strerror(errno));
}

/* Where it lies on this machine is nobody's business who gets a sheet. */
static void put_last_name(const char *place, struct buffer *name)
{
    size_t end = strlen(place);
    while (end > 0 && place[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && place[start - 1] != '/')
        start--;
    buffer_format(name, "%.*s", (int)(end - start), place + start);
}

static enum status make(const struct export_wish *wish, const char *path, struct error *error)
{
    const struct console_options *options = &wish->console->options;
    struct buffer place = {0};
    put_last_name(options->store ? options->store : options->broker, &place);
    const struct row_source source = {"xianzhi console", place.data, wish->asked};
    struct arena arena = {0};
    struct grid grid = {0};
    struct sink sink = {.arena = &arena};
    enum status status =
        wish->wide ? STATUS_OK
                   : row_file_open(&sink.file, row_file_format(wish->format), path, &source, error);
    if (!status)
        status = read_all(wish, &sink, error);
    if (!status && wish->wide)
        grid_wide(&grid, sink.rows, sink.count);
    if (!status && wish->wide)
        status = strcmp(wish->format, "csv") == 0 ? write_csv(&grid, wish->bom, path, error)
                                                  : grid_xlsx(&grid, path, &source, error);
    struct error closing;
    enum status closed = row_file_close(&sink.file, status == STATUS_OK, &closing);
    if (!status && closed) {
        *error = closing;
        status = closed;
    }
    grid_release(&grid);
    arena_release(&arena);
    buffer_release(&place);
    return status;
}

enum status export_file(const struct export_wish *wish, int *fd, uint64_t *bytes,
                        struct error *error)
{
    const char *folder = getenv("TMPDIR");
    char place[512], path[600];
    struct stat made;
    snprintf(place, sizeof place, "%.400s/xianzhi-export-XXXXXX",
             folder && *folder ? folder : "/tmp");
    if (!mkdtemp(place))
        return fail(error, STATUS_FATAL, "%s: no temporary folder can be made: %s", place,
                    strerror(errno));
    snprintf(path, sizeof path, "%s/export.%s", place, wish->format);
    enum status status = make(wish, path, error);
    *fd = status ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    unlink(path);
    rmdir(place);
    if (!status && (*fd < 0 || fstat(*fd, &made) != 0))
        return fail(error, STATUS_FATAL, "%s: can't be read again: %s", path, strerror(errno));
    *bytes = status ? 0 : (uint64_t)made.st_size;
    return status;
}
