#!/usr/bin/python3
"""The console's API in Python, standard library only: a table of one indicator, then every change.

console.py [http://127.0.0.1:7780] [INDICATOR]    names may be Chinese: console.py http://… 行政应诉案件
Where there are accounts: NAME and PASSWORD in the environment."""
import http.cookiejar, json, os, sys, urllib.parse, urllib.request

base = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7780") + "/api/v1/"
indicator = sys.argv[2] if len(sys.argv) > 2 else "litigation.cases"
browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def get(path, **params):
    """An answer of the API; a problem says in its detail what was wrong."""
    query = urllib.parse.urlencode({k: v for k, v in params.items() if v is not None}, doseq=True)
    try:
        return json.load(browser.open(f"{base}{path}?{query}"))
    except urllib.error.HTTPError as problem:
        sys.exit(json.load(problem)["detail"])


def rows(path, **params):
    """All rows of all pages."""
    cursor = ""
    while cursor is not None:
        page = get(path, cursor=cursor or None, **params)
        yield from page["rows"]
        cursor = page["next"]


if "NAME" in os.environ:
    body = json.dumps({"name": os.environ["NAME"], "password": os.environ["PASSWORD"]}).encode()
    browser.open(urllib.request.Request(base + "session", body, {"Content-Type": "application/json"}))
for row in rows("values", indicator=indicator):
    print(row["region"], row["issuer"], row["year"], row["value"], row["unit"], row["evidence"][0]["sentence"], sep="\t")
print("waiting for changes (Ctrl-C ends)", file=sys.stderr, flush=True)
event = ""
for line in browser.open(base + "changes"):
    name, _, value = line.decode().strip().partition(": ")
    event = value if name == "event" else event
    if name == "data" and event in ("changes", "reset"):
        print(event, value, flush=True)
