/* process_stream.c - children whose results come one after another.
 *
 * A result on the pipe is two lengths, then the head, then the bytes. The asker reads at its own
 * pace: a full pipe holds the child up, and its time counts only while somebody waits for it. What
 * the child says is not believed: lengths are checked before anything is reserved.
 */
#include "proto/doors/process_private.h"

#include <errno.h>
#include <unistd.h>

enum { MAX_HEAD_BYTES = 64 * 1024 };

struct lengths {
    uint64_t head, bytes;
};

/* ---- in the child ---- */

static bool write_all(int fd, const void *from, size_t len)
{
    for (const char *at = from; len > 0;) {
        ssize_t wrote = write(fd, at, len);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

bool process_emit(int out, struct slice head, struct slice bytes)
{
    struct lengths lengths = {head.len, bytes.len};
    return write_all(out, &lengths, sizeof lengths) && write_all(out, head.data, head.len) &&
           write_all(out, bytes.data, bytes.len);
}

/* ---- in the asker ---- */

/* PROCESS_DONE with *got less than `len`: the pipe's end. */
static enum process_end read_all(struct process_asking *asking, void *into, size_t len, size_t *got)
{
    for (*got = 0; *got < len;) {
        if (!asking_wait(asking, asking->output))
            return PROCESS_SLOW;
        ssize_t count = read(asking->output, (char *)into + *got, len - *got);
        if (count == 0)
            return PROCESS_DONE;
        if (count > 0)
            *got += (size_t)count;
        else if (errno != EINTR)
            return PROCESS_CRASHED;
    }
    return PROCESS_DONE;
}

static enum process_end read_into(struct process_asking *asking, struct buffer *buffer,
                                  uint64_t len, bool *whole)
{
    size_t got;
    buffer_clear(buffer);
    buffer_reserve(buffer, len);
    enum process_end end = read_all(asking, buffer->data, len, &got);
    buffer->len = got;
    *whole = got == len;
    return end;
}

/* One result. *whole false at the end of all, or when it was cut off. */
static enum process_end read_result(struct process_asking *asking, uint64_t limit,
                                    struct buffer *head, struct buffer *bytes, bool *whole)
{
    struct lengths lengths;
    size_t got;
    enum process_end end = read_all(asking, &lengths, sizeof lengths, &got);
    *whole = got == sizeof lengths;
    if (end || !*whole)
        return end;
    if (lengths.head > MAX_HEAD_BYTES || lengths.bytes > limit) {
        *whole = false;
        return PROCESS_LARGE;
    }
    end = read_into(asking, head, lengths.head, whole);
    if (!end && *whole)
        end = read_into(asking, bytes, lengths.bytes, whole);
    return end;
}

static enum process_end take_results(struct process_asking *asking,
                                     const struct process_request *request, process_sink *sink,
                                     void *context, enum status *status, struct error *error)
{
    struct buffer head = {0}, bytes = {0};
    enum process_end end;
    bool whole;
    for (;;) {
        asking->deadline_ms = process_now_ms() + request->limits.time_ms;
        end = read_result(asking, request->limits.output_bytes, &head, &bytes, &whole);
        if (end || !whole)
            break;
        *status = sink(context, buffer_slice(&head), &bytes, error);
        if (*status)
            break;
    }
    buffer_release(&head);
    buffer_release(&bytes);
    return end;
}

enum status process_stream(process_emitting *work, struct slice parameters, int input_fd,
                           uint64_t input_bytes, const struct process_limits *limits,
                           process_sink *sink, void *context, struct process_report *report,
                           struct error *error)
{
    struct process_request request = {.emitting = work, .input_bytes = input_bytes};
    if (parameters.len > sizeof request.words)
        return fail(error, STATUS_BAD, "the name is longer than %d bytes", PROCESS_ARGUMENT_BYTES);
    request.words_len = (uint32_t)parameters.len;
    memcpy(request.words, parameters.data, parameters.len);
    process_set_limits(&request, limits);
    struct process_asking asking = {.theirs = {[FD_INPUT] = dup(input_fd)}};
    enum status status = asking_begin(&asking, &request, error), ended;
    enum process_end end = PROCESS_CRASHED;
    bool begun = !status;
    if (begun)
        end = take_results(&asking, &request, sink, context, &status, error);
    ended = asking_end(&asking, &request, status && begun ? PROCESS_CRASHED : end, report, error);
    return status ? status : ended;
}
