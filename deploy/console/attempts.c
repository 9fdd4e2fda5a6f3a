/* attempts.c - a table of failures, swept as it fills. A name's wait ends at half a minute, so that
 * nobody can lock its owner out; an address' goes on to a quarter of an hour. Nothing fails. */
#include "deploy/console/attempts.h"

#include "proto/base/clock.h"
#include "proto/base/memory.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

enum { MOST_REMEMBERED = 4096, FORGET_S = 900, FREE_OF_ADDRESS = 5, FREE_OF_NAME = 10 };
enum { LONGEST_OF_ADDRESS_S = 900, LONGEST_OF_NAME_S = 30 };

struct failures {
    char key[80]; /* "@192.0.2.7" or the name */
    unsigned count;
    uint64_t last_us, until_us;
    UT_hash_handle hh;
};

struct attempts {
    pthread_mutex_t lock;
    struct failures *table; /* in order of first failure */
};

struct attempts *attempts_new(void)
{
    struct attempts *attempts = memory_zero(sizeof *attempts);
    pthread_mutex_init(&attempts->lock, NULL);
    return attempts;
}

static void forget(struct attempts *attempts, struct failures *failures)
{
    HASH_DEL(attempts->table, failures);
    free(failures);
}

void attempts_free(struct attempts **slot)
{
    struct attempts *attempts = *slot;
    if (!attempts)
        return;
    *slot = NULL;
    while (attempts->table)
        forget(attempts, attempts->table);
    pthread_mutex_destroy(&attempts->lock);
    free(attempts);
}

static void address_key(const char *address, char key[80])
{
    snprintf(key, 80, "@%s", address);
}

static void name_key(const char *name, char key[80])
{
    snprintf(key, 80, "%s%.77s", name[0] == '@' ? " " : "", name);
}

static unsigned wait_of(struct attempts *attempts, const char *key)
{
    struct failures *failures;
    uint64_t now_us = clock_monotonic_us();
    HASH_FIND_STR(attempts->table, key, failures);
    return failures && failures->until_us > now_us
               ? (unsigned)((failures->until_us - now_us) / 1000000 + 1)
               : 0;
}

unsigned attempts_wait_s(struct attempts *attempts, const char *address, const char *name)
{
    char of_address[80], of_name[80];
    address_key(address, of_address);
    name_key(name, of_name);
    pthread_mutex_lock(&attempts->lock);
    unsigned first = wait_of(attempts, of_address), second = wait_of(attempts, of_name);
    pthread_mutex_unlock(&attempts->lock);
    return first > second ? first : second;
}

static void sweep(struct attempts *attempts, uint64_t now_us)
{
    struct failures *failures, *next;
    HASH_ITER(hh, attempts->table, failures, next)
    {
        if (now_us - failures->last_us > FORGET_S * 1000000ull)
            forget(attempts, failures);
    }
    if (HASH_COUNT(attempts->table) >= MOST_REMEMBERED)
        forget(attempts, attempts->table);
}

static void count_failure(struct attempts *attempts, const char *key, unsigned free_ones,
                          unsigned longest_s)
{
    uint64_t now_us = clock_monotonic_us();
    struct failures *failures;
    HASH_FIND_STR(attempts->table, key, failures);
    if (failures && now_us - failures->last_us > FORGET_S * 1000000ull)
        failures->count = 0;
    if (!failures) {
        sweep(attempts, now_us);
        failures = memory_zero(sizeof *failures);
        snprintf(failures->key, sizeof failures->key, "%s", key);
        HASH_ADD_STR(attempts->table, key, failures);
    }
    failures->last_us = now_us;
    if (++failures->count < free_ones)
        return;
    unsigned doublings = failures->count - free_ones;
    uint64_t wait_s = doublings < 10 ? 2ull << doublings : longest_s;
    failures->until_us = now_us + (wait_s < longest_s ? wait_s : longest_s) * 1000000;
}

void attempts_failed(struct attempts *attempts, const char *address, const char *name)
{
    char key[80];
    pthread_mutex_lock(&attempts->lock);
    address_key(address, key);
    count_failure(attempts, key, FREE_OF_ADDRESS, LONGEST_OF_ADDRESS_S);
    name_key(name, key);
    count_failure(attempts, key, FREE_OF_NAME, LONGEST_OF_NAME_S);
    pthread_mutex_unlock(&attempts->lock);
}

void attempts_succeeded(struct attempts *attempts, const char *name)
{
    struct failures *failures;
    char key[80];
    name_key(name, key);
    pthread_mutex_lock(&attempts->lock);
    HASH_FIND_STR(attempts->table, key, failures);
    if (failures)
        forget(attempts, failures);
    pthread_mutex_unlock(&attempts->lock);
}
