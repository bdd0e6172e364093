"""The HTML report in a real browser: headless Chromium, driven by selenium.

Skipped, with the reason, where there is no Chromium or no driver for it (the packages ``chromium`` and
``chromium-driver`` of Debian).
"""

from __future__ import annotations

import base64
import functools
import io
import json
import os
import shutil

import pytest

from claimcheck.judging.report import Verdict
from claimcheck.judging.wording import interval_text
from claimcheck.render import render
from claimcheck.render.forest import forests
from claimcheck.render.html import fragment
from claimcheck.render.prose import unit_of
from tests.pages import HOSTILE, hostile, many
from tests.shipped import checked

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
NAMES = ("opt175b.yaml", "opt175b-full.yaml", "llama3-405b.yaml", "megatron-scaling.yaml")
PHONE, DESKTOP = (390, 844), (1280, 900)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    if CHROMIUM is None or DRIVER is None:
        pytest.skip(f"no {'chromium' if CHROMIUM is None else 'chromedriver'} on this machine")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        *("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        *("--no-first-run", "--no-default-browser-check", "--hide-scrollbars", f"--user-data-dir={profile}"),
    ):
        options.add_argument(argument)
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")  # Chromium refuses to run as root with it
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def show(browser, folder):
    """Opens a page, given as text; afterwards nothing may stand in the console, nothing may be asked for."""
    browser.get_log("browser")
    browser.get_log("performance")

    def show(page, size=DESKTOP, theme="light", media=""):
        features = [{"name": "prefers-color-scheme", "value": theme}]
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
        width, height = size
        measures = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", measures)
        path = folder / "page.html"
        path.write_text(page, encoding="utf-8")
        browser.get(path.as_uri())
        return browser

    yield show
    assert [entry["message"] for entry in browser.get_log("browser")] == []
    assert {url.partition("#")[0] for url in requests(browser)} <= {(folder / "page.html").as_uri()}


