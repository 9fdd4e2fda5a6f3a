/* audit.h - where a report contradicts itself, the calendar or the regulation.
 *
 * Runs behind quantities and indicators and fills report->audits, each with the span it rests on
 * and a sentence in Chinese. Near-duplicates across reports are found by aggregate (passages.h).
 */
#ifndef XIANZHI_EXTRACT_AUDIT_H
#define XIANZHI_EXTRACT_AUDIT_H

#include "proto/base/status.h"
#include "proto/report.h"

/* Reads audits.yaml once for the process; call before the first audits_run so that a mistake in the
 * file stops the worker with its line. Any thread. */
enum status audits_prepare(struct error *error);

/* Never fails on a report. Without a good audits.yaml the process ends with its mistake on stderr:
 * a report with no audits would look sound. */
void audits_run(struct report *report);

#endif
