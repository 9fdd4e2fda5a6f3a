/* test_placing.c - openings that say little: what they are placed by, at which level they stand,
 * and what is rather left to a person. */
#include "tests/unit/metadata_fixture.h"
#include "workers/ingest/region_name.h"

static void test_names_of_bodies(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        /* a second name in brackets */
        {"芜湖市数据资源管理局（市政务服务管理局）2022年法治政府建设工作报告\n" TEXT,
         .region = 340200, .level = "prefecture", .issuer = "芜湖市数据资源管理局",
         .kind = "department", .year = 2022},
        /* a branch office is its district's */
        {"定西市公安局安定分局\n2021年度法治政府建设工作报告\n" TEXT, .region = 621102,
         .level = "county", .issuer = "定西市公安局安定分局", .kind = "department", .year = 2021},
        {"临沂市自然资源和规划局罗庄分局2023年法治政府建设工作报告\n" TEXT, .region = 371311,
         .level = "county", .issuer = "临沂市自然资源和规划局罗庄分局", .kind = "department",
         .year = 2023},
        {"关于虎林市2021年法治政府建设情况的调研报告\n虎林市人大监察和司法委员会\n" TEXT,
         .region = 230381, .level = "county", .issuer = "虎林市人大监察和司法委员会",
         .kind = "committee", .year = 2021},
        {"关岭自治县2020年法治政府建设工作报告\n" TEXT, .region = 520424, .level = "county",
         .issuer = "关岭布依族苗族自治县人民政府", .kind = "government", .year = 2020},
        {"2024年度控江路街道法治政府建设工作报告\n" TEXT, .region = 310110, .level = "township",
         .township = "控江路街道", .issuer = "控江路街道办事处", .kind = "government",
         .year = 2024},
        {"漳州台商投资区管理委员会关于2020年度法治政府建设情况的报告\n" TEXT, .region = 350600,
         .level = "prefecture", .issuer = "漳州台商投资区管理委员会", .kind = "zone", .year = 2020},
    };
    CHECK_ALL(list);
}

/* Behind its city's name a zone's own may be spelt like a county of another city. */
static void test_zones_are_their_own_citys(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"武汉东湖新技术开发区2018年法治政府建设情况报告\n" TEXT, .region = 420100,
         .level = "prefecture", .issuer = "武汉东湖新技术开发区管理委员会", .kind = "zone",
         .year = 2018},
        {"宜宾三江新区管理委员会关于2022年度法治政府建设情况的报告\n"
         "2022年，三江新区坚持依法行政。\n" TEXT,
         .region = 511500, .level = "prefecture", .issuer = "宜宾三江新区管理委员会",
         .kind = "zone", .year = 2022},
        {"盐城滨海新区管委会2020年法治政府建设情况报告\n" TEXT, .region = 320900,
         .level = "prefecture", .issuer = "盐城滨海新区管理委员会", .kind = "zone", .year = 2020},
        {"威海南海新区管委会2020年度法治政府建设报告\n" TEXT, .region = 371000,
         .level = "prefecture", .issuer = "威海南海新区管理委员会", .kind = "zone", .year = 2020},
        {"潍坊滨海经济技术开发区2021年法治政府建设年度报告\n" TEXT, .region = 370700,
         .level = "prefecture", .issuer = "潍坊滨海经济技术开发区管理委员会", .kind = "zone",
         .year = 2021},
        /* in its city a county's zone is the county's */
        {"长沙岳麓高新区2022年法治政府建设工作报告\n" TEXT, .region = 430104, .level = "county",
         .issuer = "长沙岳麓高新技术产业开发区管理委员会", .kind = "zone", .year = 2022},
        /* the city's, whatever district it lies in; of a city and its county of one name the city's
         */
        {"保山工贸园区管理委员会2019年度法治政府建设情况报告\n" TEXT, .region = 530500,
         .level = "prefecture", .issuer = "保山工贸园区管理委员会", .kind = "zone", .year = 2019},
        {"黄山风景区管委会2017年度依法行政工作总结\n" TEXT, .region = 341000, .level = "prefecture",
         .issuer = "黄山风景区管理委员会", .kind = "zone", .year = 2017},
        /* districts elsewhere do not go by their short name alone */
        {"西安高新区2020年法治政府建设报告\n" TEXT, .region = 610100, .level = "prefecture",
         .issuer = "西安高新技术产业开发区管理委员会", .kind = "zone", .year = 2020},
        {"滨海新区2021年法治政府建设年度报告\n来源：茂名滨海新区党政办\n" TEXT, .region = 440900,
         .level = "prefecture", .issuer = "茂名滨海新区管理委员会", .kind = "zone", .year = 2021},
        {"平顶山市新城区管委会2021年法治政府建设报告\n" TEXT, .region = 410400,
         .level = "prefecture", .issuer = "平顶山市新城区管理委员会", .kind = "zone", .year = 2021},
        {"岳阳市城陵矶新港区2021年法治政府建设报告\n" TEXT, .region = 430600, .level = "prefecture",
         .issuer = "岳阳市城陵矶新港区管理委员会", .kind = "zone", .year = 2021},
        {"扬州市蜀冈—瘦西湖风景名胜区2021年法治政府建设报告\n" TEXT, .region = 321000,
         .level = "prefecture", .issuer = "扬州市蜀冈—瘦西湖风景名胜区管理委员会", .kind = "zone",
         .year = 2021},
        {"吉林省长白山保护开发区管理委员会2022年法治政府建设报告\n" TEXT, .region = 220000,
         .level = "province", .issuer = "吉林省长白山保护开发区管理委员会", .kind = "zone",
         .year = 2022},
        {"洛阳市伊滨区2021年法治政府建设报告\n" TEXT, .region = 410300, .level = "prefecture",
         .issuer = "洛阳市伊滨区管理委员会", .kind = "zone", .year = 2021},
        /* spelt like another city's district: a person is asked */
        {"漯河市西城区2021年法治政府建设报告\n" TEXT, .level = "unknown",
         .issuer = "漯河市西城区人民政府", .kind = "unknown", .year = 2021},
        /* several counties': a person is asked */
        {"和平经济开发区2021年度法治政府建设报告\n" TEXT, .level = "unknown",
         .issuer = "和平经济开发区管理委员会", .kind = "zone", .year = 2021},
    };
    CHECK_ALL(list);
}

