"""Nothing in our tab is a barrier that axe-core calls serious or critical, in light and dark, from the first look."""

from pathlib import Path

import pytest

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, leave, press, visitor
from tests.host.web import Web

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
BARRIERS = """() => axe.run('#click_inpaint_root', {resultTypes: ['violations']}).then(({violations, passes}) => ({
    passed: passes.length,
    found: violations.filter(({impact}) => impact === 'serious' || impact === 'critical').map(({id, impact, nodes}) =>
        [impact, id, ...nodes.map(({target, failureSummary}) => `${target.join(' ')}: ${failureSummary}`)]),
}))"""


def assert_no_barriers(person: Person, moment: str) -> None:
    told = person.page.evaluate(BARRIERS)
    assert told["passed"] > 5, "axe-core has looked at something"
    assert told["found"] == [], moment


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_barrier(web: Web, browser: Browser, photograph: Path, theme: str) -> None:
    assert AXE.is_file(), "`python3 dev.py check` installs it"
    person = visitor(browser, web, theme=theme)
    person.page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
    assert_no_barriers(person, "the first opening")
    person.open(photograph).click(*DOG)
    press(person, "Recolour")
    person.unfold().ours().locator("summary", has_text="Edge and").click()
    person.ours().locator(".ci-models summary").click()
    press(person, "Mask")
    assert_no_barriers(person, "all that folds and opens is open")
    person.page.keyboard.press("Escape")
    person.generate()
    person.ours().locator(".ci-round").wait_for()
    assert_no_barriers(person, "a job is done")
    press(person, "Full screen")
    press(person, "Compare")
    person.ours().get_by_role("slider", name="Before on the left").wait_for()
    assert_no_barriers(person, "the whole screen, comparing")
    leave(person)
