"""Complaints about words and icons that are missing, unused or not allowed."""

from collections.abc import Iterable, Iterator, Mapping
import re
from typing import Any

from homeassistant.const import Platform

from .source import Flow, Scope, descriptions, flows

type Words = Mapping[str, Any]

BLOCKS = {
    "common",
    "conditions",
    "config",
    "config_subentries",
    "device",
    "entity",
    "exceptions",
    "issues",
    "options",
    "selector",
    "services",
    "system_health",
    "title",
    "triggers",
}
# What each of these files declares is called by one word in icons.json.
ACTION_ICONS = {"services": "service", "triggers": "trigger", "conditions": "condition"}

# Given by Home Assistant's own code, so never found in the source.
CENTRAL_REASONS = {"already_configured", "already_in_progress"}

# A phrase of a page's module, or the beginning of some that differ in what follows.
_PAGE_PHRASE = re.compile(r"""["'](dashboard_\w+)["']|`(dashboard_\w*_)\$\{""")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_FORBIDDEN = {
    r"https?://|www\.": "an address, where a placeholder belongs",
    r"<\w+[^>]*>": "HTML",
    r"'\{\w+\}'": "a placeholder in single quotes",
    r"\[%key:": "a reference, which is only resolved in Home Assistant itself",
    r"^\s|\s$": "a blank at its start or end",
}


