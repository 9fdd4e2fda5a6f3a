/* metric.c - no state, any thread, nothing fails. */
#include "proto/base/metric.h"

void metric_head(struct buffer *out, const char *name, const char *type, const char *help)
{
    buffer_format(out, "# HELP xianzhi_%s %s\n# TYPE xianzhi_%s %s\n", name, help, name, type);
}

static void one(struct buffer *out, const char *name, const char *type, const char *help,
                double value)
{
    metric_head(out, name, type, help);
    buffer_format(out, "xianzhi_%s %.15g\n", name, value);
}

void metric_gauge(struct buffer *out, const char *name, const char *help, double value)
{
    one(out, name, "gauge", help, value);
}

void metric_counter(struct buffer *out, const char *name, const char *help, uint64_t value)
{
    one(out, name, "counter", help, (double)value);
}
