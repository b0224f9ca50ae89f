"""Tells schemathesis how a body of JSON Lines is sent: as the text that was drawn."""

import schemathesis


@schemathesis.serializer("application/jsonl")
def lines(ctx, value):
    return str(value).encode("utf-8", "surrogatepass")
