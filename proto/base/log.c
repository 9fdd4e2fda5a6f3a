/* log.c - event lines on stderr, each written whole by one write(2), so that threads don't mix. */
#include "proto/base/log.h"

#include "proto/base/visible.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static struct {
    enum log_level least;
    bool json;
    const char *who;
} settings = {LOG_WARN, false, "xianzhi"};

static const char *const level_names[] = {"debug", "info", "warn", "error"};

void log_configure(enum log_level least, bool json, const char *who)
{
    settings.least = least;
    settings.json = json;
    settings.who = who;
}

static void format_time(char *text, size_t size)
{
    struct timeval now;
    struct tm utc;
    gettimeofday(&now, NULL);
    gmtime_r(&now.tv_sec, &utc);
    size_t used = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(text + used, size - used, ".%03ldZ", (long)now.tv_usec / 1000);
}

static void add_json(struct buffer *line, const char *time, enum log_level level, const char *event,
                     const char *details)
{
    json_t *record = json_pack("{ss ss ss ss ss}", "time", time, "level", level_names[level], "who",
                               settings.who, "event", event, "details", details);
    char *text = record ? json_dumps(record, JSON_COMPACT) : NULL;
    if (text)
        buffer_format(line, "%s\n", text);
    free(text);
    json_decref(record);
}

void log_event(enum log_level level, const char *event, const char *format, ...)
{
    if (level < settings.least)
        return;
    char time[40];
    format_time(time, sizeof time);
    va_list args;
    struct buffer details = {0}, line = {0}, shown = {0};
    va_start(args, format);
    buffer_format_list(&details, format, args);
    va_end(args);
    visible_line(&shown, details.data); /* in JSON too: what is no UTF-8 would be none */
    if (settings.json)
        add_json(&line, time, level, event, shown.data);
    else
        buffer_format(&line, "%s %-5s %s: %s %s\n", time, level_names[level], settings.who, event,
                      shown.data);
    buffer_release(&details);
    buffer_release(&shown);
    ssize_t ignored = write(STDERR_FILENO, line.data, line.len);
    (void)ignored; /* there is nowhere left to complain */
    buffer_release(&line);
}
