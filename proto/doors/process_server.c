/* process_server.c - the process that forks the children of process.h.
 *
 * One thread, no files of its own. Loop: a request comes with its descriptors, a child is forked; a
 * child has ended, its asker is told; an asker has hung up, its child is killed; the program has
 * hung up, everything ends. What can fail: fork (the asker sees its sockets close and calls it a
 * crash of the child, once).
 */
#include "proto/doors/process_private.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAX_CHILDREN = 1024, MAX_WORDS = 64 };

struct child {
    pid_t pid;
    int control;
};

static struct child children[MAX_CHILDREN];
static int child_count;

/* ---- in the child ---- */

static int call_work(const struct process_request *request, const int fds[FD_COUNT])
{
    void *input = NULL;
    if (request->input_bytes)
        input = mmap(NULL, request->input_bytes, PROT_READ, MAP_PRIVATE, fds[FD_INPUT], 0);
    if (input == MAP_FAILED)
        return EXIT_NO_CONFINEMENT;
    close(fds[FD_INPUT]);
    if (!confine_limits(request) || !confine_work())
        return EXIT_NO_CONFINEMENT;
    struct slice bytes = {input ? input : "", request->input_bytes};
    if (request->emitting)
        return request->emitting((struct slice){request->words, request->words_len}, bytes,
                                 fds[FD_OUTPUT]);
    struct buffer output = {0};
    int code = request->work(request->argument, bytes, &output);
    for (size_t at = 0; at < output.len;) {
        ssize_t wrote = write(fds[FD_OUTPUT], output.data + at, output.len - at);
        if (wrote < 0)
            return EXIT_LARGE;
        at += (size_t)wrote;
    }
    return code;
}

/* All that it writes stays there. */
static bool enter(const char *folder)
{
    return chdir(folder) == 0 && setenv("TMPDIR", folder, 1) == 0 && setenv("HOME", folder, 1) == 0;
}

static int run_program(struct process_request *request, const int fds[FD_COUNT])
{
    char *words[MAX_WORDS + 1];
    unsigned count = 0;
    for (uint32_t at = 0; at < request->words_len && count < MAX_WORDS;
         at += (uint32_t)strlen(request->words + at) + 1)
        words[count++] = request->words + at;
    const char *folder = request->has_folder && count ? words[--count] : NULL;
    words[count] = NULL;
    if (count == 0 || dup2(fds[FD_INPUT], 0) < 0 || dup2(fds[FD_OUTPUT], 1) < 0 ||
        dup2(fds[FD_ERRORS], 2) < 0)
        return EXIT_NO_CONFINEMENT;
    if (folder && !enter(folder))
        return EXIT_NO_CONFINEMENT;
    setenv("LC_ALL", "C.UTF-8", 1); /* names and messages do not depend on who runs us */
    setenv("OMP_THREAD_LIMIT", "1", 1);
    if (!confine_limits(request) || !confine_program(folder))
        return EXIT_NO_CONFINEMENT;
    execvp(words[0], words);
    return errno == ENOENT ? EXIT_NO_PROGRAM : EXIT_NO_CONFINEMENT;
}

/* A library of somebody else's, with threads and files: confined as programs are. */
static int reside(struct process_request *request, const int fds[FD_COUNT])
{
    const char *folder = request->words + request->parameters_len;
    if (dup2(fds[FD_ERRORS], 1) < 0 || dup2(fds[FD_ERRORS], 2) < 0 || !enter(folder) ||
        !confine_limits(request) || !confine_program(folder))
        return EXIT_NO_CONFINEMENT;
    return request->residing((struct slice){request->words, request->parameters_len},
                             fds[FD_INPUT]);
}

static void be_child(struct process_request *request, int fds[FD_COUNT], int server_fd,
                     pid_t server_pid)
{
    sigset_t none;
    sigemptyset(&none);
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* a handler of the program's would catch what has to end it */
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != server_pid)
        _exit(EXIT_NO_CONFINEMENT);
    setpgid(0, 0); /* what a program starts is killed with it */
    close(server_fd);
    for (int i = 0; i < child_count; i++)
        close(children[i].control);
    close(fds[FD_CONTROL]);
    _exit(request->residing                    ? reside(request, fds)
          : request->work || request->emitting ? call_work(request, fds)
                                               : run_program(request, fds));
}

