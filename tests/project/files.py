"""Complaints about the manifest, hacs.json, the brand and the quality scale."""

from collections.abc import Iterator, Mapping
import re
import struct
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy

from homeassistant.const import Platform

MANIFEST_REQUIRED = {
    "codeowners",
    "config_flow",
    "dependencies",
    "documentation",
    "domain",
    "integration_type",
    "iot_class",
    "issue_tracker",
    "name",
    "requirements",
    "version",
}
MANIFEST_OPTIONAL = {"after_dependencies", "loggers"}
INTEGRATION_TYPES = {"device", "entity", "hardware", "helper", "hub", "service"}
IOT_CLASSES = {
    "assumed_state",
    "calculated",
    "cloud_polling",
    "cloud_push",
    "local_polling",
    "local_push",
}

HACS_KEYS = {
    "content_in_root",
    "country",
    "filename",
    "hacs",
    "hide_default_branch",
    "homeassistant",
    "name",
    "persistent_directory",
    "render_readme",
    "zip_release",
}

# Home Assistant serves these names from an integration's folder called brand.
BRAND_REQUIRED = {"icon.png", "icon@2x.png"}
BRAND_NAME = re.compile(r"(dark_)?(?P<kind>icon|logo)(?P<large>@2x)?\.png")

# Parts of Home Assistant that an integration may import without depending on them.
ALWAYS_THERE = {*Platform, "diagnostics", "homeassistant", "repairs", "system_health"}

QUALITY_RULES = set(
    """
    action-setup appropriate-polling brands common-modules config-flow
    config-flow-test-coverage dependency-transparency docs-actions docs-conditions
    docs-high-level-description docs-installation-instructions
    docs-removal-instructions docs-triggers entity-event-setup entity-unique-id
    has-entity-name runtime-data test-before-configure test-before-setup
    unique-config-entry
    action-exceptions config-entry-unloading docs-configuration-parameters
    docs-installation-parameters entity-unavailable integration-owner
    log-when-unavailable parallel-updates reauthentication-flow test-coverage
    devices diagnostics discovery discovery-update-info docs-data-update docs-examples
    docs-known-limitations docs-supported-devices docs-supported-functions
    docs-troubleshooting docs-use-cases dynamic-devices entity-category
    entity-device-class entity-disabled-by-default entity-translations
    exception-translations icon-translations reconfiguration-flow repair-issues
    stale-devices
    async-dependency inject-websession strict-typing
    """.split()  # noqa: SIM905 - fifty lines of list say no more
)


def manifest_complaints(manifest: Mapping[str, Any], folder: str) -> Iterator[str]:
    """Complain about a custom integration's manifest, as hassfest and HACS do."""
    keys = list(manifest)
    if keys != ["domain", "name", *sorted(set(keys) - {"domain", "name"})]:
        yield "the keys are not domain, name, then the others in alphabetical order"
    for key in sorted(MANIFEST_REQUIRED - set(keys)):
        yield f"{key} is missing"
    for key in sorted(set(keys) - MANIFEST_REQUIRED - MANIFEST_OPTIONAL):
        yield f"{key} is not known"
    if manifest.get("domain") != folder:
        yield "the domain is not the name of the folder"
    if manifest.get("integration_type") not in INTEGRATION_TYPES:
        yield "integration_type is not known"
    if manifest.get("iot_class") not in IOT_CLASSES:
        yield "iot_class is not known"
    for key in ("documentation", "issue_tracker"):
        if not str(manifest.get(key)).startswith("https://"):
            yield f"{key} is not an https address"
    if not _is_version(manifest.get("version")):
        yield "version is not a semantic version"
    owners = manifest.get("codeowners") or [""]
    if not all(re.fullmatch(r"@[\w/-]+", owner) for owner in owners):
        yield "codeowners are not account names that start with @"
    for requirement in manifest.get("requirements", []):
        if "==" not in requirement:
            yield f"{requirement} is not pinned to a version"


def hacs_complaints(hacs: Mapping[str, Any]) -> Iterator[str]:
    """Complain about hacs.json, as the HACS action does."""
    if not hacs.get("name"):
        yield "name is missing"
    for key in sorted(set(hacs) - HACS_KEYS):
        yield f"{key} is not known"
    if not _is_version(hacs.get("homeassistant"), AwesomeVersionStrategy.CALVER):
        yield "homeassistant is not a version of Home Assistant"
    for country in hacs.get("country", []):
        if not re.fullmatch("[A-Z]{2}", country):
            yield f"{country} is not a country's code"


def brand_complaints(images: Mapping[str, bytes]) -> Iterator[str]:
    """Complain about the names and the sizes of the brand's images, given by name."""
    for name in sorted(BRAND_REQUIRED - set(images)):
        yield f"{name} is missing"
    for name, image in images.items():
        if not (match := BRAND_NAME.fullmatch(name)):
            yield f"{name} is not an image that Home Assistant serves"
            continue
        if not image.startswith(b"\x89PNG\r\n\x1a\n"):
            yield f"{name} is not a PNG"
            continue
        # A PNG's first chunk starts with its width and its height.
        width, height = struct.unpack_from(">II", image, 16)
        scale = 2 if match["large"] else 1
        if match["kind"] == "icon" and (width, height) != (256 * scale, 256 * scale):
            yield f"{name} is not {256 * scale} pixels square"
        if match["kind"] == "logo" and not 128 <= min(width, height) / scale <= 256:
            yield f"{name} has a shortest side of {min(width, height)} pixels"


def quality_complaints(scale: Mapping[str, Any]) -> Iterator[str]:
    """Complain about quality_scale.yaml: every rule has a status, most have a reason."""
    rules = scale.get("rules", {})
    for rule in sorted(QUALITY_RULES - set(rules)):
        yield f"{rule} is missing"
    for rule in sorted(set(rules) - QUALITY_RULES):
        yield f"{rule} is not a rule"
    for rule, value in rules.items():
        status = value if isinstance(value, str) else value.get("status")
        if status not in ("done", "exempt", "todo"):
            yield f"{rule} has no status"
        if status != "done" and (isinstance(value, str) or not value.get("comment")):
            yield f"{rule} is {status} without a reason"


def dependency_complaints(
    imported: set[str], manifest: Mapping[str, Any]
) -> Iterator[str]:
    """Complain about imported modules of integrations that the manifest does not name."""
    declared = {
        *manifest.get("dependencies", []),
        *manifest.get("after_dependencies", []),
    }
    for module in sorted(imported):
        match module.split("."):
            case ["homeassistant", "components", name, *_] if (
                name not in declared | ALWAYS_THERE
            ):
                yield f"{module} is imported, but it is not a dependency"


def _is_version(
    text: Any, strategy: AwesomeVersionStrategy = AwesomeVersionStrategy.SEMVER
) -> bool:
    """Return whether the text is a version of the given kind."""
    return isinstance(text, str) and AwesomeVersion(text).strategy == strategy
