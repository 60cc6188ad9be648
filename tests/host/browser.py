"""A person at the page of a running Web UI: Chromium, driven by what the page shows."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, sync_playwright

from bench import chromium

START_MS, JOB_SECONDS = 60_000, 240


class Person:
    """Opens one page and uses it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def visit(self, theme: str = "light") -> "Person":
        self.page.goto(f"{self.url}/?__theme={theme}", wait_until="domcontentloaded")  # a font host may never answer
        # the demo may have gone to another tab by now, so the button need not be visible
        self.page.wait_for_selector("#txt2img_generate", state="attached", timeout=START_MS)
        self.page.wait_for_function("window.clickInpaint", timeout=START_MS)
        return self.top_tab("img2img")

    def top_tab(self, name: str) -> "Person":
        """Whether it is called img2img or, as on Forge, Img2img."""
        self._tab("#tabs > .tab-nav > button", name)
        return self

    def inner_tab(self, name: str) -> "Person":
        self._tab("#mode_img2img > .tab-nav > button", name)
        return self

    def resize_tab(self, name: str) -> "Person":
        # the tabs have a name of their own only from 1.10 on, each of them has had one before
        self._tab(".tabs:has(> #img2img_tab_resize_by) > .tab-nav > button", name)
        return self

    def inner_tabs(self) -> list[str]:
        return [t.strip() for t in self.page.locator("#mode_img2img > .tab-nav > button").all_inner_texts()]

    def ours(self) -> Locator:
        return self.page.locator("#click_inpaint_root")

    def open(self, path: Path) -> "Person":
        self.ours().locator("input[type=file]").set_input_files(path)
        self.wait(lambda: self.state()["edit"]["image"])
        return self

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where on the page a pixel of the picture is, brought into view."""
        self.ours().locator("canvas").first.scroll_into_view_if_needed()
        point = self.page.evaluate("([x, y]) => window.clickInpaint.toPage(x, y)", [x, y])
        return point["x"], point["y"]

    def click(self, x: float, y: float, **how: Any) -> dict[str, Any]:
        """Click a pixel of the picture and wait for what it selects."""
        before = len(self.state()["edit"]["selection"])
        self.page.mouse.click(*self.at(x, y), **how)
        self.wait(lambda: len(self.state()["edit"]["selection"]) > before)
        return self.shown()

    def shown(self) -> dict[str, Any]:
        """The header of the preview that belongs to the present state."""
        self.wait(lambda: not self.state()["stale"] and self.preview())
        return dict(self.preview())

    def state(self) -> Any:
        return self.page.evaluate("window.clickInpaint.state()")

    def preview(self) -> Any:
        return self.page.evaluate("window.clickInpaint.preview()")

    def unfold(self) -> "Person":
        """Show the settings that are folded at first."""
        more = self.ours().locator(".ci-more")
        if more.get_attribute("open") is None:
            more.locator("> summary").click()
        return self

    def set_number(self, name: str, value: int) -> None:
        box = self.ours().get_by_label(f"{name} in pixels")
        if not self.unfold().ours().get_by_label(f"{name} in pixels").is_visible():
            self.ours().locator("summary", has_text="Edge").click()
        box.fill(str(value))
        box.press("Tab")

    def set_slider(self, elem_id: str, value: float) -> None:
        number = self.page.locator(f"#{elem_id} input[type=number]").first
        number.fill(str(value))
        number.press("Tab")

    def generate(self, tab: str = "img2img", finished: bool = True) -> "Person":
        """Press Generate; wait until the host is done and shows what it has made, unless it was refused."""
        before = self.gallery(tab)
        self.page.locator(f"#{tab}_generate").click()
        self.wait(lambda: self.busy(tab) or self.error(tab) or not finished, 10, "the job did not start", patient=True)
        if finished:
            self.wait(lambda: not self.busy(tab), JOB_SECONDS)
            made = "the gallery did not follow the buttons"
            self.wait(lambda: self.gallery(tab) != before or self.error(tab), 5, made, patient=True)
            time.sleep(0.5)  # and the infotext the gallery
        return self

    def busy(self, tab: str = "img2img") -> bool:
        """A job runs, or is being interrupted: the host then shows another button in that one's place."""
        shown = "all => all.some(e => getComputedStyle(e).display != 'none')"
        return bool(self.page.locator(f"#{tab}_interrupt, #{tab}_interrupting").evaluate_all(shown))

    def error(self, tab: str = "img2img") -> str:
        found = self.page.locator(f"#html_log_{tab} .error")
        return found.first.inner_text() if found.count() else ""

    def gallery(self, tab: str = "img2img") -> list[str]:
        """Addresses of the pictures in the gallery, each once."""
        images = self.page.locator(f"#{tab}_gallery .thumbnail-item img, #{tab}_gallery .grid-wrap img")
        return list(dict.fromkeys((image.get_attribute("src") or "").partition("?")[0] for image in images.all()))

    def fetch(self, address: str) -> bytes:
        reply = self.page.request.get(address if address.startswith("http") else self.url + address)
        assert reply.ok
        return bytes(reply.body())

    def infotext(self, tab: str = "img2img") -> str:
        return self.page.locator(f"#html_info_{tab}").last.inner_text()

    def reload_ui(self) -> "Person":
        """The host's own button, which builds the page anew in the same process."""
        self.top_tab("Settings")
        self.page.evaluate("window.clickInpaintBefore = true")
        self.page.locator("#settings_restart_gradio").click()
        self.page.wait_for_function("!window.clickInpaintBefore && window.clickInpaint", timeout=START_MS)
        return self.top_tab("img2img")

    def wait(
        self, done: Callable[[], Any], seconds: float = 60, what: str = "it did not happen", patient: bool = False
    ) -> None:
        until = time.monotonic() + seconds
        while not done():
            if time.monotonic() > until:
                if patient:
                    return
                raise AssertionError(f"{what}; the page says: {self._said()} {self.errors}")
            time.sleep(0.05)

    def _said(self) -> str:
        return self.ours().inner_text()[:600] if self.ours().count() else "nothing of ours"

    def _tab(self, selector: str, name: str) -> None:
        exactly = re.compile(rf"^\s*{re.escape(name)}\s*$", re.IGNORECASE)
        button = self.page.locator(selector, has_text=exactly).first
        button.click()
        self.wait(lambda: "selected" in (button.get_attribute("class") or ""))


class Browser:
    """One Chromium for a test session; a fresh page for each person."""

    def __init__(self) -> None:
        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(
            executable_path=chromium.path(), headless=True, args=chromium.FLAGS
        )

    def person(self, url: str, width: int = 1500, height: int = 1100, **context: Any) -> Person:
        made = self._chromium.new_context(viewport={"width": width, "height": height}, **context)
        return Person(made.new_page(), url)

    def close(self) -> None:
        self._chromium.close()
        self._playwright.stop()
