/* test_gazetteer.c - names to regions, and telling namesakes apart by hints. */
#include "workers/ingest/gazetteer.h"
#include "workers/ingest/place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct gazetteer *gazetteer;

static struct place match(const char *text)
{
    struct place place = {0};
    gazetteer_match(gazetteer, slice_of(text), 0, &place);
    return place;
}

static void test_the_longest_name_wins(void **unused)
{
    (void)unused;
    struct place place = match("吉林省吉林市");
    assert_true(slice_equal(place.text, SLICE("吉林省")));
    place = match("阳城县人民政府");
    assert_int_equal(place.count, 1);
    assert_int_equal(place.names[0].region->code, 140522);
    assert_int_equal(place.names[0].kind, NAME_FULL);
    place = match("湖南人");
    assert_int_equal(place.names[0].kind, NAME_BRIEF);
    assert_int_equal(place.names[0].region->code, 430000);
    assert_int_equal(match("人民政府").count, 0);
    assert_int_equal(match("县").count, 0);
    assert_int_equal(match("").count, 0);
}

static void test_namesakes_and_what_is_gone(void **unused)
{
    (void)unused;
    assert_int_equal(match("鼓楼区").count, 4);
    struct place place = match("蓟县");
    assert_int_equal(place.names[0].region->code, 120225);
    assert_int_equal(place.names[0].region->until, 2016);
    struct slice codes = place.names[0].region->successors;
    assert_int_equal(codes_next(&codes), 120119);
    assert_int_equal(codes_next(&codes), 0);
    assert_int_equal(match("巴州2023").names[0].region->code, 652800);
}

/* Baoding had a 新市区 until 2015, Ürümqi has one; a Tibetan county has been given a new code. */
static void test_the_year_tells_namesakes_apart(void **unused)
{
    (void)unused;
    const struct hints none = {.count = 0};
    struct place place = match("新市区");
    assert_null(place_choose(&place, &none, LEVEL_UNKNOWN, 2014));
    assert_int_equal(place_choose(&place, &none, LEVEL_UNKNOWN, 2015)->code, 650104);
    assert_int_equal(place_choose(&place, &none, LEVEL_UNKNOWN, 0)->code, 650104);
    place = match("江达县");
    assert_int_equal(place_choose(&place, &none, LEVEL_UNKNOWN, 2013)->code, 542122);
    assert_int_equal(place_choose(&place, &none, LEVEL_UNKNOWN, 2014)->code, 540321);
    place = match("长治县");
    assert_int_equal(place_choose(&place, &none, LEVEL_UNKNOWN, 2017)->code, 140421);
}

static void test_townships_and_zones(void **unused)
{
    (void)unused;
    struct named_codes found;
    assert_true(gazetteer_township(gazetteer, SLICE("李渡街道坚持"), 0, &found));
    assert_int_equal(found.name.len, strlen("李渡街道"));
    assert_true(gazetteer_township(gazetteer, SLICE("在洋溪镇"), 3, &found));
    assert_int_equal(found.name.len, strlen("洋溪镇"));
    assert_true(slice_has(found.codes, SLICE(" ")));
    assert_false(gazetteer_township(gazetteer, SLICE("洋溪"), 0, &found));
    assert_false(gazetteer_township(gazetteer, SLICE(""), 0, &found));
    assert_true(gazetteer_zone(gazetteer, SLICE("洋浦经济开发区管理委员会"), 0, &found));
    assert_int_equal(codes_next(&found.codes), 460400);
}

static void test_parents(void **unused)
{
    (void)unused;
    const struct region *region = gazetteer_region(gazetteer, 140522);
    assert_int_equal(gazetteer_parent(gazetteer, region)->code, 140500);
    region = gazetteer_parent(gazetteer, gazetteer_parent(gazetteer, region));
    assert_int_equal(region->code, 140000);
    assert_null(gazetteer_parent(gazetteer, region));
    assert_int_equal(gazetteer_parent(gazetteer, gazetteer_region(gazetteer, 110105))->code,
                     110000);
    assert_int_equal(gazetteer_parent(gazetteer, gazetteer_region(gazetteer, 419001))->code,
                     410000);
    assert_null(gazetteer_region(gazetteer, 140599));
    assert_true(code_within(140522, 140500) && code_within(140522, 140000));
    assert_false(code_within(140622, 140500));
}

static void test_hints_decide_or_nothing_does(void **unused)
{
    (void)unused;
    struct place place = match("鼓楼区");
    struct hints hints = {0};
    assert_null(place_choose(&place, &hints, LEVEL_UNKNOWN, 0));
    hint_add(&hints, 350000, WEIGHT_LICENCE);
    assert_int_equal(place_choose(&place, &hints, LEVEL_UNKNOWN, 0)->code, 350102);
    hint_add(&hints, 410200, WEIGHT_LICENCE - 1); /* contradicted: the lead is below the margin */
    assert_null(place_choose(&place, &hints, LEVEL_UNKNOWN, 0));
    /* two in one province: it can't decide between them */
    hints = (struct hints){0};
    hint_add(&hints, 320000, WEIGHT_SITE);
    assert_null(place_choose(&place, &hints, LEVEL_UNKNOWN, 0));
    place = match("阳城县");
    assert_int_equal(place_choose(&place, &hints, LEVEL_UNKNOWN, 0)->code, 140522);
}

/* Every region is found by its own full name. */
static void test_every_full_name_is_found(void **unused)
{
    (void)unused;
    unsigned counties = 0;
    for (uint32_t code = 110000; code < 830000; code++) {
        const struct region *region = gazetteer_region(gazetteer, code);
        if (!region)
            continue;
        struct place place;
        assert_true(gazetteer_match(gazetteer, region->name, 0, &place));
        size_t i = 0;
        while (i < place.count && place.names[i].region != region)
            i++;
        assert_true(i < place.count);
        counties += region->level == LEVEL_COUNTY && region->until == 0;
    }
    assert_in_range(counties, 2800, 2900);
}

static int setup(void **unused)
{
    (void)unused;
    struct error error;
    return gazetteer_new(&gazetteer, &error) == STATUS_OK ? 0 : -1;
}

static int teardown(void **unused)
{
    (void)unused;
    gazetteer_free(&gazetteer);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_longest_name_wins),
        cmocka_unit_test(test_namesakes_and_what_is_gone),
        cmocka_unit_test(test_the_year_tells_namesakes_apart),
        cmocka_unit_test(test_townships_and_zones),
        cmocka_unit_test(test_parents),
        cmocka_unit_test(test_hints_decide_or_nothing_does),
        cmocka_unit_test(test_every_full_name_is_found),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
