/* place_option.c - reads what a person has typed; loads the gazetteer for it. */
#include "deploy/commands/place_option.h"

#include "workers/ingest/region_name.h"

enum { FIRST_YEAR = 1990, LAST_YEAR = 2079 };

enum status place_option_read(const struct place_option *place, struct listed *listed,
                              struct error *error)
{
    struct reader reader;
    if (!place->region || !place->year)
        return fail(error, STATUS_BAD, "place wants --region and --year: whose report it is");
    if (place->year < FIRST_YEAR || place->year > LAST_YEAR)
        return fail(error, STATUS_BAD, "--year: from %d to %d", FIRST_YEAR, LAST_YEAR);
    *listed = (struct listed){.by_person = true,
                              .year = (uint16_t)place->year,
                              .township = slice_of(place->township),
                              .issuer = slice_of(place->issuer)};
    if (place->kind) {
        listed->kind = kind_by_name(slice_of(place->kind));
        if (listed->kind >= KIND_COUNT || listed->kind == KIND_UNKNOWN)
            return fail(error, STATUS_BAD,
                        "--kind: government, department, committee, zone or institution");
    }
    enum status status = reader_init(&reader, error);
    if (status == STATUS_OK)
        status =
            region_by_text(&reader, slice_of(place->region), listed->year, &listed->region, error);
    reader_release(&reader);
    return status;
}
