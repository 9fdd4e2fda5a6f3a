/* answers.c - receives questions, asks the stage, answers. Owned by its thread but for start and
 * stop. What can fail: the broker won't have it; then questions go to the
 * stage's own thread. */
#include "workers/runtime/answers.h"

#include "proto/base/log.h"
#include "proto/session.h"

#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct message answers_make(const struct stage *stage, void *state, const struct message *question,
                            struct buffer *page, struct error *error)
{
    enum status status;
    if (question->type == MESSAGE_READ && stage->answer) {
        status = stage->answer(state, question->payload, page, error);
    } else if (question->type == MESSAGE_BACKUP && stage->backup) {
        struct buffer folder = {0};
        buffer_format(&folder, "%.*s", SLICE_ARGS(question->path));
        status = stage->backup(state, folder.data, page, error);
        buffer_release(&folder);
    } else {
        status = fail(error, STATUS_BAD, "this worker holds no results: ask the aggregate worker");
    }
    return (struct message){.type = status ? MESSAGE_REFUSED : MESSAGE_ANSWER,
                            .id = question->id,
                            .status = status,
                            .text = status ? slice_of(error->text) : (struct slice){0},
                            .version = stage->version ? stage->version(state) : 0,
                            .store = slice_of(stage->identity ? stage->identity(state) : NULL)};
}

static void take(struct answers *answers, struct session *session, const struct message *question)
{
    struct buffer page = {0};
    struct error error = {0};
    if (question->type != MESSAGE_READ)
        return;
    struct message answer = answers_make(answers->stage, answers->state, question, &page, &error);
    session_deliver(session, &answer, answer.type == MESSAGE_ANSWER ? &page : NULL);
    buffer_release(&page);
}

static void serve(struct answers *answers, struct session *session)
{
    struct message message;
    struct error error;
    for (bool stop = false; !stop;) {
        switch (session_next(session, &message, &error)) {
        case SESSION_QUIET:
            stop = session_wait(session, answers->stop_fd, -1);
            break;
        case SESSION_MESSAGE:
            take(answers, session, &message);
            break;
        case SESSION_REFUSED:
            log_event(LOG_WARN, "answers.refused", "name=\"%s\" reason=\"%s\"", answers->name,
                      error.text);
            return;
        default:
            break;
        }
    }
}

static void *run(void *context)
{
    struct answers *answers = context;
    struct session session = {0};
    struct error error = {0};
    struct session_options peer = {.endpoint = answers->options->endpoint,
                                   .keys = answers->options->keys,
                                   .role = ROLE_WORK,
                                   .name = answers->name,
                                   .store = answers->store};
    pthread_setname_np(pthread_self(), "answers");
    if (session_open(&session, &peer, &error) == STATUS_OK)
        serve(answers, &session);
    session_close(&session);
    return NULL;
}

enum status answers_start(struct answers *answers, const char *name, struct error *error)
{
    if (!answers->stage->answer || answers->started)
        return STATUS_OK;
    snprintf(answers->name, sizeof answers->name, "%s/answers", name);
    answers->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (answers->stop_fd < 0)
        return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                    strerror(errno));
    answers->started = pthread_create(&answers->thread, NULL, run, answers) == 0;
    if (answers->started)
        return STATUS_OK;
    close(answers->stop_fd);
    return fail(error, STATUS_FATAL, "no more threads: end something else first");
}

void answers_stop(struct answers *answers)
{
    uint64_t one = 1;
    if (!answers->started)
        return;
    ssize_t written = write(answers->stop_fd, &one, sizeof one);
    (void)written;
    pthread_join(answers->thread, NULL);
    close(answers->stop_fd);
    answers->started = false;
}
