"""The second family of faults, at the wire: generated from the specifications, named by no rule, carried out by the mock server as data."""
