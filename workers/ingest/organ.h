/* organ.h - the part of an issuer's name behind its region: 人民政府, 司法局, 管理委员会, 中心医院.
 */
#ifndef XIANZHI_INGEST_ORGAN_H
#define XIANZHI_INGEST_ORGAN_H

#include "proto/report.h"
#include "workers/ingest/words.h"

/* In a title a name goes on until a word that begins the rest (关于, 年度, 法治政府…); in a
 * sentence it ends where a verb or a mark follows (坚持, 在, ，). */
enum issuer_style { STYLE_TITLE, STYLE_SENTENCE };

/* Bytes of the organ that `text` begins with, and its kind; 0 and unknown if none does. A party
 * committee's own name (中共…委) makes any organ a committee: `of_party`. */
size_t organ_read(const struct words *words, struct slice text, enum issuer_style style,
                  bool of_party, enum issuer_kind *kind);

/* Whether the clause that `text` begins seems to open with an organ's name whose end nothing shows
 * (公共资源交易中心受理…, 应急管理系统共检查…). */
bool organ_unsure(const struct words *words, struct slice text);

/* Whether a name may begin at byte `at`: behind a mark, or behind a word that names follow (贯彻).
 */
bool name_begins(const struct words *words, struct slice text, size_t at);

/* Whether a name may end in front of `rest`. */
bool name_may_end(const struct words *words, struct slice rest, enum issuer_style style);

#endif
