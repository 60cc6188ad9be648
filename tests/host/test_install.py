"""Installed as people do it: the Extensions tab, Install from URL, apply, restart. Only in a real Web UI without it.

dev.py test tests/host/test_install.py --webui-url URL --webui DIR --install-from file:///path/to/a/clone
"""

from pathlib import Path

import pytest

from tests.host.browser import START_MS, Browser
from tests.host.web import Web

NAME = "sd-webui-click-inpaint"


@pytest.fixture
def plain_options() -> None:
    """The options can wait until it is installed."""


@pytest.mark.one_gradio
def test_from_a_git_url_through_the_extensions_tab(request: pytest.FixtureRequest, web: Web, browser: Browser) -> None:
    address = request.config.getoption("--install-from")
    if not address:
        pytest.skip("needs a real Web UI without the extension, and --install-from")
    folder = Path(request.config.getoption("--webui")) / "extensions" / NAME
    assert not folder.exists(), "it is installed already"
    person = browser.person(web.url)
    page = person.page
    page.goto(web.url, wait_until="domcontentloaded")
    page.wait_for_selector("#txt2img_generate", timeout=START_MS)
    person.top_tab("Extensions")
    page.locator("#tabs_extensions > .tab-nav > button", has_text="Install from URL").click()
    panel = page.locator("#tabs_extensions .tabitem:visible")
    panel.get_by_label("URL for extension's git repository").fill(address)
    panel.get_by_label("Local directory name").fill(NAME)
    panel.get_by_role("button", name="Install").click()
    result = page.locator("#extension_install_result").last
    person.wait(lambda: "Installed into" in result.inner_text(), 180)
    assert (folder / "scripts" / "click_inpaint_tab.py").is_file()
    page.locator("#tabs_extensions > .tab-nav > button", has_text="Installed").click()
    page.get_by_role("button", name="Apply and restart UI").click()
    page.wait_for_function("window.clickInpaint", timeout=2 * START_MS)
    person.top_tab("img2img").inner_tab("Click Inpaint")
    assert person.inner_tabs()[-1] == "Click Inpaint" and person.ours().locator("button:visible").count() > 3
