"""www/openapi.yaml is valid and says all that the program has, and contract.py can fail."""

import http.client
import io
import json
import re
from pathlib import Path

import jsonschema
import pytest

import contract
from servers import Response

ROOT = Path(__file__).resolve().parents[2]
# Of the OpenAPI Initiative, as Debian packages it (openapi-specification).
META_SCHEMA = Path("/usr/share/openapi-specification/schemas/v3.0/schema.json")
METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "trace"}

CALL_ID = "c2c-01KAQ3M6T8YB5J9Z0V4W7XN2RD"
CALL = {"callId": CALL_ID, "caller": {"number": "1003"}, "callee": {"number": "1006"},
        "status": "callingCaller", "createdAt": "2026-11-23T01:20:16.042Z", "pbx": "main"}
OVER = CALL | {"status": "disconnected", "reason": "hangUp", "durationSeconds": 0,
               "endedAt": "2026-11-23T01:20:26.042Z"}
ERROR = {"status": 404, "code": "NOT_FOUND", "message": "no such call"}


def walk(value, path=()):
    """Every object of the document, with where it stands."""
    if isinstance(value, dict):
        yield path, value
        for name, inner in value.items():
            yield from walk(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from walk(inner, (*path, number))


def operations():
    for path, item in contract.document()["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item, item[method]


# The file


def test_the_file_is_openapi_3_0():
    schema = json.loads(META_SCHEMA.read_text("utf-8"))
    wrong = [f"{list(error.absolute_path)}: {error.message}" for error
             in jsonschema.Draft4Validator(schema).iter_errors(contract.document())]
    assert not wrong, "\n".join(wrong)


def test_every_reference_leads_somewhere_and_everything_is_referred_to():
    used = {"#/components/responses/Error405"}  # of the methods that are not there
    for path, value in walk(contract.document()):
        if "$ref" in value:
            assert contract.resolve(value) is not None, path
            used.add(value["$ref"])
    for kind, components in contract.document()["components"].items():
        for name in components if kind != "securitySchemes" else ():
            assert f"#/components/{kind}/{name}" in used, f"{kind}/{name} is used nowhere"


def test_every_operation_has_an_id_of_its_own_and_the_parameters_of_its_path():
    ids = []
    for path, method, item, operation in operations():
        ids.append(operation["operationId"])
        given = [contract.resolve(parameter) for parameter
                 in item.get("parameters", []) + operation.get("parameters", [])]
        in_path = {parameter["name"] for parameter in given if parameter["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), f"{method} {path}"
    assert len(ids) == len(set(ids))


def test_the_schemas_are_schemas_and_their_examples_fit():
    for name, schema in contract.document()["components"]["schemas"].items():
        jsonschema.Draft4Validator.check_schema(schema)
        if "example" in schema:
            assert not contract.problems(schema["example"], schema), name


def test_the_names_of_camara_are_all_there():
    schemas = contract.document()["components"]["schemas"]
    assert {"callId", "caller", "callee", "status", "createdAt"} <= set(schemas["Call"]["required"])
    assert {operation["operationId"] for *_, operation in operations()} >= {
        "createCall", "getCall", "terminateCall"}


# The program


def rows_of(file, pattern):
    rows = re.findall(pattern, (ROOT / file).read_text("utf-8"), re.S)
    assert rows, f"{pattern} is not in {file}: has its shape changed?"
    return rows


ROUTES = {"kDial": "/", "kStyleSheet": "/style.css", "kCalls": "/calls", "kCall": "/calls/{callId}",
          "kHangup": "/calls/{callId}/hangup", "kHealth": "/health",
          "kMetrics": "/metrics"}


def test_every_route_and_method_of_the_program_is_in_the_file_and_no_other():
    routes = dict(rows_of("src/web/guards.cc", r'RouteMethods{Route::(\w+),[^"}]*"([^"]+)"}'))
    del routes["kNotFound"]
    assert set(routes) == set(ROUTES)
    described = {}
    for path, method, *_ in operations():
        described.setdefault(path, set()).add(method.upper())
    assert described == {ROUTES[route]: set(allow.split(", ")) for route, allow in routes.items()}


def test_every_error_of_the_program_is_in_the_file():
    for status, code in rows_of("src/web/error_table.cc",
                                r'ErrorRow{\s*Code::\w+,\s*(\d+),\s*"(\w+)"'):
        error = {"status": int(status), "code": code, "message": "x"}
        body = contract.resolve({"$ref": f"#/components/responses/Error{status}"})["content"]
        assert not contract.problems(error, body["application/json"]["schema"]), error


def test_every_status_and_reason_of_a_call_is_in_the_file():
    schemas = contract.document()["components"]["schemas"]
    for kind, schema in (("Status", "CallStatus"), ("Reason", "DisconnectionReason")):
        names = rows_of("src/call/call.cc",
                        rf'pair{{Call{kind}::\w+, std::string_view\("(\w+)"\)')
        assert names == schemas[schema]["enum"]


# The guard


def answer(status, body=b"", media_type="application/json", **headers):
    head = {"X-Content-Type-Options": "nosniff", **headers}
    if media_type:
        head["Content-Type"] = media_type
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in head.items())
    if isinstance(body, dict):
        body = json.dumps(body).encode()
    return Response(status, http.client.parse_headers(io.BytesIO(f"{lines}\r\n".encode())), body)


ONE = f"/click2call/calls/{CALL_ID}"
GOOD = [
    ("GET", "/click2call", answer(201, CALL, Location=ONE)),
    ("GET", "/click2call.php/", answer(303, media_type="", Location=ONE)),
    ("GET", "/click2call", answer(200, b"Call successfully initiated", "text/plain")),
    ("GET", "/click2call", answer(204, media_type="")),
    ("GET", ONE, answer(200, CALL)),
    ("GET", ONE, answer(200, OVER)),
    ("GET", ONE, answer(200, OVER | {"user": "alice", "answeredAt": OVER["endedAt"]})),
    ("GET", ONE, answer(200, CALL | {"status": "disconnected", "reason": "other"})),
    ("GET", ONE, answer(200, CALL | {"status": "failed", "endedAt": OVER["endedAt"]})),
    ("GET", ONE, answer(200, b"<p>", "text/html; charset=utf-8")),
    ("GET", ONE, answer(404, ERROR)),
    ("GET", "/click2call/calls", answer(200, {"calls": [CALL, OVER], "older": CALL_ID})),
    ("GET", "/click2call/metrics", answer(200, b"# HELP click2call_build_info x\n", "text/plain")),
    ("GET", "/click2call/nothing", answer(404, ERROR)),
    ("PUT", ONE, answer(405, {"status": 405, "code": "METHOD_NOT_ALLOWED", "message": "no"},
                        Allow="DELETE, GET")),
    ("GET", ONE, answer(503, {"status": 503, "code": "UNAVAILABLE", "message": "x"},
                        Retry_After="5")),
    ("HEAD", ONE, answer(200, media_type="")),
    ("DELETE", ONE, answer(204, media_type="", x_correlator="a-b")),
]


@pytest.mark.parametrize("method, path, good", GOOD, ids=str)
def test_an_answer_as_described_passes(method, path, good):
    contract.check(good, method, path)


BAD = [
    ("an unknown status", "GET", ONE, answer(418, ERROR)),
    ("a status of another operation", "GET", ONE, answer(201, CALL, Location=ONE)),
    ("a body that is no JSON", "GET", ONE, answer(200, b"{")),
    ("a property too many", "GET", ONE, answer(200, CALL | {"token": "x"})),
    ("a property too many, inside", "GET", ONE, answer(200, CALL | {"caller": {"number": "1",
                                                                              "name": "x"}})),
    ("a property too few", "GET", ONE, answer(200, {name: value for name, value in CALL.items()
                                                    if name != "pbx"})),
    ("an end without a reason", "GET", ONE, answer(200, {name: value for name, value
                                                         in OVER.items() if name != "reason"})),
    ("a reason before the end", "GET", ONE, answer(200, CALL | {"reason": "hangUp"})),
    ("connected without a time", "GET", ONE, answer(200, CALL | {"status": "connected"})),
    ("an end and a duration that nobody knows", "GET", ONE, answer(200, OVER | {"reason": "other"})),
    ("an unknown reason", "GET", ONE, answer(200, OVER | {"reason": "bored"})),
    ("a time with its zone", "GET", ONE, answer(200, CALL | {"createdAt":
                                                             "2026-11-23T01:20:16+01:00"})),
    ("another's callId", "GET", ONE, answer(200, CALL | {"callId": "call_1"})),
    ("a wrong type", "GET", ONE, answer(200, OVER | {"durationSeconds": "0"})),
    ("the code of another status", "GET", ONE, answer(404, ERROR | {"code": "CONFLICT"})),
    ("the status of another answer", "GET", ONE, answer(404, ERROR | {"status": 400})),
    ("a message too long", "GET", ONE, answer(404, ERROR | {"message": "x" * 513})),
    ("no Location", "GET", "/click2call", answer(303, media_type="")),
    ("a Location elsewhere", "GET", "/click2call", answer(201, CALL, Location="https://x/")),
    ("no Allow", "PUT", ONE, answer(405, {"status": 405, "code": "METHOD_NOT_ALLOWED",
                                          "message": "no"})),
    ("a Retry-After in words", "GET", ONE, answer(503, {"status": 503, "code": "UNAVAILABLE",
                                                        "message": "x"}, Retry_After="soon")),
    ("other words", "GET", "/click2call", answer(200, b"Calling", "text/plain")),
    ("another media type", "GET", ONE, answer(200, b"x", "application/xml")),
    ("a body where none belongs", "DELETE", ONE, answer(204, b"x", "text/plain")),
    ("a correlator with a blank", "DELETE", ONE, answer(204, media_type="", x_correlator="a b")),
    ("success at no route", "GET", "/click2call/nothing", answer(200, CALL)),
    ("an odd call in a list", "GET", "/click2call/calls", answer(200, {"calls": [CALL, {}]})),
]


@pytest.mark.parametrize("method, path, bad", [row[1:] for row in BAD],
                         ids=[row[0].replace(" ", "-") for row in BAD])
def test_an_answer_that_is_not_as_described_is_found(method, path, bad):
    with pytest.raises(AssertionError, match="not as www/openapi.yaml has it"):
        contract.check(bad, method, path)


def test_an_error_of_the_web_server_is_its_own_affair():
    contract.check(Response(502, http.client.parse_headers(
        io.BytesIO(b"Content-Type: text/html\r\n\r\n")), b"<h1>502"), "GET", "/click2call")
