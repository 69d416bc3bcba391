"""Lines of access logs as each maker's server writes them, for tests and the benchmark."""

from __future__ import annotations

import json
from collections.abc import Callable

AGENT = "Mozilla/5.0 (X11; Linux x86_64) Firefox/130.0"
ADDRESS = "203.0.113.9"
CLOUDFRONT = (
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem "
    "sc-status cs(Referer) cs(User-Agent) cs-uri-query x-host-header\n"
)
IIS = (
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Date: 2026-11-20 14:00:00\n"
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) "
    "cs(Referer) sc-status sc-substatus sc-win32-status time-taken\n"
)
Line = Callable[[str, str, str, int], str]


def cloudfront(referrer: str, path: str, agent: str, status: int) -> str:
    cells = (
        "2026-11-20", "14:00:28", "FRA56-P1", "51200", ADDRESS, "GET", "d1.cloudfront.example", path,
        str(status), referrer, agent.replace(" ", "%2520"), "-", "jane.example",
    )  # fmt: skip
    return "\t".join(cells) + "\n"


def iis(referrer: str, path: str, agent: str, status: int) -> str:
    told = agent.replace(" ", "+")
    return f"2026-11-20 14:00:28 192.0.2.1 GET {path} - 443 - {ADDRESS} {told} {referrer} {status} 0 0 12\r\n"


def s3(referrer: str, path: str, agent: str, status: int) -> str:
    quoted = f'"{referrer}"' if referrer != "-" else "-"
    return (
        f"79a5 pictures [20/Nov/2026:14:00:28 +0000] {ADDRESS} - 3E57427F3EXAMPLE REST.GET.OBJECT {path[1:]} "
        f'"GET {path} HTTP/1.1" {status} - 51200 51200 70 10 {quoted} "{agent}" - 9vKBE6vMhrNiWHZmb2L0mXOcq= '
        "SigV4 ECDHE-RSA-AES128-GCM-SHA256 - pictures.s3.example TLSV1.2 - -\n"
    )


def cloudflare(referrer: str, path: str, agent: str, status: int) -> str:
    told = {
        "ClientIP": ADDRESS,
        "ClientRequestHost": "jane.example",
        "ClientRequestMethod": "GET",
        "ClientRequestURI": path,
        "ClientRequestReferer": "" if referrer == "-" else referrer,
        "ClientRequestUserAgent": agent,
        "EdgeResponseStatus": status,
        "EdgeStartTimestamp": 1795183228000000000,
    }
    return json.dumps(told) + "\n"


def caddy(referrer: str, path: str, agent: str, status: int) -> str:
    headers = {"User-Agent": [agent]} | ({"Referer": [referrer]} if referrer != "-" else {})
    request = {"remote_ip": ADDRESS, "host": "jane.example", "uri": path, "headers": headers}
    told = {"level": "info", "ts": 1795183228.25, "logger": "http.log.access", "request": request}
    return json.dumps(told | {"status": status, "msg": "handled request"}) + "\n"


def google_cloud(referrer: str, path: str, agent: str, status: int) -> str:
    request = {"requestUrl": f"https://jane.example{path}", "status": status, "userAgent": agent}
    request |= {"remoteIp": ADDRESS} | ({"referer": referrer} if referrer != "-" else {})
    return json.dumps({"httpRequest": request, "timestamp": "2026-11-20T14:00:28.251Z"}) + "\n"


def nginx_json(referrer: str, path: str, agent: str, status: int) -> str:
    told = {
        "remote_addr": ADDRESS,
        "request": f"GET {path} HTTP/2.0",
        "status": str(status),
        "http_referer": referrer,
        "http_user_agent": agent,
        "time_iso8601": "2026-11-20T15:00:28+01:00",
    }
    return json.dumps(told) + "\n"


def combined(referrer: str, path: str, agent: str, status: int) -> str:
    asked = f"GET {path} HTTP/1.1"
    return f'{ADDRESS} - - [20/Nov/2026:14:00:28 +0000] "{asked}" {status} 51200 "{referrer}" "{agent}"\n'


#: Heading and writer of a line, by what the program calls the log.
DIALECTS: dict[str, tuple[str, Line]] = {
    "CloudFront": (CLOUDFRONT, cloudfront),
    "W3C (IIS)": (IIS, iis),
    "Amazon S3": ("", s3),
    "Cloudflare": ("", cloudflare),
    "Caddy": ("", caddy),
    "Google Cloud": ("", google_cloud),
    "Nginx JSON": ("", nginx_json),
}
