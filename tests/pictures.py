"""The pictures of the README, docs/pictures/*.png: ``python -m tests.pictures`` plans the sample town and draws them.

Needs Chromium and its driver (Debian packages chromium and chromium-driver) and Pillow. ``python -m tests.pictures
PLAN`` draws from a plan that is there already.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from selenium.webdriver import Chrome
from selenium.webdriver.support.ui import WebDriverWait

from cardio import run_study, write_sample_town
from tests.cardio.chromium import offline_browser

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "pictures"
WIDTH_PX, HEIGHT_PX = 1200, {"map": 760, "report": 900}
COLOURS = 128
DRAWN = "return document.readyState === 'complete'"


def plan_in_english(folder: Path) -> Path:
    """Plan the sample town with outputs in the language of the README; return the folder of the plan."""
    study = write_sample_town(folder / "survey")
    text = study.read_text(encoding="utf-8")
    if "language: fr" not in text:
        raise ValueError("the study of the sample town is not in French")
    study.write_text(text.replace("language: fr", "language: en"), encoding="utf-8")
    run_study(study, out=folder / "plan")
    return folder / "plan"


def draw(chrome: Chrome, page: Path, name: str) -> Path:
    """Write a picture of the first screen of a page, in few colours."""
    chrome.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": WIDTH_PX, "height": HEIGHT_PX[name], "deviceScaleFactor": 1, "mobile": False},
    )
    chrome.get(page.resolve().as_uri())
    WebDriverWait(chrome, 60).until(lambda browser: browser.execute_script(DRAWN))
    chrome.execute_async_script("const done = arguments[0]; setTimeout(done, 1500)")
    picture = Image.open(io.BytesIO(chrome.get_screenshot_as_png())).convert("RGB")
    target = PICTURES / f"{name}.png"
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)
    return target


def main(arguments: list[str]) -> None:
    """Draw both pictures and say how large they are."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(arguments[0]) if arguments else plan_in_english(Path(folder))
        with offline_browser(Path(folder) / "profile") as chrome:
            for name in HEIGHT_PX:
                target = draw(chrome, plan / f"{name}.html", name)
                print(f"{target}: {target.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