def text_complaints(words: Words) -> Iterator[str]:
    """Complain about blocks, keys and texts that Home Assistant does not take."""
    for block in sorted(set(words) - BLOCKS):
        yield f"{block} is not a block of translations"
    for path, text in leaves(words):
        for part in path:
            if not re.fullmatch(r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?", part):
                yield f"{'.'.join(path)} has a key that is not in snake case"
        if not text:
            yield f"{'.'.join(path)} is empty"
        for pattern, what in _FORBIDDEN.items():
            if re.search(pattern, text):
                yield f"{'.'.join(path)} holds {what}"


def language_complaints(words: Words, other: Words) -> Iterator[str]:
    """Complain about a language that has other keys or placeholders than English."""
    english, translated = dict(leaves(words)), dict(leaves(other))
    yield from _difference("", {*map(".".join, english)}, {*map(".".join, translated)})
    for path in english.keys() & translated.keys():
        expected = set(_PLACEHOLDER.findall(english[path]))
        if expected != set(_PLACEHOLDER.findall(translated[path])):
            yield f"{'.'.join(path)} has other placeholders"


def flow_complaints(scope: Scope, words: Words) -> Iterator[str]:
    """Complain about the forms, menus, errors and reasons of the flows."""
    flow_blocks = set()
    for flow in flows(scope):
        flow_blocks.add(flow.block)
        yield from _missing_in_flow(flow, _flow_words(flow.block, words))
    for name, block in _flow_blocks(words).items():
        if name.split(".")[0] == "issues":
            name = "fix_flow"
        if name not in flow_blocks:
            yield f"{name} is not used"
        for step in block.get("step", {}):
            if f"async_step_{step}" not in scope.functions:
                yield f"{name}.step.{step} is not used"
        for key in scope.unwritten(set(block.get("error", {}))):
            yield f"{name}.error.{key} is not used"
        for key in scope.unwritten(set(block.get("abort", {})) - CENTRAL_REASONS):
            yield f"{name}.abort.{key} is not used"
    for kind, block in words.get("config_subentries", {}).items():
        for key in sorted({"entry_type", "initiate_flow"} - set(block)):
            yield f"config_subentries.{kind}.{key} is missing"


def form_complaints(scope: Scope, words: Words) -> Iterator[str]:
    """Complain about the fields of the forms: each has a name and a description."""
    # What actions, triggers and conditions take has words of its own, and what pages
    # ask for is seen by nobody.
    others = ("actions", "condition", "dashboard", "services", "trigger")
    forms = Scope(
        module for module in scope.modules if module.name.split(".")[0] not in others
    )
    asked = {
        text
        for call in forms.calls
        if call.name in ("Required", "Optional") and call.node.args
        for text in call.reader.strings(call.node.args[0])
    }
    named: set[str] = set()
    for path, step in _steps(words):
        parts = {path: step} | {
            f"{path}.sections.{name}": part
            for name, part in step.get("sections", {}).items()
        }
        named |= set(step.get("sections", {}))
        for place, part in parts.items():
            fields = set(part.get("data", {}))
            named |= fields
            yield from _difference(
                f"{place}.data_description",
                fields,
                set(part.get("data_description", {})),
            )
        for name, part in step.get("sections", {}).items():
            if "name" not in part:
                yield f"{path}.sections.{name}.name is missing"
    yield from _difference("a form's field", asked, named)


def entity_complaints(scope: Scope, words: Words, icons: Words) -> Iterator[str]:
    """Complain about the names, states and icons of entities."""
    platforms = {
        module.name: module for module in scope.modules if module.name in {*Platform}
    }
    entities, pictures = words.get("entity", {}), icons.get("entity", {})
    for platform in sorted({*entities, *pictures} - set(platforms)):
        yield f"entity.{platform} is not used"
    for platform, module in platforms.items():
        named = {
            description.translation_key: description
            for description in descriptions(module)
            if description.translation_key
        }
        keys = {*named} | scope.only(platform).assigned("_attr_translation_key")
        there = entities.get(platform, {})
        yield from _difference(f"entity.{platform}", keys, set(there))
        for key in sorted(set(pictures.get(platform, {})) - keys):
            yield f"the icon of entity.{platform}.{key} is not used"
        for key, description in named.items():
            # Of a device class Home Assistant knows the icon.
            if not description.device_class and key not in pictures.get(platform, {}):
                yield f"the icon of entity.{platform}.{key} is missing"
            states = set(getattr(description, "options", None) or ())
            yield from _difference(
                f"entity.{platform}.{key}.state",
                states,
                set(there.get(key, {}).get("state", {})) if states else set(),
            )
        for key, entity in there.items():
            if "name" not in entity:
                yield f"entity.{platform}.{key}.name is missing"


def message_complaints(scope: Scope, words: Words) -> Iterator[str]:
    """Complain about exceptions, issues, devices and what system health shows."""
    used = {
        "exceptions": scope.given("translation_key", beside="translation_domain"),
        "issues": scope.given("translation_key", called="async_create_issue"),
        "device": scope.given("translation_key", called="DeviceInfo"),
    }
    for block, keys in used.items():
        there = words.get(block, {})
        for key in sorted(keys - set(there)):
            yield f"{block}.{key} is missing"
        # A key that the source chooses in a roundabout way is at least written in it.
        for key in scope.unwritten(set(there) - keys):
            yield f"{block}.{key} is not used"
    for key, text in words.get("exceptions", {}).items():
        if set(text) != {"message"}:
            yield f"exceptions.{key} is not just a message"
    for key, text in words.get("issues", {}).items():
        if "title" not in text or len({"description", "fix_flow"} & set(text)) != 1:
            yield f"issues.{key} needs a title, and either a description or a fix_flow"
    health = scope.only("system_health").keys()
    yield from _difference(
        "system_health.info",
        health,
        set(words.get("system_health", {}).get("info", {})),
    )


def phrase_complaints(
    scope: Scope, words: Words, pages: Iterable[str] = ()
) -> Iterator[str]:
    """Complain about the phrases that the source puts together with `say`.

    Those that begin with `dashboard_` are of the pages' modules, which put some together.
    """
    said = {
        text
        for call in scope.calls
        if call.name == "say" and call.node.args
        for text in call.reader.strings(call.node.args[0])
    }
    there = set(words.get("common", {}))
    for whole, beginning in (
        match.groups() for page in pages for match in _PAGE_PHRASE.finditer(page)
    ):
        made = (
            {text for text in there if text.startswith(beginning)}
            if beginning
            else {whole}
        )
        if not made:
            yield f"common.{beginning}… is missing"
        said |= made
    yield from _difference("common", said, there)


def selector_complaints(
    scope: Scope, actions: Iterable[Words], words: Words
) -> Iterator[str]:
    """Complain about the options of selectors in forms and in actions."""
    used: dict[str, set[str]] = {}
    for call in scope.calls:
        if call.name == "SelectSelectorConfig":
            for key in call.strings("translation_key"):
                used.setdefault(key, set()).update(call.strings("options"))
    for field in (field for action in actions for field in _fields(action).values()):
        for config in (field.get("selector") or {}).values():
            if isinstance(config, Mapping) and "translation_key" in config:
                options = {
                    option["value"] if isinstance(option, Mapping) else option
                    for option in config.get("options", [])
                }
                used.setdefault(config["translation_key"], set()).update(options)
    selectors = words.get("selector", {})
    yield from _difference("selector", set(used), set(selectors))
    for key, options in used.items():
        there = set(selectors.get(key, {}).get("options", {}))
        for option in sorted(options - there):
            yield f"selector.{key}.options.{option} is missing"
        # The options of some selectors are put together while the integration runs.
        for option in scope.unwritten(there - options):
            yield f"selector.{key}.options.{option} is not used"


def action_complaints(
    kind: str, declared: Words, words: Words, icons: Words
) -> Iterator[str]:
    """Complain about the words and icons of services, triggers or conditions.

    `declared` is what services.yaml, triggers.yaml or conditions.yaml holds.
    """
    there = words.get(kind, {})
    yield from _difference(kind, set(declared), set(there))
    yield from _difference(
        f"the icon of {kind}", set(declared), set(icons.get(kind, {}))
    )
    for name, icon in icons.get(kind, {}).items():
        if ACTION_ICONS[kind] not in icon:
            yield f"the icon of {kind}.{name} has no {ACTION_ICONS[kind]}"
    for name in declared.keys() & there.keys():
        path, action = f"{kind}.{name}", there[name]
        for part in ("name", "description"):
            if part not in action:
                yield f"{path}.{part} is missing"
        named = action.get("fields", {})
        yield from _difference(
            f"{path}.fields", set(_fields(declared[name])), set(named)
        )
        for field, text in named.items():
            for part in ("name", "description"):
                if part not in text:
                    yield f"{path}.fields.{field}.{part} is missing"
        sections = {
            field
            for field, config in ((declared[name] or {}).get("fields") or {}).items()
            if "fields" in (config or {})
        }
        yield from _difference(
            f"{path}.sections", sections, set(action.get("sections", {}))
        )


def registration_complaints(scope: Scope, declared: Words) -> Iterator[str]:
    """Complain about services that only the source or only services.yaml has."""
    registered = {
        name
        for call in scope.calls
        if call.name == "async_register" and len(call.node.args) >= 3
        for name in call.reader.strings(call.node.args[1])
    }
    for name in sorted(registered - set(declared)):
        yield f"the service {name} is not declared"
    for name in scope.unwritten(set(declared) - registered):
        yield f"the service {name} is not registered"


def leaves(words: Words, *path: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield every text with the keys that lead to it."""
    for key, value in words.items():
        if isinstance(value, Mapping):
            yield from leaves(value, *path, key)
        else:
            yield (*path, key), value


def _difference(place: str, used: set[str], there: set[str]) -> Iterator[str]:
    """Complain about keys that only the source or only the words have."""
    prefix = f"{place}." if place else ""
    for key in sorted(used - there):
        yield f"{prefix}{key} is missing"
    for key in sorted(there - used):
        yield f"{prefix}{key} is not used"


def _missing_in_flow(flow: Flow, block: Words) -> Iterator[str]:
    """Complain about what a flow may show and has no words for."""
    steps = block.get("step", {})
    used = {"step": flow.steps, "error": flow.errors, "abort": flow.reasons}
    for kind, keys in used.items():
        for key in sorted(keys - set(block.get(kind, {}))):
            yield f"{flow.block}.{kind}.{key} is missing"
    for step, options in flow.menus.items():
        there = set(steps.get(step, {}).get("menu_options", {}))
        yield from _difference(f"{flow.block}.step.{step}.menu_options", options, there)
        explained = set(steps.get(step, {}).get("menu_option_descriptions", {}))
        for option in sorted(explained - options):
            yield f"{flow.block}.step.{step}.menu_option_descriptions.{option} is not used"


def _flow_blocks(words: Words) -> dict[str, Words]:
    """Return every block that holds the words of a flow, by its place."""
    blocks = {key: words[key] for key in ("config", "options") if key in words}
    for kind, block in words.get("config_subentries", {}).items():
        blocks[f"config_subentries.{kind}"] = block
    for key, issue in words.get("issues", {}).items():
        if "fix_flow" in issue:
            blocks[f"issues.{key}.fix_flow"] = issue["fix_flow"]
    return blocks


def _flow_words(block: str, words: Words) -> Words:
    """Return the words of a flow; those of all repairs are taken together."""
    if block != "fix_flow":
        for key in block.split("."):
            words = words.get(key, {})
        return words
    together: dict[str, dict[str, Any]] = {}
    for issue in words.get("issues", {}).values():
        for kind, texts in issue.get("fix_flow", {}).items():
            together.setdefault(kind, {}).update(texts)
    return together


def _steps(words: Words) -> Iterator[tuple[str, Words]]:
    """Yield every step of every flow with its place."""
    for name, block in _flow_blocks(words).items():
        for step, texts in block.get("step", {}).items():
            yield f"{name}.step.{step}", texts


def _fields(action: Words | None) -> dict[str, Words]:
    """Return the fields of an action, those in its sections included."""
    found: dict[str, Words] = {}
    for name, field in ((action or {}).get("fields") or {}).items():
        field = field or {}
        found |= _fields(field) if "fields" in field else {name: field}
    return found
