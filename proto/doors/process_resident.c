/* process_resident.c - children that stay: questions and answers over a socket of their own.
 *
 * Either side sends a short message, and the long part as a file in memory along with it, so that
 * nothing is copied through a pipe. The asker owns the resident; when it closes it (or dies) the
 * server kills the child. What the child says is not believed: the file's size is asked of the
 * kernel and bounded.
 */
#include "proto/doors/process_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

struct process_resident {
    struct process_request request;
    struct process_asking asking;
    int socket;
};

/* ---- messages ---- */

static bool send_parts(int socket, struct slice text, struct slice bytes)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    int file = process_file(bytes);
    struct iovec body = {(void *)text.data, text.len};
    struct msghdr message = {.msg_iov = &body,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &file, sizeof file);
    ssize_t sent = -1;
    do
        sent = file < 0 ? -1 : sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR && file >= 0);
    if (file >= 0)
        close(file);
    return sent == (ssize_t)text.len;
}

static bool read_file(int file, uint64_t limit, struct buffer *bytes)
{
    struct stat found;
    if (fstat(file, &found) != 0 || found.st_size < 0 || (uint64_t)found.st_size > limit)
        return false;
    buffer_reserve(bytes, (size_t)found.st_size + 1);
    for (off_t at = 0; at < found.st_size;) {
        ssize_t got = pread(file, bytes->data + bytes->len, (size_t)(found.st_size - at), at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes->len += (size_t)got;
        at += got;
    }
    return true;
}

static bool receive_parts(int socket, uint64_t limit, struct buffer *text, struct buffer *bytes)
{
    union {
        char bytes[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    buffer_clear(text);
    buffer_reserve(text, PROCESS_ARGUMENT_BYTES);
    struct iovec body = {text->data, PROCESS_ARGUMENT_BYTES};
    struct msghdr message = {.msg_iov = &body,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (!header || header->cmsg_len != CMSG_LEN(sizeof(int)))
        return false;
    text->len = (size_t)got;
    int file;
    memcpy(&file, CMSG_DATA(header), sizeof file);
    bool read = read_file(file, limit, bytes);
    close(file);
    return read;
}

/* ---- in the child ---- */

bool process_resident_next(int socket, struct buffer *question, struct buffer *input)
{
    buffer_clear(input);
    return receive_parts(socket, PROCESS_OUTPUT_BYTES * 4ull, question, input);
}

bool process_resident_answer(int socket, struct slice answer, struct slice output)
{
    return send_parts(socket, answer, output);
}

/* ---- in the asker ---- */

enum status process_resident_open(struct process_resident **resident, process_residing *work,
                                  struct slice parameters, const char *folder,
                                  const struct process_limits *limits, struct error *error)
{
    struct process_resident *new = memory_zero(sizeof *new);
    struct process_request *request = &new->request;
    size_t folder_len = strlen(folder) + 1;
    *resident = new;
    new->socket = -1;
    new->asking = (struct process_asking){{-1, -1, -1, -1}, -1, -1, -1, 0, 0};
    request->residing = work;
    process_set_limits(request, limits);
    if (parameters.len + folder_len > sizeof request->words)
        return fail(error, STATUS_FATAL, "%s: the path is too long: set TMPDIR to a shorter one",
                    folder);
    memcpy(request->words, parameters.data, parameters.len);
    memcpy(request->words + parameters.len, folder, folder_len);
    request->parameters_len = (uint32_t)parameters.len;
    request->words_len = (uint32_t)(parameters.len + folder_len);
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(error, STATUS_RETRY, "no sockets left (%s): raise `ulimit -n`",
                    strerror(errno));
    new->socket = ends[0];
    new->asking.theirs[FD_INPUT] = ends[1];
    return asking_begin(&new->asking, request, error);
}

void process_resident_close(struct process_resident **resident)
{
    struct process_resident *old = *resident;
    struct process_report report;
    if (!old)
        return;
    if (old->socket >= 0)
        close(old->socket);
    asking_end(&old->asking, &old->request, PROCESS_CRASHED, &report, NULL); /* kills it */
    free(old);
    *resident = NULL;
}

enum status process_resident_ask(struct process_resident *resident, struct slice question,
                                 struct slice input, unsigned time_ms, struct buffer *answer,
                                 struct buffer *output, struct process_report *report,
                                 struct error *error)
{
    struct process_asking *asking = &resident->asking;
    uint64_t begun = process_now_ms();
    *report = (struct process_report){.end = PROCESS_DONE};
    asking->deadline_ms = begun + time_ms;
    if (!send_parts(resident->socket, question, input))
        report->end = PROCESS_CRASHED;
    else if (!asking_wait(asking, resident->socket))
        report->end = PROCESS_SLOW;
    else if (!receive_parts(resident->socket, resident->request.limits.output_bytes, answer,
                            output))
        report->end = PROCESS_CRASHED;
    report->elapsed_ms = (unsigned)(process_now_ms() - begun);
    (void)error;
    return STATUS_OK;
}
