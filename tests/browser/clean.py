"""What a page owes everybody: axe finds nothing on it, and nothing has to be scrolled sideways at 320 px."""

from pathlib import Path

from playwright.sync_api import Page

AXE = (Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
OWN_STYLE = "violates the following Content Security Policy directive 'style-src"  # axe's; `watch.tolerated` takes it


def faults_of(page: Page) -> list[str]:
    """Violations of the page as it stands, and what sticks out."""
    page.evaluate(AXE)
    result = page.evaluate("tags => axe.run(document, {runOnly: tags})", TAGS)
    found = [f"{v['id']} {v['nodes'][0]['target']}" for v in result["violations"]]
    return found + sticking_out(page)


def sticking_out(page: Page) -> list[str]:
    """What has to be scrolled sideways at 320 px; the size is put back afterwards."""
    size = page.viewport_size
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    if size:
        page.set_viewport_size(size)
    return [f"{width} px wide at {NARROW['width']} px"] if width > NARROW["width"] else []
