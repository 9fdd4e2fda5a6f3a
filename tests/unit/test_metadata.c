/* test_metadata.c - who reports, where, on which year: invented pages in the manner of many sites.
 */
#include "tests/unit/metadata_fixture.h"

static void test_governments_of_all_levels(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"青海省人民政府\n关于2021年法治政府建设情况的报告\n\n国务院：\n" TEXT
         "\n青海省人民政府\n2022年3月30日\n",
         .region = 630000, .level = "province", .issuer = "青海省人民政府", .kind = "government",
         .year = 2021, .signed_on = "2022-03-30"},
        {"内蒙古自治区人民政府2023年法治政府建设情况报告\n发布日期：2024-03-31  "
         "来源：自治区司法厅\n" TEXT,
         .region = 150000, .level = "province", .issuer = "内蒙古自治区人民政府",
         .kind = "government", .year = 2023, .published = "2024-03-31"},
        {"大理白族自治州人民政府关于2022年度法治政府建设工作情况的报告\n大政报〔2023〕12号\n省人民"
         "政府：\n" TEXT "大理白族自治州人民政府\n二〇二三年三月二十八日\n",
         .region = 532900, .level = "prefecture", .issuer = "大理白族自治州人民政府",
         .kind = "government", .year = 2022, .signed_on = "2023-03-28",
         .number = "大政报〔2023〕12号"},
        {"锡林郭勒盟行政公署2020年法治政府建设情况报告\n" TEXT "锡林郭勒盟行政公署\n2021年2月26日",
         .region = 152500, .level = "prefecture", .issuer = "锡林郭勒盟行政公署",
         .kind = "government", .year = 2020, .signed_on = "2021-02-26"},
        {"巴林左旗人民政府\n2022年法治政府建设年度报告\n" TEXT, .region = 150422, .level = "county",
         .issuer = "巴林左旗人民政府", .kind = "government", .year = 2022},
        {"景宁畲族自治县二○二三年法治政府建设年度报告\n" TEXT "（2024年1月20日）\n",
         .region = 331127, .level = "county", .issuer = "景宁畲族自治县人民政府",
         .kind = "government", .year = 2023, .signed_on = "2024-01-20"},
        {"济源市2021年度法治政府建设情况的报告\n" TEXT, .region = 419001, .level = "county",
         .issuer = "济源市人民政府", .kind = "government", .year = 2021},
        {"神农架林区人民政府关于2022年法治政府建设工作情况的报告\n" TEXT, .region = 429021,
         .level = "county", .issuer = "神农架林区人民政府", .kind = "government", .year = 2022},
        {"上海市普陀区2023年法治政府建设情况报告\n" TEXT "上海市普陀区人民政府\n2024.3.15\n",
         .region = 310107, .level = "county", .issuer = "上海市普陀区人民政府",
         .kind = "government", .year = 2023, .signed_on = "2024-03-15"},
        {"重庆市酉阳土家族苗族自治县人民政府\n2022年法治政府建设情况报告\n" TEXT, .region = 500242,
         .level = "county", .issuer = "重庆市酉阳土家族苗族自治县人民政府", .kind = "government",
         .year = 2022},
    };
    CHECK_ALL(list);
}