static void test_offices_of_the_level_above(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"绵阳市江油生态环境局2021年法治政府建设工作报告\n" TEXT, .region = 510781,
         .level = "county", .issuer = "绵阳市江油生态环境局", .kind = "department", .year = 2021},
        {"六安市霍邱县生态环境分局2021年度法治政府建设年度报告\n" TEXT, .region = 341522,
         .level = "county", .issuer = "六安市霍邱县生态环境分局", .kind = "department",
         .year = 2021},
        {"北京市规划和自然资源委员会海淀分局2021年法治政府建设工作报告\n" TEXT, .region = 110108,
         .level = "county", .issuer = "北京市规划和自然资源委员会海淀分局", .kind = "department",
         .year = 2021},
        {"杭州市消防救援支队西湖大队2021年度法治政府建设报告\n" TEXT, .region = 330106,
         .level = "county", .issuer = "杭州市消防救援支队西湖大队", .kind = "department",
         .year = 2021},
        {"东港海事处2022年度法治政府建设报告\n" TEXT, .region = 210681, .level = "county",
         .issuer = "东港海事处", .kind = "department", .year = 2022},
        {"中国人民银行南通市分行2021年法治政府建设报告\n" TEXT, .region = 320600,
         .level = "prefecture", .issuer = "中国人民银行南通市分行", .kind = "institution",
         .year = 2021},
        {"国家统计局盐城调查队2021年法治政府建设报告\n" TEXT, .region = 320900,
         .level = "prefecture", .issuer = "国家统计局盐城调查队", .kind = "department",
         .year = 2021},
        /* several districts': a person is asked */
        {"通州海关2022年度法治政府建设报告\n" TEXT, .level = "unknown", .issuer = "通州海关",
         .kind = "department", .year = 2022},
        /* no county: 江北区 lies elsewhere */
        {"南京市公安局江北新区分局2021年度法治政府建设报告\n" TEXT, .region = 320100,
         .level = "prefecture", .issuer = "南京市公安局江北新区分局", .kind = "department",
         .year = 2021},
        {"中华人民共和国芜湖海事局2022年度法治政府建设报告\n" TEXT, .region = 340200,
         .level = "prefecture", .issuer = "中华人民共和国芜湖海事局", .kind = "department",
         .year = 2022},
        {"赣州海关2022年度法治政府建设报告\n" TEXT, .region = 360700, .level = "prefecture",
         .issuer = "赣州海关", .kind = "department", .year = 2022},
    };
    CHECK_ALL(list);
}

