/* process.h - work on bytes that nobody vouches for, in a process of its own that may die of it.
 *
 * Two kinds: a function of ours (process_call: fork without exec, system calls by allow-list), and
 * a program (process_run: exec, no network, the file system to read only). Both get their input as
 * a file in memory, give their output through a pipe, and end when they are done, when they take
 * more than their limits, or when the caller goes away.
 *
 * They are forked by a small server process that process_start() makes while the program has one
 * thread: a fork out of a threaded program could find a lock held forever. It has no file open, and
 * ends with the program. Any number of threads may call.
 */
#ifndef XIANZHI_PROTO_DOORS_PROCESS_H
#define XIANZHI_PROTO_DOORS_PROCESS_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct process_limits {
    uint64_t memory_bytes; /* address space; 0: PROCESS_MEMORY_BYTES */
    uint64_t output_bytes; /* more ends it; 0: PROCESS_OUTPUT_BYTES */
    unsigned time_ms; /* of the processor, in whole seconds; by the clock PROCESS_PATIENCE times
                         as much, for a machine may be busy; 0: PROCESS_TIME_MS */
};

enum {
    PROCESS_MEMORY_BYTES = 512 * 1024 * 1024,
    PROCESS_OUTPUT_BYTES = 64 * 1024 * 1024,
    PROCESS_TIME_MS = 20000,
    PROCESS_PATIENCE = 3,
    PROCESS_STREAM_CPU_S = 600, /* of a child that emits, in all */
    PROCESS_DESCRIPTORS = 64,   /* a function of ours may have open */
    PROCESS_PROGRAM_DESCRIPTORS = 512,
    PROCESS_ARGUMENT_BYTES = 4096, /* of a program's whole command line */
};

enum process_end {
    PROCESS_DONE,      /* it ended by itself: see exit_code */
    PROCESS_CRASHED,   /* by a signal: see signal */
    PROCESS_SLOW,      /* past its time */
    PROCESS_LARGE,     /* past its output */
    PROCESS_HUNGRY,    /* out of the memory it may have */
    PROCESS_FORBIDDEN, /* it asked the kernel for something that its kind of work never needs */
    PROCESS_MISSING,   /* there is no such program */
};

/* How it ended, for an error line and for measurements. */
struct process_report {
    enum process_end end;
    int exit_code, signal;
    char complaint[256]; /* the first line that a program wrote to stderr; empty if none */
    uint64_t peak_kb;    /* largest resident memory */
    unsigned elapsed_ms;
};

/* Makes the server. Before threads, before files are opened; later calls do nothing. Where it was
 * never called, the first call below does it. STATUS_FATAL: no process can be made. */
enum status process_start(struct error *error);

/* Runs `work` on `input` in a child; what it appends to `output` is appended to the caller's.
 * `argument` must be constant data of the program (the child has it at the same address). Its exit
 * code is what `work` returns (0 to 100). STATUS_OK also when it crashed: look at the report.
 * STATUS_RETRY: no process can be made now. */
typedef int process_work(const void *argument, struct slice input, struct buffer *output);
enum status process_call(process_work *work, const void *argument, struct slice input,
                         const struct process_limits *limits, struct buffer *output,
                         struct process_report *report, struct error *error);

/* The same for work whose results come one after another and are together too much for memory: each
 * process_emit in the child is one call of `sink` here (a head for whoever reads it, and the bytes,
 * which the sink may take or leave). time_ms counts from one to the next while the caller waits,
 * output_bytes for each. The input is the file that `input_fd` is open on, from its beginning;
 * `parameters` (PROCESS_ARGUMENT_BYTES at most) are copied.
 * Returns what `sink` returned first that isn't OK; the child is ended then. */
typedef int process_emitting(struct slice parameters, struct slice input, int out);
typedef enum status process_sink(void *context, struct slice head, struct buffer *bytes,
                                 struct error *error);
enum status process_stream(process_emitting *work, struct slice parameters, int input_fd,
                           uint64_t input_bytes, const struct process_limits *limits,
                           process_sink *sink, void *context, struct process_report *report,
                           struct error *error);
/* In such a child. False: nobody listens any more; end. */
bool process_emit(int out, struct slice head, struct slice bytes);

/* Bytes as a file that process_stream can be given; -1 with errno. */
int process_file(struct slice bytes);

/* Runs a program found on PATH, with `input` as its stdin, a regular file that can also be opened
 * as /proc/self/fd/0; appends its stdout to `output`. argv ends with NULL. It may read the system's
 * files and write below `folder` (NULL: nowhere). */
enum status process_run(const char *const *argv, const char *folder, struct slice input,
                        const struct process_limits *limits, struct buffer *output,
                        struct process_report *report, struct error *error);

/* A child that stays and answers one request after another, for libraries that take long to begin.
 * It lives in `folder` (it may write there, and read the system's files; no network) and may have
 * threads. One thread at a time may ask. */
struct process_resident;
typedef int process_residing(struct slice parameters, int socket);
enum status process_resident_open(struct process_resident **resident, process_residing *work,
                                  struct slice parameters, const char *folder,
                                  const struct process_limits *limits, struct error *error);
void process_resident_close(struct process_resident **resident); /* accepts NULL inside */
/* `question` and *answer are short (PROCESS_ARGUMENT_BYTES); `input` and `output` are not. Waits
 * time_ms at most. Where report->end isn't PROCESS_DONE it has to be closed: it died or hangs. */
enum status process_resident_ask(struct process_resident *resident, struct slice question,
                                 struct slice input, unsigned time_ms, struct buffer *answer,
                                 struct buffer *output, struct process_report *report,
                                 struct error *error);
/* In such a child: the next request (false: no more will come); its answer. */
bool process_resident_next(int socket, struct buffer *question, struct buffer *input);
bool process_resident_answer(int socket, struct slice answer, struct slice output);

/* "took more than 20 s (超时)": what befell it, for the middle of an error line; never NULL. */
const char *process_end_text(enum process_end end);

/* Whether a program of that name is on PATH. */
bool process_program_exists(const char *name);

#endif
