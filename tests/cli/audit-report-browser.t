#!/usr/bin/env bash
# medchain-audit report in a browser: wide and narrow, light and dark, and on paper; nothing is out of the page, every text has a contrast of
# 4.5 and more, and the browser has nothing to complain about.  A picture of each can be kept: MEDCHAIN_TEST_PICTURES=DIR.
. "${0%/*}/lib.sh"
. "$SOURCE/tests/cli/audit-fixtures.sh"
need jq python3 chromium
make_history
medchain-audit report --within 300d --time "$(at $((minute + 3 * 24 * 60)))" -o page.html
mkdir -p "${MEDCHAIN_TEST_PICTURES:=$PWD/pictures}"

cat >look.py <<'PY'
import sys, zlib
sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
from browser import Browser

# Of every text that is shown: its colour against the nearest background below it, by WCAG 2.
contrasts = """(() => {
  const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const part = (c) => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const below = (one) => {
    for (; one; one = one.parentElement) {
      const colour = numbers(getComputedStyle(one).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const bad = [];
  let seen = 0;
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || ["title", "desc"].includes(one.tagName)) continue;
    const style = getComputedStyle(one);
    const text = light(numbers(one.namespaceURI.endsWith("svg") ? style.fill : style.color)), back = light(below(one));
    const ratio = (Math.max(text, back) + 0.05) / (Math.min(text, back) + 0.05);
    ++seen;
    if (ratio < 4.5) bad.push(walk.currentNode.data.trim() + " " + ratio.toFixed(2));
  }
  return [seen, bad];
})()"""
# What is wider than the screen must be in a region that scrolls.
outside = """[...document.querySelectorAll("body *")].filter((one) => !one.closest(".wide, .skip") &&
  (one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().left < -1))
  .map((one) => one.tagName + " " + one.textContent.slice(0, 40))"""


def colours(path):
    data, at, packed = open(path, "rb").read(), 8, b""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    while at < len(data):
        size = int.from_bytes(data[at:at + 4], "big")
        if data[at + 4:at + 8] == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += size + 12
    return len(set(zlib.decompress(packed)))


with Browser() as browser:
    for width in (360, 1280):
        for dark in (False, True):
            name = "%s/report-%d-%s.png" % (sys.argv[2], width, "dark" if dark else "light")
            browser.show("page.html", width, dark=dark)
            assert browser.evaluate("document.documentElement.scrollWidth") <= width, name
            assert browser.evaluate(outside) == [], (name, browser.evaluate(outside))
            seen, bad = browser.evaluate(contrasts)
            assert seen > 200 and bad == [], (name, bad)
            back = browser.evaluate("getComputedStyle(document.body).backgroundColor")
            assert (back == "rgb(255, 255, 255)") != dark, back
            browser.picture(name, clip=(0, 0, width, browser.evaluate("document.documentElement.scrollHeight")))
            assert colours(name) > 30, name + " is blank"
            assert browser.complaints() == [], browser.complaints()
    # By keyboard: the way past the navigation comes first and is seen, and every region can be reached.
    browser.show("page.html", 1280)
    browser.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    assert browser.evaluate("document.activeElement.className") == "skip"
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    assert browser.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert browser.evaluate("[...document.querySelectorAll('.wide')].every((one) => one.tabIndex === 0)")
    browser.print("page.pdf")
assert open("page.pdf", "rb").read(5) == b"%PDF-"
PY

it "fits the screen, has contrast, can be used by keyboard and printed, and the browser has no complaint"
run python3 look.py "$SOURCE/scripts" "$MEDCHAIN_TEST_PICTURES"
expect_status 0
