"""Runs a command on a terminal of its own: terminal.py [--until=TEXT] COMMAND...

What the terminal shows is printed; the exit status is that of the command (128+N by signal N).  With --until the
terminal is hung up, and the command waited for, once TEXT was shown.
"""
import os
import pty
import sys


def main():
    words = sys.argv[1:]
    until = words.pop(0).removeprefix("--until=").encode() if words[0].startswith("--until=") else None
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(words[0], words)
    shown = b""
    while until is None or until not in shown:
        try:
            got = os.read(terminal, 4096)
        except OSError:  # nobody has it open any more
            break
        if not got:
            break
        shown += got
        sys.stdout.buffer.write(got)
    os.close(terminal)
    sys.stdout.flush()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status if status >= 0 else 128 - status


sys.exit(main())
