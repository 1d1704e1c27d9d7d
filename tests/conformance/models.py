"""Plain models of what Encord's filters mean, to compare the sandbox's answers with."""

import datetime
import re


def like(pattern, text):
    """SQL's LIKE; ASCII letters without case."""
    wildcards = {"%": ".*", "_": "."}
    expression = "".join(wildcards.get(c, re.escape(c)) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL | re.IGNORECASE | re.ASCII) is not None


def contains(part, text):
    """The `search` of storage and tasks: plain text, ASCII letters without case."""
    return part.lower() in text.lower()


def utc(moment):
    """A date of the SDK with its zone; those of the first API generation have none, and ontologies
    have theirs as text."""
    if isinstance(moment, str):
        moment = datetime.datetime.fromisoformat(moment)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=datetime.timezone.utc)
    return moment.astimezone(datetime.timezone.utc)
