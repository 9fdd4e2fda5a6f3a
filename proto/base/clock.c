/* clock.c - clock_gettime behind a switch that tests can turn. */
#include "proto/base/clock.h"

#include <stdatomic.h>
#include <time.h>

static _Atomic uint64_t fixed_us;

static uint64_t read_us(clockid_t id)
{
    uint64_t fixed = atomic_load_explicit(&fixed_us, memory_order_relaxed);
    if (fixed)
        return fixed;
    struct timespec now;
    clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

uint64_t clock_unix_ms(void)
{
    return read_us(CLOCK_REALTIME) / 1000u;
}

uint64_t clock_unix_us(void)
{
    return read_us(CLOCK_REALTIME);
}

void clock_set_us(uint64_t us)
{
    atomic_store_explicit(&fixed_us, us, memory_order_relaxed);
}
