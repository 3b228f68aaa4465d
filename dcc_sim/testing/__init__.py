"""What users import in their own tests: `strategies` (needs Hypothesis), `conformance`.

Nothing is imported here, so that the package works without the extra `testing`.
"""