/* Whose site it is says in full what the report leaves out. */
static void test_the_pages_head_completes_a_name(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"镇江市人力资源和社会保障局　信息公开\n市人社局关于2019年度法治政府建设工作情况的报告"
         "\n" TEXT,
         .region = 321100, .level = "prefecture", .issuer = "镇江市人力资源和社会保障局",
         .kind = "department", .year = 2019},
        {"东台市交通运输局　首页 > 政务公开\n市交通运输局2018年度法治政府建设情况汇报\n" TEXT,
         .region = 320981, .level = "county", .issuer = "东台市交通运输局", .kind = "department",
         .year = 2018},
        {"桂平市水利局\n公开日期：2021年3月18日　有效性：是\n"
         "关于2020年度推进法治政府建设的情况报告\n现将我局情况报告如下。\n" TEXT,
         .region = 450881, .level = "county", .issuer = "桂平市水利局", .kind = "department",
         .year = 2020, .published = "2021-03-18"},
        {"当前位置：首页>淮安市司法局>法治政府建设\n"
         "市司法局关于2019年度法治政府建设工作情况的报告\n" TEXT,
         .region = 320800, .level = "prefecture", .issuer = "淮安市司法局", .kind = "department",
         .year = 2019},
        {"茂名滨海新区管理委员会　政务公开\n2021年度法治政府建设工作报告\n"
         "2021年，滨海新区坚持依法行政。\n" TEXT,
         .region = 440900, .level = "prefecture", .issuer = "茂名滨海新区管理委员会",
         .kind = "zone", .year = 2021},
        /* a list of links tells nothing of who reports */
        {"淮安市司法局 | 淮安市教育局\n关于2019年度法治政府建设工作情况的报告\n"
         "现将我局情况报告如下。\n" TEXT,
         .level = "unknown", .issuer = "", .kind = "department", .year = 2019},
        /* another bureau's site says nothing of who reports */
        {"镇江市司法局　信息公开\n市教育局关于2019年度法治政府建设工作情况的报告\n" TEXT,
         .level = "prefecture", .issuer = "市教育局", .kind = "department", .year = 2019},
    };
    CHECK_ALL(list);
}

/* A figure of a street must not enter its district: without the street's name a person is asked. */
static void test_a_nameless_township_is_not_its_county(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"滨海新区街道办事处2021年法治政府建设工作报告\n2021年，街道扎实推动依法行政。\n" TEXT,
         .level = "township", .issuer = "滨海新区街道办事处", .kind = "government", .year = 2021},
        {"2023年，我镇围绕全镇发展实际，根据达拉特旗法治政府建设有关要求，依法履职。\n" TEXT,
         .level = "township", .issuer = "", .kind = "government", .year = 2023},
        {"2023年，我镇根据达拉特旗法治政府建设有关要求，依法履职，树林召镇群众满意。\n" TEXT,
         .region = 150621, .level = "township", .township = "树林召镇",
         .issuer = "树林召镇人民政府", .kind = "government", .year = 2023},
    };
    CHECK_ALL(list);
}

static void test_the_level_is_told_by_the_texts_own_words(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"二、主要成效\n全县受理复议申请9件，县政府法制办审核文件4件。\n", .level = "county",
         .kind = "unknown", .issuer = ""},
        {"（八）应急管理\n全市编修预案86件，5个县区全部开展演练。\n", .level = "prefecture",
         .kind = "unknown", .issuer = ""},
        /* a county-level city says 我市 as well */
        {"大力推行三项制度。我市38个部门全部公示，记录仪1860台。\n", .level = "unknown",
         .kind = "unknown", .issuer = ""},
        {"二、转变职能\n全省取消事项118项，省政府提请审议法规8件。\n", .level = "province",
         .kind = "unknown", .issuer = ""},
        {"（二）优化服务\n街道政务服务就近办98项，帮办队员26名。\n", .level = "township",
         .kind = "unknown", .issuer = ""},
        {"（一）阵地\n乡镇工作站18个，村工作室287个，全县投入410万元。\n", .level = "county",
         .kind = "unknown", .issuer = ""},
        {"农机安全。检验1940台，送检下乡31次。\n", .level = "unknown", .kind = "unknown",
         .issuer = ""},
    };
    CHECK_ALL(list);
}

