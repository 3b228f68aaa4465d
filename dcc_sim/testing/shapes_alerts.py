"""Hypothesis strategies for Alerts; importing registers the untagged shapes with `values_for`.

In: a row of the alert table, or a shape of `codec.packed`. Out: everything that such an Alert can say;
importing this imports the shapes of all three languages. Left out: which alert codes go with a row
(`catalogue.alerts.codes_carried_by`): on the wire any number can stand.
"""

from __future__ import annotations

from functools import singledispatch

from hypothesis import strategies as st

from dcc_sim.catalogue.row import AlertCase
from dcc_sim.codec.access import NotificationRow
from dcc_sim.codec.der import DerAlertRow
from dcc_sim.codec.gbz import GbzAlertRow
from dcc_sim.codec.packed import Depending, Packed, Prefixed, Raw
from dcc_sim.codec.shape import Value, Values, as_struct
from dcc_sim.testing import shapes_der, shapes_zcl
from dcc_sim.testing.shapes import values_for

__all__ = ("alert_values", "shapes_der", "shapes_zcl", "values_of_alert")


@values_for.register(Raw)
def _raw(shape: Raw) -> st.SearchStrategy[Value]:
    return st.binary(min_size=shape.size, max_size=shape.size)


@values_for.register(Prefixed)
def _prefixed(shape: Prefixed) -> st.SearchStrategy[Value]:
    return values_for(shape.shape)


@values_for.register(Depending)
def _depending(shape: Depending) -> st.SearchStrategy[Value]:
    return values_for(shape.otherwise)


@values_for.register(Packed)
def _packed(shape: Packed) -> st.SearchStrategy[Value]:
    return st.fixed_dictionaries({part.name: values_for(part.shape) for part in shape.parts})


def alert_values(row: AlertCase) -> st.SearchStrategy[Values]:
    """Values that an Alert of this row may carry, nothing of it sealed."""
    return values_of_alert(row.payload)


@singledispatch
def values_of_alert(payload: object) -> st.SearchStrategy[Values]:
    """Values for an Alert, by type of payload. Raises TypeError for an unknown one."""
    raise TypeError(f"no strategy for {type(payload).__name__}")


@values_of_alert.register(NotificationRow)
def _notification(row: NotificationRow) -> st.SearchStrategy[Values]:
    members = {part.name: values_for(part.shape) for part in row.parts}
    if row.protected is not None:
        wanted = {attribute.name: values_for(attribute.shape) for attribute in row.protected.protected}
        members[row.protected.name] = st.fixed_dictionaries(wanted)
    return st.fixed_dictionaries(members)


@values_of_alert.register(GbzAlertRow)
def _gbz(row: GbzAlertRow) -> st.SearchStrategy[Values]:
    members = {part.name: values_for(part.shape) for part in row.parts}
    if row.component is not None:
        members[row.component.name] = values_for(row.component.fields)
    return st.fixed_dictionaries(members)


@values_of_alert.register(DerAlertRow)
def _der(row: DerAlertRow) -> st.SearchStrategy[Values]:
    return values_for(row.layout).map(as_struct)
