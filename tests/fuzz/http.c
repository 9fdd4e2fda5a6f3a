/* A request as bytes from a stranger: heads, forms, JSON, over a real connection to a server with
 * routes of every kind. What the handlers are given is walked; the server has to go on serving. */
#include "tests/fuzz/fuzz.h"

#include "proto/doors/http.h"
#include "proto/doors/json.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

static struct http_server *server;
static struct sockaddr_in address;

static void touch_text(const char *text)
{
    fuzz_touch(slice_of(text));
}

static void look(void *context, struct http_request *request, struct http_answer *answer)
{
    size_t count;
    (void)context;
    touch_text(http_request_path(request));
    touch_text(http_request_query(request, "a"));
    for (unsigned i = 0; i < 4; i++) {
        touch_text(http_request_query_at(request, "a", i));
        touch_text(http_request_segment(request, i));
    }
    touch_text(http_request_header(request, "Origin"));
    touch_text(http_request_cookie(request, "session"));
    const struct http_part *parts = http_request_parts(request, &count);
    for (size_t i = 0; i < count; i++) {
        char bytes[256];
        touch_text(parts[i].name), touch_text(parts[i].filename);
        ssize_t got = read(parts[i].fd, bytes, sizeof bytes);
        fuzz_require(got >= 0 && (uint64_t)got <= parts[i].bytes, "a part is what it says");
    }
    answer->code = 200;
    answer->type = "text/plain";
    buffer_add(&answer->body, SLICE("ok"));
}

static void read_json(void *context, struct http_request *request, struct http_answer *answer)
{
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    (void)context;
    answer->code = json_read(&arena, http_request_body(request), (struct pack_limits){8, 1000},
                             &root, &error) == STATUS_OK
                       ? 200
                       : 400;
    arena_release(&arena);
}

static const struct http_route routes[] = {
    {.method = "GET", .pattern = "/", .handle = look},
    {.method = "GET", .pattern = "/t/{}/p/{}.png", .handle = look},
    {.method = "GET", .pattern = "/s/*", .handle = look},
    {.method = "POST",
     .pattern = "/j",
     .handle = read_json,
     .body = HTTP_IN_MEMORY,
     .max_body = 4096},
    {.method = "POST", .pattern = "/f", .handle = look, .body = HTTP_PARTS, .max_body = 8192},
    {0},
};

static void write_seeds(const char *folder)
{
    struct buffer bytes = {0};
    buffer_add(&bytes, SLICE("GET /t/a/p/3.png?a=1&a=%E5%8E%BF HTTP/1.1\r\nHost: x\r\n"
                             "Cookie: session=1\r\n\r\n"));
    fuzz_seed(folder, "get", -1, &bytes);
    buffer_add(&bytes, SLICE("POST /j HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n"
                             "{\"a\": [1, null]}\n"));
    fuzz_seed(folder, "json", -1, &bytes);
    buffer_add(
        &bytes,
        SLICE("POST /f HTTP/1.1\r\nHost: x\r\nContent-Length: 77\r\nContent-Type: "
              "multipart/form-data; boundary=BB\r\n\r\n--BB\r\nContent-Disposition: form-data; "
              "name=\"f\"; filename=\"x\"\r\n\r\none\r\n--BB--\r\n"));
    fuzz_seed(folder, "form", -1, &bytes);
    buffer_add(&bytes, SLICE("POST /f HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                             "Content-Type: multipart/form-data; boundary=\"BB\"\r\n\r\n"
                             "6\r\n--BB\r\n\r\n0\r\n\r\n"));
    fuzz_seed(folder, "chunked", -1, &bytes);
    buffer_release(&bytes);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    struct error error;
    if (folder) {
        write_seeds(folder);
        exit(0);
    }
    const struct http_options options = {
        .place = "0", .routes = routes, .blocking = true, .idle_s = 2, .head_s = 2};
    fuzz_require(http_server_open(&server, &options, &error) == STATUS_OK, error.text);
    const char *port = strrchr(http_server_place(server), ':') + 1;
    address = (struct sockaddr_in){.sin_family = AF_INET,
                                   .sin_port = htons((uint16_t)atoi(port)),
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    return 0;
}

/* Each connection leaves its port behind for a minute: a thousand a second would take all of one
 * address. */
static int connect_from_anywhere(void)
{
    enum { OF_ONE_ADDRESS = 10000, ADDRESSES = 250 };
    static unsigned count;
    struct sockaddr_in from = {.sin_family = AF_INET};
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + count++ / OF_ONE_ADDRESS % ADDRESSES);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (void *)&from, sizeof from) != 0 ||
        connect(fd, (void *)&address, sizeof address) != 0)
        perror("fuzz: connection");
    else
        return fd;
    return -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char bytes[4096];
    int fd = connect_from_anywhere();
    fuzz_require(fd >= 0, "it goes on serving");
    if (send(fd, data, size, MSG_NOSIGNAL) >= 0)
        shutdown(fd, SHUT_WR);
    while (recv(fd, bytes, sizeof bytes, 0) > 0)
        ;
    close(fd);
    return 0;
}