static void test_titles_in_several_lines_and_shapes(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"平 遥 县 人 民 政 府\n关 于 ２ ０ ２ １ 年 法 治 政 府 建 设\n情 况 的 报 "
         "告\n\n晋中市人民政府：\n" TEXT,
         .region = 140728, .level = "county", .issuer = "平遥县人民政府", .kind = "government",
         .year = 2021},
        {"中共临泽县委 临泽县人民政府\n关于2022年度法治政府建设情况的报告\n" TEXT, .region = 620723,
         .level = "county", .issuer = "中共临泽县委 临泽县人民政府", .kind = "government",
         .year = 2022},
        {"关于2023年度法治政府建设情况的报告\n\n市人民政府：\n" TEXT
         "\n桐庐县人民政府\n2024年2月6日",
         .region = 330122, .level = "county", .issuer = "桐庐县人民政府", .kind = "government",
         .year = 2023, .signed_on = "2024-02-06"},
        {"关于祁东县2022年度法治政府建设工作情况的报告\n" TEXT, .region = 430426, .level = "county",
         .issuer = "祁东县人民政府", .kind = "government", .year = 2022},
        {"2021年度昌吉市法治政府建设情况报告\n" TEXT, .region = 652301, .level = "county",
         .issuer = "昌吉市人民政府", .kind = "government", .year = 2021},
        {"富平县人民政府法治政府建设年度报告（2022年）\n" TEXT, .region = 610528, .level = "county",
         .issuer = "富平县人民政府", .kind = "government", .year = 2022},
        {"桃江县2023年法治政府建设工作总结及2024年工作打算\n" TEXT, .region = 430922,
         .level = "county", .issuer = "桃江县人民政府", .kind = "government", .year = 2023},
        {"您现在的位置：首页 > 公开 > "
         "灵璧县2021年法治政府建设报告\n\n灵璧县2022年法治政府建设报告\n\n"
         "时间：2023-01-31 08:30:12  来源：灵璧县司法局  浏览：321次\n" TEXT,
         .region = 341323, .level = "county", .issuer = "灵璧县人民政府", .kind = "government",
         .year = 2022, .published = "2023-01-31"},
        {"索引号：113417230032/202301-00012\t发布机构：青阳县人民政府办公室\n"
         "名称：青阳县人民政府2022年度法治政府建设情况报告\t文号：青政〔2023〕3号\n"
         "发布日期：2023-01-19\t有效性：有效\n青阳县人民政府2022年度法治政府建设情况报告\n" TEXT
         "【打印】【关闭】",
         .region = 341723, .level = "county", .issuer = "青阳县人民政府", .kind = "government",
         .year = 2022, .published = "2023-01-19", .number = "青政〔2023〕3号"},
        {"法治政府建设年度报告\n"
         "过去的2019年，在上级党委、政府坚强领导下，蒙城县人民政府深入推进依法行政，"
         "现将情况报告如下：\n" TEXT "蒙城县人民政府\n2020年1月14日\n",
         .region = 341622, .level = "county", .issuer = "蒙城县人民政府", .kind = "government",
         .year = 2019, .signed_on = "2020-01-14"},
    };
    CHECK_ALL(list);
}

static void test_namesakes_are_told_apart(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"南京市鼓楼区2022年度法治政府建设情况报告\n" TEXT, .region = 320106, .level = "county",
         .issuer = "南京市鼓楼区人民政府", .kind = "government", .year = 2022},
        {"鼓楼区人民政府关于2022年法治政府建设情况的报告\n\n徐州市人民政府：\n" TEXT,
         .region = 320302, .level = "county", .issuer = "鼓楼区人民政府", .kind = "government",
         .year = 2022},
        {"鼓楼区2023年法治政府建设情况报告\n" TEXT "福州市鼓楼区人民政府\n2024年3月1日\n",
         .region = 350102, .level = "county", .issuer = "福州市鼓楼区人民政府",
         .kind = "government", .year = 2023, .signed_on = "2024-03-01"},
        {"鼓楼区人民政府2021年法治政府建设情况报告\n" TEXT
         "主办：鼓楼区人民政府 网站标识码：4102040001\n豫ICP备12345678号\n",
         .region = 410204, .level = "county", .issuer = "鼓楼区人民政府", .kind = "government",
         .year = 2021},
        {"朝阳区人民政府2022年法治政府建设情况报告\n" TEXT "\n吉ICP备05000000号", .region = 220104,
         .level = "county", .issuer = "朝阳区人民政府", .kind = "government", .year = 2022},
        /* one footer's licences are one piece of evidence, beside the name of another's site */
        {"朝阳区人民政府2022年法治政府建设情况报告\n" TEXT
         "\n北京市人民政府门户网站\n吉ICP备05000000号 吉ICP备05000000号-1 吉ICP备05000000号-2 "
         "吉ICP备05000000号-3",
         .region = 110105, .level = "county", .issuer = "朝阳区人民政府", .kind = "government",
         .year = 2022},
        {"城关区2022年法治政府建设工作报告\n　　2022年，我区在自治区和拉萨市的坚强领导下，"
         "在拉萨市司法局的指导下，法治政府建设取得新进展。\n" TEXT,
         .region = 540102, .level = "county", .issuer = "城关区人民政府", .kind = "government",
         .year = 2022},
        {"普陀区2022年法治政府建设工作报告\n" TEXT, "浙江省/舟山市/普陀区.txt", .region = 330903,
         .level = "county", .issuer = "普陀区人民政府", .kind = "government", .year = 2022},
        {"长安区人民政府关于2020年度法治政府建设情况的报告\n索引号：116101160000/2021-0001\n" TEXT,
         .region = 610116, .level = "county", .issuer = "长安区人民政府", .kind = "government",
         .year = 2020},
        {"新华区2022年法治政府建设工作报告\n平顶山市司法局：\n" TEXT, .region = 410402,
         .level = "county", .issuer = "新华区人民政府", .kind = "government", .year = 2022},
        {"朝阳县人民政府2022年法治政府建设工作报告\n" TEXT, .region = 211321, .level = "county",
         .issuer = "朝阳县人民政府", .kind = "government", .year = 2022},
        {"鼓楼区2022年法治政府建设工作报告\n" TEXT, .region = 0, .level = "unknown",
         .issuer = "鼓楼区人民政府", .kind = "government", .year = 2022},
    };
    CHECK_ALL(list);
}

