/* process_private.h - what the process_*.c files share; nobody else includes it. */
#ifndef XIANZHI_PROTO_DOORS_PROCESS_PRIVATE_H
#define XIANZHI_PROTO_DOORS_PROCESS_PRIVATE_H

#include "proto/doors/process.h"

/* Descriptors that travel with a request. */
enum { FD_INPUT, FD_OUTPUT, FD_ERRORS, FD_CONTROL, FD_COUNT };

/* One request to the server, in one datagram. Pointers hold in the server because it is a fork of
 * the asker: same program, same addresses. */
struct process_request {
    process_work *work; /* all three NULL: a program */
    process_emitting *emitting;
    process_residing *residing; /* words: the parameters, then the folder with its NUL */
    const void *argument;
    uint64_t input_bytes;
    struct process_limits limits;
    unsigned cpu_s;
    unsigned descriptors;
    uint32_t parameters_len;
    bool has_folder; /* the last of the words is a folder that may be written to */
    uint32_t words_len;
    char words[PROCESS_ARGUMENT_BYTES]; /* argv, each with its NUL */
};

/* What the server says when the child has ended. */
struct process_ended {
    int wait_status;
    uint64_t peak_kb;
};

/* The asking side of one request. */
struct process_asking {
    int theirs[FD_COUNT]; /* what the child gets; closed here once sent */
    int output, errors, control;
    uint64_t begun_ms, deadline_ms; /* by the clock */
};

/* process.c: sends the request; theirs[FD_INPUT] is set by the caller. Always asking_end it. */
enum status asking_begin(struct process_asking *asking, const struct process_request *request,
                         struct error *error);
/* The output has ended, by itself or as `end` says: how did the child? */
enum status asking_end(struct process_asking *asking, const struct process_request *request,
                       enum process_end end, struct process_report *report, struct error *error);
/* False past the deadline. */
bool asking_wait(const struct process_asking *asking, int fd);
void process_set_limits(struct process_request *request, const struct process_limits *limits);
uint64_t process_now_ms(void);

enum { EXIT_NO_PROGRAM = 127, EXIT_NO_CONFINEMENT = 126, EXIT_LARGE = 125 };

/* process_server.c: never returns. `fd`: the socket that requests come from. */
void process_serve(int fd) __attribute__((noreturn));

/* process_confine.c: in the child, before it touches its input. False: the kernel refuses. */
bool confine_limits(const struct process_request *request);
bool confine_work(void);                  /* allow-list: memory, its own descriptors, no more */
bool confine_program(const char *folder); /* no network, read-only but for `folder` */

/* Sanitizers map terabytes and ask for more calls than any allow-list of ours has. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PROCESS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PROCESS_SANITIZED 1
#endif
#endif
#ifndef PROCESS_SANITIZED
#define PROCESS_SANITIZED 0
#endif

#endif
