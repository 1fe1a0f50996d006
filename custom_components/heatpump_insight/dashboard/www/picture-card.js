/** The card that draws any of the pictures: `{ picture, system, meter }`. */
import { Card, create, waitingText } from "./card.js";
import { coloursOf } from "./charts.js";
import { chosen } from "./chosen.js";
import { statistics } from "./data.js";
import { PICTURES } from "./pictures.js";

const STYLE = `
  ha-card { height: 100%; box-sizing: border-box; padding: 16px; display: flex; flex-direction: column; gap: 8px; }
  h2 { margin: 0; font-size: var(--ha-font-size-l, 16px); font-weight: var(--ha-font-weight-medium, 500); }
  dl { display: flex; flex-wrap: wrap; gap: 4px 24px; margin: 0; }
  dt { color: var(--secondary-text-color); font-size: var(--ha-font-size-s, 12px); }
  dd { margin: 0; font-size: var(--ha-font-size-xl, 20px); }
  p { margin: 0; color: var(--secondary-text-color); font-size: var(--ha-font-size-s, 12px); line-height: 1.4; }
  p.none { padding: 32px 0; text-align: center; font-size: inherit; }
  ha-chart-base { display: block; }
  .holes { margin: 8px 0 0; padding-inline-start: 20px; font-size: var(--ha-font-size-s, 12px); }
  .calendar table { width: 100%; border-spacing: 1px; table-layout: fixed; }
  .calendar caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
  .calendar th, .calendar thead td { font-size: 10px; font-weight: normal; color: var(--secondary-text-color); padding: 0; overflow: visible; white-space: nowrap; }
  .calendar th[scope="row"], .calendar thead td { width: 44px; text-align: start; }
  .calendar tbody td { height: 14px; padding: 0; border-radius: 2px; }
  .calendar td.unknown { background: repeating-linear-gradient(45deg, var(--divider-color) 0 2px, transparent 2px 5px); }
  .calendar td:focus-visible { outline: 2px solid var(--primary-text-color); outline-offset: 1px; }
  .calendar .foot { display: flex; flex-wrap: wrap; gap: 4px 16px; justify-content: space-between; margin-top: 8px; font-size: var(--ha-font-size-s, 12px); }
  .calendar .legend { display: flex; align-items: center; gap: 8px; direction: ltr; color: var(--secondary-text-color); }
  .calendar .legend span { width: 120px; height: 10px; border-radius: 5px; }
`;

/** Puts parts into a place; one that is there already stays, since a chart that moves begins anew. */
function fill(place, parts) {
  const there = [...place.children];
  const isLike =
    there.length === parts.length && there.some((part) => parts.includes(part));
  if (!isLike) return place.replaceChildren(...parts);
  return there.forEach((part, index) => {
    if (part !== parts[index]) part.replaceWith(parts[index]);
  });
}

export class PictureCard extends Card {
  constructor() {
    super(STYLE);
  }

  setConfig(config) {
    if (!Object.hasOwn(PICTURES, config.picture)) {
      throw new Error(`picture must be one of ${Object.keys(PICTURES).join(", ")}`);
    }
    super.setConfig(config);
  }

  getCardSize() {
    return 7;
  }

  getGridOptions() {
    return { columns: "full", min_columns: 6, rows: "auto" };
  }

  async picture(hass, { all, system, meter, period, words, devices }) {
    const picture = PICTURES[this.config.picture];
    const { of = ["system"] } = picture;
    const shown = picture.around ? period.around : period;
    const when = shown.unit === period.unit ? "" : ` · ${shown.title(words)}`;
    const title = create("h2", { textContent: words.text(picture.title) + when });
    if (!(of.includes("system") && system) && !(of.includes("meter") && meter)) {
      const none = create("p", {
        className: "none",
        textContent: words.text("dashboard_gone"),
      });
      return () => this.card.replaceChildren(title, none);
    }
    const what = { system, meter, period };
    const loaded = await picture.load({
      rows: (...asked) => statistics(hass, ...asked),
      ...what,
    });
    const drawn = picture.draw(loaded, {
      ...what,
      fleet: all.fleets[system?.fleet] ?? [],
      words,
      colours: coloursOf(this),
    });
    return () => this.#show(title, drawn, words, devices);
  }

  async #show(title, drawn, words, devices) {
    if (!drawn) {
      const nothingYet = chosen.period.end > Date.now();
      const text =
        waitingText(words, devices) ??
        words.text(nothingYet ? "dashboard_no_data_yet" : "dashboard_no_data");
      this.card.replaceChildren(
        title,
        create("p", { className: "none", textContent: text }),
      );
      return;
    }
    const { figures, chart, element, note } = drawn;
    const list = create(
      "dl",
      {},
      ...figures.map(([name, text]) =>
        create(
          "div",
          {},
          create("dt", { textContent: name }),
          create("dd", { textContent: text }),
        ),
      ),
    );
    const body = chart ? await this.#chart(chart) : element;
    fill(this.card, [title, list, body, create("p", { textContent: note })]);
  }

  /** The frontend's own chart, which it loads with the first card that needs one. */
  async #chart({ data, options }) {
    if (!this.chart) {
      if (!customElements.get("ha-chart-base")) {
        const helpers = await window.loadCardHelpers();
        helpers.createCardElement({ type: "statistics-graph", entities: [] });
        await customElements.whenDefined("ha-chart-base");
      }
      this.chart = create("ha-chart-base", { height: "260px" });
    }
    Object.assign(this.chart, { hass: this._hass, data, options });
    return this.chart;
  }
}