static void test_townships(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"句容市茅山镇2023年度法治政府建设情况报告\n" TEXT "句容市茅山镇人民政府\n2024年1月8日",
         .region = 321183, .level = "township", .township = "茅山镇",
         .issuer = "句容市茅山镇人民政府", .kind = "government", .year = 2023,
         .signed_on = "2024-01-08"},
        {"下河乡人民政府2022年法治政府建设工作报告\n\n岚皋县人民政府：\n" TEXT
         "下河乡人民政府\n2022年12月29日",
         .region = 610925, .level = "township", .township = "下河乡", .issuer = "下河乡人民政府",
         .kind = "government", .year = 2022, .signed_on = "2022-12-29"},
        {"五里街道办事处关于2022年度法治政府建设情况的报告\n长兴县人民政府门户网站\n" TEXT,
         .region = 330522, .level = "township", .township = "五里街道", .issuer = "五里街道办事处",
         .kind = "government", .year = 2022},
        {"南京市鼓楼区清水街道2023年法治政府建设年度报告\n" TEXT "清水街道办事处\n2024年2月1日",
         .region = 320106, .level = "township", .township = "清水街道",
         .issuer = "南京市鼓楼区清水街道办事处", .kind = "government", .year = 2023,
         .signed_on = "2024-02-01"},
        {"中共泸溪县青石镇委员会 泸溪县青石镇人民政府\n2021年度法治政府建设工作情况报告\n" TEXT,
         .region = 433122, .level = "township", .township = "青石镇",
         .issuer = "中共泸溪县青石镇委员会 泸溪县青石镇人民政府", .kind = "government",
         .year = 2021},
        {"东莞市石岭镇2022年法治政府建设情况报告\n" TEXT, .region = 441900, .level = "township",
         .township = "石岭镇", .issuer = "东莞市石岭镇人民政府", .kind = "government",
         .year = 2022},
        {"贵定县云雾布依族民族乡2020年法治政府建设情况报告\n" TEXT, .region = 522723,
         .level = "township", .township = "云雾布依族民族乡",
         .issuer = "贵定县云雾布依族民族乡人民政府", .kind = "government", .year = 2020},
    };
    CHECK_ALL(list);
}

