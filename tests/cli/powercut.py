"""What a disk may hold after a power cut, for tests/cli/powercut.t.

usage: powercut.py TRACE BEFORE WORLD IMAGES COUNT SEED [LYING...]
       powercut.py --calls

One run of a command was traced by strace(1) with -f -y -xx and the calls that --calls prints.  WORLD is the directory in which it
changed things, BEFORE a copy of it from before, all of which is on the disk.  COUNT times a moment of the run is drawn and a disk
after a cut at that moment made in IMAGES/NUMBER; IMAGES/NUMBER.said is what the command had written to standard output by then,
IMAGES/NUMBER.cut says where the cut was.

The model is as harsh as POSIX: what is not synced may be there or not.
- Of a file each page of 4096 bytes that was written since its last sync has, independently of all others, any of the contents it had
  since then, or is torn: each sector of 512 bytes has.  Its size is any of those it had.  A write through O_DSYNC or O_SYNC is on the
  disk when it returns, with its pages; one that has not returned may be there or not, torn too.
- Names that were made, removed or renamed are there when their directory was synced.  Else of each directory the first so many
  changes are there; a rename is one change of both directories.  That a file was synced does not keep its name.
- lock.mdb is written through a map: it has any content.
LYING are directories within WORLD (. for all of it) whose disk says of every sync, from some moment on, that it was done, and did
nothing.  Half of these cuts come after the end of the run.
"""

import os
import random
import re
import sys

PAGE = 4096
SECTOR = 512
CALLS = (
    "openat open creat close dup dup2 dup3 fcntl chdir read lseek write pwrite64 writev pwritev pwritev2 fsync fdatasync "
    "sync_file_range syncfs sync msync mmap ftruncate truncate fallocate rename renameat renameat2 link linkat symlink symlinkat "
    "unlink unlinkat rmdir mkdir mkdirat chmod fchmod fchmodat copy_file_range sendfile splice io_uring_setup"
).split()


def die(text):
    sys.exit("powercut.py: " + text)


class File:
    """Pages that differ from the bytes of before are in `pages`; those not synced are in `pending`, all contents in turn."""

    def __init__(self, base=b"", mode=0o644):
        self.base, self.mode = base, mode
        self.pages, self.pending = {}, {}
        self.size = self.durable_size = len(base)
        self.sizes = []

    def durable(self, number):
        if number in self.pages:
            return self.pages[number]
        return self.base[number * PAGE : (number + 1) * PAGE].ljust(PAGE, b"\0")

    def resize(self, size):
        if size != self.size:
            self.size = size
            self.sizes.append(size)

    def write(self, at, data, is_synced):
        for number in range(at // PAGE, (at + len(data) + PAGE - 1) // PAGE):
            versions = self.pending.setdefault(number, [])
            page = bytearray(versions[-1] if versions else self.durable(number))
            first, last = max(at, number * PAGE), min(at + len(data), (number + 1) * PAGE)
            page[first - number * PAGE : last - number * PAGE] = data[first - at : last - at]
            versions.append(bytes(page))
            if is_synced:
                self.pages[number] = self.pending.pop(number)[-1]
        if at + len(data) > self.size:
            self.resize(at + len(data))
        if is_synced:
            self.durable_size = max(self.durable_size, at + len(data))

    def truncate(self, size):
        for number in range(size // PAGE, (max(size, self.size) + PAGE - 1) // PAGE):
            kept = max(0, size - number * PAGE)
            versions = self.pending.setdefault(number, [])
            versions.append((versions[-1] if versions else self.durable(number))[:kept].ljust(PAGE, b"\0"))
        self.resize(size)

    def sync(self):
        for number, versions in self.pending.items():
            self.pages[number] = versions[-1]
        self.pending, self.sizes, self.durable_size = {}, [], self.size

    def after_cut(self, rng, chance, torn):
        pages = dict(self.pages)
        for number, versions in self.pending.items():
            every = [self.durable(number)] + versions

            def draw():
                return rng.choice(every[1:]) if rng.random() < chance else every[0]

            if rng.random() < torn:
                pages[number] = b"".join(draw()[s : s + SECTOR] for s in range(0, PAGE, SECTOR))
            else:
                pages[number] = draw()
        size = self.durable_size
        if self.sizes and rng.random() < max(chance, 0.3):
            size = rng.choice([self.size, rng.choice(self.sizes)])
        content = bytearray(self.base[:size].ljust(size, b"\0"))
        for number, page in pages.items():
            content[number * PAGE : (number + 1) * PAGE] = page
        return bytes(content[:size])


class Directory:
    def __init__(self, mode=0o755):
        self.mode = mode
        self.names = {}  # on the disk before the run
        self.live = {}


def load(path):
    node = Directory(os.stat(path).st_mode & 0o7777)
    for name in os.listdir(path):
        below = os.path.join(path, name)
        if os.path.islink(below):
            die(f"a symbolic link: {below}")
        if os.path.isdir(below):
            node.names[name] = load(below)
        else:
            with open(below, "rb") as file:
                node.names[name] = File(file.read(), os.stat(below).st_mode & 0o7777)
    node.live = dict(node.names)
    return node


class Opened:
    def __init__(self, node, flags, path):
        self.node, self.path, self.offset = node, path, 0
        self.is_synced = "O_DSYNC" in flags or "O_SYNC" in flags
        self.appends = "O_APPEND" in flags


class Call:
    def __init__(self, name, text, result, path):
        self.name, self.text, self.result, self.path = name, text, result, path


def unescape(text):
    return re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), text.encode("latin-1"))


