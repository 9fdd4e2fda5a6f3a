/* process.c - the asking side: input into a file in memory, request to the server, output read
 * until the child has ended.
 *
 * Any thread. Happy path: memfd, datagram with four descriptors, read the pipe to its end, take the
 * server's word how the child ended. Closing the control socket kills the child, so that every way
 * out of here ends it. What can fail: no descriptors or processes left (RETRY).
 */
#include "proto/doors/process_private.h"

#include "proto/base/clock.h"
#include "proto/base/tr.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    pthread_mutex_t lock;
    int fd; /* -1: no server */
    pid_t pid;
} server = {PTHREAD_MUTEX_INITIALIZER, -1, 0};

const char *process_end_text(enum process_end end)
{
    static const char *const texts[] = {
        TR("gave nothing (没有结果)"),
        TR("crashed (读取程序崩溃)"),
        TR("took too long (超时)"),
        TR("gave more than a document can hold (内容过多)"),
        TR("needed more memory than a document may (内存超限)"),
        TR("tried what no document needs (可疑文件)"),
        TR("is not installed (未安装)"),
    };
    return (unsigned)end < sizeof texts / sizeof *texts ? texts[end] : "failed";
}

/* ---- the server ---- */

static enum status start_locked(struct error *error)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(error, STATUS_FATAL, "no sockets left (%s): raise `ulimit -n`",
                    strerror(errno));
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        process_serve(ends[1]);
    }
    int cause = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return fail(error, STATUS_FATAL, "no process can be made (%s): raise `ulimit -u`",
                    strerror(cause));
    }
    server.fd = ends[0];
    server.pid = pid;
    return STATUS_OK;
}

/* *fd: where to send requests to. */
static enum status find_server(int *fd, struct error *error)
{
    pthread_mutex_lock(&server.lock);
    enum status status = server.fd < 0 ? start_locked(error) : STATUS_OK;
    *fd = server.fd;
    pthread_mutex_unlock(&server.lock);
    return status;
}

enum status process_start(struct error *error)
{
    int fd;
    return find_server(&fd, error);
}

/* It has died (killed by hand, or by the kernel for memory): the next request starts another. */
static void forget_server(int fd)
{
    pthread_mutex_lock(&server.lock);
    if (server.fd == fd) {
        close(server.fd);
        waitpid(server.pid, NULL, WNOHANG);
        server.fd = -1;
    }
    pthread_mutex_unlock(&server.lock);
}

static bool send_request(int fd, const struct process_request *request, const int fds[FD_COUNT])
{
    union {
        char bytes[CMSG_SPACE(FD_COUNT * sizeof(int))];
        struct cmsghdr align;
    } control = {0};
    struct iovec body = {(void *)request, sizeof *request};
    struct msghdr message = {.msg_iov = &body,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(FD_COUNT * sizeof(int));
    memcpy(CMSG_DATA(header), fds, FD_COUNT * sizeof(int));
    ssize_t sent;
    do
        sent = sendmsg(fd, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)sizeof *request;
}

/* ---- one request ---- */

uint64_t process_now_ms(void)
{
    return clock_monotonic_us() / 1000;
}

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static bool write_whole(int fd, struct slice bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t wrote = write(fd, bytes.data + at, bytes.len - at);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        at += (size_t)wrote;
    }
    return true;
}

int process_file(struct slice bytes)
{
    int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd >= 0 && (!write_whole(fd, bytes) || lseek(fd, 0, SEEK_SET) != 0 ||
                    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) != 0))
        close_fd(&fd);
    return fd;
}

static bool open_ends(struct process_asking *asking)
{
    int output[2] = {-1, -1}, control[2] = {-1, -1};
    asking->errors = memfd_create("errors", MFD_CLOEXEC);
    if (asking->errors >= 0)
        asking->theirs[FD_ERRORS] = fcntl(asking->errors, F_DUPFD_CLOEXEC, 0);
    if (pipe2(output, O_CLOEXEC) == 0) {
        asking->output = output[0];
        asking->theirs[FD_OUTPUT] = output[1];
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) == 0) {
        asking->control = control[0];
        asking->theirs[FD_CONTROL] = control[1];
    }
    bool complete = asking->errors >= 0;
    for (int i = 0; i < FD_COUNT; i++)
        complete &= asking->theirs[i] >= 0;
    return complete;
}

