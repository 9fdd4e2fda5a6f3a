/* http_place.c - "9750", "192.0.2.1:9750", "[::1]:9750": where to serve. No state. */
#include "proto/doors/http_private.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

static bool parse_port(const char *text, in_port_t *port)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*end || end == text || *text < '0' || *text > '9' || number > 65535)
        return false;
    *port = htons((uint16_t)number);
    return true;
}

bool http_place_parse(const char *place, union http_address *address)
{
    char host[64] = "127.0.0.1";
    in_port_t port;
    const char *colon = strrchr(place, ':');
    size_t len = colon ? (size_t)(colon - place) : 0;
    if (!parse_port(colon ? colon + 1 : place, &port) || len >= sizeof host)
        return false;
    bool bracketed = len > 2 && place[0] == '[' && place[len - 1] == ']';
    if (colon)
        snprintf(host, sizeof host, "%.*s", (int)(bracketed ? len - 2 : len), place + bracketed);
    *address = (union http_address){.v4 = {.sin_family = AF_INET, .sin_port = port}};
    if (!bracketed && inet_pton(AF_INET, host, &address->v4.sin_addr) == 1)
        return true;
    *address = (union http_address){.v6 = {.sin6_family = AF_INET6, .sin6_port = port}};
    return bracketed && inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1;
}

void http_place_name(const union http_address *address, unsigned port, char *out, size_t size)
{
    char host[INET6_ADDRSTRLEN] = "";
    bool v6 = address->any.sa_family == AF_INET6;
    inet_ntop(address->any.sa_family,
              v6 ? (const void *)&address->v6.sin6_addr : (const void *)&address->v4.sin_addr, host,
              sizeof host);
    snprintf(out, size, v6 ? "[%s]:%u" : "%s:%u", host, port);
}
