"""What the browser tests share: a headless Chromium, waiting for conditions, and what every page must hold to."""
import sys
from pathlib import Path

SKIPPED = 77  # ctest's SKIP_RETURN_CODE
PATIENCE = 30  # seconds until a condition that does not come is a failure


def skip(reason):
    """Ends the process as skipped, and says why."""
    print(f"skipped: {reason}", flush=True)
    sys.exit(SKIPPED)


try:
    from selenium import webdriver
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait
except ImportError:
    skip("python3-selenium is not installed")

DESK = (1440, 900)
TABLET = (900, 1000)
PHONE = (360, 740)

# Text whose contrast to what is behind it is below WCAG's AA, with both colours.
CONTRAST_SCRIPT = """
const channels = (color) => {
  const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
  return [r, g, b, a];
};
const luminance = (color) => {
  const [r, g, b] = color.slice(0, 3).map((c) => c / 255).map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const behind = (node) => {
  for (let at = node; at; at = at.parentElement) {
    const color = channels(getComputedStyle(at).backgroundColor);
    if (color[3] === 1) return color;
  }
  return [255, 255, 255, 1];
};
const poor = new Set();
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const node = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !node.checkVisibility() || node.closest("script, noscript, :disabled, .skip")) continue;
  const style = getComputedStyle(node);
  const [a, b] = [luminance(channels(style.color)), luminance(behind(node))];
  const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700;
  if (ratio < (large ? 3 : 4.5)) poor.add(`${node.tagName}.${node.className} "${node.textContent.slice(0, 20)}" ${ratio.toFixed(2)}`);
}
return [...poor];
"""

# Ladder levels: best first, as text, each side as [price, quantity].
LADDER_SCRIPT = """
const side = (id) => [...document.querySelectorAll(`#${id} tr`)].map((row) =>
  [row.querySelector(".price").textContent, row.querySelector(".quantity span").textContent]).filter(([price]) => price);
return {bids: side("bids"), asks: side("asks").reverse()};
"""


class Browser:
    """A Chromium on one page, with the questions that tests ask of it."""

    def __init__(self, output):
        self.output = Path(output)
        self.output.mkdir(parents=True, exist_ok=True)
        options = webdriver.ChromeOptions()
        for argument in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
                         "--hide-scrollbars", "--no-first-run", "--disable-background-networking"):
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        chromium, driver = "/usr/bin/chromium", "/usr/bin/chromedriver"
        for needed in (chromium, driver):
            if not Path(needed).exists():
                skip(f"{needed} is not installed (chromium, chromium-driver)")
        options.binary_location = chromium
        self.driver = webdriver.Chrome(service=Service(driver), options=options)
        self.command = self.driver.execute_cdp_cmd

    def close(self):
        self.driver.quit()

    def open(self, url):
        """Opens a page as if for the first time, even one that differs in its fragment alone."""
        self.driver.get("about:blank")
        self.driver.get(url)

    def show(self, scheme="dark", window=DESK, touch=False, scale=1):
        """Colour scheme and window as a person's system would have them."""
        self.command("Emulation.setEmulatedMedia",
                     {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
        self.command("Emulation.setDeviceMetricsOverride", {
            "width": window[0], "height": window[1], "deviceScaleFactor": scale, "mobile": touch})
        self.command("Emulation.setTouchEmulationEnabled", {"enabled": touch})
        self.run("return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def find(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.textContent ?? null", selector)

    def shown(self, selector):
        return self.find(selector).is_displayed()

    def press(self, *keys):
        """Types into whatever has the focus."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def until(self, condition, what):
        """Waits until the condition holds, and answers its value."""
        wait = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05,
                             ignored_exceptions=[StaleElementReferenceException])
        return wait.until(lambda _: condition(), f"never came: {what}; the page says: {self.text('#notices')}")

    def until_moves(self, selector, what):
        """Waits until an element's text has been two different ones, neither empty."""
        def moving():
            text = self.text(selector)
            if text and text != "–":
                seen.add(text)
            return len(seen) > 1
        seen = set()
        self.until(moving, what)

    def ladder(self):
        return self.run(LADDER_SCRIPT)

    def poor_contrasts(self):
        return self.run(CONTRAST_SCRIPT)

    def overflow(self):
        """By how many pixels the page is wider than the window."""
        return self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def console_errors(self):
        return [line["message"] for line in self.driver.get_log("browser") if line["level"] == "SEVERE"]

    def screenshot(self, name):
        self.driver.save_screenshot(str(self.output / f"{name}.png"))

    def screenshot_whole(self, name):
        """The whole page, however far it scrolls."""
        import base64
        size = self.command("Page.getLayoutMetrics", {})["cssContentSize"]
        image = self.command("Page.captureScreenshot", {
            "format": "png", "captureBeyondViewport": True,
            "clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}})
        (self.output / f"{name}.png").write_bytes(base64.b64decode(image["data"]))


def start_browser(output):
    """A browser, or the end of the process as skipped where none can start."""
    try:
        return Browser(output)
    except WebDriverException as error:
        skip(f"Chromium does not start: {error.msg}")
