"""A form with one file, as browsers send it (RFC 7578)."""

from __future__ import annotations

import hashlib

from creditline.records import SearchPicture


def form_with_picture(field: str, picture: SearchPicture) -> tuple[bytes, str]:
    """The body of a form that holds one picture, and its content type.

    The boundary is made of the bytes, so that the same picture gives the same request.
    """
    boundary = "creditline-" + hashlib.sha256(b"boundary" + picture.body).hexdigest()[:32]
    extension = picture.media_type.rpartition("/")[2]
    head = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{field}"; filename="picture.{extension}"\r\n'
        f"Content-Type: {picture.media_type}\r\n\r\n"
    )
    body = head.encode() + picture.body + f"\r\n--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"
