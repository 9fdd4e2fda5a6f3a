/* deciding.c - hands a decision over. The thread of the command. What can fail: nobody answers, the
 * key may not decide, the store is held by another process. */
#include "deploy/commands/deciding.h"

#include "deploy/intake/judgement.h"
#include "proto/base/clock.h"
#include "workers/results/store.h"

static enum status submit(const struct deciding *deciding, const struct decision *decision,
                          enum outcome *outcome, struct error *error)
{
    struct client_options client = {.endpoint = deciding->listing->broker,
                                    .stop_fd = stop_signal_fd()};
    enum status status = keys_option_load(&deciding->listing->keys, &client.keys, error);
    return status ? status
                  : judgement_submit(&client, deciding->overrules, decision, outcome, error);
}

/* A store that no pipeline holds. Numbers rise with the clock, as the broker's do. */
static enum status apply(const struct deciding *deciding, const struct decision *decision,
                         enum outcome *outcome, struct error *error)
{
    struct store *store = NULL;
    struct store_options options = {.read_only = false};
    struct buffer record = {0};
    struct decision read;
    struct report carrier = {.seq = clock_unix_ms() << 11, .decision = &read};
    struct report *batch[] = {&carrier};
    decision_encode(decision, &record); /* its texts are of the source, which is closed now */
    source_close(&deciding->listing->source);
    enum status status = store_open(&store, deciding->listing->store, &options, error);
    if (status == STATUS_OK)
        status = decision_decode(&carrier.arena, buffer_slice(&record), &read, error);
    if (status == STATUS_OK)
        status = store_apply(store, batch, 1, error);
    *outcome = carrier.outcome;
    store_close(&store);
    report_release(&carrier);
    buffer_release(&record);
    return status;
}

enum status deciding_apply(const struct deciding *deciding, struct decision *decision,
                           enum outcome *outcome, struct error *error)
{
    decision->by = slice_of(deciding->by);
    decision->note = slice_of(deciding->note);
    decision->at_ms = clock_unix_ms();
    return deciding->listing->broker ? submit(deciding, decision, outcome, error)
                                     : apply(deciding, decision, outcome, error);
}