def parse(path):
    begun = {}
    with open(path, encoding="latin-1") as trace:
        for line in trace:
            process, _, line = line.rstrip("\n").partition(" ")
            line = line.lstrip()
            if line.startswith(("+++", "---")):
                continue
            if line.endswith("<unfinished ...>"):
                begun[process] = line[: -len("<unfinished ...>")].rstrip()
                continue
            resumed = re.match(r"<\.\.\. \w+ resumed>(.*)", line)
            if resumed:
                line = begun.pop(process) + resumed[1]
            found = re.match(r"(\w+)\((.*)\)\s+= (-?\w+|\?)(?:<([^>]*)>)?", line)
            if not found:
                die(f"not understood: {line[:200]}")
            if found[3].startswith("-") or found[3] == "?":
                continue
            yield Call(found[1], found[2], int(found[3], 0), found[4])


class Run:
    """What the calls do to the files of WORLD; play() stops before a given one."""

    def __init__(self, before, world):
        self.world = os.path.realpath(world)
        self.root = load(before)
        self.changes = []  # of names: (directories, how to do it), in order
        self.durable = set()  # of these, by number, what is known to be on the disk
        self.opened = {}
        self.said = b""
        self.here = None

    def relative(self, path):
        path = os.path.normpath(path if path.startswith("/") else os.path.join(self.here or "/", path))
        if path == self.world:
            return ""
        return path[len(self.world) + 1 :] if path.startswith(self.world + "/") else None

    def find(self, relative):
        node = self.root
        for name in relative.split("/") if relative else []:
            node = node.live[name]
        return node

    def folder_of(self, relative):
        folder, _, name = relative.rpartition("/")
        return self.find(folder), name

    def change(self, directories, action):
        self.changes.append((directories, action))
        action(lambda d: d.live)

    def make(self, relative, node):
        folder, name = self.folder_of(relative)
        self.change([folder], lambda names: names(folder).__setitem__(name, node))

    def remove(self, relative):
        folder, name = self.folder_of(relative)
        self.change([folder], lambda names: names(folder).pop(name, None))

    def move(self, old, new):
        (folder, name), (to, as_name) = self.folder_of(old), self.folder_of(new)
        node = folder.live[name]

        def action(names):
            # Where an earlier change is missing there is nothing to move.
            if names(folder).get(name) is node:
                names(to)[as_name] = names(folder).pop(name)

        self.change([folder, to], action)

    def keep_names(self, directory):
        """Synced: what was done to it is on the disk, and all that this depends on."""
        needed = {id(directory)}
        for number in range(len(self.changes) - 1, -1, -1):
            touched = {id(d) for d in self.changes[number][0]}
            if touched & needed:
                self.durable.add(number)
                needed |= touched

    def names_after_cut(self, rng, chance):
        after, blocked = {}, set()

        def names(directory):
            return after.setdefault(id(directory), dict(directory.names))

        for number, (directories, action) in enumerate(self.changes):
            touched = {id(d) for d in directories}
            if number in self.durable or (not touched & blocked and rng.random() < chance):
                action(names)
            else:
                blocked |= touched
        return names