static void test_a_planned_year_is_not_reported_on(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"五、2025年工作安排\n（一）抽查案卷不少于300份，全县出庭率稳定在100%。\n",
         .level = "county", .kind = "unknown", .issuer = "", .year = 2024},
        {"六、2023年度工作打算\n计划开展督察2次。2022年，全县培训4期。\n", .level = "county",
         .kind = "unknown", .issuer = "", .year = 2022},
    };
    CHECK_ALL(list);
}

/* The name of a county inside a zone's: the city in front says otherwise. */
static void test_a_name_that_lies_elsewhere_is_none(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"宜宾三江新区管理委员会2022年法治政府建设工作报告\n" TEXT, .region = 511500,
         .level = "prefecture", .issuer = "宜宾三江新区管理委员会", .kind = "zone", .year = 2022},
        {"茂名滨海新区管理委员会2021年法治政府建设工作报告\n" TEXT, .region = 440900,
         .level = "prefecture", .issuer = "茂名滨海新区管理委员会", .kind = "zone", .year = 2021},
        {"天津市滨海新区2021年法治政府建设工作报告\n" TEXT, .region = 120116, .level = "county",
         .issuer = "天津市滨海新区人民政府", .kind = "government", .year = 2021},
        {"汶川县委全面依法治县办2022年工作报告\n" TEXT, .region = 513221, .level = "county",
         .issuer = "汶川县委全面依法治县办", .kind = "committee", .year = 2022},
    };
    CHECK_ALL(list);
}

/* 邢台市桥东区 was renamed in 2020; until then two districts bore the name. */
static void test_namesakes_of_the_year(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"桥东区2019年法治政府建设情况报告\n" TEXT, .level = "unknown", .kind = "government",
         .issuer = "桥东区人民政府", .year = 2019},
        {"桥东区2022年法治政府建设情况报告\n" TEXT, .region = 130702, .level = "county",
         .issuer = "桥东区人民政府", .kind = "government", .year = 2022},
        {"邢台市桥东区2019年法治政府建设情况报告\n" TEXT, .region = 130502, .level = "county",
         .issuer = "邢台市桥东区人民政府", .kind = "government", .year = 2019},
    };
    CHECK_ALL(list);
}

/* What a person types: a region that was gone in that year names its successor. */
static void test_a_region_that_is_gone_names_its_successor(void **unused)
{
    (void)unused;
    struct error error = {""};
    uint32_t code = 0;
    assert_int_equal(region_by_text(state, SLICE("天津市静海县"), 2013, &code, &error), STATUS_OK);
    assert_int_equal(code, 120223);
    assert_int_equal(region_by_text(state, SLICE("天津市静海县"), 2020, &code, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "120118"));
    assert_int_equal(region_by_text(state, SLICE("静海区"), 2020, &code, &error), STATUS_OK);
    assert_int_equal(code, 120118);
}

static void test_names_are_written_out(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"天祝县水务局2023年法治政府建设工作报告\n" TEXT, .region = 620623, .level = "county",
         .issuer = "天祝藏族自治县水务局", .kind = "department", .year = 2023},
        {"焦作市住建局2023年法治政府建设工作报告\n" TEXT, .region = 410800, .level = "prefecture",
         .issuer = "焦作市住房和城乡建设局", .kind = "department", .year = 2023},
        {"淮南高新区管委会2022年法治政府建设工作报告\n" TEXT, .region = 340400,
         .level = "prefecture", .issuer = "淮南高新技术产业开发区管理委员会", .kind = "zone",
         .year = 2022},
    };
    CHECK_ALL(list);
}

/* Offsets and text stay; only who, where and when are read as if it were simplified. */
static void test_traditional_characters(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"2022年，齊齊哈爾市圍繞中心工作，推動法治政府建設實現新突破，市政府常務會議審議規劃。\n",
         .region = 230200, .level = "prefecture", .issuer = "齐齐哈尔市人民政府",
         .kind = "government", .year = 2022},
        {"廣東省司法廳2021年度法治政府建設工作報告\n　　我廳辦理復議案件12件，廳黨組學法3次。\n",
         .region = 440000, .level = "province", .issuer = "广东省司法厅", .kind = "department",
         .year = 2021},
        {"北京市石景山區人民政府2023年法治政府建設情況報告\n　　各項工作認真落實，將抓實責任。\n",
         .region = 110107, .level = "county", .issuer = "北京市石景山区人民政府",
         .kind = "government", .year = 2023},
    };
    CHECK_ALL(list);
}

