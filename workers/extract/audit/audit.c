/* audit.c - runs the audits in the order a clerk would read them; the extract stage's threads.
 *
 * Each audit is a file of its own (audit_view.h lists them). The words are read once for the
 * process.
 */
#include "workers/extract/audit/audit.h"

#include "proto/base/paths.h"
#include "workers/extract/audit/audit_view.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static struct audit_rules rules;
static enum status rules_status;
static struct error rules_error;
static pthread_once_t rules_once = PTHREAD_ONCE_INIT;

static void load_rules(void)
{
    char path[1024];
    rules_status = data_path("workers/extract/audit/audits.yaml", path, sizeof path, &rules_error);
    if (rules_status == STATUS_OK)
        rules_status = audit_rules_load(&rules, path, &rules_error);
}

enum status audits_prepare(struct error *error)
{
    pthread_once(&rules_once, load_rules);
    return rules_status == STATUS_OK ? STATUS_OK
                                     : fail(error, STATUS_FATAL, "%s", rules_error.text);
}

void audits_run(struct report *report)
{
    struct error error;
    if (audits_prepare(&error) != STATUS_OK) {
        fprintf(stderr, "xianzhi: %s\n", error.text);
        abort();
    }
    report->audits = NULL;
    report->audit_count = 0;
    struct audit_view view;
    audit_view_init(&view, report, &rules);
    audit_formalities(&view);
    audit_years(&view);
    audit_levels(&view);
    audit_sums(&view);
    audit_rates(&view);
    audit_changes(&view);
    audit_counts(&view);
}