/* ---- in the server ---- */

static bool receive_request(int fd, struct process_request *request, int fds[FD_COUNT])
{
    union {
        char bytes[CMSG_SPACE(FD_COUNT * sizeof(int))];
        struct cmsghdr align;
    } control;
    struct iovec body = {request, sizeof *request};
    struct msghdr message = {.msg_iov = &body,
                             .msg_iovlen = 1,
                             .msg_control = control.bytes,
                             .msg_controllen = sizeof control.bytes};
    ssize_t got;
    do
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (got != (ssize_t)sizeof *request || !header ||
        header->cmsg_len != CMSG_LEN(FD_COUNT * sizeof(int)))
        return false; /* the program has ended */
    memcpy(fds, CMSG_DATA(header), FD_COUNT * sizeof(int));
    return true;
}

static void start_child(struct process_request *request, int fds[FD_COUNT], int server_fd)
{
    pid_t server_pid = getpid();
    pid_t pid = child_count < MAX_CHILDREN ? fork() : -1;
    if (pid == 0)
        be_child(request, fds, server_fd, server_pid);
    for (int i = 0; i < FD_COUNT; i++)
        if (i != FD_CONTROL || pid < 0)
            close(fds[i]);
    if (pid > 0)
        children[child_count++] = (struct child){pid, fds[FD_CONTROL]};
}

static void reap(void)
{
    struct rusage used;
    struct process_ended ended;
    for (pid_t pid; (pid = wait4(-1, &ended.wait_status, WNOHANG, &used)) > 0;) {
        for (int i = 0; i < child_count; i++) {
            if (children[i].pid != pid)
                continue;
            ended.peak_kb = (uint64_t)used.ru_maxrss;
            send(children[i].control, &ended, sizeof ended, MSG_NOSIGNAL | MSG_DONTWAIT);
            close(children[i].control);
            children[i] = children[--child_count];
            break;
        }
    }
}

static void kill_child(const struct child *child)
{
    kill(-child->pid, SIGKILL);
    kill(child->pid, SIGKILL);
}

static int signals_fd(void)
{
    sigset_t all, ended;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL); /* Ctrl-C is for the program: documents are finished */
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    return signalfd(-1, &ended, SFD_CLOEXEC);
}

/* Nothing of the program's stays open here: no store's lock, no pipe that somebody reads to its
 * end. */
static void close_others(int fd)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int i = 0; i < (PROCESS_SANITIZED ? 2 : 3); i++)
        dup2(null, i);
    if (fd != 3)
        dup2(fd, 3);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    close_range(4, ~0u, 0);
}

void process_serve(int fd)
{
    close_others(fd);
    fd = 3;
    prctl(PR_SET_NAME, "xianzhi-readers");
    int signals = signals_fd();
    static struct pollfd polls[2 + MAX_CHILDREN];
    for (;;) {
        polls[0] = (struct pollfd){.fd = fd, .events = POLLIN};
        polls[1] = (struct pollfd){.fd = signals, .events = POLLIN};
        for (int i = 0; i < child_count; i++)
            polls[2 + i] = (struct pollfd){.fd = children[i].control, .events = 0};
        int watched = child_count;
        if (poll(polls, (nfds_t)(2 + watched), -1) < 0)
            continue;
        for (int i = 0; i < watched; i++)
            if (polls[2 + i].revents & (POLLHUP | POLLERR))
                kill_child(&children[i]);
        struct signalfd_siginfo info;
        if (polls[1].revents && read(signals, &info, sizeof info) > 0)
            reap();
        static struct process_request request;
        int fds[FD_COUNT];
        if (polls[0].revents && !receive_request(fd, &request, fds))
            break;
        if (polls[0].revents)
            start_child(&request, fds, fd);
    }
    for (int i = 0; i < child_count; i++)
        kill_child(&children[i]);
    _exit(0);
}
