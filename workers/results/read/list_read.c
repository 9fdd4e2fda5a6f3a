/* list_read.c - which list is asked for. Owned by the reader's thread. */
#include "workers/results/read/lists.h"

enum { DEFAULT_ITEMS = 1000, MAX_ITEMS = 20000 };

enum status read_list(struct results_reader *reader, const struct request *request,
                      struct arena *arena, struct answer *answer, struct error *error)
{
    static enum status (*const lists[LIST_COUNT])(struct list_page *, struct error *) = {
        [LIST_DOCUMENTS] = list_documents, [LIST_AUDITS] = list_audits,
        [LIST_COVERAGE] = list_coverage,   [LIST_FIGURES] = list_figures,
        [LIST_REVIEW] = list_review,       [LIST_DECISIONS] = list_decisions};
    struct list_page page = {.reader = reader,
                             .request = request,
                             .arena = arena,
                             .answer = answer,
                             .limit = request->limit_rows ? request->limit_rows : DEFAULT_ITEMS};
    if (page.limit > MAX_ITEMS)
        page.limit = MAX_ITEMS;
    answer->list = request->list;
    answer->version = reader->log.version;
    enum status status = matcher_init(&page.matcher, &request->filter, error);
    if (status == STATUS_OK)
        status = lists[request->list](&page, error);
    matcher_release(&page.matcher);
    for (unsigned i = 0; i < 3; i++)
        buffer_release(&page.seats[i]);
    buffer_release(&page.peers);
    return status;
}
