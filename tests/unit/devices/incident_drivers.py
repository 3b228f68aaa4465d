"""How each code of the alert table is brought about in tests: by its cause, on a device of the bench."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from device_bench import ACB, ESME, GSME, KEYS, NETWORK, START, STRANGER, SUPPLIER, Bench, Steady
from test_device_credentials import CA, ask, own_keys, update
from test_device_credentials import meter as with_certificates

from dcc_sim.catalogue.objects import (
    ACCOUNT_ACTIVE,
    BILLING_CALENDAR,
    BOOST_CONTROLS,
    DISABLEMENT_THRESHOLD_ACTIVE,
    EMERGENCY_CREDIT,
    EXTREME_OVER_VOLTAGE,
    EXTREME_UNDER_VOLTAGE,
    MAX_CREDIT,
    MAX_METER_BALANCE,
    NON_DISABLEMENT_ACTIVE,
    PAYMENT_DEBT,
    SUPPLY_TAMPER_STATE,
    TARIFF_PRICES,
    TIME_DEBTS,
    VOLTAGE_SAG,
    VOLTAGE_SWELL,
)
from dcc_sim.codec.exchange import CosemObject
from dcc_sim.codec.shape import Value, as_struct
from dcc_sim.codec.times import NOW, CosemDateTime, CosemTime
from dcc_sim.devices.anchors import AGREEMENT, SIGNING
from dcc_sim.devices.engine import Device
from dcc_sim.devices.incidents import (
    ISSUE_CODES,
    BatteryAt,
    BatteryReplaced,
    ChannelChanged,
    ClockDrifted,
    DutyCycle,
    ImagePassedOn,
    ImageReceived,
    Incident,
    MessageHeld,
    NoCapacity,
    OverCurrent,
    PowerDrawn,
    PowerLost,
    PowerRestored,
    SelfTestFailed,
    UtrnEntered,
    VoltageAt,
)
from dcc_sim.devices.metering import Supply
from dcc_sim.devices.occurrences import OCCURRENCES, Occurrence
from dcc_sim.devices.profiles import make_chf, make_esme, make_gpf, make_gsme, make_ppmid
from dcc_sim.devices.store import CosemAttribute
from dcc_sim.devices.timekeeping import ClockStatus
from dcc_sim.gbcs.keys import KeyRing
from dcc_sim.gbcs.utrn import check_digit, make_utrn, originator_counter, top_up_secret
from dcc_sim.ids import CraFlag, DeviceType, Eui64, KeyUsage, RemotePartyRole
from dcc_sim.transform.message import Message, read_message

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOAD_CONTROLLER = STRANGER
ANCHORS = {
    RemotePartyRole.SUPPLIER: SUPPLIER,
    RemotePartyRole.NETWORK_OPERATOR: NETWORK,
    RemotePartyRole.ACCESS_CONTROL_BROKER: ACB,
    RemotePartyRole.LOAD_CONTROLLER: LOAD_CONTROLLER,
}


def _ring() -> KeyRing:
    ring = KeyRing(dict(KEYS.entries), KEYS.secrets)
    key = ec.derive_private_key(0xB0B5, ec.SECP256R1())
    ring.add_private(SUPPLIER, KeyUsage.PREPAYMENT_KEY_AGREEMENT, key)
    return ring


RING = _ring()


@dataclass
class Scene:
    """A device in use, the moment, and every alert it has sent."""

    device: Device
    now: datetime = START
    counter: int = 1 << 20
    frames: list[bytes] = field(default_factory=list)
    ring: KeyRing = field(default_factory=lambda: RING)

    def let(self, *incidents: Incident, after: timedelta = MINUTE) -> Scene:
        """Let them happen, one after the other."""
        for incident in incidents:
            self.now += after
            self.frames += self.device.undergo(incident, self.now)
        return self

    def wait(self, until: datetime | timedelta) -> Scene:
        """Let time pass, waking the device when it wants to be."""
        end = self.now + until if isinstance(until, timedelta) else until
        for _ in range(2000):
            due = self.device.next_wake()
            if due is None or due > end:
                break
            self.now = max(self.now, due)
            self.frames += self.device.wake(self.now)
        self.now = end
        return self

    def send(
        self, code: str, values: Mapping[str, Value] | None = None, *, by: Eui64 = SUPPLIER
    ) -> Message | None:
        """A Command and its Response; then whatever the device has to say besides."""
        self.counter += 1
        bench = Bench(self.device, self.now, self.counter)
        frame = bench.frame(code, values, originator=by, counter=self.counter)
        return self.deliver(frame)

    def deliver(self, frame: bytes) -> Message | None:
        """Octets that arrive; the Response, if there is one."""
        found = [read_message(octets, RING) for octets in self.device.receive(frame, self.now)]
        self.frames += self.device.wake(self.now)
        return found[-1] if found else None

    @property
    def alerts(self) -> list[Message]:
        """Decoded."""
        return [read_message(octets, self.ring) for octets in self.frames]

    def codes(self) -> list[int]:
        """What was alerted, in order."""
        return [code for alert in self.alerts if isinstance(code := alert.body.values["alert_code"], int)]


def esme(**how: object) -> Scene:
    return Scene(make_esme(ESME, keys=RING, trust_anchors=ANCHORS, seed=1, started_at=START, **how))  # type: ignore[arg-type]


def gsme(**how: object) -> Scene:
    return Scene(make_gsme(GSME, keys=RING, trust_anchors=ANCHORS, seed=1, started_at=START, **how))  # type: ignore[arg-type]


def hub() -> Scene:
    return Scene(make_chf(ESME, keys=RING, trust_anchors=ANCHORS))


def proxy() -> Scene:
    return Scene(make_gpf(GSME, keys=RING, trust_anchors=ANCHORS))


def ppmid() -> Scene:
    return Scene(make_ppmid(GSME, keys=RING, trust_anchors=ANCHORS))


def write(scene: Scene, target: CosemObject, index: int, value: Value) -> None:
    """What a Command would have written."""
    scene.device.model.write(CosemAttribute(target, index), value)


# ---------------------------------------------------------------------------------- occurrences

BEGINS = {row.begins: which for which, row in OCCURRENCES.items() if row.begins}


def of_device(device_type: DeviceType) -> Scene:
    made = {DeviceType.GSME: gsme, DeviceType.CHF: hub, DeviceType.GPF: proxy}
    return made.get(device_type, esme)()


def occurrence(which: Occurrence) -> Scene:
    row = OCCURRENCES[which]
    scene = of_device(row.devices[0])
    return scene.let(*([BEGINS[row.ends]] if row.ends else []), which)


# -------------------------------------------------------------------------------------- voltage

MONITORS: dict[int, tuple[CosemObject, int, int, int]] = {
    0x8020: (EXTREME_OVER_VOLTAGE, 265, 270, 0x808D),
    0x8024: (VOLTAGE_SWELL, 260, 270, 0x8091),
    0x8028: (EXTREME_UNDER_VOLTAGE, 190, 180, 0x8095),
    0x802C: (VOLTAGE_SAG, 200, 180, 0x8099),
}


def extreme(monitor: int, phase: int) -> Scene:
    scene = esme(variant="polyphase") if phase else esme()
    target, threshold, volts, _ = MONITORS[monitor]
    write(scene, target, 4, threshold)
    write(scene, target, 6, 60)
    scene.let(VoltageAt(volts, phase or 1)).wait(5 * MINUTE)
    return scene.let(VoltageAt(None, phase or 1)).wait(5 * MINUTE)


def mean(above: bool, phase: int) -> Scene:
    scene = esme(variant="polyphase") if phase else esme()
    scene.let(VoltageAt(300 if above else 150, phase or 1)).wait(timedelta(hours=2))
    return scene.let(VoltageAt(None, phase or 1)).wait(timedelta(hours=2))


# ----------------------------------------------------------------------------------- clock, tokens


def window(start: datetime, *, right: bool) -> dict[str, Value]:
    ends = (-1, 1) if right else (-3, -2)
    begin, end = (CosemDateTime.at(start + n * MINUTE) for n in ends)
    return {"valid_time_range": {"start": begin, "end": end}, "set_time": 0}


def set_clock(*, right: bool, off: timedelta = timedelta(0), invalid: bool = False) -> Scene:
    scene = esme(drift=off)
    if invalid:
        scene.device.model.clock.status = ClockStatus.INVALID
    scene.send("ECS70", window(scene.now, right=right))
    return scene


def utrn(counter: int, pence: int, device: Eui64 = ESME) -> str:
    secret = top_up_secret(RING, SUPPLIER, device)
    return make_utrn(secret, supplier=SUPPLIER, device=device, utrn_counter=counter, amount=pence)


def another_lead() -> str:
    # Twenty digits with a right check digit whose leading bits are not those of any token.
    body = str((1 << 60) + 0x669D_529B_714A_0000)
    return body + check_digit(body)


def top_up(*tokens: tuple[int, str], most: int = 0x7FFF_FFFF, balance: int = 0x7FFF_FFFF) -> Scene:
    scene = esme()
    write(scene, MAX_CREDIT, 2, most)
    write(scene, MAX_METER_BALANCE, 2, balance)
    for counter, digits in tokens:
        frame = Bench(scene.device, scene.now).frame(
            "CS01a", {"token": digits.encode()}, counter=originator_counter(counter)
        )
        scene.deliver(frame)
    return scene


# ------------------------------------------------------------------------------------ prepayment


def prepaid(balance: int, *, emergency: int = 0, low: int = 0, suspended: bool = False) -> Scene:
    """A meter in prepayment mode; 900 Wh an hour cost 900 of 10⁻⁵ pounds."""
    scene = esme(load=Steady(4))
    model = scene.device.model
    write(scene, ACCOUNT_ACTIVE, 2, {"mode": 2, "status": 2})
    write(scene, ACCOUNT_ACTIVE, 16, low)
    write(scene, EMERGENCY_CREDIT, 9, emergency)
    write(scene, EMERGENCY_CREDIT, 10, 1000 if emergency else 0)
    write(scene, DISABLEMENT_THRESHOLD_ACTIVE, 2, [0])
    if suspended:
        write(scene, NON_DISABLEMENT_ACTIVE, 2, [protected_all_day()])
    prices = as_struct(model.store.read(CosemAttribute(TARIFF_PRICES, 5)))
    table = [{**as_struct(row), "charge": 1000} for row in prices["table"]]  # type: ignore[union-attr]
    write(scene, TARIFF_PRICES, 5, {**prices, "table": table})
    meter = model.meter
    assert meter is not None
    meter.account.balance = balance
    meter.mark()
    return scene


def protected_all_day() -> Value:
    return {
        "index": 1,
        "enable": True,
        "script_table": bytes.fromhex("00000A006AFF"),
        "script": 33,
        "switch_time": CosemTime.of_day(0),
        "validity_window": 0xFFFF,
        "weekdays": "1111111",
        "special_days": "",
        "begin_date": bytes.fromhex("FFFFFFFFFF"),
        "end_date": bytes.fromhex("FFFFFFFFFF"),
    }


def runs_out(**how: object) -> Scene:
    return prepaid(500, **how).wait(timedelta(hours=4))  # type: ignore[arg-type]


def emergency(*, spent: bool) -> Scene:
    scene = prepaid(500, emergency=600)
    scene.let(Occurrence.EMERGENCY_CREDIT_ASKED)
    return scene.wait(timedelta(hours=6)) if spent else scene


def emergency_when_disabled() -> Scene:
    scene = prepaid(500, emergency=600).wait(timedelta(hours=4))
    return scene.let(Occurrence.EMERGENCY_CREDIT_ASKED)


def debt_paid(number: int) -> Scene:
    scene = prepaid(500_000)
    meter = scene.device.model.meter
    assert meter is not None
    if number == 2:
        meter.account.payment_debt = 1000
        write(scene, PAYMENT_DEBT, 13, 10_000)
        meter.mark()
        return scene.let(UtrnEntered(utrn(1, 10)))
    meter.account.adjust_time_debt(number, 100)
    target = TIME_DEBTS[number]
    held = as_struct(scene.device.model.store.read(CosemAttribute(target, 5)))
    write(scene, target, 5, {**held, "table": [{"index": b"", "charge": 1000}]})
    write(scene, target, 8, 3600)
    meter.mark()
    return scene.wait(timedelta(hours=3))


def billing() -> Scene:
    scene = esme(load=Steady())
    entry: Value = {"time": CosemTime.of_day(0), "date": bytes.fromhex("FFFFFF02FF")}
    write(scene, BILLING_CALENDAR, 4, [entry])
    return scene.wait(2 * DAY)


# -------------------------------------------------------------------------- load and controllers


def limited(*, disables: bool = True, restoration: int = 60) -> Scene:
    scene = esme(load=Steady(36))
    values: dict[str, Value] = {
        "load_limit_disables": disables,
        "load_limit_power": 3000,
        "load_limit_period": 300,
        "load_limit_restoration_period": restoration,
    }
    scene.send("ECS28a", values | {f"activate_{name}": NOW for name in values})
    scene.let(PowerDrawn(9000, START + timedelta(hours=1)))
    return scene.wait(timedelta(minutes=20))


def period(controller: int, start: datetime, end: datetime, script: int) -> dict[str, Value]:
    return {
        "start": {"object": controller, "value": CosemDateTime.at(start)},
        "end": {"object": controller, "value": CosemDateTime.at(end)},
        "controller_and_state": script,
    }


def controlled() -> Scene:
    scene = esme()
    scene.send("ECS47a", period(2, START, START + timedelta(hours=1), 0x1264))
    return scene


def level_limited() -> Scene:
    scene = esme()
    scene.send("ECS47e", period(3, START, START + timedelta(hours=1), 0x1332), by=LOAD_CONTROLLER)
    return scene.wait(timedelta(hours=2))


# --------------------------------------------------------------------------------------- commands


def discarded(code: int) -> Scene:
    scene = esme()
    bench = Bench(scene.device, START, 5000)
    good = bench.frame("ECS52")
    frames = {
        0x8F1E: good[:-1],
        0x8F30: bench.frame("ECS04a", {"adjust_meter_balance": 1}, originator=NETWORK),
        0x8F3D: good[:-1] + bytes((good[-1] ^ 1,)),
        0x8F3E: bench.frame("ECS52", target=GSME),
        0x8F85: bench.frame("GCS13a"),
    }
    scene.deliver(frames[code])
    return scene


def unprotected_answer() -> Scene:
    ring = KeyRing(dict(KEYS.entries))
    del ring.entries[SUPPLIER, KeyUsage.KEY_AGREEMENT]
    scene = Scene(make_esme(ESME, keys=ring, trust_anchors=ANCHORS, seed=1, started_at=START))
    scene.deliver(Bench(scene.device, START, 5000).frame("ECS52"))
    return scene


def many_discarded() -> Scene:
    scene = esme()
    for length in range(20):
        scene.deliver(bytes(length))
    return scene


def join(other: int, kind: int = 5) -> Scene:
    scene = esme()
    scene.send("CS03A1", joined(other, kind, 0))
    return scene


def joined(other: int, kind: int, method: int) -> dict[str, Value]:
    return {
        "join_method_and_role": method,
        "other_device_entity_identifier": bytes(7) + bytes((other,)),
        "other_device_type": kind,
    }


def unjoin(known: bool) -> Scene:
    scene = join(9)
    scene.send("CS04AC", {"other_device_entity_identifier": bytes(7) + bytes((9 if known else 8,))})
    return scene


def proxy_joins() -> Scene:
    scene = proxy()
    scene.send("GCS59", {"device_log_entries": [{"device_id": ESME.octets, "device_type": 0}]}, by=ACB)
    return scene


def own_certificate(usage: int, *, good: bool) -> Scene:
    bench, pki = own_keys()
    kind = KeyUsage.DIGITAL_SIGNATURE if usage == SIGNING else KeyUsage.KEY_AGREEMENT
    present = pki.ring.certificate(ESME, kind)
    scene = Scene(bench.device, ring=pki.ring)
    if not good:
        ask(bench, pki, "CS02d", {"certificate": present.public_bytes(Encoding.DER)})
        scene.frames += bench.device.wake(START)
        return scene
    issued = ask(bench, pki, "CS02c", {"key_usage": usage}).body.values["certification_request"]
    assert isinstance(issued, bytes)
    request = x509.load_der_x509_csr(issued)
    builder = x509.CertificateBuilder(
        present.issuer, x509.Name([]), request.public_key(), 9, START - DAY, START + 300 * DAY
    )
    for extension in request.extensions:
        builder = builder.add_extension(extension.value, extension.critical)
    certificate = builder.sign(CA.key, hashes.SHA256())
    ask(bench, pki, "CS02d", {"certificate": certificate.public_bytes(Encoding.DER)})
    scene.frames += bench.device.wake(START)
    return scene


def credentials_replaced() -> Scene:
    bench = with_certificates()
    update(bench, (CA.party(STRANGER, 2, "ds"), (2, SIGNING, 0)))
    return Scene(bench.device, frames=list(bench.device.wake(START)))


def whitelisted() -> Scene:
    scene = hub()
    entry: Value = {"device": GSME.octets, "key_type": 1, "key": bytes(16), "device_type": 1}
    scene.send("CCS01", {"add_device": entry, "join_timeout": 90, "allow_joining": True}, by=ACB)
    return scene


def sub_ghz(code: str) -> Scene:
    scene = hub()
    if code == "DBCH05":
        scene.send(code, {"scan_sub_ghz_channels": 0}, by=ACB)
        return scene
    known = scene.send("DBCH03", by=ACB)
    assert known is not None
    scene.send(code, {"sub_ghz_configuration": known.body.values["sub_ghz_configuration"]}, by=ACB)
    return scene


IMAGE, VERSION = b"an image", b"\x00\x00\x00\x02"
HASH = hashlib.sha256(IMAGE).digest()


def firmware(scene: Scene, announced: bytes = HASH) -> Scene:
    return scene.let(ImageReceived(IMAGE, announced, VERSION))


def activated(at: timedelta | None, *, there: bool = True) -> Scene:
    scene = firmware(esme()) if there else esme()
    scene.counter += 1
    values: dict[str, Value] = {"manufacturer_image_hash": HASH, "originator_counter": scene.counter}
    if at is not None:
        values["execution_date_time"] = scene.now + at
    bench = Bench(scene.device, scene.now)
    scene.deliver(bench.frame("CS06", values, counter=scene.counter))
    return scene.wait(2 * DAY)


def stuck(wanted: Supply) -> Scene:
    scene = esme()
    if wanted is Supply.ENABLED:
        scene.send("ECS43", {"disable_supply": 52})
    scene.let(Occurrence.SUPPLY_SWITCH_STUCK)
    code, name, script = {
        Supply.ENABLED: ("ECS42", "enable_supply", 51),
        Supply.DISABLED: ("ECS43", "disable_supply", 52),
    }[wanted]
    scene.send(code, {name: script})
    return scene


def armed(then: Occurrence | None = None) -> Scene:
    scene = esme()
    scene.send("ECS44", {"arm_supply": 54})
    return scene if then is None else scene.let(then)


def tamper_locks() -> Scene:
    scene = esme()
    write(scene, SUPPLY_TAMPER_STATE, 2, True)
    return scene.let(Occurrence.METER_COVER_REMOVED)


def wrong_tokens(count: int) -> Scene:
    return esme().let(*[UtrnEntered("0" * 20)] * count, after=timedelta(seconds=5))


def boosted() -> Scene:
    scene = esme()
    write(scene, BOOST_CONTROLS[0], 2, True)
    return scene


def outage(minutes: float, phase: int = 0, *, corrupted: bool = False) -> Scene:
    scene = esme(variant="polyphase") if phase else esme()
    if corrupted:
        scene.let(Occurrence.FIRMWARE_CORRUPTED)
    scene.let(PowerLost(phase))
    return scene.let(PowerRestored(phase), after=timedelta(minutes=minutes))


def held(*, duty: bool) -> Scene:
    return hub().let(MessageHeld(SUPPLIER, ESME, CraFlag.COMMAND, 77, for_duty_cycle=duty))


def cleared() -> Scene:
    scene = esme()
    scene.send("ECS15a", {"clear_event_log": 0})
    return scene


Drive = Callable[[], Scene]
DRIVERS: dict[int, Drive] = {row.code: lambda s=which: occurrence(s) for which, row in OCCURRENCES.items()}  # type: ignore[misc]
for first, (*_, back) in MONITORS.items():
    for n in range(4):
        DRIVERS[first + n] = DRIVERS[back + n] = lambda f=first, p=n: extreme(f, p)  # type: ignore[misc]
for phase in range(4):
    DRIVERS[0x8002 + phase] = DRIVERS[0x8085 + phase] = lambda p=phase: mean(above=True, phase=p)  # type: ignore[misc]
    DRIVERS[0x8006 + phase] = DRIVERS[0x8089 + phase] = lambda p=phase: mean(above=False, phase=p)  # type: ignore[misc]
    DRIVERS[0x8F57 + phase] = DRIVERS[0x8F35 + 2 * phase] = lambda p=phase: outage(2, p)  # type: ignore[misc]
    DRIVERS[0x8F36 + 2 * phase] = lambda p=phase: outage(3, p)  # type: ignore[misc]
for issue, issue_code in ISSUE_CODES.items():
    DRIVERS[issue_code] = lambda i=issue: esme().let(SelfTestFailed(i))  # type: ignore[misc]
for refused in (0x8F1E, 0x8F30, 0x8F3D, 0x8F3E, 0x8F85):
    DRIVERS[refused] = lambda c=refused: discarded(c)  # type: ignore[misc]
DRIVERS |= {
    0x8010: lambda: esme().let(OverCurrent()),
    0x8011: lambda: esme(variant="polyphase").let(OverCurrent(1)),
    0x8016: lambda: esme(variant="polyphase").let(OverCurrent(2)),
    0x8013: lambda: esme(variant="polyphase").let(OverCurrent(3)),
    0x8071: proxy_joins,
    0x810D: lambda: runs_out(low=200),
    0x810E: lambda: esme().let(UtrnEntered(utrn(1, 500))),
    0x8119: lambda: runs_out(emergency=600),
    0x811A: controlled,
    0x8145: lambda: esme().let(ClockDrifted(timedelta(seconds=9)), Occurrence.HUB_TIME_COMPARED),
    0x8154: lambda: join(9),
    0x8155: lambda: stuck(Supply.DISABLED),
    0x8161: lambda: armed(Occurrence.BUTTON_PRESSED),
    0x8162: lambda: esme().let(Occurrence.BUTTON_PRESSED),
    0x8168: emergency_when_disabled,
    0x81A0: lambda: gsme().let(SelfTestFailed(next(iter(ISSUE_CODES)))),
    0x81A7: lambda: debt_paid(0),
    0x81A8: lambda: debt_paid(1),
    0x81A9: lambda: debt_paid(2),
    0x81AA: lambda: emergency(spent=True),
    0x81AB: lambda: emergency(spent=False),
    0x81BD: lambda: stuck(Supply.ENABLED),
    0x81BE: tamper_locks,
    0x81BF: lambda: gsme().let(Occurrence.GAS_UNCONTROLLED),
    0x81C0: lambda: stuck(Supply.DISABLED),
    0x81C4: lambda: wrong_tokens(5),
    0x81C5: lambda: wrong_tokens(6),
    0x81C6: lambda: set_clock(right=False),
    0x8F01: lambda: limited(disables=False),
    0x8F0A: billing,
    0x8F0C: lambda: esme().let(ClockDrifted(timedelta(seconds=11)), Occurrence.HUB_TIME_COMPARED),
    0x8F0F: runs_out,
    0x8F12: whitelisted,
    0x8F1B: lambda: outage(1, corrupted=True),
    0x8F1C: lambda: firmware(esme(), bytes(32)),
    0x8F1D: lambda: gsme().let(PowerLost()),
    0x8F1F: lambda: gsme().let(BatteryAt(30)),
    0x8F20: lambda: hub().let(DutyCycle(1, GSME)),
    0x8F21: lambda: hub().let(DutyCycle(1, GSME), DutyCycle(0, GSME)),
    0x8F22: lambda: hub().let(DutyCycle(2, GSME)),
    0x8F23: lambda: hub().let(DutyCycle(2, GSME), DutyCycle(1, GSME)),
    0x8F24: lambda: hub().let(DutyCycle(3, GSME)),
    0x8F25: lambda: hub().let(DutyCycle(3, GSME), DutyCycle(2, GSME)),
    0x8F26: lambda: hub().let(ChannelChanged("111" + "0" * 28 + "1")),
    0x8F27: lambda: sub_ghz("DBCH05"),
    0x8F28: lambda: sub_ghz("DBCH05"),
    0x8F2A: lambda: sub_ghz("DBCH04"),
    0x8F2C: lambda: held(duty=True),
    0x8F2D: lambda: hub().let(NoCapacity(GSME)),
    0x8F32: armed,
    0x8F33: limited,
    0x8F34: limited,
    0x8F43: lambda: activated(None),
    0x8F47: lambda: top_up((1, utrn(1, 500)), balance=1000),
    0x8F48: lambda: join(9, kind=0),
    0x8F49: lambda: join(9),
    0x8F4A: lambda: unjoin(False),
    0x8F4B: lambda: unjoin(True),
    0x8F4C: lambda: own_certificate(SIGNING, good=False),
    0x8F4D: lambda: own_certificate(SIGNING, good=True),
    0x8F4E: lambda: own_certificate(AGREEMENT, good=False),
    0x8F4F: lambda: own_certificate(AGREEMENT, good=True),
    0x8F51: lambda: top_up((1, utrn(1, 500)), (1, utrn(1, 500))),
    0x8F52: cleared,
    0x8F53: unprotected_answer,
    0x8F5B: lambda: top_up((1, utrn(1, 500)), most=1000),
    0x8F60: many_discarded,
    0x8F63: lambda: top_up((1, utrn(2, 500))),
    0x8F64: lambda: top_up((1, another_lead())),
    0x8F66: lambda: activated(DAY),
    0x8F67: lambda: activated(DAY, there=False),
    0x8F69: lambda: set_clock(right=True, invalid=True),
    0x8F70: credentials_replaced,
    0x8F72: lambda: firmware(esme()),
    0x8F82: lambda: gsme().let(BatteryReplaced()),
    0x8F83: lambda: runs_out(suspended=True),
    0x8F84: lambda: held(duty=False),
    0x8F86: level_limited,
    0x8F87: level_limited,
    0x8F88: controlled,
    0x8F89: lambda: hub().let(ImagePassedOn(GSME, VERSION, 1)),
    0x8F8A: lambda: hub().let(ImagePassedOn(GSME, VERSION)),
    0x8F8B: lambda: firmware(ppmid()),
}
