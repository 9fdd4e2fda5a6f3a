/* metric.h - figures in Prometheus' text format. Their names are part of what stays stable. */
#ifndef XIANZHI_PROTO_BASE_METRIC_H
#define XIANZHI_PROTO_BASE_METRIC_H

#include "proto/base/memory.h"

/* HELP and TYPE of xianzhi_NAME; its values follow. */
void metric_head(struct buffer *out, const char *name, const char *type, const char *help);
/* One figure without labels. */
void metric_gauge(struct buffer *out, const char *name, const char *help, double value);
void metric_counter(struct buffer *out, const char *name, const char *help, uint64_t value);

#endif
