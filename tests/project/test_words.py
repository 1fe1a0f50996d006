"""Every text and icon that the integration shows is there, and none is left over."""

from copy import deepcopy
import json
from pathlib import Path
from typing import Any

import pytest

from homeassistant.util.yaml import load_yaml_dict

from .source import Scope, read_package, read_text
from .words import (
    ACTION_ICONS,
    action_complaints,
    entity_complaints,
    flow_complaints,
    form_complaints,
    language_complaints,
    leaves,
    message_complaints,
    phrase_complaints,
    registration_complaints,
    selector_complaints,
    text_complaints,
)

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "heatpump_insight"
PACKAGE = f"{INTEGRATION.parent.name}.{INTEGRATION.name}"


def read_json(name: str) -> dict[str, Any]:
    """Return what a JSON file of the integration holds, nothing where it is not there."""
    path = INTEGRATION / name
    content: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return content


def read_actions(kind: str) -> dict[str, Any]:
    """Return the declared services, triggers or conditions."""
    path = INTEGRATION / f"{kind}.yaml"
    return load_yaml_dict(path) if path.exists() else {}


WORDS = read_json("translations/en.json")
ICONS = read_json("icons.json")
PAGES = [
    path.read_text() for path in sorted((INTEGRATION / "dashboard/www").glob("*.js"))
]


@pytest.fixture(scope="module")
def integration() -> Scope:
    """Return the source of the integration."""
    return read_package(INTEGRATION, PACKAGE)


def changed(words: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """Return the words with another value at a dotted path, without it for None."""
    words = deepcopy(words)
    *parents, last = path.split(".")
    place = words
    for key in parents:
        place = place.setdefault(key, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return words


def test_the_texts_are_ones_that_home_assistant_takes() -> None:
    assert WORDS
    assert list(text_complaints(WORDS)) == []


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ({"strings": {"a": "A"}}, "strings is not a block of translations"),
        ({"config": {"A b": "A"}}, "config.A b has a key that is not in snake case"),
        ({"config": {"a": ""}}, "config.a is empty"),
        ({"config": {"a": " A"}}, "config.a holds a blank at its start or end"),
        (
            {"config": {"a": "See https://example.org"}},
            "config.a holds an address, where a placeholder belongs",
        ),
        ({"config": {"a": "<b>A</b>"}}, "config.a holds HTML"),
        (
            {"config": {"a": "It is '{name}'"}},
            "config.a holds a placeholder in single quotes",
        ),
        (
            {"config": {"a": "[%key:common::a%]"}},
            "config.a holds a reference, which is only resolved in Home Assistant itself",
        ),
    ],
)
def test_a_text_that_home_assistant_does_not_take_is_refused(
    words: dict[str, Any], complaint: str
) -> None:
    assert list(text_complaints(words)) == [complaint]


def test_there_are_the_languages_that_are_promised() -> None:
    names = {path.stem for path in (INTEGRATION / "translations").glob("*.json")}
    assert names == {"cy", "de", "en", "fr", "nl"}


def test_every_language_has_the_keys_and_placeholders_of_english() -> None:
    for path in (INTEGRATION / "translations").glob("*.json"):
        assert list(language_complaints(WORDS, json.loads(path.read_text()))) == []


def test_a_language_with_other_keys_or_placeholders_is_refused() -> None:
    english = {"title": "Hello {name}", "config": {"a": "A"}}
    assert list(
        language_complaints(english, {"title": "Helo {enw}", "config": {"b": "B"}})
    ) == [
        "config.a is missing",
        "config.b is not used",
        "title has other placeholders",
    ]


