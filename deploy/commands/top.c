/* top.c - `xianzhi top`: the broker's status, refreshed in place once a second.
 *
 * One thread. On a terminal: the second screen, a hidden cursor, each frame written over the last
 * one in one piece and cut to the window; SIGINT, SIGTERM or q gives the terminal back as it was.
 * Anywhere else: one frame, then the end. A broker that is away is said in the frame and waited
 * for.
 */
#include "deploy/commands/keys_option.h"
#include "deploy/commands/status_print.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

extern const struct command top_command;

enum { FRAME_MS = 1000, ANSWER_MS = 2000 };

struct screen {
    struct termios before;
    bool keys; /* stdin is a terminal too: its keys are read one by one */
};

static void put(const char *text, size_t len)
{
    while (len > 0) {
        ssize_t written = write(STDOUT_FILENO, text, len);
        if (written <= 0)
            return; /* the terminal is gone: the next signal ends us */
        text += written;
        len -= (size_t)written;
    }
}

static void put_text(const char *text)
{
    put(text, strlen(text));
}

static void screen_open(struct screen *screen)
{
    put_text("\033[?1049h\033[?25l");
    screen->keys = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &screen->before) == 0;
    if (!screen->keys)
        return;
    struct termios quiet = screen->before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
}

static void screen_close(const struct screen *screen)
{
    if (screen->keys)
        tcsetattr(STDIN_FILENO, TCSANOW, &screen->before);
    put_text("\033[?25h\033[?1049l");
}

/* Over the last frame, line by line; what doesn't fit in the window is left out. */
static void screen_show(const char *text)
{
    struct winsize window = {0};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_row == 0)
        window.ws_row = 24;
    struct buffer frame = {0};
    buffer_format(&frame, "\033[H\033[?7l"); /* lines are cut, not wrapped */
    for (unsigned row = 0; *text && row < window.ws_row; row++) {
        size_t len = strcspn(text, "\n");
        if (row > 0)
            buffer_format(&frame, "\r\n");
        buffer_append(&frame, text, len);
        buffer_format(&frame, "\033[K");
        text += len + (text[len] == '\n');
    }
    buffer_format(&frame, "\033[J\033[?7h");
    put(frame.data, frame.len);
    buffer_release(&frame);
}

/* True: asked to end. */
static bool rest(const struct screen *screen, int stop_fd)
{
    struct timespec start, now;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int left_ms = FRAME_MS; left_ms > 0;) {
        struct pollfd fds[] = {{.fd = stop_fd, .events = POLLIN},
                               {.fd = screen->keys ? STDIN_FILENO : -1, .events = POLLIN}};
        char key = 0;
        if (poll(fds, 2, left_ms) > 0 && fds[1].revents &&
            (read(STDIN_FILENO, &key, 1) <= 0 || key == 'q' || key == 'Q'))
            return true;
        if (stop_requested())
            return true;
        clock_gettime(CLOCK_MONOTONIC, &now);
        left_ms = FRAME_MS - (int)((now.tv_sec - start.tv_sec) * 1000 +
                                   (now.tv_nsec - start.tv_nsec) / 1000000);
    }
    return false;
}

static enum status draw(struct client *client, FILE *out, struct error *error)
{
    struct arena arena = {0};
    const struct packed *root;
    enum status status = status_ask(client, &arena, &root, error);
    if (status == STATUS_OK)
        status_print(out, root);
    arena_release(&arena);
    return status;
}

static enum status refresh(struct client *client, int stop_fd, struct error *error)
{
    struct screen screen = {.keys = false};
    enum status status = STATUS_OK;
    bool shown = false;
    do {
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        if (!out)
            status = fail(error, STATUS_FATAL, "no memory for a frame");
        else
            status = draw(client, out, error);
        if (status && out)
            fprintf(out, "%s\n", error->text);
        if (out)
            fclose(out);
        /* What will never work isn't tried for ever: refused, or nobody there at the first try. */
        if (stop_requested() || (status && (!shown || status != STATUS_AGAIN))) {
            free(text);
            break;
        }
        if (!shown)
            screen_open(&screen);
        shown = true;
        status = STATUS_OK;
        screen_show(text);
        free(text);
    } while (!rest(&screen, stop_fd));
    if (shown)
        screen_close(&screen);
    return stop_requested() ? STATUS_OK : status;
}

static enum status watch(struct client_options *options, struct error *error)
{
    struct client *client;
    bool terminal = isatty(STDOUT_FILENO);
    options->timeout_ms = terminal ? ANSWER_MS : 0;
    enum status status = client_open(&client, options, error);
    if (status == STATUS_OK)
        status = terminal ? refresh(client, options->stop_fd, error) : draw(client, stdout, error);
    client_close(&client);
    return status;
}

static int run(int argc, char **argv)
{
    struct client_options client = {.role = ROLE_READ};
    struct keys_option keys = {0};
    const struct option_spec options[] = {
        {"broker", 'b', OPTION_TEXT, &client.endpoint, "ENDPOINT", TR("where the broker is")},
        KEYS_OPTIONS(&keys),
        {0},
    };
    int first, code;
    const char *name = top_command.name;
    if (!options_parse(&top_command, options, argc, argv, &first, &code))
        return code;
    if (!client.endpoint || first != argc)
        return complain(name, EXIT_USAGE, "%s: %s",
                        client.endpoint ? "too many arguments" : "--broker ENDPOINT is missing",
                        top_command.synopsis);
    struct error error = {0};
    client.stop_fd = stop_signal_fd();
    enum status status = keys_option_load(&keys, &client.keys, &error);
    if (status == STATUS_OK)
        status = watch(&client, &error);
    return status ? complain_error(name, &error) : EXIT_DONE;
}

const struct command top_command = {
    .name = "top",
    .synopsis = "top --broker ENDPOINT",
    .help = TR("the same as status, refreshed in place once a second"),
    .run = run,
};
