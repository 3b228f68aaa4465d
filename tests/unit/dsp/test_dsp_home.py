"""A home file: read into types, and what is wrong in it named by its entry."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from home_bench import ACB, ESME, GPF, GSME, NETWORK, NOW, SUPPLIER, demo_home

from dcc_sim.bundled import bundled
from dcc_sim.dsp.home import parse_home
from dcc_sim.dsp.inventory import SmiStatus
from dcc_sim.dsp.world import build_world, home_keys
from dcc_sim.duis.schema import default_schemas
from dcc_sim.errors import AccessDenied, KeyMissing, NotFound
from dcc_sim.ids import DeviceType, Eui64, KeyUsage, Mpxn, RemotePartyRole

TEXT = (bundled("fixtures") / "homes" / "demo.toml").read_text(encoding="utf-8")


def content() -> dict[str, Any]:
    return tomllib.loads(TEXT)


def test_the_demo_home() -> None:
    home = parse_home(content())
    assert home == demo_home()
    assert [party.eui for party in home.parties] == [SUPPLIER, NETWORK, ACB]
    assert [(d.eui, d.type) for d in home.devices] == [
        (ESME, DeviceType.ESME),
        (GSME, DeviceType.GSME),
        (GPF, DeviceType.GPF),
    ]
    assert home.party(RemotePartyRole.SUPPLIER).eui == SUPPLIER
    assert home.device(DeviceType.GPF).eui == GPF
    assert home.settlement is not None
    assert (home.settlement.ssc, home.settlement.annual_kwh) == ("0393", Decimal(3100))


def test_what_the_dcc_knows_of_it() -> None:
    inventory = demo_home().inventory()
    assert inventory.registrations[Mpxn("1099000000016")].supplier == SUPPLIER
    assert inventory.registrations[Mpxn("9900000003")].network == NETWORK
    assert inventory.device(ESME).status is SmiStatus.COMMISSIONED
    with pytest.raises(AccessDenied, match="not in the inventory"):
        inventory.device(SUPPLIER)
    with pytest.raises(AccessDenied, match="not a User"):
        inventory.party(ESME)


def test_what_a_home_does_not_have() -> None:
    home = demo_home()
    with pytest.raises(NotFound, match="home 'demo' has no recovery"):
        home.party(RemotePartyRole.RECOVERY)
    with pytest.raises(NotFound, match="home 'demo' has no PPMID"):
        home.device(DeviceType.PPMID)


def test_a_home_without_settlement_details() -> None:
    bare = content()
    del bare["electricity"]
    assert parse_home(bare).settlement is None


WRONG: list[tuple[tuple[str | int, ...], object, str]] = [
    (("name",), None, "the home: name is missing"),
    (("seed",), None, "the home: seed is missing"),
    (("party",), 5, r"write \[\[party\]\]"),
    (("party",), {"eui": "x"}, r"write \[\[party\]\]"),
    (("party",), ["x"], r"write \[\[party\]\]"),
    (("party", 1, "eui"), None, "party 2: eui is missing"),
    (("party", 1, "eui"), "00-11", "party 2: eui: not an EUI-64"),
    (("party", 1, "eui"), 5, "party 2: eui"),
    (("party", 0, "user_roles"), ["IS", "XX"], "party 1: user_roles: 'XX'"),
    (("party", 0, "user_roles"), 5, "party 1: user_roles"),
    (("party", 2, "remote_role"), "king", "party 3: remote_role: 'king' is none of root, recovery"),
    (("party", 2, "remote_role"), ["root"], "party 3: remote_role"),
    (("device",), "x", r"write \[\[device\]\]"),
    (("device", 0, "type"), "FRIDGE", "device 1: type: 'FRIDGE'"),
    (("device", 0, "type"), None, "device 1: type is missing"),
    (("device", 0, "status"), "Broken", "device 1: status: 'Broken'"),
    (("device", 0, "mpxn"), "1099000000017", "device 1: mpxn: MPAN 1099000000017: check digit should be 6"),
    (("device", 0, "mpxn"), 1099000000016, "device 1: mpxn"),
    (("electricity",), 5, "the home: electricity"),
    (("electricity", "ssc"), None, "electricity: ssc is missing"),
    (("electricity", "annual_kwh"), "much", "electricity: annual_kwh"),
    (("electricity", "meter"), 5, "electricity: meter"),
    (("electricity", "meter", "meter_id"), None, r"electricity\.meter: .*meter_id"),
    (("electricity", "meter", "colour"), "red", r"electricity\.meter: .*colour"),
    (
        ("electricity", "meter", "installed_on"),
        "yesterday",
        r"electricity\.meter\.installed_on: 'yesterday' is not",
    ),
    (
        ("electricity", "registration", "profile_class"),
        "two",
        r"electricity\.registration\.profile_class: 'two'",
    ),
    (("electricity", "parties", "supplier"), 7, r"electricity\.parties\.supplier: 7 is not of type str"),
]


@pytest.mark.parametrize(("path", "value", "reason"), WRONG)
def test_what_is_wrong_is_named(path: tuple[str | int, ...], value: object, reason: str) -> None:
    home: Any = content()
    place = home
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with pytest.raises(NotFound, match=reason):
        parse_home(home)


# --------------------------------------------------------------------------------- brought to life


def test_two_worlds_never_meet() -> None:
    one, other = (build_world(demo_home(), default_schemas(), NOW) for _ in range(2))
    one.hub.seen.add((one.hub.acb, True))  # type: ignore[arg-type]  # anything
    one.devices[ESME].inject_failure("ECS52", 0, 3)
    one.keys.entries.clear()
    assert other.hub.seen == set()
    assert other.keys.entries != {}
    assert (
        other.devices[ESME].state() == build_world(demo_home(), default_schemas(), NOW).devices[ESME].state()
    )


def test_the_meters_of_a_world_are_those_of_the_home() -> None:
    world = build_world(demo_home(), default_schemas(), NOW)
    assert {eui: device.model.device_type for eui, device in world.devices.items()} == {
        ESME: DeviceType.ESME,
        GSME: DeviceType.GSME,
        GPF: DeviceType.GPF,
    }
    assert world.hub.acb == ACB


def test_who_signs_documents_with_what() -> None:
    world = build_world(demo_home(), default_schemas(), NOW)
    xml = world.keys.certificate(SUPPLIER, KeyUsage.XML_SIGNATURE)
    assert world.xml_signer(SUPPLIER).serial == xml.serial_number
    # Devices have no XML key; whoever has none signs with the key for commands.
    assert (
        world.xml_signer(ESME).serial
        == world.keys.certificate(ESME, KeyUsage.DIGITAL_SIGNATURE).serial_number
    )
    with pytest.raises(KeyMissing):
        world.xml_signer(Eui64(b"a nobody"))


def test_the_keys_of_a_home_follow_its_seed() -> None:
    one, again = home_keys(demo_home()), home_keys(demo_home())
    other_seed = content() | {"seed": "another"}
    other = home_keys(parse_home(other_seed))
    for place in one.entries:
        assert one.private(*place).private_numbers() == again.private(*place).private_numbers()
        assert one.private(*place).private_numbers() != other.private(*place).private_numbers()