FLOW = """
import voluptuous as vol
from homeassistant.config_entries import ConfigFlow, ConfigSubentryFlow, OptionsFlow
from homeassistant.components.repairs import RepairsFlow
from homeassistant.data_entry_flow import section

CONF_TOKEN = "token"
HOME = "home"
ERRORS = {OSError: "cannot_connect", ValueError: "invalid"}
FORM = vol.Schema(
    {
        vol.Required(CONF_TOKEN): str,
        vol.Required("advanced"): section(vol.Schema({vol.Optional("url"): str})),
    }
)

class Steps:
    def _form(self, step_id, errors):
        return self.async_show_form(step_id=step_id, data_schema=FORM, errors=errors)

    async def async_step_token(self, user_input=None):
        errors = {}
        if user_input:
            errors = self._try(user_input)
        return self._form("token", errors)

    def _try(self, user_input):
        try:
            return {}
        except (OSError, ValueError) as err:
            return {"base": ERRORS[type(err)]}

class SampleConfigFlow(Steps, ConfigFlow):
    @classmethod
    def async_get_supported_subentry_types(cls, config_entry):
        return {HOME: HomeFlow}

    async def async_step_user(self, user_input=None):
        self._abort_if_unique_id_configured()
        return self.async_show_menu(step_id="user", menu_options=["token", "other"])

    async def async_step_other(self, user_input=None):
        return self._end("nothing_there")

    def _end(self, reason):
        return self.async_abort(reason=reason)

class HomeFlow(Steps, ConfigSubentryFlow):
    async def async_step_user(self, user_input=None):
        errors = {}
        errors["base"] = "no_home"
        return self._form("user", errors)

class SampleOptionsFlow(OptionsFlow):
    async def async_step_init(self, user_input=None):
        return self.async_show_form(step_id="init")

class SampleRepair(RepairsFlow):
    async def async_step_init(self, user_input=None):
        return self.async_show_form(step_id="init")
"""
TOKEN_STEP = {
    "data": {"token": "Token"},
    "data_description": {"token": "It is long."},
    "sections": {
        "advanced": {
            "name": "Advanced",
            "data": {"url": "Address"},
            "data_description": {"url": "Of the server."},
        }
    },
}
TRY_ERRORS = {"cannot_connect": "Offline", "invalid": "Invalid"}
FLOW_WORDS: dict[str, Any] = {
    "config": {
        "step": {
            "user": {"menu_options": {"token": "A token", "other": "Another"}},
            "token": TOKEN_STEP,
        },
        "error": TRY_ERRORS,
        "abort": {"already_configured": "Is there", "nothing_there": "Nothing"},
    },
    "config_subentries": {
        "home": {
            "entry_type": "Home",
            "initiate_flow": {"user": "Add home"},
            "step": {"user": {"title": "Home"}, "token": TOKEN_STEP},
            "error": {**TRY_ERRORS, "no_home": "No home"},
        }
    },
    "options": {"step": {"init": {"title": "Options"}}},
    "issues": {
        "broken": {"title": "A", "fix_flow": {"step": {"init": {"title": "B"}}}}
    },
}


def test_every_step_error_and_reason_of_the_flows_has_words(integration: Scope) -> None:
    assert list(flow_complaints(integration, WORDS)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("config.step.user", None, "config.step.user is missing"),
        (
            "config.step.user.menu_options.other",
            None,
            "config.step.user.menu_options.other is missing",
        ),
        (
            "config.step.user.menu_options.third",
            "A third",
            "config.step.user.menu_options.third is not used",
        ),
        (
            "config.step.user.menu_option_descriptions.third",
            "A third",
            "config.step.user.menu_option_descriptions.third is not used",
        ),
        ("config.step.lost.title", "Lost", "config.step.lost is not used"),
        # Through a helper's parameter, and through the form that parents share.
        ("config.step.token", None, "config.step.token is missing"),
        ("config.error.cannot_connect", None, "config.error.cannot_connect is missing"),
        ("config.error.lost", "Lost", "config.error.lost is not used"),
        ("config.abort.nothing_there", None, "config.abort.nothing_there is missing"),
        (
            "config.abort.already_configured",
            None,
            "config.abort.already_configured is missing",
        ),
        ("config.abort.lost", "Lost", "config.abort.lost is not used"),
        (
            "config_subentries.home.step.user",
            None,
            "config_subentries.home.step.user is missing",
        ),
        (
            "config_subentries.home.error.no_home",
            None,
            "config_subentries.home.error.no_home is missing",
        ),
        (
            "config_subentries.home.entry_type",
            None,
            "config_subentries.home.entry_type is missing",
        ),
        ("options.step.init", None, "options.step.init is missing"),
        ("issues.broken.fix_flow", None, "fix_flow.step.init is missing"),
    ],
)
def test_a_flow_without_words_or_words_without_a_flow_are_refused(
    path: str, value: Any, complaint: str
) -> None:
    scope = read_text("config_flow", FLOW)
    assert list(flow_complaints(scope, FLOW_WORDS)) == []
    assert complaint in flow_complaints(scope, changed(FLOW_WORDS, path, value))


