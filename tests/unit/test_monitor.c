/* test_monitor.c - places to serve at, the three pages, and what isn't one. */
#include "broker/monitor.h"
#include "proto/base/clock.h"
#include "tests/unit/test.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct monitor *open_at(const char *place)
{
    struct monitor *http;
    struct error error = {0};
    if (monitor_open(&http, place, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return http;
}

/* The whole answer, headers and all, to "METHOD PATH". */
static const char *ask(const struct monitor *http, const char *request)
{
    static char answer[16384];
    const char *colon = strrchr(monitor_place(http), ':');
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)atoi(colon + 1)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char text[256];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    int len =
        snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", request);
    assert_int_equal(write(fd, text, (size_t)len), len);
    size_t have = 0;
    for (ssize_t got; (got = read(fd, answer + have, sizeof answer - 1 - have)) > 0;)
        have += (size_t)got;
    answer[have] = '\0';
    close(fd);
    return answer;
}

static void publish(struct monitor *http, const char *text, const char *unready)
{
    struct buffer page = {0};
    buffer_add(&page, slice_of(text));
    monitor_publish(http, &page, unready);
    assert_null(page.data);
}

static void test_places(void **state)
{
    (void)state;
    const char *const bad[] = {"",       "x",          "65536", "-1",  "host:1", "1.2.3:80",
                               "::1:80", "127.0.0.1:", "[::1]", "80 ", " 80",    "[]:80"};
    struct monitor *http = NULL;
    struct error error;
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(monitor_open(&http, bad[i], &error), STATUS_BAD);
        assert_non_null(strstr(error.text, "9750"));
        assert_null(http);
    }
    struct monitor *first = open_at("0");
    assert_non_null(strstr(monitor_place(first), "127.0.0.1:"));
    assert_int_equal(monitor_open(&http, monitor_place(first), &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, monitor_place(first)));
    monitor_close(&first);
    assert_int_equal(monitor_open(&http, "192.0.2.1:0", &error), STATUS_FATAL);
    monitor_close(&http);
}

static void test_pages(void **state)
{
    (void)state;
    struct monitor *http = open_at("127.0.0.1:0");
    publish(http, "xianzhi_x 1\n", NULL);
    assert_non_null(strstr(ask(http, "GET /metrics"), "xianzhi_x 1\n"));
    assert_non_null(strstr(ask(http, "GET /metrics"), "text/plain; version=0.0.4"));
    assert_non_null(strstr(ask(http, "GET /healthz"), "200 OK"));
    assert_non_null(strstr(ask(http, "GET /readyz"), "200 OK"));
    publish(http, "xianzhi_x 2\n", "the disk is full");
    assert_non_null(strstr(ask(http, "GET /metrics?a=b"), "xianzhi_x 2\n"));
    assert_non_null(strstr(ask(http, "GET /healthz"), "200 OK"));
    assert_non_null(strstr(ask(http, "GET /readyz"), "503"));
    assert_non_null(strstr(ask(http, "GET /readyz"), "the disk is full"));
    assert_non_null(strstr(ask(http, "GET /../etc/passwd"), "404"));
    assert_non_null(strstr(ask(http, "POST /metrics"), "405"));
    assert_null(strstr(ask(http, "HEAD /metrics"), "xianzhi_x"));
    monitor_close(&http);
    assert_null(http);
}

/* A broker's thread that hangs is found out. */
static void test_silence(void **state)
{
    (void)state;
    clock_set_us(1000000000);
    struct monitor *http = open_at("0");
    publish(http, "", NULL);
    clock_set_us(1000000000 + 10000000);
    assert_non_null(strstr(ask(http, "GET /healthz"), "200 OK"));
    clock_set_us(1000000000 + 10000001);
    assert_non_null(strstr(ask(http, "GET /healthz"), "503"));
    assert_non_null(strstr(ask(http, "GET /readyz"), "503"));
    clock_set_us(0);
    monitor_close(&http);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places),
        cmocka_unit_test(test_pages),
        cmocka_unit_test(test_silence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
