/* test_excerpts.c - texts that begin in the middle, without a title: whether a government, one of
 * its bodies or nobody for certain speaks. */
#include "tests/unit/metadata_fixture.h"

static void test_an_excerpt_tells_of_departments(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        /* begins in the middle: the county's government tells what its bureau did */
        {"（二）加强合法性审查\n坚持应审尽审，曹县司法局全年审核以县政府名义印发的文件74件。\n",
         .region = 371721, .level = "county", .issuer = "曹县人民政府", .kind = "government"},
        {"洮南市2020年法治政府建设工作总结\n（四）严格执法\n洮南市司法局牵头组织案卷评查1次。\n",
         .region = 220881, .level = "county", .issuer = "洮南市人民政府", .kind = "government",
         .year = 2020},
        /* nothing says whether the government or its bureau speaks */
        {"（二）深化改革\n　　阳朔县行政审批局划转18个部门237项事项，启用1枚印章。\n",
         .level = "unknown", .kind = "unknown", .issuer = ""},
        /* its own words: a bureau's */
        {"三、工作成效\n阳朔县行政审批局坚持便民，我局办理事项237项，局党组会议学法3次。\n",
         .region = 450321, .level = "county", .issuer = "阳朔县行政审批局", .kind = "department"},
        {"疫情防控期间，庄河市司法局党员干警下沉9个社区，值守卡点62天。\n加强机构建设，明确由一名"
         "局领导分管。\n",
         .region = 210283, .level = "county", .issuer = "庄河市司法局", .kind = "department"},
    };
    CHECK_ALL(list);
}

/* What a region or a place is famous for is no name, nor is the region the one who reports. */
static void test_what_a_region_is_told_to_be(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"（三）聚焦农资打假\n寿光是全国蔬菜之乡，播种面积60万亩。寿光市农业农村局把产品安全作为执"
         "法的重中之重，立案46件。\n",
         .region = 370783, .level = "county", .issuer = "寿光市农业农村局", .kind = "department"},
        {"（三）聚焦农资打假\n寿光市是全国蔬菜之乡，播种面积60万亩。寿光市农业农村局把产品安全作为"
         "执法的重中之重，立案46件。\n",
         .region = 370783, .level = "county", .issuer = "寿光市农业农村局", .kind = "department"},
        {"（四）推进诚信建设\n沭阳被誉为中国花木之乡，企业众多。沭阳县农业农村局围绕种苗质量抽检240"
         "批次。\n",
         .region = 321322, .level = "county", .issuer = "沭阳县农业农村局", .kind = "department"},
        /* its county's title above it */
        {"寿光市2020年法治政府建设工作总结\n（三）农资打假\n寿光市农业农村局把产品安全作为重点，立"
         "案46件。\n",
         .region = 370783, .level = "county", .issuer = "寿光市人民政府", .kind = "government",
         .year = 2020},
        /* other bodies speak, too, or it is only told what the bureau did: a person is asked */
        {"（三）聚焦农资打假\n寿光市农业农村局坚持执法为民，检查812家次。寿光市公安局侦办案件6起。"
         "\n",
         .level = "unknown", .kind = "unknown", .issuer = ""},
        {"（二）加强劳动执法\n横店作为中国影视名镇，剧组众多。东阳市人力资源和社会保障局检查120次。"
         "\n",
         .level = "unknown", .kind = "unknown", .issuer = ""},
        {"（二）移风易俗\n成功创建省级卫生乡镇3个，检查62次。\n", .level = "unknown",
         .kind = "unknown", .issuer = ""},
        /* nobody else speaks */
        {"阳谷县是全国法治政府建设示范县，总人口80万。全县上下真抓实干，检查62次。\n",
         .region = 371521, .level = "county", .issuer = "阳谷县人民政府", .kind = "government"},
    };
    CHECK_ALL(list);
}

/* A region that stands only in the name of its body is that body's or a person's to place. */
static void test_a_bodys_name_is_not_its_governments(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"交通运输委员会重拳出击。兰州市交通运输委员会所属运管、路政机构全年共检查车辆18."
         "6万台次。\n"
         "（四）创新监管方式。全市出租汽车全部安装终端。\n",
         .region = 620100, .level = "prefecture", .issuer = "兰州市交通运输委员会",
         .kind = "department"},
        {"成效明显。南宁市卫生健康委员会检查医疗机构620家次。\n", .region = 450100,
         .level = "prefecture", .issuer = "南宁市卫生健康委员会", .kind = "department"},
        {"行业乱象得到整治。阜阳市城市管理行政执法局所属三个大队立案1260件。\n", .region = 341200,
         .level = "prefecture", .issuer = "阜阳市城市管理行政执法局", .kind = "department"},
        {"服务优化。嘉兴市公共资源交易中心受理异议26件，全市项目全部进入系统。\n",
         .level = "unknown", .kind = "unknown", .issuer = ""},
        {"（一）监管。2023年乌海市应急管理系统共监督检查企业1287家次。\n", .level = "unknown",
         .kind = "unknown", .issuer = "", .year = 2023},
        {"多元化解。德州市医疗纠纷人民调解委员会受理纠纷120件。\n", .level = "unknown",
         .kind = "unknown", .issuer = ""},
        {"力度加大。西安市公安机关立案2600起，全市刑事案件下降12%。\n", .level = "unknown",
         .kind = "unknown", .issuer = ""},
        /* the government's: its party committee's study, its meetings */
        {"2024年，齐河县委理论学习中心组学习6次。齐河县人民政府常务会议学法6次。\n",
         .region = 371425, .level = "county", .issuer = "齐河县人民政府", .kind = "government",
         .year = 2024},
    };
    CHECK_ALL(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_excerpt_tells_of_departments),
        cmocka_unit_test(test_what_a_region_is_told_to_be),
        cmocka_unit_test(test_a_bodys_name_is_not_its_governments),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
