"""Looks at pages as people do, in Chromium: `judge.py CHROMIUM FOLDER NAME...` opens FOLDER/NAME.html
at every size and in both colour schemes, leaves pictures beside it, and prints what is wrong, one
line each."""

import pathlib
import sys

import axe_playwright_python
from playwright.sync_api import sync_playwright

CHROMIUM, FOLDER, *NAMES = sys.argv[1:]
FOLDER = pathlib.Path(FOLDER)
AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
SECONDS_TO_OPEN = 5

complaints = []


def opened(browser, name, complain, **context):
    """A page, once it is read, and its context. Everything that it says or asks for is noted."""
    url = (FOLDER / f"{name}.html").as_uri()
    context = browser.new_context(**context)
    page = context.new_page()
    page.on("console", lambda said: complain(f"console: {said.type}: {said.text}"))
    page.on("pageerror", lambda error: complain(f"error: {error}"))
    page.on("dialog", lambda dialog: (complain(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda request: request.url == url or complain(f"request: {request.url}"))
    # What the page costs, whatever else the machine does meanwhile.
    tools = context.new_cdp_session(page)
    tools.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(url)
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    metrics = tools.send("Performance.getMetrics")["metrics"]
    took = next(each["value"] for each in metrics if each["name"] == "TaskDuration")
    if took > SECONDS_TO_OPEN:
        complain(f"opens in {took:.1f} s")
    return context, page


def judge_access(page, complain, rules=None):
    """Lets axe-core judge, by all its rules or by some."""
    page.evaluate(AXE)
    options = {"resultTypes": ["violations"]} | ({"runOnly": rules} if rules else {})
    for violation in page.evaluate("options => axe.run(options)", options)["violations"]:
        nodes = violation["nodes"]
        what = f"{violation['id']}: {violation['help']}, {len(nodes)} times"
        complain(f"axe: {what}, as in {nodes[0]['html'][:200]} {nodes[0]['failureSummary']!r}")


def judge_size(page, complain):
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > room:
        complain(f"is {wide} pixels wide where there are {room}")


WHERE = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return null;
  const style = getComputedStyle(at);
  return {
    what: at.id || at.getAttribute("aria-label") || at.textContent.trim().slice(0, 40),
    seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0,
  };
}"""


def judge_keyboard(page, complain):
    """Walks through the page with the tabulator key."""
    regions = page.eval_on_selector_all(
        "[role=region], #filter input, #filter select, thead button, summary",
        "all => all.filter(each => each.checkVisibility()).length",
    )
    stops = []
    for _ in range(2000):
        page.keyboard.press("Tab")
        stop = page.evaluate(WHERE)
        if stop is None or (stops and stop["what"] == stops[0]["what"]):
            break
        stops.append(stop)
    if not stops or stops[0]["what"] != "Skip to the report":
        complain("the first stop of the keyboard is not the link that skips to the report")
    unseen = [stop["what"] for stop in stops if not stop["seen"]]
    if unseen:
        complain(f"keyboard: the focus is not seen on {unseen[:3]}")
    if len(stops) < regions:
        complain(f"keyboard: {len(stops)} stops where there are {regions} things to reach")
    if page.query_selector("#filter"):
        for wanted in ("filter-text", "filter-rule", "Results", "Severity"):
            if not any(stop["what"] == wanted for stop in stops):
                complain(f"keyboard: {wanted} is not reached")


def judge_filter(page, complain):
    """Filters and sorts with the keyboard alone."""
    if not page.query_selector("#filter"):
        return
    rows = "#results-table tbody tr:not([hidden])"
    count = lambda: page.eval_on_selector_all(rows, "all => all.length")
    whole = count()
    page.focus("#filter-text")
    page.keyboard.type("agent-is-fresh")
    page.wait_for_function("n => document.querySelectorAll('#results-table tr[hidden]').length > 0", arg=0)
    said = page.text_content("#filter-count")
    if not 0 < count() < whole or not said.startswith(f"{count()} of {whole} "):
        complain(f"filter: {count()} of {whole} rows are shown, and it says {said!r}")
    page.focus("#results-table thead button >> nth=2")
    page.keyboard.press("Enter")
    instances = page.eval_on_selector_all(rows + " th", "all => all.map(th => th.textContent)")
    if instances != sorted(instances):
        complain("sort: the instances are not in order")
    if page.get_attribute("#results-table thead th >> nth=2", "aria-sort") != "ascending":
        complain("sort: the order is not told")


def judge_names(page, complain):
    """What a name could have added is not there."""
    scripts = page.evaluate("document.scripts.length")
    foreign = page.evaluate(
        "document.querySelectorAll('img, iframe, object, embed, link, form, base, b, [onload], [onerror], [style]').length"
    )
    styles = page.evaluate("document.querySelectorAll('style').length")
    if scripts > 1 or foreign or styles != 1:
        complain(f"names: {scripts} scripts, {styles} styles and {foreign} foreign elements")
    if page.evaluate("typeof pwned") != "undefined":
        complain("names: a script ran")
    if page.evaluate(r"/[\u202a-\u202e\u2066-\u2069\u200b]/.test(document.documentElement.outerHTML)"):
        complain("names: a mark that turns lines around is there")


with sync_playwright() as playwright:
    # A container's root has no sandbox to run in.
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    for name in NAMES:
        if name.endswith("-large"):
            context, page = opened(browser, name, lambda text: complaints.append(f"{name}: {text}"))
            context.close()
            continue
        complain_of = lambda what: lambda text: complaints.append(f"{name}, {what}: {text}")
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                complain = complain_of(f"{size}, {scheme}")
                viewport = {"width": width, "height": height}
                context, page = opened(browser, name, complain, viewport=viewport, color_scheme=scheme)
                # Of what axe-core judges, only contrast depends on the scheme.
                judge_access(page, complain, None if scheme == "light" else ["color-contrast"])
                judge_size(page, complain)
                judge_names(page, complain)
                page.screenshot(path=FOLDER / f"{name}-{size}-{scheme}.png", full_page=True)
                if (size, scheme) == ("desktop", "light"):
                    judge_keyboard(page, complain)
                    judge_filter(page, complain)
                context.close()
        complain = complain_of("print")
        context, page = opened(browser, name, complain, viewport={"width": 794, "height": 1123})
        page.emulate_media(media="print")
        page.pdf(path=FOLDER / f"{name}.pdf", prefer_css_page_size=True)
        page.screenshot(path=FOLDER / f"{name}-print.png", full_page=True)
        context.close()
        complain = complain_of("without scripts")
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto((FOLDER / f"{name}.html").as_uri())
        if page.is_visible("#filter") or not page.is_visible("section:last-of-type table"):
            complain("the page is not read as it is")
        context.close()
    browser.close()

for complaint in complaints:
    print(complaint)
sys.exit(bool(complaints))
