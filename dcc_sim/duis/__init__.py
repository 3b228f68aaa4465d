"""XML in and out: schemas, signatures, Service Requests, responses."""
