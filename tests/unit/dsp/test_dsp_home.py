"""A home file: read into types, and what is wrong in it named by its entry."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from typing import Any

import pytest
from home_bench import ACB, ESME, GPF, GSME, NETWORK, NOW, SUPPLIER, demo_home

from dcc_sim.bundled import bundled
from dcc_sim.dsp.home import HomeInvalid, parse_home
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
    (("name",), None, r"^name: is missing \[required\]; a name$"),
    (("seed",), None, "^seed: is missing"),
    (("party",), 5, r"^party: is no array of tables \[table\]; write \[\[party\]\]"),
    (("party",), {"eui": "x"}, r"write \[\[party\]\]"),
    (("party",), ["x"], r"write \[\[party\]\]"),
    (("party", 1, "eui"), None, r"party\[2\]\.eui: is missing"),
    (("party", 1, "eui"), "00-11", r"party\[2\]\.eui: not an EUI-64: '00-11' \[value\]; 16 hex digits"),
    (("party", 1, "eui"), 5, r"party\[2\]\.eui: 5: not a text"),
    (("party", 0, "user_roles"), ["IS", "XX"], r"party\[1\]\.user_roles: .*: 'XX' is none of IS"),
    (("party", 0, "user_roles"), 5, r"party\[1\]\.user_roles: 5: not a list"),
    (("party", 2, "remote_role"), "supplyer", r"party\[3\]\.remote_role: .*did you mean supplier\?"),
    (
        ("party", 2, "remote_role"),
        ["root"],
        r"party\[3\]\.remote_role: \['root'\]: .* is none of root, recovery",
    ),
    (("party", 2, "remote_role"), "other", r"^party: there is no access control broker \[required\]"),
    (("party", 1, "eui"), str(SUPPLIER), r"party\[2\]\.eui: .* is that of party\[1\] too \[unique\]"),
    (("party", 1, "actif"), True, r"party\[2\]\.actif: there is no such key .*did you mean active\?"),
    (("device",), "x", r"write \[\[device\]\]"),
    (("device",), [], "^device: there is no device"),
    (("device", 0, "type"), "FRIDGE", r"device\[1\]\.type: 'FRIDGE' is none of ESME"),
    (("device", 0, "type"), None, r"device\[1\]\.type: is missing"),
    (("device", 0, "status"), "Broken", r"device\[1\]\.status: 'Broken'"),
    (
        ("device", 0, "mpxn"),
        "1099000000017",
        r"device\[1\]\.mpxn: MPAN 1099000000017: check digit should be 6",
    ),
    (("device", 0, "mpxn"), 1099000000016, r"device\[1\]\.mpxn: 1099000000016: not a text"),
    (("device", 0, "mpxn"), "9900000003", r"device\[1\]\.mpxn: 9900000003 is not of its fuel.*an MPAN"),
    (("device", 1, "mpxn"), None, r"device\[2\]\.mpxn: is missing for a GSME"),
    (("device", 0, "gbcs"), 4.1, r"device\[1\]\.gbcs: 4.1: not a text"),
    (("device", 0, "gbcs"), "four", r"device\[1\]\.gbcs: 'four': not a version"),
    (("device", 0, "variant"), "AE", r"device\[1\]\.variant: 'AE' is no ESME variant"),
    (
        ("device", 1, "variant"),
        "A",
        r"device\[2\]\.variant: a GSME has none \[device type\]; only of an ESME",
    ),
    (("device", 2, "load"), {}, r"device\[3\]\.load: a GPF has none"),
    (("device", 0, "secondary_mpxn"), "1099000000016", "only a twin-element ESME"),
    (("device", 0, "supplier"), str(NETWORK), r"device\[1\]\.supplier: .* is none \[party\]; one of"),
    (("device", 0, "load"), {"annual_kwh": 0}, r"device\[1\]\.load\.annual_kwh: 0: not a whole number"),
    (("device", 0, "load"), {"event": [{"starts": "x"}]}, r"device\[1\]\.load\.event\[1\]\.starts: "),
    (("device", 0, "tariff"), {}, r"device\[1\]\.tariff\.prices: is missing"),
    (("device", 0, "tariff"), {"prices": [0.5]}, r"tariff\.prices: a price the meter cannot hold"),
    (("device", 0, "tariff"), {"prices": [-1]}, r"tariff\.prices: \[-1\]: not a number from 0 on"),
    (
        ("device", 1, "tariff"),
        {"prices": [0.1, 0.2]},
        r"device\[2\]\.tariff\.prices: 2 prices \[number\]; 1 to 1",
    ),
    (
        ("device", 0, "tariff"),
        {"prices": [0.1], "switches": [["00:00", 1], ["07:00", 2]]},
        r"tariff\.switches: there is no price for register 2",
    ),
    (
        ("device", 0, "tariff"),
        {"prices": [0.1], "switches": [["01:00", 1]]},
        "times have to rise from midnight",
    ),
    (("fault",), [{}], r"fault\[1\]\.device: is missing"),
    (("fault",), [{"device": str(GPF), "kind": "slw"}], r"fault\[1\]\.kind: .*did you mean slow\?"),
    (("fault",), [{"device": str(GPF), "kind": "slow"}], r"fault\[1\]\.seconds: is missing for slow"),
    (("fault",), [{"device": str(GPF), "kind": "slow", "seconds": -1}], "before it was asked"),
    (("fault",), [{"device": str(ACB), "kind": "silent"}], r"fault\[1\]\.device: .* is not emulated"),
    (
        ("fault",),
        [{"device": str(GPF), "kind": "silent", "item": 1}],
        r"fault\[1\]\.item: says nothing of silent",
    ),
    (
        ("fault",),
        [{"device": str(GPF), "kind": "failing item", "use_case": "ECS17b", "result": 1}],
        r"fault\[1\]\.use_case: ECS17b is not for a GPF",
    ),
    (
        ("fault",),
        [{"device": str(GPF), "kind": "failing item", "use_case": "ECS17bb", "result": 1}],
        r"fault\[1\]\.use_case: .*did you mean ECS17b\?",
    ),
    (("electricity",), 5, "^electricity: 5 is not a table"),
    (("electricity", "ssc"), None, r"electricity\.ssc: is missing"),
    (("electricity", "annual_kwh"), "much", r"electricity\.annual_kwh: 'much': not a number"),
    (("electricity", "meter"), 5, r"electricity\.meter: 5 is not a table"),
    (("electricity", "meter"), None, r"electricity\.meter: is missing"),
    (("electricity", "meter", "meter_id"), None, r"electricity\.meter\.meter_id: is missing"),
    (("electricity", "meter", "colour"), "red", r"electricity\.meter\.colour: there is no such key"),
    (("electricity", "meter", "installed_on"), "yesterday", r"meter\.installed_on: 'yesterday': not a date"),
    (("electricity", "registration", "profile_class"), "two", r"registration\.profile_class: 'two'"),
    (("electricity", "parties", "supplier"), 7, r"electricity\.parties\.supplier: 7: not a text"),
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
    with pytest.raises(HomeInvalid, match=reason):
        parse_home(home)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    home = content()
    del home["seed"]
    home["party"][0]["eui"] = "x"
    home["device"][1]["colour"] = "red"
    with pytest.raises(HomeInvalid) as invalid:
        parse_home(home)
    assert [finding.place for finding in invalid.value.findings] == [
        "seed",
        "party[1].eui",
        "device[2].colour",
    ]
    assert str(invalid.value).count("\n") == 2


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
