/* place_option.h - --region and its companions: where a person says that a report belongs. */
#ifndef XIANZHI_DEPLOY_PLACE_OPTION_H
#define XIANZHI_DEPLOY_PLACE_OPTION_H

#include "deploy/commands/command.h"
#include "proto/base/tr.h"
#include "proto/listed.h"

struct place_option {
    const char *region, *township, *issuer, *kind;
    uint64_t year;
};

#define PLACE_OPTIONS(place)                                                                        \
    {"region", 0, OPTION_TEXT, &(place)->region, "R", TR("place: code or name")},                   \
        {"year", 0, OPTION_NUMBER, &(place)->year, "Y", TR("place: the year reported on")},         \
        {"township", 0, OPTION_TEXT, &(place)->township, "T", TR("place: its township or street")}, \
        {"issuer",         0,   OPTION_TEXT,                                                        \
         &(place)->issuer, "I", TR("place: the full name of who reports")},                         \
    {                                                                                               \
        "kind", 0, OPTION_TEXT, &(place)->kind, "K",                                                \
            TR("place: government, department, committee, zone, institution")                       \
    }

/* STATUS_BAD: region or year is missing, or one of them does not exist. Texts of *listed point into
 * the options. */
enum status place_option_read(const struct place_option *place, struct listed *listed,
                              struct error *error);

#endif
