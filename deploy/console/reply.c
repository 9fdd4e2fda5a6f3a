/* reply.c - answers in JSON, messages in the language of whoever asks. Any thread. */
#include "deploy/console/params.h"
#include "proto/base/digest.h"
#include "proto/base/json_text.h"
#include "proto/base/tr.h"

#include <stdarg.h>
#include <stdio.h>

/* Of whoever asks: an answer is made in the thread of its request. */
static _Thread_local enum language language;

void reply_speak(const struct http_request *request)
{
    language = language_of_header(http_request_header(request, "Accept-Language"));
}

static void speak(struct slice line, struct buffer *out)
{
    if (language == LANGUAGE_ENGLISH)
        tr_line_english(line, out);
    else
        tr_line(language, line, out);
}

void reply_put_lines(struct slice lines, struct buffer *out)
{
    struct buffer spoken = {0};
    size_t from = 0, end; /* each is a message of its own */
    while ((end = slice_find(lines, SLICE("\n"), from)) != SIZE_MAX) {
        speak(slice_range(lines, from, end), &spoken);
        buffer_append(&spoken, "\n", 1);
        from = end + 1;
    }
    speak(slice_from(lines, from), &spoken);
    json_text(buffer_slice(&spoken), out);
    buffer_release(&spoken);
}

void reply_json(struct http_answer *answer, unsigned code)
{
    answer->code = code;
    answer->type = "application/json";
    http_answer_header(answer, "Cache-Control", "no-store");
}

void reply_json_tagged(struct http_request *request, struct http_answer *answer)
{
    uint8_t hash[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1];
    const char *known = http_request_header(request, "If-None-Match");
    digest_sha256(buffer_slice(&answer->body), hash);
    digest_name(hash, hex);
    hex[32] = '\0';
    answer->code = 200;
    answer->type = "application/json";
    http_answer_header(answer, "ETag", "\"%s\"", hex);
    http_answer_header(answer, "Cache-Control", "private, no-cache");
    if (known && strstr(known, hex)) {
        answer->code = 304;
        buffer_clear(&answer->body);
    }
}

void reply_download(struct slice name, struct http_answer *answer)
{
    struct buffer coded = {0};
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.data[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '.' || c == '-' || c == '_';
        buffer_format(&coded, plain ? "%c" : "%%%02X", c);
    }
    http_answer_header(answer, "Content-Disposition", "attachment; filename*=UTF-8''%.*s",
                       SLICE_ARGS(buffer_slice(&coded)));
    buffer_release(&coded);
}

void reply_next(const struct answer *page, struct buffer *out)
{
    buffer_format(out, "\"version\":%llu,\"store\":", (unsigned long long)page->version);
    json_text(page->store, out);
    buffer_add(out, SLICE(","));
    buffer_add(out, page->more ? SLICE("\"next\":\"") : SLICE("\"next\":null}"));
    if (page->more) {
        cursor_put(page->after, out);
        buffer_add(out, SLICE("\"}"));
    }
}

static const char *title_of(unsigned code)
{
    static const struct {
        unsigned code;
        const char *titles[2]; /* by language */
    } titles[] = {
        {400, {"Bad request", "请求有误"}},
        {401, {"Log in first", "请先登录"}},
        {403, {"Not allowed", "没有权限"}},
        {404, {"Not found", "没有找到"}},
        {405, {"No such method here", "不支持此操作"}},
        {409, {"Changed meanwhile", "内容已变更"}},
        {413, {"Too large", "内容过大"}},
        {415, {"Unsupported type", "格式不支持"}},
        {421, {"Wrong host", "地址不对"}},
        {429, {"Too many requests", "请求过多"}},
        {501, {"Not available here", "此处不可用"}},
        {503, {"Not now", "暂时不可用"}},
        {507, {"No room on the disk", "磁盘空间不足"}},
        {0, {"Failed", "出错了"}},
    };
    size_t i = 0;
    while (titles[i].code && titles[i].code != code)
        i++;
    return titles[i].titles[language == LANGUAGE_CHINESE];
}

void reply_problem(struct http_answer *answer, unsigned code, const char *format, ...)
{
    struct buffer *out = &answer->body;
    char detail[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    buffer_clear(out);
    buffer_add(out, SLICE("{\"type\":\"about:blank\",\"title\":"));
    json_text(slice_of(title_of(code)), out);
    buffer_format(out, ",\"status\":%u,\"detail\":", code);
    reply_put_lines(slice_of(detail), out);
    buffer_append(out, "}", 1);
    reply_json(answer, code);
    answer->type = "application/problem+json";
}

const char *reply_outcome(enum outcome outcome)
{
    static const char *const outcomes[] = {
        [OUTCOME_NONE] = "filed",          [OUTCOME_APPLIED] = "filed",
        [OUTCOME_REPLACED] = "replaced",   [OUTCOME_DUPLICATE] = "duplicate",
        [OUTCOME_STALE] = "stale",         [OUTCOME_CHANGED] = "filed",
        [OUTCOME_WITHDRAWN] = "withdrawn", [OUTCOME_RIVAL] = "rival"};
    return outcome < sizeof outcomes / sizeof *outcomes ? outcomes[outcome] : "filed";
}

void reply_error(struct http_answer *answer, enum status status, const struct error *error)
{
    bool passes = status == STATUS_AGAIN || status == STATUS_RETRY;
    unsigned code = passes ? 503 : status == STATUS_BAD ? 400 : 500;
    reply_problem(answer, code, "%s", error->text);
    if (passes)
        http_answer_header(answer, "Retry-After", "2");
}
