"""Addresses that others can use, and codes that phones can read."""

from __future__ import annotations

import re
import socket
import threading
from xml.etree import ElementTree

import pytest
import segno

from dashboard.workshop.network import NetworkAddress, addresses, in_order, qr_svg


def test_every_address_told_is_answered_under() -> None:
    for one in addresses():
        family = socket.AF_INET6 if ":" in one.ip else socket.AF_INET
        with socket.create_server((one.ip, 0), family=family) as server:
            said: list[bytes] = []

            def answer(server: socket.socket = server, said: list[bytes] = said) -> None:
                with server.accept()[0] as asked:
                    said.append(asked.recv(5))

            answering = threading.Thread(target=answer)
            answering.start()
            with socket.create_connection((one.ip, server.getsockname()[1]), timeout=10) as asking:
                asking.sendall(b"hello")
            answering.join(10)
            assert said == [b"hello"]


def test_what_leads_away_comes_first_then_what_phones_type_most_easily() -> None:
    found = [
        NetworkAddress("fd00::5", "wlan0"),
        NetworkAddress("10.42.0.1", "wlan1"),
        NetworkAddress("192.168.1.20", "wlan0"),
    ]
    assert [one.ip for one in in_order(found, ["192.168.1.20", None])] == [
        "192.168.1.20", "10.42.0.1", "fd00::5",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("ip", "interface"),
    [
        ("127.0.0.1", "lo"),
        ("::1", "lo0"),
        ("169.254.12.7", "eth0"),
        ("fe80::1%eth0", "eth0"),
        ("172.17.0.1", "docker0"),
        ("172.28.0.1", "vEthernet (WSL)"),
        ("192.168.56.1", "VirtualBox Host-Only Network"),
        ("10.8.0.2", "tun0"),
        ("100.64.0.3", "tailscale0"),
    ],
)
def test_what_a_phone_in_the_room_cannot_reach_is_left_out(ip: str, interface: str) -> None:
    assert in_order([NetworkAddress(ip, interface)], [ip]) == []


@pytest.mark.parametrize("interface", ["Local Area Connection* 10", "bridge100", "en0", "Wi-Fi"])
def test_networks_that_this_machine_offers_are_kept(interface: str) -> None:
    offered = NetworkAddress("192.168.137.1", interface)
    assert in_order([offered], []) == [offered]
    assert offered.url(8050) == "http://192.168.137.1:8050/"
    assert NetworkAddress("fd00::5", interface).url(8050) == "http://[fd00::5]:8050/"


def test_a_code_draws_the_text_and_is_named() -> None:
    text = "http://192.168.1.20:8050/rejoindre?salle=AB12&table=3"
    svg = ElementTree.fromstring(qr_svg(text, "Salle <script> & « co »"))
    assert svg.get("role") == "img"
    assert svg.tag == "{http://www.w3.org/2000/svg}svg"  # else a browser draws no file of it
    title = svg[0]
    assert title.text == "Salle <script> & « co »"
    border = 4  # modules of white around, without which phones do not find it
    side = int(svg.get("viewBox", "").split()[-1])
    (strokes,) = (path for path in svg.iter() if path.get("stroke") == "#000")
    dark = set(_drawn(strokes.get("d", "")))
    expected = segno.make_qr(text, error="m").matrix
    assert side == len(expected) + 2 * border
    assert dark == {
        (x + border, y + border)
        for y, row in enumerate(expected)
        for x, module in enumerate(row)
        if module
    }


def _drawn(path: str) -> list[tuple[int, int]]:
    """Modules that a path of horizontal strokes covers."""
    found: list[tuple[int, int]] = []
    x, y = 0, 0.0
    for move, dx, dy, length in re.findall(r"([Mm])(-?\d+) (-?[\d.]+)|h(\d+)", path):
        if move:
            x, y = (int(dx), float(dy)) if move == "M" else (x + int(dx), y + float(dy))
        else:
            found += [(x + step, int(y)) for step in range(int(length))]
            x += int(length)
    return found
