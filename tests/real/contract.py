"""Every answer in these tests is one that www/openapi.yaml describes.

servers.py hands each answer to check(): its status has to be known for that request, with the
headers and the media type that belong to it, and JSON has to be as its schema says, with nothing
in it that the schema does not name.
"""

import copy
import functools
import json
import re
import urllib.parse
from pathlib import Path

import jsonschema
import yaml

FILE = Path(__file__).resolve().parents[2] / "www" / "openapi.yaml"
MOUNT = re.compile(r"/click2call(?:\.php)?(?=/|\Z)")


@functools.cache
def document():
    return yaml.load(FILE.read_text("utf-8"), Loader=yaml.CSafeLoader)


def resolve(value):
    """What stands where a $ref points; anything else is itself."""
    while isinstance(value, dict) and "$ref" in value:
        found = document()
        for name in value["$ref"].removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/").replace("~0", "~")]
        value = found
    return value


@functools.cache
def strict_document():
    """For answers: an object has the properties that its schema names, and no others."""
    strict = copy.deepcopy(document())
    for schema in strict["components"]["schemas"].values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return strict


def problems(value, schema):
    """What is wrong with a value, in words; empty when nothing is."""
    root = strict_document()
    validator = jsonschema.Draft4Validator(schema, resolver=jsonschema.RefResolver("", root))
    return [f"{'/'.join(map(str, error.absolute_path)) or 'all of it'}: {error.message}"
            for error in validator.iter_errors(value)]


def route(path):
    """The path as the document has it, by its end as src/web/router.h says; None is no route."""
    mount = MOUNT.match(path)
    below = [part for part in urllib.parse.unquote(path[mount.end():], "latin-1").split("/")
             if part]
    if not below:
        return "/"
    if below[-1] in ("style.css", "calls", "health", "metrics"):
        return f"/{below[-1]}"
    if below[-1] == "hangup" and below[-3:-2] == ["calls"]:
        return "/calls/{callId}/hangup"
    return "/calls/{callId}" if below[-2:-1] == ["calls"] else None


def expected(method, path):
    """The answers that this request may get: by status, as the document has them."""
    item = document()["paths"].get(route(path))
    if item is None:
        return {"404": {"$ref": "#/components/responses/Error404"}}
    operation = item.get(method.lower())
    if operation is None:
        return {status: {"$ref": f"#/components/responses/Error{status}"}
                for status in ("405", "503")}
    return operation["responses"]


def check(response, method, path):
    """AssertionError when the answer to that request is none that the document describes."""
    if MOUNT.match(path) and not of_the_web_server(response):
        wrong = differences(response, method, path)
        if wrong:
            raise AssertionError(f"{method} {path}: not as www/openapi.yaml has it\n  "
                                 + "\n  ".join(wrong) + f"\n{response}")


def of_the_web_server(response):
    """It has errors of its own, in HTML or without a body: without the headers that ours have."""
    return (response.status >= 400 and "X-Content-Type-Options" not in response.headers
            and media_type(response) in ("", "text/html"))


def media_type(response):
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def differences(response, method, path):
    described = expected(method, path).get(str(response.status))
    if described is None:
        return [f"the status {response.status} is not there"]
    described = resolve(described)
    wrong = []
    for name, header in described.get("headers", {}).items():
        wrong += header_problems(response.headers.get(name), name, resolve(header))
    if method == "HEAD":
        return wrong
    content = described.get("content", {})
    if not content:
        return wrong + (["it has a body"] if response.body else [])
    schema = content.get(media_type(response))
    if schema is None:
        return wrong + [f"the media type {media_type(response) or 'none'} is not there"]
    return wrong + body_problems(response, schema["schema"])


def header_problems(value, name, header):
    if value is None:
        return [f"the header {name} is missing"] if header.get("required") else []
    if resolve(header["schema"]).get("type") == "integer" and value.isdecimal():
        value = int(value)
    return [f"header {name}, {problem}" for problem in problems(value, header["schema"])]


def body_problems(response, schema):
    text = response.body.decode("utf-8")  # every body of ours is UTF-8
    if media_type(response) == "application/json":
        try:
            return problems(json.loads(text), schema)
        except ValueError as problem:
            return [f"it is no JSON: {problem}"]
    return problems(text, schema)
