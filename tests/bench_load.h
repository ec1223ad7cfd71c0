/* bench_load: many HTTP/1.1 clients in one process, each with one kept connection and one request
 * at a time. */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H
#include "base/base.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { LOAD_BYTES = 4096, LOAD_CLIENTS_MAX = 256, LOAD_EVENTS = 64 };

struct load {
    int port;
    size_t clients;
    /* Writes the next whole request of a client into buf; returns its length. */
    size_t (*ask)(size_t client, char buf[LOAD_BYTES]);
    /* The status is 0 when the connection broke; `text` is head and body. */
    void (*answered)(size_t client, int status, const char *text);
    bool (*enough)(void); /* asked after each answer */
};

struct load_client {
    int fd;
    char in[LOAD_BYTES];
    size_t n;
};

static struct load_client load_clients[LOAD_CLIENTS_MAX];
static size_t load_waiting; /* clients that wait for an answer */

static inline void load_open(const struct load *l, int epoll, size_t i)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)l->port) };
    struct epoll_event event = { .events = EPOLLIN, .data.u64 = i };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) ||
        epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event)) {
        perror("bench: connect");
        exit(1);
    }
    load_clients[i] = (struct load_client){ .fd = fd };
}

static inline void load_send(const struct load *l, size_t i)
{
    char request[LOAD_BYTES];
    size_t n = l->ask(i, request);

    load_clients[i].n = 0;
    load_waiting++;
    if (write(load_clients[i].fd, request, n) < 0 && errno != EPIPE && errno != ECONNRESET)
        perror("bench: write"); /* a broken connection shows when it is read */
}

/* The length of the whole answer; 0 until all of it has arrived. */
static inline size_t load_whole(const struct load_client *c)
{
    const char *end = strstr(c->in, "\r\n\r\n"), *length = strcasestr(c->in, "\ncontent-length:");

    if (end == NULL)
        return 0;
    size_t head = (size_t)(end - c->in) + 4;
    size_t body = length && length < end ? strtoul(length + 16, NULL, 10) : 0;
    return c->n >= head + body ? head + body : 0;
}

static inline void load_read(const struct load *l, int epoll, size_t i)
{
    struct load_client *c = &load_clients[i];
    ssize_t n = read(c->fd, c->in + c->n, sizeof(c->in) - 1 - c->n);

    if (n > 0) {
        c->n += (size_t)n;
        c->in[c->n] = 0;
        if (!load_whole(c))
            return;
    }
    load_waiting--;
    l->answered(i, n > 0 ? (int)strtol(c->in + 9, NULL, 10) : 0, c->in);
    if (n <= 0 || strcasestr(c->in, "\nconnection: close")) {
        close(c->fd);
        load_open(l, epoll, i);
    }
    if (!l->enough())
        load_send(l, i);
}

/* Send requests until enough() is true and all answers have arrived. */
static inline void load_run(const struct load *l)
{
    struct epoll_event events[LOAD_EVENTS];
    int epoll = epoll_create1(EPOLL_CLOEXEC);

    for (size_t i = 0; i < l->clients; i++) {
        load_open(l, epoll, i);
        load_send(l, i);
    }
    while (load_waiting) {
        int n = epoll_wait(epoll, events, LOAD_EVENTS, 1000);
        for (int i = 0; i < n; i++)
            load_read(l, epoll, events[i].data.u64);
    }
    for (size_t i = 0; i < l->clients; i++)
        close(load_clients[i].fd);
    close(epoll);
}
#endif
