"""Validation of an OFDS package by libcoveofds, where it is installed; its schemas come with it."""

from __future__ import annotations

import importlib
import importlib.util
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gis_layers import CardioError, StudyError

VERSION = "0.3"
SCHEMA_FILE = "schema-0-3-0.json"


def check_package(package: Mapping[str, Any]) -> list[str]:
    """Validate a package that Cardio made, against the schema and the further checks of libcoveofds.

    Returns
    -------
    list of str
        Notes: nodes that no span reaches, or that libcoveofds is not installed.

    Raises
    ------
    CardioError
        The package breaks the standard.
    """
    if importlib.util.find_spec("libcoveofds") is None:
        return ['not validated: libcoveofds is not installed (pip install "cardio-planning[ofds]")']
    errors, checks = validate_package(package)
    kinds = Counter(check["type"] for check in checks)
    lonely = kinds.pop("node_not_used_in_any_spans", 0)
    if errors or kinds:
        first = [f"{error['message']} at {error['path']}" for error in errors[:1]] or [str(dict(kinds))]
        raise CardioError(f"the package breaks the Open Fibre Data Standard {VERSION}: {first[0]}", "report this")
    return [f"{lonely} nodes are reached by no span"] if lonely else []


def validate_package(package: Mapping[str, Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what libcoveofds finds wrong with a package: errors against the schema, and further checks.

    Raises
    ------
    StudyError
        The installed version has no schema of this version of the standard.
    """
    module, by_schema, by_rules = (
        importlib.import_module(f"libcoveofds.{name}") for name in ("schema", "jsonschemavalidate", "python_validate")
    )
    schema = module.OFDSSchema()
    path = Path(str(module.__file__)).parent / "data" / SCHEMA_FILE
    if not path.is_file():
        raise StudyError(f"libcoveofds has no schema {VERSION}", 'pip install "cardio-planning[ofds]"')
    rules = json.loads(path.read_text(encoding="utf-8"))
    lists = rules["properties"]["networks"]["items"]["properties"]
    for name in ("nodes", "spans"):
        # compares every pair, half a minute for 3,000 nodes; that ids differ is among the further checks
        del lists[name]["uniqueItems"]
    schema.schema_version, schema.get_package_schema = VERSION, lambda: rules
    errors = [error.json() for error in by_schema.JSONSchemaValidator(schema).validate(package)]
    return errors, by_rules.PythonValidate(schema).validate(package)
