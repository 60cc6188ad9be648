"""Our tab, opened and set to small quick jobs."""

from typing import Any

from tests.host.browser import Browser, Person
from tests.host.web import Web

DOG = (540.0, 350.0)
"""A pixel of the bundled photograph that lies on a dog."""
SKY = (300.0, 60.0)
SMALL_JOB = {"img2img_width": 256, "img2img_height": 256, "img2img_steps": 2}


def visitor(browser: Browser, web: Web, theme: str = "light", **context: Any) -> Person:
    """A person of their own, in front of our tab."""
    person = browser.person(web.url, **context)
    at_tab(person.visit(theme))
    for slider, value in SMALL_JOB.items():
        person.set_slider(slider, value)
    return person


def at_tab(person: Person) -> Person:
    return person.top_tab("img2img").inner_tab("Click Inpaint")


def reloaded(person: Person) -> Person:
    """The page anew, in the same browser tab."""
    person.page.wait_for_timeout(700)  # it writes down what has changed a moment later
    person.page.reload(wait_until="domcontentloaded")
    person.page.wait_for_function("window.clickInpaint")
    return at_tab(person)


def press(person: Person, name: str) -> None:
    """A button of ours, by its whole name."""
    person.ours().get_by_role("button", name=name, exact=True).click()


def invert(person: Person) -> None:
    press(person, "Mask")
    press(person, "Invert")


def use_compared(person: Person) -> None:
    """Go on with the result that is laid over the picture."""
    person.ours().get_by_role("dialog", name="Compare").get_by_role("button", name="Use result").click()


def leave(person: Person) -> None:
    """Nothing of ours may have failed unseen."""
    person.page.context.close()
    assert not [error for error in person.errors if "click" in error.lower()], person.errors
