"""Refuses folders on network disks, where SQLite's write-ahead log does not work.

The log needs memory that all writers share; over NFS or SMB two machines would each see their own
and damage the file (sqlite.org/wal.html, "all processes must be on the same host computer").
"""

from __future__ import annotations

import re
from pathlib import Path

from creditline.errors import StoreError

_MOUNTS = Path("/proc/self/mounts")
#: Types of file systems, as Linux names them, that several machines write to.
NETWORK_TYPES = frozenset(
    {
        *("afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs2", "glusterfs", "lustre"),
        *("ncpfs", "nfs", "nfs4", "smb3", "smbfs"),
        *("fuse.ceph", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"),
    }
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def refuse_network_disk(path: Path, mounts: Path = _MOUNTS) -> None:
    """Make sure that a database file lies on a disk of this machine, where that can be told (Linux).

    Raises:
        StoreError: It lies on a network disk.
    """
    try:
        table = mounts.read_text(errors="replace")
    except OSError:
        return
    kind = file_system_of(path.resolve(), table)
    if kind in NETWORK_TYPES:
        raise StoreError(
            f"the database {path} lies on a network disk ({kind}), where SQLite loses data; choose a "
            "--workspace on this machine, or --database-url postgresql://..."
        )


def file_system_of(path: Path, table: str) -> str | None:
    """The type of the file system that holds a path.

    Args:
        path: Absolute.
        table: Lines of ``fstab(5)`` form as in ``/proc/self/mounts``; the last mount on a folder counts.
    """
    found: tuple[int, str] | None = None
    for line in table.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        folder = Path(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[1]))
        depth = len(folder.parts)
        if path.is_relative_to(folder) and (found is None or depth >= found[0]):
            found = (depth, fields[2])
    return found[1] if found else None
