"""What a device does not do: silence, one log entry, nothing changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from device_bench import (
    ACB,
    DAY,
    ESME,
    GSME,
    KEYS,
    NETWORK,
    START,
    STRANGER,
    SUPPLIER,
    TRUST_ANCHORS,
    Bench,
    day_night,
    esme,
    finish,
    gas_tariff,
    gsme,
    prices,
)
from hypothesis import given
from hypothesis import strategies as st

from dcc_sim.catalogue.usecases import USE_CASES, use_case
from dcc_sim.codec.exchange import Envelope
from dcc_sim.codec.shape import Value
from dcc_sim.codec.times import NOW, CosemDateTime
from dcc_sim.devices.execution import can_execute
from dcc_sim.devices.logs import (
    CONTENT_INVALID,
    NO_AUTHORITY,
    NOT_AUTHENTIC,
    OTHER_AUTHENTICATION,
    UNAUTHORISED_ACCESS,
)
from dcc_sim.devices.profiles import make_esme
from dcc_sim.events import CommandDiscarded
from dcc_sim.gbcs.frame import MAC_LENGTH, SIGNATURE_LENGTH, Frame, decode_frame
from dcc_sim.gbcs.header import GroupingHeader
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.protection import protect, signed
from dcc_sim.ids import CraFlag, KeyUsage, MessageCode, RemotePartyRole
from dcc_sim.transform.message import envelope_of


def assert_silent(bench: Bench, frame: bytes, code: int | None, reason: str = "") -> None:
    before = bench.device.state()
    logged = len(bench.device.security_log)
    assert bench.device.receive(frame, bench.now) == ()
    assert bench.device.state() == before
    assert len(bench.device.security_log) == logged + 1
    entry = bench.device.security_log[-1]
    assert code in (None, entry.code)
    assert reason in entry.detail
    assert bench.device.event_log == ()


def flipped(frame: bytes, place: int) -> bytes:
    altered = bytearray(frame)
    altered[place] ^= 0x01
    return bytes(altered)


PAYLOAD = -(MAC_LENGTH + SIGNATURE_LENGTH + 1) - 10
SIGNATURE = -MAC_LENGTH - 10


@pytest.mark.parametrize(
    "place", [-1, -MAC_LENGTH, SIGNATURE, PAYLOAD], ids=["mac", "mac0", "signature", "payload"]
)
def test_a_flipped_bit_is_not_authentic(place: int) -> None:
    bench = esme()
    assert_silent(bench, flipped(bench.frame("ECS01a", day_night()), place), NOT_AUTHENTIC)


@pytest.mark.parametrize("place", [SIGNATURE, PAYLOAD], ids=["signature", "payload"])
def test_a_flipped_bit_under_a_right_mac_is_a_wrong_signature(place: int) -> None:
    bench = esme()
    altered = decode_frame(flipped(bench.frame("ECS01a", day_night()), place))
    again = protect(replace(altered, mac=None), KEYS, ACB).encode()
    assert_silent(bench, again, NOT_AUTHENTIC, "signature does not verify")


def test_a_critical_command_needs_a_signature_and_a_mac() -> None:
    bench = esme()
    frame = decode_frame(bench.frame("ECS01a", day_night()))
    unsigned = protect(replace(frame, mac=None, signature=b""), KEYS, ACB).encode()
    assert_silent(bench, unsigned, NOT_AUTHENTIC, "no signature")
    assert_silent(bench, replace(frame, mac=None).encode(), NOT_AUTHENTIC, "no MAC")


def test_a_read_that_is_signed_is_not_what_it_should_be() -> None:
    bench = esme()
    frame = signed(replace(decode_frame(bench.frame("ECS52")), mac=None), KEYS)
    assert_silent(bench, protect(frame, KEYS, ACB).encode(), CONTENT_INVALID, "not critical but signed")


def test_a_frame_for_another_device() -> None:
    bench = esme()
    assert_silent(bench, bench.frame("ECS52", target=GSME), UNAUTHORISED_ACCESS, "addressed to")


def test_an_unknown_originator() -> None:
    bench = esme()
    assert_silent(bench, bench.frame("ECS52", originator=STRANGER), UNAUTHORISED_ACCESS, "trust anchor")


def test_a_role_without_the_right() -> None:
    bench = esme()
    frame = bench.frame("ECS01a", day_night(), originator=NETWORK)
    assert_silent(bench, frame, NO_AUTHORITY, "NETWORK_OPERATOR")


def test_a_party_in_two_cells_has_the_rights_of_both() -> None:
    anchors = TRUST_ANCHORS | {RemotePartyRole.SUPPLIER: ACB}
    bench = Bench(make_esme(ESME, keys=KEYS, trust_anchors=anchors, seed=1, started_at=START))
    assert bench.send("ECS01a", day_night(), originator=ACB) is not None


def test_a_device_without_an_acb_trusts_nobody() -> None:
    anchors = {RemotePartyRole.SUPPLIER: SUPPLIER}
    bench = Bench(make_esme(ESME, keys=KEYS, trust_anchors=anchors, seed=1, started_at=START))
    assert_silent(bench, bench.frame("ECS52"), UNAUTHORISED_ACCESS, "Access Control Broker")


def test_a_replayed_command_and_a_lower_counter() -> None:
    bench = esme()
    frame = bench.frame("ECS70", window(), counter=500)
    assert len(bench.device.receive(frame, bench.now)) == 1
    bench.device.model.event_log.clear()
    assert_silent(bench, frame, NOT_AUTHENTIC, "replay")
    assert_silent(bench, bench.frame("ECS70", window(), counter=499), NOT_AUTHENTIC, "not higher than 500")
    assert bench.deliver(bench.frame("ECS70", window(), counter=501)) is not None


def test_each_future_datable_use_case_counts_for_itself_and_reads_do_not_count() -> None:
    bench = esme()
    assert bench.send("ECS70", window(), counter=900) is not None
    assert bench.send("ECS01a", day_night(), counter=800) is not None
    assert bench.send("ECS01b", prices({}), counter=700) is not None
    assert bench.send("ECS01b", prices({}), counter=700) is None
    assert bench.send("ECS52", counter=1) is not None
    assert bench.send("ECS52", counter=1) is not None
    assert bench.device.state().counters == {
        (RemotePartyRole.SUPPLIER, ""): 900,
        (RemotePartyRole.SUPPLIER, "ECS01a"): 800,
        (RemotePartyRole.SUPPLIER, "ECS01b"): 700,
    }


def test_a_command_that_fails_has_still_used_its_counter() -> None:
    bench = esme()
    bench.device.inject_failure("ECS70", 0, 1)
    frame = bench.frame("ECS70", window())
    assert bench.deliver(frame) is not None
    assert bench.deliver(frame) is None


def window() -> dict[str, Value]:
    start, end = (CosemDateTime.at(START + timedelta(minutes=n)) for n in (-1, 1))
    return {"valid_time_range": {"start": start, "end": end}, "set_time": 0}


def header(bench: Bench, **parts: object) -> GroupingHeader:
    facts: dict[str, object] = {
        "cra": CraFlag.COMMAND,
        "counter": 7,
        "originator": SUPPLIER,
        "target": bench.device.eui,
        "message_code": use_case("ECS52").message_code,
    }
    return GroupingHeader(**(facts | parts))  # type: ignore[arg-type]  # facts of a header


def sealed(head: GroupingHeader, payload: bytes, *, critical: bool = False) -> bytes:
    frame = Frame.build(head, payload)
    frame = signed(frame, KEYS) if critical else frame.with_signature(b"")
    return protect(frame, KEYS, ACB).encode()


def test_an_unknown_message_code() -> None:
    bench = esme()
    frame = sealed(header(bench, message_code=MessageCode(0xFFFE)), b"\x30\x00")
    assert_silent(bench, frame, CONTENT_INVALID, "unknown message code 0xFFFE")


def test_a_use_case_of_another_device_type() -> None:
    bench = esme()
    assert_silent(bench, bench.frame("GCS01a", gas_tariff()), CONTENT_INVALID, "not for a ESME")


def test_a_response_is_not_a_command() -> None:
    bench = esme()
    frame = sealed(header(bench, cra=CraFlag.RESPONSE), b"")
    assert_silent(bench, frame, CONTENT_INVALID, "not a Command but a Response")


def test_content_that_is_not_that_of_the_use_case() -> None:
    bench = esme()
    assert_silent(bench, sealed(header(bench), b"\xd9\x20\x00\x00\x07\x00\x01"), CONTENT_INVALID)
    other = use_case("ECS24").payload.encode_command({}, envelope(bench))
    assert_silent(bench, sealed(header(bench), other), CONTENT_INVALID)


def envelope(bench: Bench) -> Envelope:
    return envelope_of(header(bench), None)


def test_a_command_with_a_date_time() -> None:
    bench = esme()
    payload = use_case("ECS52").payload.encode_command({}, envelope(bench))
    assert_silent(bench, sealed(header(bench, time=NOW), payload), CONTENT_INVALID, "no date-time")


def test_only_the_acb_speaks_for_others() -> None:
    bench = esme()
    payload = use_case("ECS52").payload.encode_command({}, envelope(bench))
    head = header(bench, supplementary_party=STRANGER, supplementary_counter=5)
    assert_silent(bench, sealed(head, payload), CONTENT_INVALID, "supplementary party")


def test_a_certificate_that_is_none() -> None:
    bench = esme()
    head = header(
        bench,
        originator=ACB,
        supplementary_party=STRANGER,
        supplementary_counter=5,
        certificate=b"\x30\x01\x00",
    )
    payload = use_case("ECS52").payload.encode_command({}, envelope_of(head, None))
    assert_silent(bench, sealed(head, payload), CONTENT_INVALID, "not a certificate")


def test_activation_times_that_differ() -> None:
    bench = esme()
    values = day_night(CosemDateTime.at(START + DAY)) | {"activate_prices": NOW}
    assert_silent(bench, bench.frame("ECS01a", values), CONTENT_INVALID, "activation times")


def test_a_party_whose_key_is_missing() -> None:
    ring = KeyRing(dict(KEYS.entries))
    del ring.entries[SUPPLIER, KeyUsage.KEY_AGREEMENT]
    bench = Bench(make_esme(ESME, keys=ring, trust_anchors=TRUST_ANCHORS, seed=1, started_at=START))
    assert_silent(bench, bench.frame("ECS52"), OTHER_AUTHENTICATION, "no ka key or certificate")
    ring.entries[ACB, KeyUsage.KEY_AGREEMENT] = type(ring.entries[ESME, KeyUsage.KEY_AGREEMENT])(
        public=ec.derive_private_key(99, ec.SECP256R1()).public_key()
    )
    ring.secrets.cache.clear()
    assert_silent(bench, bench.frame("ECS52"), NOT_AUTHENTIC, "MAC")


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("ECS24b", {}),
        ("ECS61e", {}),
        ("ECS61c", {"boost_log": {"from": 0, "to": 1}}),
        ("ECS47a", {"start": {"object": 2, "value": NOW}, "controller_and_state": 0x0211}),
    ],
)
def test_a_use_case_none_of_whose_objects_the_meter_has(code: str, values: dict[str, Value]) -> None:
    bench = esme(extras=frozenset())
    assert_silent(bench, bench.frame(code, values), CONTENT_INVALID, f"{code} is not for a ESME")


def test_every_row_can_be_asked_about() -> None:
    models = [make().device.model for make in BENCHES]
    for row in USE_CASES.values():
        for model in models:
            assert can_execute(model, row.payload, row.message_code) in (True, False)


def test_a_discarded_command_is_announced() -> None:
    bench = esme()
    bench.device.receive(b"", bench.now)
    (event,) = bench.device.take_events()
    assert isinstance(event, CommandDiscarded)
    assert (event.device, event.code) == (ESME, CONTENT_INVALID)
    assert bench.device.take_events() == ()


BENCHES: list[Callable[[], Bench]] = [esme, gsme]


@pytest.mark.parametrize("make", BENCHES)
def test_every_truncation_is_silent(make: Callable[[], Bench]) -> None:
    bench = make()
    frame = bench.frame("ECS52" if make is esme else "GCS13a")
    for length in range(len(frame)):
        # Twenty of them within an hour would be worth an entry more.
        bench.device.model.security_log.clear()
        assert_silent(bench, frame[:length], CONTENT_INVALID)


SHARED = esme()
SHARED_FRAME = SHARED.frame("ECS01b", prices({}), counter=10)


@given(st.binary(max_size=400))
def test_arbitrary_octets_are_silent(octets: bytes) -> None:
    assert_silent_many(octets)


@given(st.integers(0, len(SHARED_FRAME) * 8 - 1))
def test_any_flipped_bit_is_silent(bit: int) -> None:
    altered = bytearray(SHARED_FRAME)
    altered[bit // 8] ^= 1 << bit % 8
    assert_silent_many(bytes(altered))


@given(st.binary(max_size=200), st.sampled_from(["ECS17b", "ECS24", "ECS52", "ECS70", "ECS01a"]))
def test_arbitrary_content_under_right_keys_is_silent(content: bytes, code: str) -> None:
    row = use_case(code)
    frame = sealed(header(SHARED, message_code=row.message_code), content, critical=row.critical)
    assert_silent_many(frame)


@given(st.binary(max_size=200), st.sampled_from(["GCS01a", "GCS13a", "GCS28"]))
def test_arbitrary_content_for_a_gas_meter_is_silent(content: bytes, code: str) -> None:
    bench = gsme()
    row = use_case(code)
    frame = sealed(header(bench, message_code=row.message_code), content, critical=row.critical)
    assert_silent(bench, frame, CONTENT_INVALID)


def assert_silent_many(frame: bytes) -> None:
    # The log is full after a hundred examples, so its last entry is looked at instead of its length.
    before = SHARED.device.state()
    assert SHARED.device.receive(frame, SHARED.now) == ()
    assert SHARED.device.state() == before
    assert SHARED.device.security_log[-1].at == START
    assert SHARED.device.event_log == ()


def test_finish_makes_what_the_bench_sends() -> None:
    bench = esme()
    row = use_case("ECS52")
    frame = finish(header(bench), row, {})
    assert bench.deliver(frame) is not None