static void test_departments_and_committees(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"湖南省司法厅2022年度法治政府建设情况报告\n" TEXT "湖南省司法厅\n2023年1月18日\n",
         .region = 430000, .level = "province", .issuer = "湖南省司法厅", .kind = "department",
         .year = 2022, .signed_on = "2023-01-18"},
        {"市市场监督管理局2021年法治政府建设工作报告\n\n市政府：\n" TEXT
         "绵阳市市场监督管理局\n2022年1月10日\n",
         .region = 510700, .level = "prefecture", .issuer = "绵阳市市场监督管理局",
         .kind = "department", .year = 2021, .signed_on = "2022-01-10"},
        {"平利县发展和改革局关于2023年度法治政府建设情况的报告\n平发改字〔2024〕6号\n县人民政府："
         "\n" TEXT "平利县发展和改革局\n2024年1月5日\n",
         .region = 610926, .level = "county", .issuer = "平利县发展和改革局", .kind = "department",
         .year = 2023, .signed_on = "2024-01-05", .number = "平发改字〔2024〕6号"},
        {"县自然资源局2022年度法治政府建设报告\n沂源县人民政府门户网站\n" TEXT, .region = 370323,
         .level = "county", .issuer = "沂源县自然资源局", .kind = "department", .year = 2022},
        {"国家税务总局霍山县税务局2022年法治税务建设情况报告\n" TEXT, .region = 341525,
         .level = "county", .issuer = "国家税务总局霍山县税务局", .kind = "department",
         .year = 2022},
        {"桂林市卫生健康委员会\n2023年法治政府建设年度报告\n" TEXT
         "桂林市卫生健康委员会\n2024年1月31日",
         .region = 450300, .level = "prefecture", .issuer = "桂林市卫生健康委员会",
         .kind = "department", .year = 2023, .signed_on = "2024-01-31"},
        {"乡村振兴局2022年法治政府建设工作总结\n" TEXT "镇雄县乡村振兴局\n2022年12月30日",
         .region = 530627, .level = "county", .issuer = "镇雄县乡村振兴局", .kind = "department",
         .year = 2022, .signed_on = "2022-12-30"},
        {"固始县城市管理综合执法大队2022年度法治建设工作报告\n" TEXT, .region = 411525,
         .level = "county", .issuer = "固始县城市管理综合执法大队", .kind = "department",
         .year = 2022},
        {"中共长汀县委全面依法治县委员会办公室关于2022年度法治政府建设情况的报告\n" TEXT
         "中共长汀县委全面依法治县委员会办公室\n2023年3月8日",
         .region = 350821, .level = "county", .issuer = "中共长汀县委全面依法治县委员会办公室",
         .kind = "committee", .year = 2022, .signed_on = "2023-03-08"},
        {"中共舒城县委政法委员会2021年度法治政府建设工作报告\n" TEXT, .region = 341523,
         .level = "county", .issuer = "中共舒城县委政法委员会", .kind = "committee", .year = 2021},
        {"2022年度法治政府建设工作报告\n"
         "　　今年以来，我局认真学习法治思想，局党组高度重视，"
         "现将情况报告如下：\n" TEXT "  孟州市水利局\n  2023年1月3日",
         .region = 410883, .level = "county", .issuer = "孟州市水利局", .kind = "department",
         .year = 2022, .signed_on = "2023-01-03"},
        {"太湖县2022年法治政府建设情况报告\n" TEXT "太湖县司法局\n2023年2月3日", .region = 340825,
         .level = "county", .issuer = "太湖县人民政府", .kind = "government", .year = 2022,
         .signed_on = "2023-02-03"},
    };
    CHECK_ALL(list);
}

/* Half of real copies have lost their title: whose report it is stands in the opening. */
static void test_the_opening_speaks_where_the_title_is_lost(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"2023年，聊城市坚持依法行政，法治政府建设取得新进展，现将有关情况报告如下。\n" TEXT
         "在阳谷县、莘县试点赋权。\n",
         .region = 371500, .level = "prefecture", .issuer = "聊城市人民政府", .kind = "government",
         .year = 2023},
        {"一年来，来凤县生态环境局围绕中心、服务大局，现将2019年有关情况报告如下。\n" TEXT,
         .region = 422827, .level = "county", .issuer = "来凤县生态环境局", .kind = "department",
         .year = 2019},
        {"2022年，岚皋县司法局立足职能，服务大局，各项工作取得新进展。\n" TEXT, .region = 610925,
         .level = "county", .issuer = "岚皋县司法局", .kind = "department", .year = 2022},
        {"2024年，在市委、市政府领导下，贵德县坚持依法行政，现将有关情况报告如下。\n" TEXT,
         .region = 632523, .level = "county", .issuer = "贵德县人民政府", .kind = "government",
         .year = 2024},
        {"根据工作要求，现将黔江区水利局2023年法治政府建设情况报告如下。\n" TEXT, .region = 500114,
         .level = "county", .issuer = "黔江区水利局", .kind = "department", .year = 2023},
        {"中共霍山县委、霍山县人民政府：\n2023年，诸佛庵镇在县委、县政府领导下推进依法行政，"
         "现将情况报告如下。\n" TEXT,
         .region = 341525, .level = "township", .township = "诸佛庵镇",
         .issuer = "诸佛庵镇人民政府", .kind = "government", .year = 2023},
        {"2022年，省政府带领全省各级行政机关推进依法行政，陕西普法网上线，现将情况报告如下。"
         "\n" TEXT,
         .region = 610000, .level = "province", .issuer = "陕西省人民政府", .kind = "government",
         .year = 2022},
        {"2024年，我市认真落实上级部署，《渭南市法治督察办法》印发，现将情况报告如下。\n" TEXT,
         .region = 610500, .level = "prefecture", .issuer = "渭南市人民政府", .kind = "government",
         .year = 2024},
    };
    CHECK_ALL(list);
}