PATHS_OF = {"rename": 2, "renameat": 2, "renameat2": 2, "link": 2, "linkat": 2, "unlink": 1, "unlinkat": 1, "rmdir": 1, "mkdir": 1,
            "mkdirat": 1, "chmod": 1, "fchmodat": 1, "truncate": 1, "open": 1, "openat": 1, "creat": 1}


def paths_in(call, run):
    """The paths of a call, each by the directory descriptor in front of it."""
    found = []
    for at, text in re.findall(r'(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:\\x[0-9a-f]{2})*)"', call.text)[: PATHS_OF[call.name]]:
        path = os.fsdecode(unescape(text))
        found.append(run.relative(os.path.join(os.fsdecode(unescape(at)), path) if at else path))
    return found


def data_of(call):
    if '"...' in call.text:
        die("strace has cut what was written: -s")
    return b"".join(unescape(t) for t in re.findall(r'(?:iov_base=|^\d+(?:<[^>]*>)?, )"((?:\\x[0-9a-f]{2})*)"', call.text))[: call.result]


def numbers_at_end(call):
    return [int(n, 0) for n in re.findall(r", (-?\d+)(?=,|$)", call.text)]


def play_one(run, call, lies, is_in_flight=False):
    """`lies(path)` whether a sync there does nothing.  In flight: it has not returned, so that nothing is synced by it."""
    name = call.name
    here = re.search(r"AT_FDCWD<([^>]*)>", call.text)
    if here:
        run.here = os.fsdecode(unescape(here[1]))
    descriptor = re.match(r"(\d+)(?:<([^>]*)>)?", call.text)
    number = int(descriptor[1]) if descriptor else None
    opened = run.opened.get(number)
    if name in ("open", "openat", "creat"):
        relative = paths_in(call, run)[0]
        run.opened.pop(call.result, None)
        if relative is None:
            return
        if "O_TMPFILE" in call.text:
            die("O_TMPFILE is not modelled")
        folder, last = run.folder_of(relative) if relative else (None, "")
        if folder is not None and last not in folder.live:
            run.make(relative, File(b"", int(re.search(r"0[0-7]*$", call.text)[0], 8) & ~0o022))
        node = run.find(relative)
        if "O_TRUNC" in call.text and node.size:
            node.truncate(0)
        run.opened[call.result] = Opened(node, call.text, relative)
    elif name == "close":
        run.opened.pop(number, None)
    elif name in ("dup", "dup2", "dup3") or (name == "fcntl" and "F_DUPFD" in call.text):
        run.opened.pop(call.result, None)
        if opened:
            run.opened[call.result] = opened
    elif name in ("write", "writev", "pwrite64", "pwritev", "pwritev2"):
        if number == 1:
            run.said += data_of(call)
        if not opened:
            return
        at = opened.offset
        if name in ("write", "writev"):
            at = opened.node.size if opened.appends else at
            opened.offset = at + call.result
        else:
            at = numbers_at_end(call)[-2 if name == "pwritev2" else -1]
        opened.node.write(at, data_of(call), opened.is_synced and not is_in_flight and not lies(opened.path))
    elif name == "read" and opened:
        opened.offset += call.result
    elif name == "lseek" and opened:
        opened.offset = call.result
    elif name in ("fsync", "fdatasync") and opened:
        if is_in_flight or lies(opened.path):
            return
        if isinstance(opened.node, Directory):
            run.keep_names(opened.node)
        else:
            opened.node.sync()
    elif name == "ftruncate" and opened:
        opened.node.truncate(numbers_at_end(call)[-1])
    elif name == "fallocate" and opened:
        offset, length = numbers_at_end(call)[-2:]
        opened.node.resize(max(opened.node.size, offset + length))
    elif name == "fchmod" and opened:
        opened.node.mode = int(re.search(r"0[0-7]*$", call.text)[0], 8)
    elif name == "mmap":
        writes = "PROT_WRITE" in call.text and "MAP_SHARED" in call.text
        mapped = re.search(r", (\d+)<[^>]*>, 0x?[0-9a-f]*$", call.text)
        if writes and mapped and int(mapped[1]) in run.opened and not run.opened[int(mapped[1])].path.endswith("lock.mdb"):
            die("a map through which a file is written is not modelled")
    elif name in PATHS_OF:
        paths = paths_in(call, run)
        if all(path is None for path in paths):
            return
        if None in paths:
            die(f"from or to elsewhere: {call.name}")
        if name in ("mkdir", "mkdirat"):
            run.make(paths[0], Directory(int(re.search(r"0[0-7]*$", call.text)[0], 8) & ~0o022))
        elif name.startswith("rename"):
            run.move(*paths)
        elif name in ("unlink", "unlinkat", "rmdir"):
            run.remove(paths[0])
        elif name in ("chmod", "fchmodat"):
            run.find(paths[0]).mode = int(re.search(r"(0[0-7]*)(?:, [A-Z_0]+)?$", call.text)[1], 8)
        else:
            die(f"{name} is not modelled")
    elif name in ("syncfs", "sync", "sync_file_range", "chdir", "io_uring_setup"):
        die(f"{name} is not modelled")
    elif name in ("copy_file_range", "sendfile", "splice", "msync") and any(int(n) in run.opened for n in re.findall(r"(\d+)<", call.text)):
        die(f"{name} is not modelled")


