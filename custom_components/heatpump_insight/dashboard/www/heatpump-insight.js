/**
 * The dashboard of Heat Pump Insight: registers its strategies and its cards.
 *
 * Every page loads this; what draws is loaded with it, and asks for nothing until it is shown.
 */
import { CARDS } from "./card.js";
import { overview } from "./data.js";
import { dashboard, oneSection, view } from "./views.js";
import { textIn, textsOf, wordsOf } from "./words.js";

const NAME = "heatpump-insight";

async function known(hass) {
  // What was known a minute ago may be from before Home Assistant had started.
  const [words, all] = await Promise.all([wordsOf(hass), overview(hass, 0)]);
  return { words, all };
}

/** A strategy that draws the heat pump or meter whose key is its `show`, else the first. */
function strategy(make) {
  return class extends HTMLElement {
    /** Of what changes it is drawn anew. */
    static registryDependencies = ["devices", "entities"];

    static async generate(config, hass) {
      const { words, all } = await known(hass);
      return make(all, words, config.show ?? config.strategy?.show);
    }

    static async getStubConfig() {
      return { type: `custom:${NAME}` };
    }
  };
}

const STRATEGIES = { dashboard, view, section: oneSection };

const elements = { ...CARDS };
for (const [kind, make] of Object.entries(STRATEGIES)) {
  elements[`ll-strategy-${kind}-${NAME}`] = strategy(make);
}
for (const [tag, element] of Object.entries(elements)) {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

const described = { language: undefined, text: "" };

/** Loads what the dialog says of the strategies, in the language of the page. */
async function describe() {
  const { lang: language } = document.documentElement;
  if (language === described.language) return;
  described.language = language;
  const { conn } = await window.hassConnection;
  described.text = textIn(await textsOf(conn, language), "dashboard_description");
}

window.customStrategies ??= [];
for (const strategyType of Object.keys(STRATEGIES)) {
  window.customStrategies.push({
    type: NAME,
    strategyType,
    name: "Heat Pump Insight",
    get description() {
      // The user may have chosen another language since.
      describe();
      return described.text;
    },
  });
}
describe();
