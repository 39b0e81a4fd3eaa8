"""Collects the statements of the public corpora into one file of JSON lines.

What counts as a query is said by the fixture's own parse tree (sqlfluff) or by sqlglot's parser, never by
Rocky's. What DuckDB takes is said by DuckDB's own parser.

Usage: collect.py OUTPUT NAME=FOLDER..., where the names are `sqlglot`, `sqlfluff`, `own`, and `dbt-…` for each package
with dbt projects.
"""

import ast
import json
import logging
import re
import sys
from pathlib import Path

import duckdb
import sqlglot
import yaml
from sqlglot import exp

logging.disable(logging.CRITICAL)

# Corpus dialect -> the dialect Rocky reads it in.
DIALECTS = {
    "duckdb": "duckdb",
    "databricks": "databricks",
    "sparksql": "databricks",
    "spark": "databricks",
    "hive": "databricks",
    "snowflake": "snowflake",
    "bigquery": "bigquery",
    "postgres": "postgres",
    "ansi": "ansi",
}

# Roots of sqlfluff's trees that are queries.
QUERY_ROOTS = {
    "select_statement",
    "with_compound_statement",
    "set_expression",
    "values_clause",
    "pipe_statement",
    "bracketed",
    "from_clause",
    "pivot_clause",
    "simplified_pivot",
    "simplified_unpivot",
    "unordered_select_statement_segment",
    "hql_query",
}
CHANGES = {"insert_statement", "update_statement", "delete_statement", "merge_statement"}
CHANGES |= {"insert_overwrite_directory_statement", "insert_overwrite_directory_hive_fmt_statement"}


def duckdb_verdict(text):
    """None when DuckDB parses the text, otherwise its message."""
    try:
        duckdb.extract_statements(text)
    except (duckdb.ParserException, duckdb.SyntaxException) as error:
        return str(error).splitlines()[0]
    except duckdb.Error:
        return None
    return None


# ------------------------------------------------------------------ sqlfluff


def leaves(node):
    if isinstance(node, str):
        if node:
            yield node
    elif isinstance(node, list):
        for child in node:
            yield from leaves(child)
    elif isinstance(node, dict):
        for child in node.values():
            yield from leaves(child)


def kinds(node):
    if isinstance(node, list):
        for child in node:
            yield from kinds(child)
    elif isinstance(node, dict):
        for kind, child in node.items():
            yield kind
            yield from kinds(child)


def pairs(node):
    if isinstance(node, list):
        for child in node:
            yield from pairs(child)
    elif isinstance(node, dict):
        yield from node.items()


GAP = re.compile(r"\s+|--[^\n]*|/\*.*?\*/|#[^\n]*|//[^\n]*", re.DOTALL)


def find_leaf(source, leaf, start):
    """Where the leaf stands, past white space and comments; the trees leave some signs out."""
    at = start
    while not source.startswith(leaf, at):
        gap = GAP.match(source, at)
        if not gap:
            return source.find(leaf, at)
        at = gap.end()
    return at


