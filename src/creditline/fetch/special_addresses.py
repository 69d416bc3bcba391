"""IP address blocks that are not the public internet: vendored registry facts.

Sources, as of 2026-11: IANA IPv4 Special-Purpose Address Registry, IANA IPv6 Special-Purpose Address
Registry (both RFC 6890 and successors), IPv4 multicast (RFC 5771), IPv6 addressing architecture
(RFC 4291). The metadata addresses are the cloud vendors' own documentation; some of them lie in
blocks that the registries call global, which is why a registry alone is no guard.

Stricter than the registries on purpose: anycast addresses inside 192.0.0.0/24 and 2001::/23 are
called global there, but they are answered by the nearest router (RFC 7723, RFC 8155), never by a
web site.
"""

#: (block, what it is, whether the registry calls it globally reachable)
SpecialBlock = tuple[str, str, bool]

IPV4_SPECIAL: tuple[SpecialBlock, ...] = (
    ("0.0.0.0/8", "this network (RFC 791)", False),
    ("10.0.0.0/8", "private use (RFC 1918)", False),
    ("100.64.0.0/10", "shared address space of carriers (RFC 6598)", False),
    ("127.0.0.0/8", "loopback (RFC 1122)", False),
    ("169.254.0.0/16", "link-local (RFC 3927)", False),
    ("172.16.0.0/12", "private use (RFC 1918)", False),
    ("192.0.0.0/24", "IETF protocol assignments (RFC 6890)", False),
    ("192.0.2.0/24", "documentation (RFC 5737)", False),
    ("192.31.196.0/24", "AS112 (RFC 7535)", True),
    ("192.52.193.0/24", "AMT relays (RFC 7450)", True),
    ("192.88.99.0/24", "6to4 relay anycast (RFC 7526)", False),
    ("192.168.0.0/16", "private use (RFC 1918)", False),
    ("192.175.48.0/24", "AS112 (RFC 7534)", True),
    ("198.18.0.0/15", "benchmarking (RFC 2544)", False),
    ("198.51.100.0/24", "documentation (RFC 5737)", False),
    ("203.0.113.0/24", "documentation (RFC 5737)", False),
    ("224.0.0.0/4", "multicast (RFC 5771)", False),
    ("240.0.0.0/4", "reserved (RFC 1112)", False),
    ("255.255.255.255/32", "broadcast (RFC 919)", False),
)

IPV6_SPECIAL: tuple[SpecialBlock, ...] = (
    ("::/128", "unspecified (RFC 4291)", False),
    ("::1/128", "loopback (RFC 4291)", False),
    ("100::/64", "discard only (RFC 6666)", False),
    ("100:0:0:1::/64", "dummy prefix (RFC 9780)", False),
    ("64:ff9b:1::/48", "local translation (RFC 8215)", False),
    ("2001::/23", "IETF protocol assignments: Teredo, ORCHID, anycast (RFC 2928)", False),
    ("2002::/16", "6to4 (RFC 3056, given up by RFC 7526)", False),
    ("2001:db8::/32", "documentation (RFC 3849)", False),
    ("2620:4f:8000::/48", "AS112 (RFC 7534)", True),
    ("3fff::/20", "documentation (RFC 9637)", False),
    ("5f00::/16", "segment routing (RFC 9602)", False),
    ("fc00::/7", "unique local (RFC 4193)", False),
    ("fe80::/10", "link-local (RFC 4291)", False),
    ("fec0::/10", "site-local (RFC 3879)", False),
    ("ff00::/8", "multicast (RFC 4291)", False),
)

#: The only IPv6 space from which public addresses are handed out (IANA IPv6 Global Unicast Address
#: Assignments). Everything outside it is refused without asking what it might become.
IPV6_PUBLIC = "2000::/3"

#: Addresses at which clouds give credentials to whoever asks from inside.
METADATA_ADDRESSES: tuple[tuple[str, str], ...] = (
    ("169.254.169.254", "cloud metadata (AWS, Azure, GCP and others)"),
    ("169.254.170.2", "cloud metadata (Amazon ECS)"),
    ("169.254.170.23", "cloud metadata (Amazon EKS)"),
    ("168.63.129.16", "cloud metadata (Azure wire server)"),
    ("192.0.0.192", "cloud metadata (Oracle)"),
    ("100.100.100.200", "cloud metadata (Alibaba)"),
    ("fd00:ec2::254", "cloud metadata (AWS)"),
    ("fd00:ec2::23", "cloud metadata (Amazon EKS)"),
    ("fd20:ce::254", "cloud metadata (GCP)"),
    ("fd00:42::42", "cloud metadata (Scaleway)"),
)

#: Names that never mean a public site. A name service is not even asked about them: behind an
#: upstream proxy that would let the proxy's own network answer. RFC 6761, RFC 6762 (.local would
#: send multicast), RFC 8375, RFC 7686, ICANN 2024 (.internal); .intranet and .lan by RFC 6762 appendix G.
#: The metadata names are Google's and Amazon's, .svc is Kubernetes'.
PRIVATE_NAMES = frozenset({"localhost", "localhost.localdomain", "metadata.goog", "instance-data"})
PRIVATE_SUFFIXES = (
    ".localhost",
    ".local",
    ".internal",
    ".home.arpa",
    ".onion",
    ".intranet",
    ".lan",
    ".svc",
)