def test_words_of_a_flow_that_is_not_there_are_refused() -> None:
    words = {"config_subentries": {"car": {"entry_type": "Car", "initiate_flow": {}}}}
    assert list(flow_complaints(read_text("config_flow", ""), words)) == [
        "config_subentries.car is not used"
    ]


def test_every_field_has_a_name_and_a_description(integration: Scope) -> None:
    assert list(form_complaints(integration, WORDS)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        (
            "data_description.token",
            None,
            "config.step.token.data_description.token is missing",
        ),
        (
            "data_description.lost",
            "Lost",
            "config.step.token.data_description.lost is not used",
        ),
        ("data.lost", "Lost", "a form's field.lost is not used"),
        (
            "sections.advanced.name",
            None,
            "config.step.token.sections.advanced.name is missing",
        ),
        (
            "sections.advanced.data_description.url",
            None,
            "config.step.token.sections.advanced.data_description.url is missing",
        ),
        ("sections.advanced.data.url", None, "a form's field.url is missing"),
    ],
)
def test_a_field_without_words_is_refused(
    path: str, value: Any, complaint: str
) -> None:
    scope = read_text("config_flow", FLOW)
    words = {"config": FLOW_WORDS["config"]}
    assert list(form_complaints(scope, words)) == []
    words = changed(words, f"config.step.token.{path}", value)
    assert complaint in form_complaints(scope, words)


SENSOR = """
from homeassistant.components.sensor import (
    SensorDeviceClass, SensorEntity, SensorEntityDescription
)

TABLE = (
    SensorEntityDescription(key="cop", translation_key="cop"),
    SensorEntityDescription(key="power", device_class=SensorDeviceClass.POWER),
    SensorEntityDescription(
        key="mode",
        translation_key="mode",
        device_class=SensorDeviceClass.ENUM,
        options=["idle", "heating"],
    ),
)

class Age(SensorEntity):
    _attr_translation_key = "age"
"""
ENTITY_WORDS = {
    "entity": {
        "sensor": {
            "age": {"name": "Age"},
            "cop": {"name": "COP"},
            "mode": {"name": "Mode", "state": {"idle": "Idle", "heating": "Heating"}},
        }
    }
}
ENTITY_ICONS = {"entity": {"sensor": {"cop": {"default": "mdi:heat-pump"}}}}


def test_every_entity_has_a_name_and_an_icon(integration: Scope) -> None:
    assert list(entity_complaints(integration, WORDS, ICONS)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("sensor.cop", None, "entity.sensor.cop is missing"),
        ("sensor.age", None, "entity.sensor.age is missing"),
        ("sensor.lost", {"name": "Lost"}, "entity.sensor.lost is not used"),
        ("sensor.cop.name", None, "entity.sensor.cop.name is missing"),
        ("sensor.mode.state.idle", None, "entity.sensor.mode.state.idle is missing"),
        ("sensor.mode.state.off", "Off", "entity.sensor.mode.state.off is not used"),
        ("number.lost", {"name": "Lost"}, "entity.number is not used"),
    ],
)
def test_an_entity_without_words_is_refused(
    path: str, value: Any, complaint: str
) -> None:
    scope = read_text("sensor", SENSOR)
    assert list(entity_complaints(scope, ENTITY_WORDS, ENTITY_ICONS)) == []
    words = changed(ENTITY_WORDS, f"entity.{path}", value)
    assert complaint in entity_complaints(scope, words, ENTITY_ICONS)


def test_an_entity_without_an_icon_and_an_icon_without_an_entity_are_refused() -> None:
    icons = {"entity": {"sensor": {"lost": {"default": "mdi:help"}}}}
    assert list(
        entity_complaints(read_text("sensor", SENSOR), ENTITY_WORDS, icons)
    ) == [
        "the icon of entity.sensor.lost is not used",
        "the icon of entity.sensor.cop is missing",
    ]


