"""All tests where nothing but the loopback exists, child processes too.

    python -m tests.benchmarks.offline_tests [ARGUMENTS OF PYTEST]

Linux only: the tests run in a network namespace of their own (`unshare -rn`) in which only the
loopback is up; that nothing else can be reached is checked first. Exit code: pytest's.
"""

import fcntl
import os
import shutil
import socket
import struct
import subprocess
import sys

_INSIDE = "UNDERTONE_TESTS_OFFLINE"
_SIOCGIFFLAGS, _SIOCSIFFLAGS, _UP = 0x8913, 0x8914, 1
_ELSEWHERE = ("192.0.2.1", 80)  # set aside for documents: nobody lives there


def main() -> int:
    """Enters the namespace, or runs the tests where this is inside already."""
    if os.environ.get(_INSIDE):
        raise_loopback()
        if reaches_elsewhere():
            print("There is a way out of here, so nothing would be proved.", file=sys.stderr)
            return 2
        return subprocess.call([sys.executable, "-m", "pytest", *sys.argv[1:]])
    if not shutil.which("unshare"):
        print("There is no unshare here.", file=sys.stderr)
        return 2
    command = ["unshare", "--map-root-user", "--net", sys.executable, "-m", __spec__.name,
               *sys.argv[1:]]
    return subprocess.call(command, env=os.environ | {_INSIDE: "1"})


def raise_loopback() -> None:
    """A new namespace has a loopback that is down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        asked = struct.pack("16sh14x", b"lo", 0)
        _, flags = struct.unpack("16sh14x", fcntl.ioctl(door, _SIOCGIFFLAGS, asked))
        fcntl.ioctl(door, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def reaches_elsewhere() -> bool:
    """Whether a packet could leave: without a route even a datagram cannot be aimed."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        try:
            door.connect(_ELSEWHERE)
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
