/**
 * The dashboard of Heat Pump Insight: registers its strategies and its cards.
 *
 * Every page loads this. What draws is loaded when it is needed, or when the page is idle.
 */
import { textIn, textsOf, wordsOf } from "./words.js";

const NAME = "heatpump-insight";

/** Loads the cards; those of a dashboard that was made by hand wait for nothing else. */
async function defineCards() {
  const [{ PeriodCard }, { PictureCard }] = await Promise.all([
    import("./period-card.js"),
    import("./picture-card.js"),
  ]);
  define(`${NAME}-period`, PeriodCard);
  define(`${NAME}-picture`, PictureCard);
}

function define(tag, element) {
  if (!customElements.get(tag)) customElements.define(tag, element);
}

/** What `views.js` makes, by the kinds that the frontend knows. */
const STRATEGIES = { dashboard: "dashboard", view: "view", section: "oneSection" };

/** A strategy that draws the heat pump or meter whose key is its `show`, else the first. */
function strategy(maker) {
  return class extends HTMLElement {
    /** Of what changes it is drawn anew. */
    static registryDependencies = ["devices", "entities"];

    static async generate(config, hass) {
      const [views, { overview }] = await Promise.all([
        import("./views.js"),
        import("./data.js"),
        defineCards(),
      ]);
      // What was known a minute ago may be from before Home Assistant had started.
      const [words, all] = await Promise.all([wordsOf(hass), overview(hass, 0)]);
      return views[maker](all, words, config.show ?? config.strategy?.show);
    }

    static async getStubConfig() {
      return { type: `custom:${NAME}` };
    }
  };
}

const described = { language: undefined, text: "" };

/** Loads what the dialog says of the strategies, in the language of the page. */
async function describe() {
  const { lang: language } = document.documentElement;
  if (language === described.language) return;
  const { conn } = await window.hassConnection;
  described.text = textIn(await textsOf(conn, language), "dashboard_description");
  // Only now, so that what failed is tried again.
  described.language = language;
}

window.customStrategies ??= [];
for (const [strategyType, maker] of Object.entries(STRATEGIES)) {
  define(`ll-strategy-${strategyType}-${NAME}`, strategy(maker));
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
(window.requestIdleCallback ?? setTimeout)(defineCards);
