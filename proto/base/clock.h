/* clock.h - the two clocks, replaceable in tests so that no test ever sleeps. */
#ifndef XIANZHI_PROTO_BASE_CLOCK_H
#define XIANZHI_PROTO_BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_monotonic_us(void); /* for leases, timeouts and rates; never goes back */
uint64_t clock_unix_ms(void);      /* for what people read: first seen, submitted at */
uint64_t clock_unix_us(void);

/* Tests only: from now on both clocks stand at `us` (unix: us/1000) until set again; 0 restores. */
void clock_set_us(uint64_t us);

#endif
