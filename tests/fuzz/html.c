/* Web pages: charsets, elements, style sheets, tables. */
#include "tests/fuzz/decoder.h"

static const char *const seeds[][2] = {
    {"page",
     "<!DOCTYPE html><html><head><meta charset=gb2312><meta name=PubDate content=2023-01-10>"
     "<title>报告</title><style>.old, ul.menu li { display: none !important } p { white-space: "
     "pre-line; vertical-align: super }</style></head><body><![if !IE]><p class=old>9</p><![endif]>"
     "<div style='font-size:0'>8</div><table><caption>表</caption><tr><td rowspan=2>类</td><td "
     "colspan=2>数</td></tr><tr><td>9</td><td><ol start=3><li>一<li "
     "value=9>二</ol></td></tr></table><pre>a\n b</pre>受理&#21463;&nbsp;9<sup>[1]</sup>件"
     "<s>7</s><ruby>字<rt>zi</rt></ruby><br></body></html>"},
    {"western", "<html><p>\xA0&#21463;&#29702;\x93 9&#20214;\x94\xB7</p></html>"},
    {"frames", "<html><frameset cols=20%><frame src=a></frameset><!-- x --></html>"},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return office_seeds(seeds, sizeof seeds / sizeof *seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return decoder_fuzz(&html_format, data, size);
}