/* Who governs nobody never stands for a government. */
static void test_zones_and_institutions_are_no_governments(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"苏州工业园区2022年法治政府建设年度报告\n" TEXT "苏州工业园区管理委员会\n2023年2月10日\n",
         .region = 320500, .level = "prefecture", .issuer = "苏州工业园区管理委员会",
         .kind = "zone", .year = 2022, .signed_on = "2023-02-10"},
        {"2024年，钦州综合保税区坚持依法行政，现将有关情况报告如下。\n" TEXT, .region = 450700,
         .level = "prefecture", .issuer = "钦州综合保税区管理委员会", .kind = "zone", .year = 2024},
        {"大同市住房公积金管理中心2023年法治政府建设年度报告\n" TEXT, .region = 140200,
         .level = "prefecture", .issuer = "大同市住房公积金管理中心", .kind = "institution",
         .year = 2023},
        {"滨海新区人民政府2023年法治政府建设情况报告\n" TEXT, .region = 120116, .level = "county",
         .issuer = "滨海新区人民政府", .kind = "government", .year = 2023},
    };
    CHECK_ALL(list);
}

/* A short name in a longer word, a visited place, a neighbour: none of them reports. */
static void test_names_inside_other_words_are_none(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"2025年，在市政府和县委指导下，漫川关镇推进依法行政，争创示范县，现将情况报告如下。"
         "\n" TEXT,
         .region = 611024, .level = "township", .township = "漫川关镇",
         .issuer = "漫川关镇人民政府", .kind = "government", .year = 2025},
        {"天津市市场监督管理委员会2023年法治政府建设情况报告\n" TEXT, .region = 120000,
         .level = "province", .issuer = "天津市市场监督管理委员会", .kind = "department",
         .year = 2023},
        {"额敏县郊区乡人民政府2022年度法治政府建设工作报告\n" TEXT, .region = 654221,
         .level = "township", .township = "郊区乡", .issuer = "额敏县郊区乡人民政府",
         .kind = "government", .year = 2022},
        {"广州市海珠区人民政府素社街道办事处2023年法治政府建设情况报告\n" TEXT, .region = 440105,
         .level = "township", .township = "素社街道",
         .issuer = "广州市海珠区人民政府素社街道办事处", .kind = "government", .year = 2023},
        {"随州市2022年法治政府建设情况报告\n" TEXT "曾都区人民政府\n2023年1月5日\n", .region = 0,
         .level = "unknown", .issuer = "随州市人民政府", .kind = "unknown", .year = 2022,
         .signed_on = "2023-01-05"},
    };
    CHECK_ALL(list);
}

/* A unit that is gone keeps its code in the years in which it stood. */
static void test_units_of_their_year(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"江干区2019年法治政府建设年度报告\n" TEXT, .region = 330104, .level = "county",
         .issuer = "江干区人民政府", .kind = "government", .year = 2019},
        {"新市区人民政府2018年法治政府建设年度报告\n" TEXT, .region = 650104, .level = "county",
         .issuer = "新市区人民政府", .kind = "government", .year = 2018},
        {"保定市新市区人民政府2014年法治政府建设年度报告\n" TEXT, .region = 130602,
         .level = "county", .issuer = "保定市新市区人民政府", .kind = "government", .year = 2014},
    };
    CHECK_ALL(list);
}

