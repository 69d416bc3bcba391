"""What a long run has freed goes back to the system."""

from __future__ import annotations

import ctypes
import subprocess
import sys

from creditline.pipeline.memory import OWN_PAGES_BYTES

#: Prints how many of ten blocks of a document's size have pages of their own after one of 20 MB was freed,
#: which makes glibc raise its threshold where nobody has set one.
_COUNT = f"""
import ctypes
from creditline.pipeline.memory import give_memory_back
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.free.argtypes = [ctypes.c_void_p]

class Info(ctypes.Structure):  # struct mallinfo2 (mallinfo(3))
    names = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
    _fields_ = [(name, ctypes.c_size_t) for name in names.split()]

libc.mallinfo2.restype = Info
give_memory_back()
libc.free(libc.malloc(20 * 2**20))
before = libc.mallinfo2().hblks
for _ in range(10):
    libc.malloc({2 * OWN_PAGES_BYTES})
print(libc.mallinfo2().hblks - before)
"""


def test_documents_get_pages_of_their_own() -> None:
    is_glibc = hasattr(ctypes.CDLL(None), "mallinfo2")
    if not is_glibc:
        return
    told = subprocess.run([sys.executable, "-c", _COUNT], capture_output=True, text=True, check=True)
    assert int(told.stdout) == 10
