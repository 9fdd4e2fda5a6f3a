/* keys_option.h - `--keys FILE` and `--broker-key FILE`, the same for everybody who connects. */
#ifndef XIANZHI_DEPLOY_KEYS_OPTION_H
#define XIANZHI_DEPLOY_KEYS_OPTION_H

#include "deploy/commands/command.h"
#include "proto/base/tr.h"
#include "proto/wire.h"

struct keys_option {
    const char *file, *broker_file; /* as given; NULL: not */
    struct wire_keys keys;
};

/* Two rows of a table of options. */
#define KEYS_OPTIONS(option)                                                                       \
    {                                                                                              \
        "keys",          0,      OPTION_TEXT,                                                      \
        &(option)->file, "FILE", TR("secret key, where the broker wants one")},                    \
    {                                                                                              \
        "broker-key", 0, OPTION_TEXT, &(option)->broker_file, "FILE",                              \
            TR("the broker's public key (broker.public beside --keys)")                            \
    }

/* *keys borrows from `option`; NULL when none are given. STATUS_BAD: a file, by name. */
enum status keys_option_load(struct keys_option *option, const struct wire_keys **keys,
                             struct error *error);

#endif
