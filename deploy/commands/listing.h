/* listing.h - what commands that list something over the store share: which store or pipeline,
 * which filter, and pages until the end. One thread owns a listing. */
#ifndef XIANZHI_DEPLOY_LISTING_H
#define XIANZHI_DEPLOY_LISTING_H

#include "deploy/commands/command.h"
#include "deploy/commands/item_table.h"
#include "deploy/commands/names.h"
#include "deploy/commands/source.h"

/* Zero-initialise; options point into it. */
struct listing {
    const char *store, *broker, *level, *format;
    struct option_list regions, years, kinds, indicators;
    bool bom;
    struct keys_option keys;
    uint64_t most; /* items to print; 0: all */

    struct request request; /* `list` is the caller's */
    struct name_book *names;
    struct source source;
};

#define LISTING_OPTIONS(listing)                                                                   \
    {"store", 's', OPTION_TEXT, &(listing)->store, "DIR", TR("folder of the results store")},      \
        {"broker",           'b',        OPTION_TEXT,                                              \
         &(listing)->broker, "ENDPOINT", TR("or: ask a running pipeline")},                        \
        {"region",    'r',                                                                         \
         OPTION_LIST, &(listing)->regions,                                                         \
         "NAME",      TR("code, its beginning, or name: 14, 141031, 隰县; repeat")},               \
        {"year", 'y', OPTION_LIST, &(listing)->years, "YEAR", TR("the year reported on; repeat")}, \
        {"level",           'l',     OPTION_TEXT,                                                  \
         &(listing)->level, "LEVEL", TR("province, prefecture, county, township (省 市 县 乡)")},  \
        {"kind",      'k',                                                                         \
         OPTION_LIST, &(listing)->kinds,                                                           \
         "KIND",      TR("government, department, committee, zone, institution; repeat")},         \
        {"format",          'f',                                                                   \
         OPTION_TEXT,       &(listing)->format,                                                    \
         "table|csv|jsonl", TR("how to print (table)")},                                           \
        {"bom", 0, OPTION_FLAG, &(listing)->bom, NULL, TR("csv that Excel opens rightly")},        \
        KEYS_OPTIONS(&(listing)->keys)

#define LISTING_SYNOPSIS                                                                           \
    "(--store DIR | --broker ENDPOINT) [--region R]... [--year Y]... [--level L] [--kind K]... "   \
    "[--format table|csv|jsonl]"

/* Fills in the request's filter and opens the source. STATUS_BAD: an option. On failure
 * listing_close all the same. */
enum status listing_open(struct listing *listing, struct error *error);
void listing_close(struct listing *listing);

/* Prints the first `most` items to stdout; *count of them. */
enum status listing_print(struct listing *listing, uint64_t *count, struct error *error);

/* One page into the arena (reset by the caller). */
enum status listing_page(struct listing *listing, struct arena *arena, struct answer *page,
                         struct error *error);

/* All of a command that lists, from opening to the word that there is nothing (lists.c); an exit
 * code. */
int listing_print_all(const struct command *command, struct listing *listing, enum list list);

#endif