MESSAGES = """
DOMAIN = "sample"
KEYS = {OSError: "cannot_connect", ValueError: "unexpected"}

def fail(error):
    raise HomeAssistantError(
        translation_domain=DOMAIN, translation_key=KEYS[type(error)]
    )

def tell(hass):
    ir.async_create_issue(hass, DOMAIN, "1", translation_key="broken")

def device():
    return DeviceInfo(translation_key="home")
"""
MESSAGE_WORDS: dict[str, Any] = {
    "exceptions": {"cannot_connect": {"message": "A"}, "unexpected": {"message": "B"}},
    "issues": {"broken": {"title": "A", "description": "B"}},
    "device": {"home": {"name": "Home"}},
}


def test_every_exception_issue_and_device_has_words(integration: Scope) -> None:
    assert list(message_complaints(integration, WORDS)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("exceptions.unexpected", None, "exceptions.unexpected is missing"),
        ("exceptions.lost.message", "Lost", "exceptions.lost is not used"),
        ("exceptions.unexpected", {}, "exceptions.unexpected is not just a message"),
        ("issues.broken", None, "issues.broken is missing"),
        ("issues.lost.title", "Lost", "issues.lost is not used"),
        (
            "issues.broken.description",
            None,
            "issues.broken needs a title, and either a description or a fix_flow",
        ),
        ("device.home", None, "device.home is missing"),
        ("device.lost.name", "Lost", "device.lost is not used"),
        ("system_health.info.lost", "Lost", "system_health.info.lost is not used"),
    ],
)
def test_a_message_without_words_is_refused(
    path: str, value: Any, complaint: str
) -> None:
    scope = read_text("coordinator", MESSAGES)
    assert list(message_complaints(scope, MESSAGE_WORDS)) == []
    assert complaint in message_complaints(scope, changed(MESSAGE_WORDS, path, value))


def test_what_system_health_shows_without_words_is_refused() -> None:
    health = """
async def info(hass):
    info = {}
    for service in ("one", "two"):
        name = "first" if service == "one" else "second"
        info[f"reach_{name}"] = await check(service)
    return info | {"meters": 2}
"""
    words = {"system_health": {"info": {"meters": "Meters", "reach_first": "Reach"}}}
    assert list(message_complaints(read_text("system_health", health), words)) == [
        "system_health.info.reach_second is missing"
    ]


PHRASES = """
def tell(words, flag):
    return words.say("from_date" if flag else "always", date="today")

def name(words, subject):
    return words.say(subject)

def begin(words):
    return name(words, subject="of_home")
"""
PHRASE_WORDS: dict[str, Any] = {
    "common": {"always": "Always", "from_date": "From {date}", "of_home": "Of the home"}
}


def test_every_phrase_that_is_said_has_words(integration: Scope) -> None:
    assert list(phrase_complaints(integration, WORDS, PAGES)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("always", None, "common.always is missing"),
        ("of_home", None, "common.of_home is missing"),
        ("lost", "Lost", "common.lost is not used"),
    ],
)
def test_a_phrase_without_words_and_words_that_nobody_says_are_refused(
    path: str, value: Any, complaint: str
) -> None:
    scope = read_text("price_words", PHRASES)
    assert list(phrase_complaints(scope, PHRASE_WORDS)) == []
    words = changed(PHRASE_WORDS, f"common.{path}", value)
    assert list(phrase_complaints(scope, words)) == [complaint]


SELECTORS = """
FORM = SelectSelectorConfig(options=["start", "end"], translation_key="stamp")
"""
ACTION = {
    "fields": {
        "period": {
            "required": True,
            "selector": {
                "select": {"translation_key": "period", "options": ["day", "month"]}
            },
        },
        "more": {"fields": {"limit": {"selector": {"number": None}}}},
    }
}
SELECTOR_WORDS: dict[str, Any] = {
    "selector": {
        "stamp": {"options": {"start": "Start", "end": "End"}},
        "period": {"options": {"day": "Day", "month": "Month"}},
    }
}