static void test_titles_without_a_titles_words(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"砀山县司法局2021年工作推进情况\n（一）普法提档。全年办理援助案件934件，公证1782件。\n",
         .region = 341321, .level = "county", .issuer = "砀山县司法局", .kind = "department",
         .year = 2021},
        {"芷江侗族自治县司法局关于2025年工作情况及2026年工作计划的报告\n"
         "2025年，县司法局抓实依法治县，现汇报如下：\n" TEXT,
         .region = 431228, .level = "county", .issuer = "芷江侗族自治县司法局",
         .kind = "department", .year = 2025},
        {"根据有关规定，编制《北京市密云区石城镇人民政府2025年工作年度报告》。\n" TEXT,
         .region = 110118, .level = "township", .township = "石城镇",
         .issuer = "北京市密云区石城镇人民政府", .kind = "government", .year = 2025},
    };
    CHECK_ALL(list);
}

/* What it is may be told where whose it is is not: by its own words only. */
static void test_a_kind_without_a_region(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"2024年，省民政厅坚持依法行政，现将情况报告如下。\n" TEXT, .level = "province",
         .issuer = "省民政厅", .kind = "department", .year = 2024},
        {"2024年，我局坚持依法行政，现将情况报告如下。\n" TEXT, .level = "unknown", .issuer = "",
         .kind = "department", .year = 2024},
        {"2024年，我单位坚持依法行政，现将情况报告如下。\n" TEXT, .level = "unknown", .issuer = "",
         .kind = "unknown", .year = 2024},
        {"二是规范主体。县司法局牵头完成确认，公布行政机关26个。\n" TEXT, .level = "county",
         .issuer = "县司法局", .kind = "unknown"},
    };
    CHECK_ALL(list);
}

static void test_dates_behind_titles_and_bullets(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"2024年虹口区法治政府建设工作情况报告 2025-02-21\n" TEXT, .region = 310109,
         .level = "county", .issuer = "虹口区人民政府", .kind = "government", .year = 2024,
         .published = "2025-02-21"},
        {"广州市人民政府关于2024年度法治政府建设情况的报告\n  • 2025-01-24\n" TEXT,
         .region = 440100, .level = "prefecture", .issuer = "广州市人民政府", .kind = "government",
         .year = 2024, .published = "2025-01-24"},
        {"IE版本小于11，为了不影响您的浏览效果，请升级IE版本，谢谢您的配合！\n"
         "西青区人民政府2024年法治政府建设情况报告\n来源：西青区人民政府 发布时间："
         "2025-03-24 15:02\n" TEXT,
         .region = 120111, .level = "county", .issuer = "西青区人民政府", .kind = "government",
         .year = 2024, .published = "2025-03-24"},
    };
    CHECK_ALL(list);
}

