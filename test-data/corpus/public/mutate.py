"""Breaks statements that DuckDB parses, one token at a time, and asks DuckDB what it makes of the result.

Usage: mutate.py STATEMENTS OUTPUT COUNT SEED. Each line of the output has the text, the place of the change, and
DuckDB's verdict with its position (both in bytes; the position is missing where DuckDB gives none).
"""

import json
import random
import re
import sys
from pathlib import Path

import duckdb

TOKEN = re.compile(
    r"""\s+|--[^\n]*|/\*.*?\*/|\$(?P<tag>\w*)\$.*?\$(?P=tag)\$|[eE]?'(?:[^']|'')*'|"(?:[^"]|"")*"
    |\d+(?:_\d+)*(?:\.\d*)?(?:[eE][+-]?\d+)?|\w+|::|<=|>=|<>|!=|==|\|\||->>|->|=>|:=|\*\*|//|.""",
    re.DOTALL | re.VERBOSE,
)
WORDS = [
    "select", "from", "where", "group", "by", "order", "having", "limit", "join", "on", "using", "as", "and", "or",
    "not", "in", "between", "case", "when", "then", "else", "end", "union", "with", "over", "is", "null", "like",
]
SIGNS = [",", "(", ")", "[", "]", "=", "*", ".", "1", "x", "'s'", ";", "::"]
BRACKETS = "()[]{}"


def tokens(text):
    return [match.group() for match in TOKEN.finditer(text)]


def is_gap(token):
    return token.isspace() or token.startswith(("--", "/*"))


def mutate(rng, text):
    """The changed text, and the byte where it was changed; None where nothing can be changed."""
    parts = tokens(text)
    solid = [index for index, token in enumerate(parts) if not is_gap(token)]
    if len(solid) < 3:
        return None
    at = rng.choice(solid)
    change = rng.choice(["delete", "double", "swap", "swap", "word", "word", "insert", "bracket", "cut"])
    if change == "delete":
        parts[at] = ""
    elif change == "double":
        parts[at] = f"{parts[at]} {parts[at]}"
    elif change == "swap":
        other = rng.choice(solid)
        parts[at], parts[other] = parts[other], parts[at]
        at = min(at, other)
    elif change == "word":
        words = [index for index in solid if parts[index].lower() in WORDS]
        if not words:
            return None
        at = rng.choice(words)
        parts[at] = rng.choice(WORDS)
    elif change == "insert":
        parts[at] = f"{rng.choice(WORDS + SIGNS)} {parts[at]}"
    elif change == "bracket":
        brackets = [index for index in solid if parts[index] in BRACKETS]
        if not brackets:
            return None
        at = rng.choice(brackets)
        parts[at] = ""
    else:
        del parts[at:]
    changed = "".join(parts)
    return changed, len("".join(parts[:at]).encode()), change


def verdict(connection, text):
    """None when DuckDB parses the text, otherwise its message and position."""
    try:
        duckdb.extract_statements(text)
        return None
    except (duckdb.ParserException, duckdb.SyntaxException) as error:
        message = str(error).splitlines()[0]
    except duckdb.Error:
        return None
    answer = json.loads(connection.execute("SELECT json_serialize_sql($1)", [text]).fetchone()[0])
    position = answer.get("position") if answer.get("error") else None
    return message, int(position) if position not in (None, "") else None


def main():
    statements, output, count, seed = sys.argv[1:5]
    rng = random.Random(int(seed))
    seeds = []
    for line in Path(statements).read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item.get("duckdb") and item["query"] and len(item["text"]) < 2000 and item["text"].isprintable():
            seeds.append(item["text"])
    connection = duckdb.connect()
    seen = set()
    with open(output, "w", encoding="utf-8") as out:
        while len(seen) < int(count):
            mutant = mutate(rng, rng.choice(seeds))
            if mutant is None or mutant[0] in seen or "\0" in mutant[0]:
                continue
            text, at, change = mutant
            seen.add(text)
            refusal = verdict(connection, text)
            item = {"text": text, "at": at, "change": change, "refused": refusal is not None}
            if refusal:
                item["message"], item["position"] = refusal
            out.write(json.dumps(item) + "\n")


if __name__ == "__main__":
    main()