def test_every_option_of_a_selector_has_words(integration: Scope) -> None:
    actions = [
        action for kind in ACTION_ICONS for action in read_actions(kind).values()
    ]
    assert list(selector_complaints(integration, actions, WORDS)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("stamp", None, "selector.stamp is missing"),
        ("stamp.options.end", None, "selector.stamp.options.end is missing"),
        ("stamp.options.lost", "Lost", "selector.stamp.options.lost is not used"),
        ("period", None, "selector.period is missing"),
        ("period.options.day", None, "selector.period.options.day is missing"),
        ("lost.options.a", "A", "selector.lost is not used"),
    ],
)
def test_an_option_without_words_is_refused(
    path: str, value: Any, complaint: str
) -> None:
    scope = read_text("setup_forms", f"SelectSelectorConfig = dict\n{SELECTORS}")
    assert list(selector_complaints(scope, [ACTION], SELECTOR_WORDS)) == []
    words = changed(SELECTOR_WORDS, f"selector.{path}", value)
    assert complaint in selector_complaints(scope, [ACTION], words)


ACTION_WORDS = {
    "services": {
        "compare": {
            "name": "Compare",
            "description": "Compares.",
            "fields": {
                "period": {"name": "Period", "description": "Which period."},
                "limit": {"name": "Limit", "description": "How many."},
            },
            "sections": {"more": {"name": "More"}},
        }
    }
}
ACTION_PICTURES = {"services": {"compare": {"service": "mdi:compare"}}}


@pytest.mark.parametrize("kind", ACTION_ICONS)
def test_every_action_has_words_and_an_icon(kind: str) -> None:
    assert list(action_complaints(kind, read_actions(kind), WORDS, ICONS)) == []


@pytest.mark.parametrize(
    ("path", "value", "complaint"),
    [
        ("compare", None, "services.compare is missing"),
        ("lost.name", "Lost", "services.lost is not used"),
        ("compare.description", None, "services.compare.description is missing"),
        ("compare.fields.limit", None, "services.compare.fields.limit is missing"),
        ("compare.fields.lost", {}, "services.compare.fields.lost is not used"),
        (
            "compare.fields.limit.description",
            None,
            "services.compare.fields.limit.description is missing",
        ),
        ("compare.sections.more", None, "services.compare.sections.more is missing"),
    ],
)
def test_an_action_without_words_is_refused(
    path: str, value: Any, complaint: str
) -> None:
    declared = {"compare": ACTION}
    good = action_complaints("services", declared, ACTION_WORDS, ACTION_PICTURES)
    assert list(good) == []
    words = changed(ACTION_WORDS, f"services.{path}", value)
    assert complaint in action_complaints("services", declared, words, ACTION_PICTURES)


@pytest.mark.parametrize(
    ("icons", "complaint"),
    [
        ({}, "the icon of services.compare is missing"),
        ({"compare": {}}, "the icon of services.compare has no service"),
        (
            {**ACTION_PICTURES["services"], "lost": {"service": "mdi:help"}},
            "the icon of services.lost is not used",
        ),
    ],
)
def test_an_action_without_an_icon_is_refused(
    icons: dict[str, Any], complaint: str
) -> None:
    declared = {"compare": ACTION}
    assert list(
        action_complaints("services", declared, ACTION_WORDS, {"services": icons})
    ) == [complaint]


def test_every_service_is_declared_and_registered(integration: Scope) -> None:
    assert list(registration_complaints(integration, read_actions("services"))) == []


def test_a_service_that_is_declared_or_registered_alone_is_refused() -> None:
    scope = read_text(
        "actions",
        """
COMPARE = "compare"

def set_up(hass):
    hass.services.async_register(DOMAIN, COMPARE, handle)
""",
    )
    assert list(registration_complaints(scope, {"compare": ACTION})) == []
    assert list(registration_complaints(scope, {"export": ACTION})) == [
        "the service compare is not declared",
        "the service export is not registered",
    ]


def test_every_icon_is_one_of_material_design() -> None:
    assert [
        ".".join(path) for path, icon in leaves(ICONS) if not icon.startswith("mdi:")
    ] == []
