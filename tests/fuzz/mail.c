/* Mails and saved pages: heads, parts within parts, transfer encodings. */
#include "tests/fuzz/decoder.h"

#define HEAD "From: a@b.cn\r\nSubject: =?gbk?B?sai45g==?=\r\nMIME-Version: 1.0\r\n"

static const char *const seeds[][2] = {
    {"plain",
     HEAD "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n"
          "Content-Transfer-Encoding: quoted-printable\r\n\r\n=E5=8F=97=E7=90=86 \r\n9=\r\n"
          "=E4=BB=B6\r\n-- \r\n"},
    {"related",
     HEAD "Content-Type: multipart/related; start=\"<a>\"; boundary=x\r\n\r\n--x\r\nContent-Type: "
          "text/css\r\n\r\np{}\r\n--x\r\nContent-Type: text/html; "
          "charset=utf-8\r\nContent-ID: <a>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
          "PGh0bWw+PHA+5Y+X55CGOeS7tjwvcD48L2h0bWw+\r\n--x--\r\n"},
    {"mixed",
     HEAD "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: "
          "multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/plain\r\n\r\n9\r\n"
          "--y\r\nContent-Type: text/html\r\n\r\n<html><p>9\r\n--y--\r\n--x\r\nContent-Type: "
          "message/rfc822\r\n\r\nFrom: a\r\n\r\n8\r\n--x\r\nContent-Type: application/zip; "
          "name*=gb2312''a%B1%A8.zip\r\nContent-Disposition: attachment\r\n\r\nPK\r\n--x--\r\n"},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return office_seeds(seeds, sizeof seeds / sizeof *seeds);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return decoder_fuzz(&mail_format, data, size);
}