static void test_years_and_dates(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"竹山县法治政府建设情况报告\n　　2022年是党的二十大召开之年，也是《规划（2021—2025年）》实"
         "施之年。\n" TEXT "竹山县人民政府\n2023年3月\n",
         .region = 420323, .level = "county", .issuer = "竹山县人民政府", .kind = "government",
         .year = 2022, .signed_on = "2023-03-00"},
        {"2024-01-30 09:12 来源：县司法局 字号：[大 中 "
         "小]\n南陵县人民政府2023年法治政府建设情况报告\n" TEXT,
         .region = 340223, .level = "county", .issuer = "南陵县人民政府", .kind = "government",
         .year = 2023, .published = "2024-01-30"},
        {"发布时间：2024/1/30\n南陵县人民政府二〇二三年度法治政府建设情况报告\n" TEXT
         "南陵县人民政府      2024年1月 22日\n",
         .region = 340223, .level = "county", .issuer = "南陵县人民政府", .kind = "government",
         .year = 2023, .published = "2024-01-30", .signed_on = "2024-01-22"},
        {"索  引  号\n11330000/2023-00001\n成文日期\n2023年1月20日\n发布日期\n2023.02.01\n"
         "常山县2022年法治政府建设情况报告\n" TEXT,
         .region = 330822, .level = "county", .issuer = "常山县人民政府", .kind = "government",
         .year = 2022, .published = "2023-02-01", .signed_on = "2023-01-20"},
        {"常山县人民政府2022年法治政府建设情况报告\n（常山县人民政府办公室　2023年3月30日公布）"
         "\n" TEXT "常山县人民政府\n2023年3月26日\n",
         .region = 330822, .level = "county", .issuer = "常山县人民政府", .kind = "government",
         .year = 2022, .published = "2023-03-30", .signed_on = "2023-03-26"},
        {"凤阳县2021年法治政府建设情况报告\n2022-02-16 10:31\n" TEXT, .region = 341126,
         .level = "county", .issuer = "凤阳县人民政府", .kind = "government", .year = 2021,
         .published = "2022-02-16"},
        {"- [ 成文日期 ] 2022-02-06\n发布日期 | 2022-02-09 | "
         "|\n凤阳县2021年法治政府建设情况报告\n" TEXT,
         .region = 341126, .level = "county", .issuer = "凤阳县人民政府", .kind = "government",
         .year = 2021, .published = "2022-02-09", .signed_on = "2022-02-06"},
        {"凤阳县2021年法治政府建设情况报告\n26.02.2022  09:30\n" TEXT, .region = 341126,
         .level = "county", .issuer = "凤阳县人民政府", .kind = "government", .year = 2021,
         .published = "2022-02-26"},
        {"凤阳县人民政府法治政府建设情况报告\n" TEXT, "滁州市/凤阳县2021年报告.txt",
         .region = 341126, .level = "county", .issuer = "凤阳县人民政府", .kind = "government",
         .year = 2021},
    };
    CHECK_ALL(list);
}

static void test_pages_in_odd_shapes(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"安化县人民政府文件\n安政发〔2023〕8号\n签发人：李某\n\n关于2022年度法治政府建设情况的报告"
         "\n益阳市人民政府：\n" TEXT,
         .region = 430923, .level = "county", .issuer = "安化县人民政府", .kind = "government",
         .year = 2022, .number = "安政发〔2023〕8号"},
        {"法治政府建设情况报告\n（2023年度）\n壶关县司法局\n\n" TEXT, .region = 140427,
         .level = "county", .issuer = "壶关县司法局", .kind = "department", .year = 2023},
        {"壶关县人民政府办公室关于印发《壶关县2022年度法治政府建设情况报告》的通知\n各乡镇人民政府"
         "：\n" TEXT,
         .region = 140427, .level = "county", .issuer = "壶关县人民政府", .kind = "government",
         .year = 2022},
        {"中共石哲镇委员会 "
         "石哲镇人民政府\n关于2023年度法治政府建设工作情况的报告\n长子县委、县政府：\n" TEXT,
         .region = 140428, .level = "township", .township = "石哲镇",
         .issuer = "中共石哲镇委员会 石哲镇人民政府", .kind = "government", .year = 2023},
        {"壶关县2022年法治政府建\n设工作情况的报告\n2023年01月06日 星期五 15:30  浏览：12\n" TEXT
         "（壶关县人民政府 2023年1月5日）\n",
         .region = 140427, .level = "county", .issuer = "壶关县人民政府", .kind = "government",
         .year = 2022, .published = "2023-01-06", .signed_on = "2023-01-05"},
        {"省水利厅2022年法治政府建设情况报告\n江西省水利厅网站\n来源：办公室 2023-01-31 "
         "10:20\n" TEXT,
         .region = 360000, .level = "province", .issuer = "江西省水利厅", .kind = "department",
         .year = 2022, .published = "2023-01-31"},
        {"景宁县2022年法治政府建设年度报告\n" TEXT, .region = 331127, .level = "county",
         .issuer = "景宁畲族自治县人民政府", .kind = "government", .year = 2022},
        {"楚雄州2021年法治政府建设情况报告\n" TEXT, .region = 532300, .level = "prefecture",
         .issuer = "楚雄彝族自治州人民政府", .kind = "government", .year = 2021},
        {"横县2019年度法治政府建设情况报告\n" TEXT, .region = 450127, .level = "county",
         .issuer = "横县人民政府", .kind = "government", .year = 2019},
        {"隆回县人民政府\n首页 > 信息公开 > 县司法局\n2022年度法治政府建设工作报告\n"
         "信息来源：县司法局 "
         "发布时间：2023-01-12\n　　今年以来，我局服务大局，局党组高度重视。\n" TEXT,
         .region = 430524, .level = "county", .issuer = "隆回县司法局", .kind = "department",
         .year = 2022, .published = "2023-01-12"},
    };
    CHECK_ALL(list);
}

