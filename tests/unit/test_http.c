/* test_http.c - the HTTP door: routes, limits, forms, answers that go on, heads that don't come. */
#include "proto/doors/http.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static void echo(void *context, struct http_request *request, struct http_answer *answer)
{
    (void)context;
    const char *a = http_request_query(request, "a"),
               *second = http_request_query_at(request, "a", 1);
    answer->code = 200;
    answer->type = "text/plain; charset=utf-8";
    buffer_format(&answer->body, "%s %s [%s][%s] a=%s,%s body=%.*s from %s",
                  http_request_method(request), http_request_path(request),
                  http_request_segment(request, 0) ? http_request_segment(request, 0) : "-",
                  http_request_segment(request, 1) ? http_request_segment(request, 1) : "-",
                  a ? a : "-", second ? second : "-", SLICE_ARGS(http_request_body(request)),
                  http_request_peer(request));
    http_answer_header(answer, "X-Answer", "%d", 42);
}

static void list_parts(void *context, struct http_request *request, struct http_answer *answer)
{
    size_t count;
    const struct http_part *parts = http_request_parts(request, &count);
    (void)context;
    answer->code = 200;
    for (size_t i = 0; i < count; i++) {
        char bytes[32];
        ssize_t got = read(parts[i].fd, bytes, sizeof bytes);
        buffer_format(&answer->body, "%s/%s/%llu/%.*s;", parts[i].name,
                      parts[i].filename ? parts[i].filename : "-",
                      (unsigned long long)parts[i].bytes, (int)got, bytes);
    }
}

static enum http_more count_down(void *context, struct buffer *out)
{
    int *left = context;
    buffer_format(out, "data: %d\n\n", *left);
    return (*left)-- > 0 ? HTTP_MORE : HTTP_END;
}

static void stream(void *context, struct http_request *request, struct http_answer *answer)
{
    (void)request;
    *(int *)context = 3;
    answer->code = 200;
    answer->type = "text/event-stream";
    answer->producer = count_down;
    answer->producer_context = context;
}

static const struct http_route routes[] = {
    {"GET", "/", echo, HTTP_NO_BODY, 0, NULL},
    {"GET", "/things/{}", echo, HTTP_NO_BODY, 0, NULL},
    {"GET", "/things/{}/pages/{}.png", echo, HTTP_NO_BODY, 0, NULL},
    {"GET", "/static/*", echo, HTTP_NO_BODY, 0, NULL},
    {"POST", "/things", echo, HTTP_IN_MEMORY, 16, NULL},
    {"POST", "/forms", list_parts, HTTP_PARTS, 600, NULL},
    {"GET", "/stream", stream, HTTP_NO_BODY, 0, NULL},
    {0},
};

static int counter;

