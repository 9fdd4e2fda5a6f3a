/* A folder of rules with one file of indicators that nobody wrote: loaded, or refused by place. */
#include "tests/fuzz/fuzz.h"

#include "tests/unit/catalogue_fixture.h"
#include "workers/extract/rule/catalogue.h"

static struct fixture fixture;

static void clean_up(void)
{
    fixture_remove(&fixture);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    struct buffer bytes = {0};
    if (folder) {
        buffer_add(&bytes, slice_of(fixture_indicators));
        fuzz_seed(folder, "indicators", -1, &bytes);
        exit(0);
    }
    fixture_make(&fixture);
    atexit(clean_up);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[PATH_MAX];
    struct problems problems = {0};
    struct catalogue *catalogue = NULL;
    snprintf(path, sizeof path, "%s/indicators/all.yaml", fixture.folder);
    write_file(path, (struct slice){(const char *)data, size});
    enum status status =
        catalogue_load(&catalogue, fixture.folder, (struct catalogue_options){.examples = true}, &problems);
    fuzz_require(status == STATUS_OK || problems.errors, "refused without a word");
    problems_release(&problems);
    catalogue_free(&catalogue);
    return 0;
}
