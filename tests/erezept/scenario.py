"""Reads a scenario of the E-Rezept test suite: index.json, which names dumps of requests and responses, and those of them that are there."""
import json
import os
import re
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field

from sentences import KEYWORD

REQUEST = re.compile(r"^(GET|POST|PUT|PATCH|DELETE) (/\S*)")
RESPONSE = re.compile(r"^Response (\d{3})\b(?:: Task (?:Task/)?(\S+))?")
OPERATION = re.compile(r"^/Task(?:/([^/$?]+))?(?:/\$(\w+))?/?(\?\S*)?$")
# What goes with requests and is none.
BESIDE = re.compile(r"^(Document to sign|Signed Document|DMC )", re.I)


@dataclass
class Exchange:
    method: str | None = None
    path: str | None = None
    operation: str | None = None  # of a Task, without the dollar
    task: str | None = None
    query: str = ""
    status: int | None = None
    states: dict = field(default_factory=dict)  # of the Tasks in the response, where its dump is there


@dataclass
class Step:
    name: str
    exchanges: list = field(default_factory=list)
    unknown: list = field(default_factory=list)  # dumps that are neither request nor response


@dataclass
class Scenario:
    name: str
    directory: str
    steps: list


class Broken(Exception):
    """This is no scenario of the format."""


def local(element):
    return element.tag.rpartition("}")[2]


def xml_states(path):
    """Task id -> status, of a Task or a Bundle of them."""
    states = {}
    for task in (one for one in xml.parse(path).getroot().iter() if local(one) == "Task"):
        values = {local(child): child.get("value") for child in task}
        if values.get("id") and values.get("status"):
            states[values["id"]] = values["status"]
    return states


def json_states(path):
    with open(path, encoding="utf-8") as file:
        body = json.load(file)
    entries = [entry.get("resource", {}) for entry in body.get("entry", [])] if body.get("resourceType") == "Bundle" else [body]
    return {one["id"]: one["status"] for one in entries if one.get("resourceType") == "Task" and {"id", "status"} <= one.keys()}


def states_in(path):
    if not os.path.isfile(path):
        return {}
    try:
        return json_states(path) if path.endswith(".json") else xml_states(path)
    except (ValueError, xml.ParseError) as error:
        raise Broken(f"{path}: {error}") from error


def request(text):
    method, path = text
    made = Exchange(method, path)
    if match := OPERATION.match(path):
        made.task, made.operation, made.query = match[1], match[2], match[3] or ""
        if method == "GET" and re.search(r"[?&](secret|ac)=", made.query):
            made.operation = "recover"
    return made


def exchanges_of(dumps, directory, step):
    open_request = None
    for dump in dumps:
        operation = dump["operation"]
        if match := REQUEST.match(operation):
            if open_request:
                step.exchanges.append(open_request)
            open_request = request(match.groups())
        elif match := RESPONSE.match(operation):
            one = open_request or Exchange()
            open_request = None
            one.status, one.task = int(match[1]), one.task or match[2]
            one.states = states_in(os.path.join(directory, os.path.basename(dump.get("file", "-"))))
            step.exchanges.append(one)
        elif not BESIDE.match(operation):
            step.unknown.append(operation)
    if open_request:
        step.exchanges.append(open_request)


def load(path):
    """The scenario of an index.json.  Steps that the runner added are part of the sentence before them."""
    directory = os.path.dirname(path)
    try:
        with open(path, encoding="utf-8") as file:
            index = json.load(file)
        steps = []
        for one in index["steps"]:
            if KEYWORD.match(one["name"]) or not steps:
                steps.append(Step(one["name"]))
            exchanges_of(one.get("dumps", []), directory, steps[-1])
        return Scenario(index["name"], directory, steps)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Broken(f"{path}: {error!r}") from error


def find(directory):
    """All of them below a directory, in a fixed order: each index.json."""
    return sorted(os.path.join(root, "index.json") for root, _, files in os.walk(directory) if "index.json" in files)