static struct http_server *open_server(unsigned head_s)
{
    struct http_server *server;
    struct error error;
    static const char *const headers[] = {"X-Always: yes", NULL};
    const struct http_options options = {.place = "0",
                                         .routes = routes,
                                         .context = &counter,
                                         .headers = headers,
                                         .blocking = true,
                                         .head_s = head_s};
    if (http_server_open(&server, &options, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return server;
}

static int connect_to(const struct http_server *server)
{
    const char *colon = strrchr(http_server_place(server), ':');
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(colon + 1)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

static const char *ask(const struct http_server *server, const char *request, const char *more)
{
    static char answer[16384];
    char text[4096];
    int fd = connect_to(server);
    int len = snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s",
                       request, more ? more : "\r\n");
    assert_int_equal(send(fd, text, (size_t)len, MSG_NOSIGNAL), len);
    size_t have = 0;
    for (ssize_t got; (got = read(fd, answer + have, sizeof answer - 1 - have)) > 0;)
        have += (size_t)got;
    answer[have] = '\0';
    close(fd);
    return answer;
}

static void has(const char *answer, const char *piece)
{
    if (!strstr(answer, piece)) {
        print_error("no \"%s\" in: %s\n", piece, answer);
        fail_msg("not the answer");
    }
}

static void test_routes(void **state)
{
    (void)state;
    struct http_server *server = open_server(0);
    has(ask(server, "GET /", NULL), "GET / [-][-] a=-,- body= from 127.0.0.1");
    has(ask(server, "GET /", NULL), "X-Answer: 42\r\n");
    has(ask(server, "GET /", NULL), "X-Always: yes\r\n");
    has(ask(server, "GET /things/7?a=1&a=%E9%9A%B0", NULL), "[7][-] a=1,隰");
    has(ask(server, "GET /things/ab/pages/12.png", NULL), "[ab][12] ");
    has(ask(server, "GET /things/ab/pages/.png", NULL), "404");
    has(ask(server, "GET /things/ab/pages/12.pn", NULL), "404");
    has(ask(server, "GET /static/a/b/c.css", NULL), "/static/a/b/c.css");
    has(ask(server, "GET /nothing", NULL), "404 Not Found");
    has(ask(server, "GET /nothing", NULL), "X-Always: yes\r\n");
    has(ask(server, "GET /things/", NULL), "404");
    has(ask(server, "GET /things/a/b", NULL), "404");
    has(ask(server, "DELETE /things/7", NULL), "405");
    assert_null(strstr(ask(server, "HEAD /", NULL), "GET"));
    http_server_close(&server);
    assert_null(server);
}

static void test_bodies(void **state)
{
    (void)state;
    struct http_server *server = open_server(0);
    has(ask(server, "POST /things", "Content-Length: 5\r\n\r\nhello"), "body=hello");
    has(ask(server, "POST /things", "Content-Length: 16\r\n\r\n0123456789abcdef"), "abcdef");
    has(ask(server, "POST /things", "Content-Length: 17\r\n\r\n0123456789abcdefg"), "413");
    has(ask(server, "POST /things",
            "Transfer-Encoding: chunked\r\n\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n"),
        "413");
    has(ask(server, "GET /", "Content-Length: 1\r\n\r\nx"), "413");
    http_server_close(&server);
}

static void test_forms(void **state)
{
    (void)state;
    struct http_server *server = open_server(0);
    const char *form =
        "--BB\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n"
        "--BB\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\r\n"
        "one\ntwo\r\n--BB--\r\n";
    char head[2048];
    snprintf(head, sizeof head,
             "Content-Type: multipart/form-data; boundary=BB\r\nContent-Length: %zu\r\n\r\n%s",
             strlen(form), form);
    has(ask(server, "POST /forms", head), "a/-/1/1;f/x.txt/7/one\ntwo;");
    has(ask(server, "POST /forms", "Content-Type: text/plain\r\nContent-Length: 1\r\n\r\nx"),
        "415");
    has(ask(server, "POST /forms",
            "Content-Type: multipart/form-data; boundary=BB\r\nContent-Length: 601\r\n\r\n"),
        "413");
    http_server_close(&server);
}

static void test_streams(void **state)
{
    (void)state;
    struct http_server *server = open_server(0);
    has(ask(server, "GET /stream", NULL), "data: 3\n\n");
    has(ask(server, "GET /stream", NULL), "data: 1\n\n");
    http_server_close(&server);
}

/* Whoever says nothing, or never ends his head, is shut out; the others are served meanwhile. */
static void test_slow_heads(void **state)
{
    (void)state;
    struct http_server *server = open_server(1);
    int slow[40];
    for (unsigned i = 0; i < 40; i++) {
        slow[i] = connect_to(server);
        if (i % 2)
            assert_int_equal(send(slow[i], "GET / HT", 8, MSG_NOSIGNAL), 8);
    }
    has(ask(server, "GET /", NULL), "200 OK");
    for (unsigned i = 0; i < 40; i++) {
        struct pollfd ended = {.fd = slow[i], .events = POLLIN};
        char byte;
        assert_int_equal(poll(&ended, 1, 60000), 1);
        while (read(slow[i], &byte, 1) > 0)
            ;
        close(slow[i]);
    }
    http_server_close(&server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_routes),     cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_forms),      cmocka_unit_test(test_streams),
        cmocka_unit_test(test_slow_heads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
