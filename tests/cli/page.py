#!/usr/bin/env python3
"""Checks a page of medchain-audit report as a document, and prints what is in it, for tests/cli/audit-report*.t.
page.py FILE: {"tables": {CAPTION: [[CELL...]...]}, "facts": {NAME: VALUE}, "tiles": {NAME: VALUE}, "text": ALL}."""
import json
import re
import sys
import xml.etree.ElementTree as tree

bytes_ = open(sys.argv[1], "rb").read()
text = bytes_.decode("utf-8")
assert text.startswith("<!DOCTYPE html>\n<html lang=\"en\" xml:lang=\"en\">") and text.endswith("</html>\n")
root = tree.fromstring(text)  # well-formed XML: nothing of it is guessed at

# Nothing is loaded and nothing is run.
for word in ("http:", "https:", "src=", "srcset", "@import", "url(", "javascript:", "<script", "<iframe", "<object", "<link",
             "<img", "<base", "<form", "style=", "data:"):
    assert word not in text.lower(), word
for one in root.iter():
    assert not any(name.lower().startswith("on") for name in one.keys()), one.attrib
    if "href" in one.attrib:
        assert one.get("href").startswith("#"), one.attrib
policy = [one.get("content") for one in root.iter("meta") if one.get("http-equiv") == "Content-Security-Policy"]
assert policy == ["default-src 'none'; style-src 'unsafe-inline'"], policy
first = [one.tag for one in root.find("head")]
assert first[:2] == ["meta", "meta"] and first.index("style") > first.index("title")


def words(one):
    return " ".join("".join(one.itertext()).split())


# Ids are there once, and what refers to them finds them.
ids = [one.get("id") for one in root.iter() if one.get("id")]
assert len(ids) == len(set(ids)), ids
for one in root.iter():
    for name in ("aria-labelledby", "aria-describedby"):
        assert all(each in ids for each in one.get(name, "").split()), one.attrib
    if one.tag == "a":
        assert one.get("href")[1:] in ids and words(one), one.attrib

# Landmarks, a way past the navigation, headings that skip no level.
body = root.find("body")
assert [one.tag for one in body] == ["a", "header", "nav", "main", "footer"]
assert body[0].get("class") == "skip" and body[0].get("href") == "#main" and body.find("main").get("id") == "main"
assert body.find("nav").get("aria-label")
levels = [int(one.tag[1]) for one in root.iter() if re.fullmatch("h[1-6]", one.tag)]
assert levels[0] == 1 and levels.count(1) == 1
assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels
for section in root.iter("section"):
    assert section[0].tag == "h2" and section.get("aria-labelledby") == section[0].get("id")
assert root.find("head/title").text and words(body.find("header/h1")) == root.find("head/title").text

# Drawings say what they are.
for drawing in root.iter("svg"):
    assert drawing.get("role") == "img" and [one.tag for one in drawing][:2] == ["title", "desc"]
    assert drawing.get("aria-labelledby").split() == [drawing[0].get("id"), drawing[1].get("id")]
    assert words(drawing[0]) and words(drawing[1])

# Tables: a caption, a scope for every heading, rows as long as the heading; scrolled by keyboard.
tables = {}
for table in root.iter("table"):
    assert [one.tag for one in table] == ["caption", "thead", "tbody"]
    caption = words(table[0])
    assert caption and caption not in tables, caption
    assert all(one.get("scope") == "col" and words(one) for one in table[1][0])
    for row in table[2]:
        assert len(row) == len(table[1][0]) and row[0].tag == "th" and row[0].get("scope") == "row"
        assert all(one.tag == "td" for one in row[1:])
    tables[caption] = [[words(one) for one in row] for row in [table[1][0], *table[2]]]
parents = {child: parent for parent in root.iter() for child in parent}
for table in root.iter("table"):
    region = parents[table]
    assert (region.get("role"), region.get("tabindex"), region.get("aria-label")) == ("region", "0", words(table[0]))


def pairs(name):
    found = {}
    for one in root.iter("dl"):
        if one.get("class") == name:
            names, values = [words(each) for each in one.iter("dt")], [words(each) for each in one.iter("dd")]
            assert len(names) == len(values)
            found.update(zip(names, values))
    return found


json.dump({"tables": tables, "facts": pairs("facts"), "tiles": pairs("tiles"), "text": words(body)}, sys.stdout)
