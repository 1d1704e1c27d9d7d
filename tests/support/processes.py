"""What a running process holds, as Linux counts it."""

import os
import pathlib


def resident_kib(pid):
    """Memory that a process really occupies."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise ProcessLookupError(pid)


def count_deleted_files(pid):
    """Open files that have no name any more, as anonymous temporary files; None if the system does
    not let us look, which it does not of a process without core dumps, unless we are root."""
    folder = f"/proc/{pid}/fd"
    try:
        names = os.listdir(folder)
    except PermissionError:
        return None
    count = 0
    for name in names:
        try:
            count += os.readlink(f"{folder}/{name}").endswith(" (deleted)")
        except FileNotFoundError:
            pass  # closed meanwhile
    return count


def count_connections_to(port):
    """Established TCP connections over IPv4 to a port, from whichever process."""
    established = "01"
    count = 0
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, _, remote, state = line.split()[:4]
        count += state == established and int(remote.rpartition(":")[2], 16) == port
    return count