/* The text proper holds neither the box above it nor signature and footer below it. */
static void test_body_is_the_text_proper(void **unused)
{
    (void)unused;
    struct error error;
    static const char page[] =
        "无障碍 | 登录\n修武县人民政府\n发布日期：2023-01-04\n修武县2022年度法治政府建设情况报告\n"
        "（2023年1月4日）\n焦作市人民政府：\n　　2022年，我县坚持依法行政，成效明显，现将情况报告如"
        "下。\n"
        "　　一、成效\n　　办理案件3件，按期办结，群众满意。\n　　特此报告。\n\n附件：统计表\n"
        "修武县人民政府\n2023年1月4日\n（此件公开发布）\n上一篇：无\n相关链接\n政府网站 部门网站\n"
        "主办：修武县人民政府 豫ICP备1号\n";
    report_reset(&report);
    report.raw = SLICE(page);
    assert_int_equal(ingest_read(state, &report, NULL, &error), STATUS_OK);
    struct slice body = slice_range(report.clean, report.meta.body.start, report.meta.body.end);
    assert_true(slice_starts(body, SLICE("2022年，我县")));
    assert_true(slice_ends(body, SLICE("特此报告。")));
    assert_slice(report.meta.title, "修武县2022年度法治政府建设情况报告",
                 &(struct expected){.text = page});
}

/* What opens like the speaker of a report, and is the first item of a list. */
#define LISTED                                                                                              \
    "某县行政审批局2021年法治政府建设报告\n——办件：34.8万件，好评率99.9%；\n" \
    "——队伍：窗口人员118名。\n"

static struct slice body_of(const char *page)
{
    struct error error;
    report_reset(&report);
    report.raw = slice_of(page);
    assert_int_equal(ingest_read(state, &report, NULL, &error), STATUS_OK);
    return slice_range(report.clean, report.meta.body.start, report.meta.body.end);
}

