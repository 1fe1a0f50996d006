"""The files around the code are what Home Assistant, hassfest and HACS ask for."""

from importlib.metadata import requires
import json
from pathlib import Path
import struct
import tomllib
from typing import Any

import pytest

from custom_components.heatpump_insight.api.transport import VERSION
from homeassistant.util.yaml import load_yaml_dict

from .files import (
    QUALITY_RULES,
    brand_complaints,
    dependency_complaints,
    hacs_complaints,
    manifest_complaints,
    quality_complaints,
)
from .source import imported_modules, read_files

ROOT = Path(__file__).parents[2]
INTEGRATION = ROOT / "custom_components" / "heatpump_insight"
MANIFEST: dict[str, Any] = json.loads((INTEGRATION / "manifest.json").read_text())
HACS: dict[str, Any] = json.loads((ROOT / "hacs.json").read_text())


def png(width: int, height: int) -> bytes:
    """Return the first bytes of a PNG of that size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def test_the_manifest_is_accepted() -> None:
    assert list(manifest_complaints(MANIFEST, INTEGRATION.name)) == []


def test_the_manifest_waits_for_the_database_and_asks_for_no_package() -> None:
    assert MANIFEST["dependencies"] == ["recorder"]
    assert MANIFEST["after_dependencies"] == [
        "energy",
        "frontend",
        "http",
        "websocket_api",
    ]
    assert MANIFEST["requirements"] == []


def test_the_name_holds_both_services() -> None:
    assert "HeatpumpMonitor.org" in MANIFEST["name"]
    assert "PowerShaper" in MANIFEST["name"]
    assert HACS["name"] == MANIFEST["name"]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"version": "one"}, "version is not a semantic version"),
        ({"version": None}, "version is not a semantic version"),
        ({"documentation": "http://x"}, "documentation is not an https address"),
        ({"issue_tracker": None}, "issue_tracker is not an https address"),
        ({"iot_class": "cloudy"}, "iot_class is not known"),
        ({"integration_type": "thing"}, "integration_type is not known"),
        ({"domain": "other"}, "the domain is not the name of the folder"),
        ({"codeowners": ["me"]}, "codeowners are not account names that start with @"),
        ({"codeowners": []}, "codeowners are not account names that start with @"),
        ({"requirements": ["x>=1"]}, "x>=1 is not pinned to a version"),
        ({"zeal": 1}, "zeal is not known"),
    ],
)
def test_a_broken_manifest_is_refused(change: dict[str, Any], complaint: str) -> None:
    assert list(manifest_complaints(MANIFEST | change, INTEGRATION.name)) == [complaint]


def test_a_manifest_out_of_order_or_without_a_key_is_refused() -> None:
    turned = dict(reversed(MANIFEST.items()))
    assert list(manifest_complaints(turned, INTEGRATION.name)) == [
        "the keys are not domain, name, then the others in alphabetical order"
    ]
    short = {key: value for key, value in MANIFEST.items() if key != "dependencies"}
    assert list(manifest_complaints(short, INTEGRATION.name)) == [
        "dependencies is missing"
    ]


def test_every_place_tells_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert MANIFEST["version"] == project["version"] == VERSION


def test_hacs_json_is_accepted() -> None:
    assert list(hacs_complaints(HACS)) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"name": ""}, "name is missing"),
        ({"domains": ["sensor"]}, "domains is not known"),
        (
            {"homeassistant": "soon"},
            "homeassistant is not a version of Home Assistant",
        ),
        ({"country": ["Wales"]}, "Wales is not a country's code"),
    ],
)
def test_a_broken_hacs_json_is_refused(change: dict[str, Any], complaint: str) -> None:
    assert list(hacs_complaints(HACS | change)) == [complaint]


def test_the_tests_run_on_the_oldest_home_assistant_that_hacs_asks_for() -> None:
    pins = requires("pytest-homeassistant-custom-component") or []
    year, month, _ = HACS["homeassistant"].split(".")
    assert any(pin.startswith(f"homeassistant=={year}.{month}.") for pin in pins)


def test_the_brand_is_accepted() -> None:
    images = {
        path.name: path.read_bytes() for path in (INTEGRATION / "brand").iterdir()
    }
    assert list(brand_complaints(images)) == []


@pytest.mark.parametrize(
    ("images", "complaint"),
    [
        ({"icon.png": b"GIF89a"}, "icon.png is not a PNG"),
        ({"icon.png": png(256, 255)}, "icon.png is not 256 pixels square"),
        ({"icon@2x.png": png(256, 256)}, "icon@2x.png is not 512 pixels square"),
        ({"logo.png": png(400, 64)}, "logo.png has a shortest side of 64 pixels"),
        (
            {"picture.png": b""},
            "picture.png is not an image that Home Assistant serves",
        ),
    ],
)
def test_a_broken_brand_is_refused(images: dict[str, bytes], complaint: str) -> None:
    good = {"icon.png": png(256, 256), "icon@2x.png": png(512, 512)}
    assert list(brand_complaints(good | images)) == [complaint]
    assert list(brand_complaints({})) == [
        "icon.png is missing",
        "icon@2x.png is missing",
    ]


def test_every_rule_of_the_quality_scale_is_answered() -> None:
    assert len(QUALITY_RULES) == 54
    scale = load_yaml_dict(INTEGRATION / "quality_scale.yaml")
    assert list(quality_complaints(scale)) == []


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("maybe", "brands has no status"),
        ("exempt", "brands is exempt without a reason"),
        ({"status": "todo"}, "brands is todo without a reason"),
    ],
)
def test_a_rule_without_an_answer_is_refused(answer: Any, complaint: str) -> None:
    rules = dict.fromkeys(QUALITY_RULES, "done")
    assert complaint in quality_complaints({"rules": rules | {"brands": answer}})
    assert list(quality_complaints({"rules": rules | {"beauty": "done"}})) == [
        "beauty is not a rule"
    ]
    del rules["devices"]
    assert list(quality_complaints({"rules": rules})) == ["devices is missing"]


def test_every_integration_that_is_imported_is_a_dependency() -> None:
    imported = imported_modules(read_files(INTEGRATION).values())
    assert "homeassistant.core.HomeAssistant" in imported
    assert list(dependency_complaints(imported, MANIFEST)) == []


def test_an_import_without_a_dependency_is_refused() -> None:
    imported = {"homeassistant.components.mqtt", "homeassistant.components.sensor"}
    assert list(dependency_complaints(imported, MANIFEST)) == [
        "homeassistant.components.mqtt is imported, but it is not a dependency"
    ]


@pytest.mark.parametrize(
    ("room", "closed"),
    [
        ("api", ("homeassistant", "..")),
        ("analysis", ("homeassistant", "aiohttp", "..statistics", "..coordinator")),
    ],
)
def test_a_room_knows_nothing_of_the_rooms_above_it(
    room: str, closed: tuple[str, ...]
) -> None:
    imported = imported_modules(read_files(INTEGRATION / room).values())
    assert imported
    assert not [name for name in imported if name.startswith(closed)]
