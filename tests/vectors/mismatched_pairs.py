"""Published pairs of a request and a command that do not belong together, by use case and level.

They count as failed in every report; this list only keeps a new failure from hiding among them. Read
by `test_conformance` and by `scripts/check_vectors.py`.
"""

MISMATCHED: dict[tuple[str, str], tuple[int, int]] = {
    # The command sets 81C4 and 81C5, of which the request says nothing, and not the 81B7 that it names.
    ("ECS25a", "transform"): (0, 1),
    # Other dates in the command than in the request.
    ("GCS09", "transform"): (0, 1),
    ("GCS15c", "transform"): (0, 1),
    ("GCS16b", "transform"): (0, 1),
    ("GCS61", "transform"): (0, 1),
    # The request comes from the ACB, the command names the Supplier as the one it acts for.
    ("CS08", "transform"): (0, 1),
    # The request holds certificates issued in 2025, the command earlier ones that are published nowhere.
    ("CS02bACBByACB", "transform"): (0, 1),
    ("CS02bNOByNO", "transform"): (0, 1),
    ("CS02bSupplierBySupplier", "transform"): (0, 2),
    ("CS02gLoadControllerBySupplier", "transform"): (0, 2),
    # Another certificate than the published one of the device to join.
    ("CS03CCritical", "transform"): (0, 1),
    ("CS03CNonCritical", "transform"): (0, 1),
}
"""How many passed, and of how many."""