def sqlfluff_file(path):
    """Texts of the statements of a fixture, and whether each is a query."""
    source = path.read_text(encoding="utf-8")
    tree = yaml.load(path.with_suffix(".yml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    root = tree.get("file") if isinstance(tree, dict) else None
    at = 0
    for kind, child in pairs(root):
        start = None
        for leaf in leaves(child):
            found = find_leaf(source, leaf, at)
            if found < 0:
                continue
            start = found if start is None else start
            at = found + len(leaf)
        if start is None or kind != "statement":
            continue
        roots = [root_kind for root_kind, _ in pairs(child)]
        is_query = bool(roots) and roots[0] in QUERY_ROOTS and not CHANGES & set(kinds(child))
        yield source[start:at], is_query, roots[0] if roots else kind


def sqlfluff(folder):
    for name in ("duckdb", "databricks", "sparksql", "hive", "snowflake", "bigquery", "postgres", "ansi"):
        for path in sorted((folder / name).rglob("*.sql")):
            if not path.with_suffix(".yml").is_file():
                continue
            for text, is_query, root in sqlfluff_file(path):
                yield record("sqlfluff", name, text, is_query, path.name, root)


# ------------------------------------------------------------------- sqlglot


def constant(node):
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def sqlglot_strings(path):
    this = path.stem.removeprefix("test_")
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in ("validate_identity", "validate_all"):
            continue
        for argument in node.args[:2]:
            if constant(argument) is not None:
                yield this, argument.value
        for keyword in node.keywords:
            if keyword.arg == "write_sql" and constant(keyword.value) is not None:
                yield this, keyword.value.value
            if keyword.arg in ("read", "write") and isinstance(keyword.value, ast.Dict):
                for key, value in zip(keyword.value.keys, keyword.value.values):
                    if constant(key) is not None and constant(value) is not None:
                        yield key.value, value.value


def sqlglot_kind(text, dialect):
    """`query`, `expression` or something else, as sqlglot's parser sees the text."""
    try:
        trees = sqlglot.parse(text, read=dialect)
    except Exception as error:  # noqa: BLE001: the parser fails in many ways, all mean the same here
        return type(error).__name__
    if len(trees) != 1 or trees[0] is None:
        return "several"
    tree = trees[0]
    while isinstance(tree, exp.Paren):
        tree = tree.this
    if isinstance(tree, (exp.Query, exp.Values)):
        return "query"
    if isinstance(tree, (exp.Condition, exp.Alias)) and not isinstance(tree, (exp.Identifier, exp.Placeholder)):
        return "expression"
    return type(tree).__name__


def sqlglot_dialects(folder):
    seen = set()
    for path in sorted((folder / "tests" / "dialects").glob("test_*.py")):
        for dialect, text in sqlglot_strings(path):
            if dialect not in DIALECTS or (dialect, text) in seen:
                continue
            seen.add((dialect, text))
            kind = sqlglot_kind(text, dialect)
            if kind == "expression":
                yield record("sqlglot expressions", dialect, f"SELECT {text}", True, path.name, kind)
            else:
                yield record("sqlglot", dialect, text, kind == "query", path.name, kind)


def sqlglot_fixtures(folder):
    fixtures = folder / "tests" / "fixtures"
    for line in (fixtures / "identity.sql").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("--"):
            kind = sqlglot_kind(line, None)
            text = f"SELECT {line}" if kind == "expression" else line
            yield record("sqlglot identity", "permissive", text, kind in ("query", "expression"), "identity.sql", kind)
    for name, dialect in (("tpc-h", "duckdb"), ("tpc-ds", "duckdb")):
        text = (fixtures / "optimizer" / name / f"{name}.sql").read_text(encoding="utf-8")
        for statement in text.split(";"):
            kind = sqlglot_kind(statement, dialect)
            if kind == "query":
                yield record(f"sqlglot {name}", dialect, statement.strip(), True, f"{name}.sql", kind)


# ----------------------------------------------------------------- dbt, TPC


def dbt(folder, package):
    for project in sorted(folder.rglob("dbt_project.yml")):
        for part in ("models", "snapshots", "analyses", "tests"):
            for path in sorted((project.parent / part).rglob("*.sql")):
                text = path.read_text(encoding="utf-8")
                if "{% macro" in text or "{%- macro" in text or "{% test" in text or not text.strip():
                    continue
                yield record(f"dbt: {package}", "duckdb", text, True, path.name, "jinja" if "{" in text else "plain")


def own(folder):
    for name in ("tpch", "tpcds"):
        for path in sorted((folder / name).glob("*.sql")):
            yield record(name, "duckdb", path.read_text(encoding="utf-8").strip().rstrip(";"), True, path.name, "query")


def record(corpus, dialect, text, is_query, source, root):
    text = text.strip()
    verdict = {}
    if dialect == "duckdb" and not corpus.startswith("dbt"):
        message = duckdb_verdict(text)
        verdict = {"duckdb": message is None, "duckdb_message": message}
    return {
        "corpus": corpus,
        "dialect": dialect,
        "read_as": DIALECTS.get(dialect, dialect),
        "text": text,
        "query": is_query,
        "source": source,
        "root": root,
        **verdict,
    }


def main():
    output = Path(sys.argv[1])
    folders = dict(argument.split("=", 1) for argument in sys.argv[2:])
    folders = {name: Path(folder) for name, folder in folders.items()}
    parts = [
        sqlfluff(folders["sqlfluff"]),
        sqlglot_dialects(folders["sqlglot"]),
        sqlglot_fixtures(folders["sqlglot"]),
        own(folders["own"]),
    ]
    parts += [dbt(folders[name], name.removeprefix("dbt-")) for name in sorted(folders) if name.startswith("dbt-")]
    seen = set()
    with output.open("w", encoding="utf-8") as out:
        for part in parts:
            for item in part:
                key = (item["corpus"], item["dialect"], item["text"])
                if item["text"] and "\0" not in item["text"] and key not in seen:
                    seen.add(key)
                    out.write(json.dumps(item) + "\n")


if __name__ == "__main__":
    main()