def store(run, directory, names, to, rng, chance, torn):
    os.mkdir(to, 0o700)
    for name, node in sorted(names(directory).items()):
        path = os.path.join(to, name)
        if isinstance(node, Directory):
            store(run, node, names, path, rng, chance, torn)
            continue
        content = node.after_cut(rng, chance, torn)
        if name == "lock.mdb":
            content = rng.choice([content, b"", bytes(len(content)), rng.randbytes(len(content))])
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, node.mode)
    os.chmod(to, directory.mode)


def changes_something(call, world):
    """Moments are counted by what changes or syncs something in the world, or is said."""
    if call.name in ("read", "lseek", "close", "mmap", "fcntl", "dup", "dup2", "dup3"):
        return False
    text = os.fsdecode(unescape(call.text.split('iov_base')[0] if "write" in call.name else call.text))
    return world in text or call.text.startswith("1<") or "O_CREAT" in call.text


def main(arguments):
    if arguments == ["--calls"]:
        print(",".join(CALLS))
        return
    trace, before, world, images, count, seed = arguments[:6]
    lying = arguments[6:]
    world = os.path.realpath(world)
    calls = list(parse(trace))
    moments = [i for i, call in enumerate(calls) if changes_something(call, world)]
    os.makedirs(images, exist_ok=True)
    for number in range(int(count)):
        rng = random.Random(f"{seed}/{number}")
        cut = len(calls) if lying and number % 2 else rng.choice(moments + [len(calls)])
        honest_until = rng.choice([0, 0, rng.choice(moments)]) if lying else len(calls)
        chance, torn = rng.choice([0.0, 0.1, 0.5, 0.9, 0.97, 1.0]), rng.choice([0.0, 0.0, 0.1, 0.5])
        run = Run(before, world)
        for i, call in enumerate(calls[:cut]):
            def lies(path, i=i):
                return i >= honest_until and any(d == "." or path == d or path.startswith(d + "/") for d in lying)

            play_one(run, call, lies)
        what = "the end"
        if cut < len(calls):
            call = calls[cut]
            what = f"{call.name} {os.fsdecode(unescape(call.text[:400]))!r}"
            if call.name.startswith("pwrite") or call.name in ("write", "writev"):
                said = run.said
                if rng.random() < 0.7:
                    play_one(run, call, lambda path: True, True)
                run.said = said
        image = os.path.join(images, str(number))
        store(run, run.root, run.names_after_cut(rng, chance), image, rng, chance, torn)
        with open(image + ".said", "wb") as file:
            file.write(run.said)
        with open(image + ".cut", "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"call {cut} of {len(calls)}, chance {chance}, torn {torn}, honest until {honest_until}: {what[:300]}\n")


main(sys.argv[1:])
