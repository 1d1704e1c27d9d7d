"""What two callers sent for the same action, and in what it differs."""

import collections
import json
import re
import time
from urllib.parse import parse_qsl, urlsplit

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

# Says what one caller has and the other has not.
ABSENT = "absent"

Difference = collections.namedtuple("Difference", "action what gateway sdk")


def flat(name, value):
    """(name, JSON text) of every leaf of a JSON value: payload.images[0].title."""
    if isinstance(value, dict) and value:
        for member, each in value.items():
            yield from flat(f"{name}.{member}" if name else member, each)
    elif isinstance(value, list) and value:
        for index, each in enumerate(value):
            yield from flat(f"{name}[{index}]", each)
    else:
        # JSON knows one kind of number.
        whole = isinstance(value, float) and value.is_integer()
        yield name, json.dumps(int(value) if whole else value, sort_keys=True)


def signature_input(value, began):
    """The header's structure. Its time is told by whether it lies before the call, which both sign
    for the present unless they backdate."""
    created = int(re.search(r"created=(\d+)", value)[1])
    when = "before the call" if created < int(began) else "during the call"
    value = value.replace(f"created={created}", f"created={{{when}}}")
    return re.sub(r'keyid="[0-9a-f]{64}"', 'keyid="{key}"', value)


def header(name, value, began):
    """A header's value, with what must differ from call to call left out."""
    if name == "signature-input":
        return signature_input(value, began)
    if name == "content-digest":
        return re.sub(r":[A-Za-z0-9+/]{43}=:", ":{digest}:", value)
    if name == "x-cloud-trace-context":
        return re.sub(r"^[0-9a-f]{32}/", "{trace}/", value)
    if name == "authorization":
        return re.sub(r"^[0-9a-f]{64}:", "{key}:", value)
    if name == "user-agent":
        return value.partition("/")[0]
    if name == "content-length":
        return "0" if value == "0" else "{length}"
    return value


class Request:
    """A request that the sandbox received: `call` names it, `parts` are what it says."""

    def __init__(self, received, names, began):
        url = urlsplit(received["target"])
        body = json.loads(received["body"]) if received["body"] else None
        self.status = received["status"]
        self.family = "v1" if received["v1_call"] else "v2"
        self.call = f"{received['method']} {UUID.sub('{}', url.path)}"
        self.parts = {"path": self._named(url.path, names)}
        query = collections.defaultdict(list)
        for parameter, value in parse_qsl(url.query, keep_blank_values=True):
            query[parameter].append(self._named(value, names))
        for parameter, values in query.items():
            self.parts[f"query {parameter}"] = ", ".join(sorted(values))
        if self.family == "v1":
            self.call += f" {received['v1_call']}"
            # The sandbox verified both names in reading the call.
            body = {member: body["values"][member] for member in body["values"]}
            if received["v1_call"] == "datasetdatalongpolling/GET":
                body["payload"]["process_hash"] = "{job}"
        if body is not None:
            for name, value in flat("" if self.family == "v1" else "body", body):
                self.parts[name] = self._named(value, names)
        self.headers = {
            name.lower(): self._named(header(name.lower(), value, began), names)
            for name, value in received["headers"] if name.lower() != "host"
        }

    @staticmethod
    def _named(text, names):
        return UUID.sub(lambda match: names.get(match[0], match[0]), text)


class Recording:
    """The requests of one caller for one action, and what he got."""

    def __init__(self, sandbox, act, names=()):
        """`names` gives names to UUIDs that the callers do not share."""
        sandbox.forget()
        began = time.time()
        self.result = act()
        names = {str(uuid): name for uuid, name in dict(names).items()}
        self.requests = [Request(each, names, began) for each in sandbox.requests()]

    def by_call(self):
        calls = collections.defaultdict(list)
        for request in self.requests:
            calls[request.call].append(request)
        return calls

    def order(self, calls):
        """The order in which it first makes these calls."""
        return list(dict.fromkeys(
            request.call for request in self.requests if request.call in calls
        ))


def compare(prefix, gateway, sdk):
    """(what, gateway's, SDK's) of two dictionaries."""
    for name in sorted(gateway.keys() | sdk.keys()):
        ours, theirs = gateway.get(name, ABSENT), sdk.get(name, ABSENT)
        if ours != theirs:
            yield f"{prefix}{name}", ours, theirs


def differences(action, gateway, sdk):
    """The set of all Differences of two recordings. Requests that only one of both makes are told
    by how many they are."""
    found = set()
    ours, theirs = gateway.by_call(), sdk.by_call()
    for call in ours.keys() | theirs.keys():
        pairs = list(zip(ours[call], theirs[call]))
        if len(ours[call]) != len(theirs[call]):
            found.add((f"{call}: requests", str(len(ours[call])), str(len(theirs[call]))))
        for one, other in pairs:
            found.update(compare(f"{call}: ", one.parts, other.parts))
            found.update(compare(f"{one.family}: header ", one.headers, other.headers))
    common = {call for call in ours if ours[call] and theirs[call]}
    if gateway.order(common) != sdk.order(common):
        found.add(("order of requests", " → ".join(gateway.order(common)),
                   " → ".join(sdk.order(common))))
    return {Difference(action, re.sub(r"\[\d+\]", "[]", what), *sides) for what, *sides in found}
