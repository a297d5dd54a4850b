"""Under which addresses others reach this machine, and a picture of an address for phones."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dashboard.server import address as web_address

# Of containers, virtual machines and private networks: phones in the room are not on these.
_NOT_THE_ROOM: Final = re.compile(
    r"docker|br-[0-9a-f]{6}|veth|virbr|vmnet|vboxnet|vethernet|virtualbox|vmware|utun|tun\d|tap\d"
    r"|wg\d|tailscale|zt|lo\d?$",
    re.IGNORECASE,
)
_ELSEWHERE: Final = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}  # RFC 5737, 3849


@dataclass(frozen=True)
class NetworkAddress:
    """An address of this machine; `interface` is the name that the system gives to the network."""

    ip: str
    interface: str

    def url(self, port: int) -> str:
        """What to type in a browser."""
        return web_address(self.ip, port)


def addresses() -> list[NetworkAddress]:
    """Addresses under which other machines of the room may reach this one, likeliest first.

    First the ones that the system would send from, then IPv4 before IPv6. Empty where this machine
    is on no network. Whether a network lets machines speak to each other cannot be seen from here.
    """
    import psutil

    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    found = [
        NetworkAddress(one.address, name)
        for name, all_of_it in psutil.net_if_addrs().items()
        if name in up
        for one in all_of_it
        if one.family in _ELSEWHERE
    ]
    return in_order(found, [_sent_from(family) for family in _ELSEWHERE])


def is_this_machine(host: str) -> bool:
    """Whether a host, as an address has it, is this machine to whoever sits at it."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def in_order(
    found: Iterable[NetworkAddress], sent_from: Iterable[str | None]
) -> list[NetworkAddress]:
    """Those of `found` that others can use, likeliest first; see `addresses`."""
    first = set(sent_from)
    usable = [one for one in found if _usable(one)]
    return sorted(
        usable, key=lambda one: (one.ip not in first, ":" in one.ip, one.interface, one.ip)
    )


def _usable(one: NetworkAddress) -> bool:
    if "%" in one.ip or _NOT_THE_ROOM.match(one.interface):
        return False  # a phone's browser takes no zone
    ip = ipaddress.ip_address(one.ip)
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast)


def _sent_from(family: socket.AddressFamily) -> str | None:
    """The address that leads away from here; nothing is sent to find out."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((_ELSEWHERE[family], 9))
            return str(asking.getsockname()[0])
    except OSError:  # no way out: a laptop on a network of its own
        return None


def qr_svg(text: str, label: str) -> str:
    """An `<svg>` element with the QR code of a text; `label` is what a screen reader says.

    It stands in a page or in a file of its own, has no size and takes that of its place. Black on
    white whatever the theme: phones do not read it the other way round.
    """
    import segno

    return segno.make_qr(text, error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True, title=label,
        svgclass="qr", lineclass=None,
    ).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" role="img" ', 1)  # fmt: skip
