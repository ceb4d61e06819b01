"""What schemathesis must know of the API: its scalars, and that every answer is JSON.

The command is in the justfile: just schemathesis
"""

import json

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

DATES = ["1979", "2011-12", "2024-12-08", "1982~", "2003?", "201X", "-0044", "", "2024-13", "x"]
INSTANTS = ["2026-02-28T00:00:00Z", "2030-01-01T00:00:00+01:00", "2026", "", "x"]

IDS = ["actor_1", "actor_2", "relationship_1", "viewpoint_1", "note_1", "source_1", "iran", "russia", "nobody", ""]

schemathesis.graphql.scalar("ID", (st.sampled_from(IDS) | st.text()).map(nodes.String))
schemathesis.graphql.scalar("PartialDate", st.sampled_from(DATES).map(nodes.String))
schemathesis.graphql.scalar("DateTime", st.sampled_from(INSTANTS).map(nodes.String))
schemathesis.graphql.scalar("JSON", st.text().map(nodes.String))


@schemathesis.check
def is_json_with_data_or_coded_errors(ctx, response, case):
    """Every answer is JSON, and every error has a code."""
    body = json.loads(response.content.decode("utf-8"))
    assert "data" in body or "errors" in body, body
    for error in body.get("errors", []):
        assert error["message"] and error["extensions"]["code"], error
        assert "panicked" not in error["message"] and "/src/" not in error["message"], error