enum status asking_begin(struct process_asking *asking, const struct process_request *request,
                         struct error *error)
{
    int input = asking->theirs[FD_INPUT];
    *asking = (struct process_asking){{input, -1, -1, -1}, -1, -1, -1, process_now_ms(), 0};
    asking->deadline_ms = asking->begun_ms + request->limits.time_ms * (uint64_t)PROCESS_PATIENCE;
    int fd;
    enum status status = find_server(&fd, error);
    if (!status && !open_ends(asking))
        status = fail(error, STATUS_RETRY,
                      "no descriptors or memory left for a reading process (%s): raise `ulimit -n`",
                      strerror(errno));
    if (!status && !send_request(fd, request, asking->theirs)) {
        status = fail(error, STATUS_RETRY, "the process that readers run in is gone (%s)",
                      strerror(errno));
        forget_server(fd);
    }
    for (int i = 0; i < FD_COUNT; i++)
        close_fd(&asking->theirs[i]);
    return status;
}

bool asking_wait(const struct process_asking *asking, int fd)
{
    for (;;) {
        uint64_t now = process_now_ms();
        if (now >= asking->deadline_ms)
            return false;
        struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
        int ready = poll(&poll_fd, 1, (int)(asking->deadline_ms - now));
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
}

static void read_complaint(int fd, struct process_report *report)
{
    ssize_t got = pread(fd, report->complaint, sizeof report->complaint - 1, 0);
    report->complaint[got > 0 ? got : 0] = '\0';
    report->complaint[strcspn(report->complaint, "\r\n")] = '\0';
}

static enum process_end end_of(const struct process_ended *ended, bool program)
{
    if (WIFEXITED(ended->wait_status)) {
        int code = WEXITSTATUS(ended->wait_status);
        return program && code == EXIT_NO_PROGRAM ? PROCESS_MISSING
               : code == EXIT_NO_CONFINEMENT      ? PROCESS_FORBIDDEN
               : code == EXIT_LARGE               ? PROCESS_LARGE
                                                  : PROCESS_DONE;
    }
    switch (WTERMSIG(ended->wait_status)) {
    case SIGSYS:
        return PROCESS_FORBIDDEN;
    case SIGABRT: /* memory_alloc ends so */
        return program ? PROCESS_CRASHED : PROCESS_HUNGRY;
    case SIGXCPU:
        return PROCESS_SLOW;
    case SIGXFSZ:
        return PROCESS_LARGE;
    default:
        return PROCESS_CRASHED;
    }
}

/* The child has closed its output: it ends now, or it never does. */
static enum status read_ended(const struct process_asking *asking, bool program,
                              struct process_report *report, struct error *error)
{
    struct process_ended ended;
    if (!asking_wait(asking, asking->control)) {
        report->end = PROCESS_SLOW;
        return STATUS_OK;
    }
    ssize_t got;
    do
        got = recv(asking->control, &ended, sizeof ended, 0);
    while (got < 0 && errno == EINTR);
    if (got != (ssize_t)sizeof ended)
        return fail(error, STATUS_RETRY, "no reading process could be made: raise `ulimit -u`");
    report->end = end_of(&ended, program);
    report->peak_kb = ended.peak_kb;
    report->exit_code = WIFEXITED(ended.wait_status) ? WEXITSTATUS(ended.wait_status) : -1;
    report->signal = WIFSIGNALED(ended.wait_status) ? WTERMSIG(ended.wait_status) : 0;
    return STATUS_OK;
}

enum status asking_end(struct process_asking *asking, const struct process_request *request,
                       enum process_end end, struct process_report *report, struct error *error)
{
    enum status status = STATUS_OK;
    *report = (struct process_report){.end = end, .exit_code = -1};
    bool program = !request->work && !request->emitting && !request->residing;
    if (end == PROCESS_DONE && asking->control >= 0)
        status = read_ended(asking, program, report, error);
    if (asking->errors >= 0)
        read_complaint(asking->errors, report);
    close_fd(&asking->output);
    close_fd(&asking->errors);
    close_fd(&asking->control);
    report->elapsed_ms = (unsigned)(process_now_ms() - asking->begun_ms);
    return status;
}

void process_set_limits(struct process_request *request, const struct process_limits *limits)
{
    struct process_limits given = limits ? *limits : (struct process_limits){0};
    request->limits = (struct process_limits){
        .memory_bytes = given.memory_bytes ? given.memory_bytes : PROCESS_MEMORY_BYTES,
        .output_bytes = given.output_bytes ? given.output_bytes : PROCESS_OUTPUT_BYTES,
        .time_ms = given.time_ms ? given.time_ms : PROCESS_TIME_MS};
    bool long_lived = request->emitting || request->residing;
    request->cpu_s = long_lived ? PROCESS_STREAM_CPU_S : request->limits.time_ms / 1000 + 1;
    request->descriptors =
        request->work || request->emitting ? PROCESS_DESCRIPTORS : PROCESS_PROGRAM_DESCRIPTORS;
}

/* ---- calls that end with all their output ---- */

/* Until the pipe's end. */
static enum process_end read_output(const struct process_asking *asking, uint64_t limit,
                                    struct buffer *output)
{
    size_t first = output->len;
    for (;;) {
        if (!asking_wait(asking, asking->output))
            return PROCESS_SLOW;
        buffer_reserve(output, 1 << 16);
        ssize_t got =
            read(asking->output, output->data + output->len, output->capacity - output->len);
        if (got == 0)
            return PROCESS_DONE;
        if (got > 0)
            output->len += (size_t)got;
        if (output->len - first > limit)
            return PROCESS_LARGE;
        if (got < 0 && errno != EINTR)
            return PROCESS_CRASHED;
    }
}

static enum status perform(const struct process_request *request, struct slice input,
                           struct buffer *output, struct process_report *report,
                           struct error *error)
{
    struct process_asking asking = {.theirs = {[FD_INPUT] = process_file(input)}};
    enum status status = asking_begin(&asking, request, error);
    enum process_end end =
        status ? PROCESS_CRASHED : read_output(&asking, request->limits.output_bytes, output);
    enum status ended = asking_end(&asking, request, end, report, error);
    return status ? status : ended;
}

enum status process_call(process_work *work, const void *argument, struct slice input,
                         const struct process_limits *limits, struct buffer *output,
                         struct process_report *report, struct error *error)
{
    struct process_request request = {.work = work, .argument = argument, .input_bytes = input.len};
    process_set_limits(&request, limits);
    return perform(&request, input, output, report, error);
}

static bool add_word(struct process_request *request, const char *word)
{
    size_t len = strlen(word) + 1;
    if (len > sizeof request->words - request->words_len)
        return false;
    memcpy(request->words + request->words_len, word, len);
    request->words_len += (uint32_t)len;
    return true;
}

enum status process_run(const char *const *argv, const char *folder, struct slice input,
                        const struct process_limits *limits, struct buffer *output,
                        struct process_report *report, struct error *error)
{
    struct process_request request = {.input_bytes = input.len, .has_folder = folder != NULL};
    process_set_limits(&request, limits);
    bool fits = true;
    for (const char *const *word = argv; *word && fits; word++)
        fits = add_word(&request, *word);
    if (!fits || (folder && !add_word(&request, folder)))
        return fail(error, STATUS_BAD, "%s: its command line is longer than %d bytes", argv[0],
                    PROCESS_ARGUMENT_BYTES);
    return perform(&request, input, output, report, error);
}

bool process_program_exists(const char *name)
{
    const char *path = getenv("PATH");
    for (const char *at = path ? path : "/usr/bin:/bin"; *at;) {
        size_t len = strcspn(at, ":");
        char full[512];
        int written = snprintf(full, sizeof full, "%.*s/%s", (int)len, at, name);
        if (written > 0 && (size_t)written < sizeof full && access(full, X_OK) == 0)
            return true;
        at += len + (at[len] == ':');
    }
    return false;
}