/* A table behind the signature belongs to the text; so does a last line without a full stop. */
static void test_body_goes_on_to_annexed_tables(void **unused)
{
    (void)unused;
#define HEAD "修武县2022年度法治政府建设情况报告\n\n2022年，我县坚持依法行政，成效明显。\n\n"
#define FOOT "\n\n修武县人民政府\n2023年1月4日\n"
    assert_true(
        slice_ends(body_of(HEAD FOOT "\n附表\n项目\t数量\n受理\t45件\n办结\t40件\n上一篇：无\n"),
                   SLICE("办结\t40件")));
    assert_true(slice_ends(body_of(HEAD "附表：\n项目\t数量\n受理\t45件\n办结\t40件\n" FOOT),
                           SLICE("办结\t40件")));
    assert_true(slice_starts(body_of("项目\t单位\t2019年\n受理案件\t件\t32\n应诉案件\t件\t45\n"
                                     "从上表可以看出，我县应诉案件继续下降，水平稳中有进。\n"),
                             SLICE("项目\t单位")));
    assert_true(
        slice_starts(body_of("永和县2019年法治政府建设情况报告\n\n项目\t单位\t2019年\t2018年\n"
                             "受理案件\t件\t32\t27\n应诉案件\t件\t45\t51\n"
                             "从上表可以看出，我县应诉案件继续下降，水平稳中有进。\n"),
                     SLICE("项目\t单位")));
    assert_true(slice_starts(body_of(LISTED), SLICE("——办件")));
    assert_true(slice_ends(body_of(HEAD "全年受理案件45件" FOOT), SLICE("受理案件45件")));
    assert_true(slice_ends(body_of(HEAD "全年受理案件45件\n"), SLICE("受理案件45件")));
    assert_true(
        slice_ends(body_of(HEAD "各项任务圆满完成，群众满意度明显提升" FOOT), SLICE("明显提升")));
    assert_true(
        slice_ends(body_of(HEAD FOOT "\n电话\t0391-7112345\n邮编\t454350\n"), SLICE("明显。")));
    /* what the text says of licences, and a page's own */
    static const char *const last[] = {"核查网站ICP备案340家，责令整改12家。",
                                       "督促本辖区企业办理ICP备案、公网安备45家，下线12家。",
                                       "公网安备案审核通过率达到98.5%，居全市第一。"};
    for (size_t i = 0; i < sizeof last / sizeof *last; i++) {
        char page[1000];
        snprintf(page, sizeof page, HEAD "%s" FOOT, last[i]);
        assert_true(slice_ends(body_of(page), slice_of(last[i])));
        snprintf(page, sizeof page, HEAD "%s\n", last[i]);
        assert_true(slice_ends(body_of(page), slice_of(last[i])));
    }
    assert_true(slice_ends(
        body_of(HEAD "主办：修武县人民政府办公室，技术支持：修武县大数据中心，豫ICP备05000618号。\n"
                     "地址：修武县七贤镇某路1号，豫公网安备 41082102000112号，邮编454350。\n"),
        SLICE("明显。")));
    static const char *const licences[] = {"豫ICP备05000XXX号", "豫ICP备0500****号",
                                           "豫公网安备 4108XXXXXXXXXX号", "ICP备案编号：05000618",
                                           "豫ICP备案序号：05000618"};
    for (size_t i = 0; i < sizeof licences / sizeof *licences; i++) {
        char page[1000];
        snprintf(page, sizeof page, HEAD "本站由修武县大数据中心维护，%s。\n", licences[i]);
        assert_true(slice_ends(body_of(page), SLICE("明显。")));
    }
#undef HEAD
#undef FOOT
}

static void test_what_cannot_be_filed_says_why(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *reason;
    } list[] = {
        {"鼓楼区2022年法治政府建设工作报告\n" TEXT, "福建省福州市"},
        {"2022年法治政府建设工作报告\n" TEXT, "找不到地区"},
        {"凤阳县法治政府建设工作报告\n" TEXT, "找不到年度"},
        {" \n\n　　\n", "没有文字"},
    };
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        struct error error = {{0}}, doubt = {{0}};
        report_reset(&report);
        report.raw = slice_of(list[i].text);
        report.path = SLICE("report.txt");
        assert_int_equal(ingest_read(state, &report, &doubt, &error), STATUS_OK);
        assert_int_equal(ingest_fileable(&report, &doubt, &error), STATUS_BAD);
        if (!strstr(error.text, list[i].reason))
            print_error("%s\n", error.text);
        assert_non_null(strstr(error.text, list[i].reason));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_governments_of_all_levels),
        cmocka_unit_test(test_titles_in_several_lines_and_shapes),
        cmocka_unit_test(test_namesakes_are_told_apart),
        cmocka_unit_test(test_townships),
        cmocka_unit_test(test_departments_and_committees),
        cmocka_unit_test(test_the_opening_speaks_where_the_title_is_lost),
        cmocka_unit_test(test_zones_and_institutions_are_no_governments),
        cmocka_unit_test(test_names_inside_other_words_are_none),
        cmocka_unit_test(test_units_of_their_year),
        cmocka_unit_test(test_years_and_dates),
        cmocka_unit_test(test_pages_in_odd_shapes),
        cmocka_unit_test(test_body_is_the_text_proper),
        cmocka_unit_test(test_body_goes_on_to_annexed_tables),
        cmocka_unit_test(test_what_cannot_be_filed_says_why),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
