"""Replays E-Rezept scenarios against medchain-rx and compares the verdicts: replay.py --bin=DIR [--states=FILE] [--share=PERCENT] DIRECTORY...

Each step is compared as doc/erezept-mapping.md says.  Prints what differs and what was left out, and why.  The exit status is 1 if a
verdict differs, if a step about states or rights cannot be mapped, or if less than the share of the steps was replayed; 2 if there is
nothing to replay.
"""
import argparse
import os
import sys
import tempfile

import judge
import scenario
from player import Player, Tally
from sentences import plain
from world import World


def run(tools, *directories, states=None, share=95, keys=None):
    """Replays all scenarios below the directories; the exit status."""
    tally = Tally()
    if states:
        tally.problems += judge.differs(states)
    paths = [path for directory in directories for path in scenario.find(directory)]
    with tempfile.TemporaryDirectory() as place:
        for number, path in enumerate(paths):
            before = len(tally.problems)
            name = path
            try:
                story = scenario.load(path)
                name = story.name
                Player(story, World(place, number, tools, keys), tally).play()
            except Exception as error:  # pylint: disable=broad-except # one that breaks hides no other
                tally.problems.append(f"{name}: {error!r}")
            print(f"{'ok' if len(tally.problems) == before else 'not ok'} - {plain(name)}")
    return report(tally, len(paths), share)


def report(tally, scenarios, share):
    for name, kind in (("replayed", tally.replayed), ("left out", tally.left_out)):
        for reason, count in sorted(kind.items()):
            print(f"{name}: {reason}: {count}")
    replayed = sum(tally.replayed.values())
    if replayed == 0 and not tally.problems:
        print("nothing to replay")
        return 2
    reached = 100 * replayed // max(1, replayed + tally.missed)
    if reached < share:
        tally.problems.append(f"only {reached} % of the steps about states and rights were replayed, not {share} %")
    for problem in tally.problems:
        print(f"problem: {plain(problem)}")
    print(f"{scenarios} scenarios, {tally.summary()}")
    return 1 if tally.problems else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", required=True)
    parser.add_argument("--states")
    parser.add_argument("--share", type=int, default=95)
    parser.add_argument("directory", nargs="+")
    options = parser.parse_args()
    return run(os.path.abspath(options.bin), *options.directory, states=options.states, share=options.share)


if __name__ == "__main__":
    sys.exit(main())
