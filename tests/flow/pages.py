"""An office on the samples and a browser that looks at it: for the flow and the proof that drive one."""
import json, re, urllib.parse, urllib.request
from flow import *

try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service
except ImportError:
    skip("python3-selenium is not installed")
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    skip("chromium and chromium-driver are not installed")

SCREENS = ROOT / "build/screens"
WIDE, NARROW = 1280, 390
PAGES = {"overview": "/?region=43&year=2022", "indicators": "/indicators?indicator=litigation.cases", "unit": "/unit/430923",
         "report": "/report/{sha256}", "review": "/review", "inbox": "/inbox", "catalogue": "/catalogue",
         "indicator": "/catalogue/litigation.cases", "operations": "/operations", "regions": "/unit", "reports": "/report"}


class Office:
    """xianzhi serve on the samples."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="xianzhi-browser-"))
        atexit.register(shutil.rmtree, self.folder, True)
        self.inbox = self.folder / "data/inbox"
        self.inbox.mkdir(parents=True)
        for sample in sorted(SAMPLES.glob("*.txt"))[:6]:
            shutil.copy(sample, self.inbox)
        self.place = f"127.0.0.1:{free_port()}"
        self.start()

    def start(self):
        log = open(self.folder / "log", "ab")
        self.process = subprocess.Popen([PROGRAM, "serve", "--data", self.folder / "data", "--listen", self.place],
                                        stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        atexit.register(self.process.kill)
        until(self.answers, "serve answers")

    def answers(self):
        check(self.process.poll() is None, (self.folder / "log").read_text("utf-8", "replace"))
        try:
            return self.get("session")
        except OSError:
            return None

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.place}/api/v1/{urllib.parse.quote(path, safe='/?=&%*:')}", timeout=PATIENCE) as answer:
            return json.load(answer)

    def documents(self):
        return self.get("documents?limit=1000")["documents"]

    def review(self):
        page, found = {"next": ""}, []
        while page["next"] is not None:
            page = self.get(f"review?limit=1000&cursor={page['next']}")
            found += page["review"]
        return found

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(PATIENCE)


class Browser:
    def __init__(self, office):
        options = Options()
        options.binary_location = CHROMIUM
        for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         "--disable-background-networking", "--disable-component-update", "--disable-sync"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": str(office.folder)})
        self.driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        atexit.register(self.driver.quit)
        self.office = office
        self.size(WIDE)
        self.settings("zh", "light")

    def size(self, width, height=900):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def settings(self, lang, theme):
        self.driver.get(f"http://{self.office.place}/static/icon.svg")
        self.driver.execute_script("localStorage['xianzhi-lang'] = arguments[0]; localStorage['xianzhi-theme'] = arguments[1]", lang, theme)

    def open(self, path, wanted="h1"):
        self.driver.get(f"http://{self.office.place}{path}")
        self.wait(wanted)

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        found = self.all(selector)
        check(found, f"{selector} is on {self.driver.current_url}")
        return found[0]

    def wait(self, selector):
        until(lambda: self.all(selector), f"{selector} on {self.driver.current_url}")
        return self.one(selector)

    def text(self, selector="body"):
        return self.driver.execute_script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def press(self, *keys):
        self.one("body").send_keys(*keys)

    def wait_text(self, selector, wanted):
        until(lambda: wanted in self.text(selector), f"{wanted!r} in {selector} on {self.driver.current_url}: {self.text(selector)[:200]}")

    def screenshot(self, name):
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(SCREENS / f"{name}.png"))

    def complaints(self):
        return [line["message"] for line in self.driver.get_log("browser") if line["level"] == "SEVERE"]

    def hosts(self):
        """Whom the pages have asked."""
        found = set()
        for line in self.driver.get_log("performance"):
            message = json.loads(line["message"])["message"]
            if message["method"] == "Network.requestWillBeSent":
                found.add(re.sub(r"^(\w+://[^/]*).*", r"\1", message["params"]["request"]["url"]))
        return found


def look_at_all(browser, sha256, look):
    """Every page in both languages and themes, wide and narrow; `look` is called with a name for each."""
    for lang, theme in (("zh", "light"), ("en", "dark")):
        browser.settings(lang, theme)
        for width in (WIDE, NARROW):
            browser.size(width)
            for name, path in PAGES.items():
                browser.open(path.format(sha256=sha256))
                until(lambda: "正在读取" not in browser.text() and "Reading…" not in browser.text("main"), f"{name} is there")
                look(f"{name}-{width}-{theme}-{lang}")
    browser.size(WIDE)
    browser.settings("zh", "light")