/* Whose sentences speak: a court, an office of a district, a school of a county. */
static void test_bodies_are_not_their_government(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"嘉兴市中级人民法院发布行政审判白皮书，全市法院新收案件216件。\n", .region = 330400,
         .level = "prefecture", .issuer = "嘉兴市中级人民法院", .kind = "institution"},
        {"安化县人民检察院办理公益诉讼案件16件，发出检察建议9份。\n", .region = 430923,
         .level = "county", .issuer = "安化县人民检察院", .kind = "institution"},
        {"阳城县卫生计生监督所全年办理处罚案件36起，罚没款9万元。\n", .region = 140522,
         .level = "county", .issuer = "阳城县卫生计生监督所", .kind = "department"},
        {"2021年，西安市公安局碑林分局破获案件372起，调解纠纷86件。\n", .region = 610103,
         .level = "county", .issuer = "西安市公安局碑林分局", .kind = "department", .year = 2021},
        {"杭州市生态环境局西湖分局检查企业216家次，立案9件。\n", .region = 330106,
         .level = "county", .issuer = "杭州市生态环境局西湖分局", .kind = "department"},
        {"2021年，西安市公安局东风分局破获案件372起，调解纠纷86件。\n", .region = 610100,
         .level = "prefecture", .issuer = "西安市公安局东风分局", .kind = "department",
         .year = 2021},
        {"2021年，西安市公安局指导分局破获案件372起，调解纠纷86件。\n", .region = 610100,
         .level = "prefecture", .issuer = "西安市公安局", .kind = "department", .year = 2021},
        /* the bureau itself, whatever its branches do */
        {"2021年，西安市公安局各分局破获案件372起，调解纠纷86件。\n", .region = 610100,
         .level = "prefecture", .issuer = "西安市公安局", .kind = "department", .year = 2021},
        {"2021年，西安市公安局抽调分局民警372名，调解纠纷86件。\n", .region = 610100,
         .level = "prefecture", .issuer = "西安市公安局", .kind = "department", .year = 2021},
        {"2021年，西安市公安局部署分局开展检查372次，调解纠纷86件。\n", .region = 610100,
         .level = "prefecture", .issuer = "西安市公安局", .kind = "department", .year = 2021},
        {"成都市消防救援支队武侯大队检查单位372家，督促整改隐患86处。\n", .region = 510107,
         .level = "county", .issuer = "成都市消防救援支队武侯大队", .kind = "department"},
        {"嘉兴市公安局南湖派出所调解纠纷372起，走访群众86户。\n", .region = 330402,
         .level = "county", .issuer = "嘉兴市公安局南湖派出所", .kind = "department"},
        {"南京市公安局鼓楼公安分局破获案件372起，调解纠纷86件。\n", .region = 320106,
         .level = "county", .issuer = "南京市公安局鼓楼公安分局", .kind = "department"},
        {"嘉兴市中级人民法院院长到会授课，全市执法人员86人参加。\n", .region = 330400,
         .level = "prefecture", .issuer = "嘉兴市人民政府", .kind = "government"},
        {"安化县人民法院受理行政案件16件，审结9件。\n", .region = 430923, .level = "county",
         .issuer = "安化县人民法院", .kind = "institution"},
        {"【阳城县】2021年度法治政府建设工作报告\n" TEXT, .region = 140522, .level = "county",
         .issuer = "阳城县人民政府", .kind = "government", .year = 2021},
        {"湖南省安化中学2021年度法治政府建设工作报告\n" TEXT, .region = 430923, .level = "county",
         .issuer = "湖南省安化中学", .kind = "institution", .year = 2021},
        {"山西省阳城医院2021年度法治政府建设工作报告\n" TEXT, .region = 140522, .level = "county",
         .issuer = "山西省阳城医院", .kind = "institution", .year = 2021},
        /* run by the city or by the district that bears the name? */
        {"天津市南开中学2021年度法治政府建设工作报告\n" TEXT, .level = "unknown",
         .issuer = "天津市南开中学", .kind = "institution", .year = 2021},
        {"江苏省南通大学2021年度法治政府建设工作报告\n" TEXT, .level = "unknown",
         .issuer = "江苏省南通大学", .kind = "institution", .year = 2021},
        {"【阳城县】司法局：2021年度法治政府建设工作报告\n" TEXT, .region = 140522,
         .level = "county", .issuer = "阳城县司法局", .kind = "department", .year = 2021},
    };
    CHECK_ALL(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_of_bodies),
        cmocka_unit_test(test_bodies_are_not_their_government),
        cmocka_unit_test(test_zones_are_their_own_citys),
        cmocka_unit_test(test_offices_of_the_level_above),
        cmocka_unit_test(test_the_pages_head_completes_a_name),
        cmocka_unit_test(test_a_nameless_township_is_not_its_county),
        cmocka_unit_test(test_the_level_is_told_by_the_texts_own_words),
        cmocka_unit_test(test_a_planned_year_is_not_reported_on),
        cmocka_unit_test(test_a_name_that_lies_elsewhere_is_none),
        cmocka_unit_test(test_namesakes_of_the_year),
        cmocka_unit_test(test_a_region_that_is_gone_names_its_successor),
        cmocka_unit_test(test_names_are_written_out),
        cmocka_unit_test(test_traditional_characters),
        cmocka_unit_test(test_titles_without_a_titles_words),
        cmocka_unit_test(test_a_kind_without_a_region),
        cmocka_unit_test(test_dates_behind_titles_and_bullets),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