def requests(browser):
    """The addresses that pages asked for since the last look; the browser's own first page is left out."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [e["params"] for e in events if e["method"] == "Network.requestWillBeSent"]
    return [p["request"]["url"] for p in sent if not p["documentURL"].startswith("chrome")]


def test_the_guard_sees_what_a_page_asks_for_and_says(browser, folder):
    path = folder / "guard.html"
    path.write_text("<img src='missing.png'><script>console.error('seen')</script>")
    browser.get(path.as_uri())
    assert (folder / "missing.png").as_uri() in requests(browser)
    assert any("seen" in entry["message"] for entry in browser.get_log("browser"))


@functools.cache
def page(name):
    return render("html", [checked(name)])


def css(browser, selector):
    from selenium.webdriver.common.by import By

    return browser.find_elements(By.CSS_SELECTOR, selector)


def select(element, number):
    """Picks an option as a reader does: by its place, 0 is any."""
    from selenium.webdriver.support.ui import Select

    Select(element).select_by_index(number)


def pixels(browser):
    """What is seen at the top of the page, as numbers: (row, column, red green blue)."""
    import matplotlib.image

    return matplotlib.image.imread(io.BytesIO(browser.get_screenshot_as_png()), format="png")[:, :, :3]


# -- what is chosen -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["opt175b.yaml", "llama3-405b.yaml"])
def test_the_figures_are_those_of_the_report_in_every_scenario(show, name):
    report = checked(name)
    plots = forests(report)
    browser = show(page(name))
    selects = css(browser, "form.choices select")
    names = [label.text for label in css(browser, "form.choices label")]
    options = {n: list(dict.fromkeys(s.choices[n] for s in report.scenarios)) for n in names}
    assert len(selects) == len(names) >= 2
    shown = css(browser, ".answer li .value")
    comes_to = css(browser, ".answer .comes-to")[0]
    for number, scenario in enumerate(report.scenarios):
        for element, n in zip(selects, names, strict=True):
            select(element, options[n].index(scenario.choices[n]) + 1)
        told = []
        for plot in plots:
            bound = scenario.bounds.get(plot.quantity)
            unit = unit_of(report.claim_set, plot.quantity)
            empty = scenario.verdict is Verdict.CONTRADICTORY or bound is None
            told.append("no value" if empty else interval_text(bound.interval, unit))
        assert [element.text for element in shown] == told
        assert comes_to.text.startswith(scenario.verdict)
        assert [a.text for a in css(browser, ".answer .comes-to a")] == list(scenario.conflicts)
        rows = [
            row for row in css(browser, ".row[data-scenarios]") if "off" not in row.get_attribute("class")
        ]
        assert all(str(number) in row.get_attribute("data-scenarios").split() for row in rows)
        drawn = css(browser, ".row.chosen")
        assert [css(row, ".value")[0].text for row in drawn] == told
        bars = [css(row, "svg.bar")[0].get_attribute("visibility") for row in drawn]
        assert bars == ["hidden" if text == "no value" else "visible" for text in told]


def test_a_choice_moves_the_bar_to_where_the_scenario_is_drawn(show):
    browser = show(page("opt175b.yaml"))
    gpus, elapsed = css(browser, "form.choices select")
    select(gpus, 2)
    select(elapsed, 2)
    plot = css(browser, ".forest[data-quantity='0']")[0]
    (row,) = [r for r in css(plot, ".row.scenario") if "off" not in r.get_attribute("class")]
    chosen = css(plot, ".row.chosen")[0]
    assert css(row, ".label")[0].text.split(", ") == ["1024 GPU (final-update)", "63 day (logbook)"]
    assert chosen.is_displayed()
    there, here = (css(r, "svg.bar")[0] for r in (row, chosen))
    for name in ("x", "width"):
        assert float(there.get_attribute(name)[:-1]) == pytest.approx(
            float(here.get_attribute(name)[:-1]), abs=0.01
        )
    note = css(browser, ".answer li[data-quantity='0'] .note")[0].text
    assert "51.7 % (note) lies outside" in note
    select(elapsed, 0)  # any
    assert css(browser, ".answer li .value")[0].text == interval_text(
        checked("opt175b.yaml").bounds("uptime", gpus="final-update").base,
        unit_of(checked("opt175b.yaml").claim_set, "uptime"),
    )
    css(browser, "form.choices button")[0].click()
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    assert [s.get_attribute("value") for s in (gpus, elapsed)] == ["0", "0"]
    assert not chosen.is_displayed()
    assert not css(browser, ".row.off")


def test_of_too_many_scenarios_one_choice_is_settled_at_a_time(show):
    report = many(7)
    browser = show(render("html", [report]))
    effect = report.overview.effects[0]
    names = [label.text for label in css(browser, "form.choices label")]
    selects = css(browser, "form.choices select")
    for number, outcome in enumerate(effect.outcomes, start=1):
        select(selects[names.index(effect.choice)], number)
        unit = unit_of(report.claim_set, effect.quantity)
        assert css(browser, ".answer li .value")[0].text == interval_text(outcome.bound.interval, unit)
        assert len([r for r in css(browser, "[data-pick]") if "off" not in r.get_attribute("class")]) == 1
    other = names.index(effect.choice) - 1
    select(selects[other], 1)
    assert sum(s.get_attribute("value") != "0" for s in selects) == 1


def test_each_report_of_a_page_has_choices_of_its_own(show):
    one, two = checked("opt175b.yaml"), checked("megatron-scaling.yaml")
    browser = show(render("html", [one, two]))
    first, second = css(browser, "section.claimcheck")
    before = [e.text for e in css(second, ".answer .value")]
    select(css(first, "select")[0], 1)
    assert [e.text for e in css(second, ".answer .value")] == before
    assert css(first, ".row.off")
    assert not css(second, ".row.off")


# -- how it looks -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP, (360, 740)])
@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_not_blank_and_fits(show, name, size, theme):
    browser = show(page(name), size, theme)
    width = size[0]
    picture = pixels(browser)
    background = picture[0, 0]
    assert (background.mean() > 0.9) == (theme == "light")
    painted = (abs(picture - background) > 0.05).any(axis=2)
    assert 0.05 < painted.mean() < 0.95
    red, green, blue = (picture[:, :, i] for i in range(3))
    warm = (red > green + 0.2) & (red > blue + 0.2)
    assert (warm.mean() > 0.002) == (checked(name).verdict is Verdict.CONTRADICTORY)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    size_of_text = browser.execute_script(
        "return Math.min(...Array.from(document.querySelectorAll('p, td, li, .label, .plot text'))"
        ".filter(e => e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize)))"
    )
    assert size_of_text >= 11.5


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_the_first_screen_says_what_does_not_follow_and_shows_it(show, size):
    browser = show(page("opt175b.yaml"), size)
    height = size[1]
    reason = css(browser, ".reason")[0]
    assert reason.rect["y"] + reason.rect["height"] < height / 2
    assert reason.text.startswith("51.7 % (uptime, note) does not follow.")
    plot = css(browser, ".forest")[0]
    claim = css(plot, ".row.claim.contradicted")[0]
    assert claim.rect["y"] + claim.rect["height"] < height
    assert "fits none of 4" in claim.text
    # The mark of the claim, and the line through every row, lie left of all that follows.
    line = css(plot, ".row.scenario line.guide.contradicted")
    assert len(line) == 4
    bars = css(plot, ".row.scenario svg.bar rect:last-of-type")
    assert max(mark.rect["x"] for mark in line) < min(b.rect["x"] for b in bars)


def contrast(browser, selector):
    """The contrast of text and what is behind it, as WCAG 2 defines it."""
    return browser.execute_script(
        """
        function parts(text) { return text.match(/[0-9.]+/g).map(Number); }
        function light(rgb) {
          const [r, g, b] = rgb.map(v => v / 255).map(
            v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
          return .2126 * r + .7152 * g + .0722 * b;
        }
        return Array.from(document.querySelectorAll(arguments[0])).map(function (element) {
          let behind = element;
          while (behind && parts(getComputedStyle(behind).backgroundColor)[3] === 0) {
            behind = behind.parentElement;
          }
          const a = light(parts(getComputedStyle(element).color).slice(0, 3));
          const b = light(parts(getComputedStyle(behind || document.body).backgroundColor).slice(0, 3));
          return (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
        });
        """,
        selector,
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out(show, theme):
    browser = show(page("opt175b.yaml"), theme=theme)
    found = contrast(browser, "p, td, th, h1, h2, h3, b, a, label, .label, .value, .note, select, button")
    assert len(found) > 100
    assert min(found) >= 4.5


# -- keyboard, print, no script -----------------------------------------------------------------------------


def test_the_keyboard_reaches_everything_and_shows_where_it_is(show):
    from selenium.webdriver import ActionChains, Keys

    browser = show(page("opt175b.yaml"))
    wanted = len(css(browser, "a[href], select, button, summary, [tabindex='0']"))
    reached = []
    for _ in range(wanted + 20):
        ActionChains(browser).send_keys(Keys.TAB).perform()
        element = browser.switch_to.active_element
        if element.tag_name == "body" or element in reached:
            break
        reached.append(element)
        style = browser.execute_script(
            "const s = getComputedStyle(arguments[0]); return [s.outlineStyle, parseFloat(s.outlineWidth)]",
            element,
        )
        assert style[0] != "none", element.get_attribute("outerHTML")
        assert style[1] >= 2
    assert {"a", "select", "button", "summary", "div"} <= {e.tag_name for e in reached}
    hidden = len(
        [e for e in css(browser, "details:not([open]) a, details:not([open]) select") if not e.is_displayed()]
    )
    assert len(reached) >= wanted - hidden
    # The keys work what they reach: a select, and a card.
    first = css(browser, "form.choices select")[0]
    browser.execute_script("arguments[0].focus()", first)
    first.send_keys(Keys.ARROW_DOWN)
    assert first.get_attribute("value") == "1"
    assert css(browser, ".row.off")
    card = css(browser, "details.card")[0]
    before = card.get_attribute("open")
    css(card, "summary")[0].send_keys(Keys.ENTER)
    assert card.get_attribute("open") != before


def test_a_link_to_a_closed_card_opens_it(show):
    browser = show(page("opt175b-full.yaml"))
    browser.execute_script("document.querySelectorAll('details.card').forEach(c => { c.open = false; })")
    link = css(browser, ".verdict .counts a")[0]
    link.click()
    browser.execute_async_script("setTimeout(arguments[0], 50)")
    (card,) = css(browser, "details.card[open]")
    assert link.get_attribute("href").endswith(f"#{card.get_attribute('id')}")


def test_on_paper_nothing_is_closed_and_nothing_is_to_be_chosen(show):
    browser = show(page("opt175b-full.yaml"), media="print", theme="dark")
    assert not css(browser, "form.choices")[0].is_displayed()
    assert (
        browser.execute_script("return getComputedStyle(document.body).backgroundColor")
        == "rgb(255, 255, 255)"
    )
    behind = browser.execute_script(
        "return getComputedStyle(document.querySelector('section.claimcheck')).backgroundColor"
    )
    assert behind == "rgb(255, 255, 255)"
    assert min(contrast(browser, "p, td, th, h1, h2, h3, b, .label, .value, .note")) >= 4.5
    closed = len(css(browser, "details:not([open])"))
    assert closed
    browser.execute_script(
        "window.addEventListener('beforeprint', () => "
        "{ window.closed_on_paper = document.querySelectorAll('details:not([open])').length; })"
    )
    printed = browser.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    assert browser.execute_script("return window.closed_on_paper") == 0
    assert len(css(browser, "details:not([open])")) == closed


def test_without_a_script_all_but_the_choice_is_there(show):
    whole = page("opt175b.yaml")
    bare = whole.partition('<script type="text/javascript">')[0] + "</body></html>"
    browser = show(bare)
    assert not css(browser, "form.choices")[0].is_displayed()
    assert not css(browser, ".row.chosen")[0].is_displayed()
    assert "60.13 to 61.78 %" in css(browser, ".forest")[0].text
    assert "Without scripts nothing can be chosen here" in whole
    css(browser, "details:not([open]) > summary")[0].click()  # closed parts open without it
    assert css(browser, "table.wide tr")[1].is_displayed()


# -- a hostile file -----------------------------------------------------------------------------------------


def nothing_ran(browser):
    from selenium.common.exceptions import NoAlertPresentException

    with pytest.raises(NoAlertPresentException):
        browser.switch_to.alert.accept()
    assert browser.execute_script("return window.hacked") is None
    assert {a.get_attribute("href").partition(":")[0] for a in css(browser, "a[href]")} <= {"file", "https"}


@pytest.mark.parametrize("make", ["page", "page without a policy", "fragment"])
def test_a_hostile_file_runs_nothing(show, make):
    report = hostile(HOSTILE)
    whole = f"<!DOCTYPE html><title>x</title>{fragment(report)}"
    if make != "fragment":
        whole = render("html", [report])
        if make != "page":
            before, _, rest = whole.partition("<meta http-equiv")
            whole = before + rest.partition(">")[2]
            assert "Content-Security-Policy" not in whole
    browser = show(whole)
    nothing_ran(browser)
    for element in css(browser, "select"):
        select(element, 1)
    for element in css(browser, "summary, b, td, .note, svg, .label, code"):
        browser.execute_script(
            "for (const e of ['mouseover', 'click', 'focus', 'load', 'error', 'toggle'])"
            " arguments[0].dispatchEvent(new Event(e, {bubbles: true}))",
            element,
        )
    nothing_ran(browser)
    assert "alert(1)" in browser.execute_script("return document.body.textContent")


def test_the_policy_holds_what_slipped_through_all_the_same(browser, folder):
    """Scripts, handlers, styles and pictures in the page itself, put in after rendering, are refused."""
    bad = '<script>window.hacked=1</script><img src="x.png" onerror="window.hacked=2"><p style="color:red">'
    path = folder / "spoiled.html"
    path.write_text(page("opt175b.yaml").replace("</main>", f"{bad}</main>"), encoding="utf-8")
    browser.get(path.as_uri())
    assert browser.execute_script("return window.hacked") is None
    refused = [entry["message"] for entry in browser.get_log("browser")]
    for rule in ("script-src", "style-src", "img-src"):
        assert any("Content Security Policy" in message and rule in message for message in refused), refused
