/** What the cards share: when they draw, and what they say while there is nothing to draw. */
import { chosen } from "./chosen.js";
import { imported, overview } from "./data.js";
import { wordsOf } from "./words.js";

/** How often there may be something new, in ms: soon while history is coming. */
const LATER = 5 * 60_000;
const SOON = 5_000;

export function create(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

/** What is waited for, null when the history is whole. */
export function waitingText(words, devices) {
  const done = imported(...devices);
  if (done === null) return words.text("dashboard_waiting_to_begin");
  if (done >= 1) return null;
  return words.text("dashboard_waiting", {
    percent: words.number(Math.floor(100 * done), 0, "%"),
  });
}

/** What all cards share: when they draw, and that one that cannot says so. */
export class Card extends HTMLElement {
  #drawn = 0;

  constructor(style) {
    super();
    const root = this.attachShadow({ mode: "open" });
    this.card = create("ha-card");
    root.append(create("style", { textContent: style }), this.card);
    this.changed = () => this.draw();
  }

  setConfig(config) {
    this.config = config;
  }

  set hass(hass) {
    const before = this._hass;
    this._hass = hass;
    const differs =
      !before ||
      before.connection !== hass.connection ||
      before.locale !== hass.locale ||
      before.themes !== hass.themes ||
      before.connected !== hass.connected;
    if (differs && this.isConnected) this.draw();
  }

  connectedCallback() {
    chosen.addEventListener("change", this.changed);
    if (this._hass) this.draw();
  }

  disconnectedCallback() {
    chosen.removeEventListener("change", this.changed);
    clearTimeout(this.timer);
  }

  /** Draws what there is now; a drawing that is overtaken by another is not shown. */
  async draw() {
    if (!this._hass?.connected) return;
    this.#drawn += 1;
    const mine = this.#drawn;
    clearTimeout(this.timer);
    const hass = this._hass;
    chosen.begin(hass);
    let words;
    let done = null;
    try {
      words = await wordsOf(hass);
      const all = await overview(hass, SOON - 500);
      const { system: wanted, meter } = this.config;
      const system = all.systems.find(({ key }) => key === wanted);
      const what = {
        all,
        system,
        meter: all.meters.find(({ key }) => key === (meter ?? system?.meter)),
        period: chosen.period,
        words,
      };
      const devices = [what.system, what.meter].filter(Boolean);
      const show = await this.picture(hass, { ...what, devices });
      if (mine !== this.#drawn) return;
      await show();
      done = devices.length ? imported(...devices) : null;
    } catch (error) {
      if (mine !== this.#drawn) return;
      // What Home Assistant answers has a code; a fault of these modules is for the console.
      const answer = error?.error ?? error;
      if (answer?.code === undefined) throw error;
      const reason = String(answer.message ?? answer.code);
      this.say(words?.text("dashboard_failed", { error: reason }) ?? reason);
    } finally {
      if (mine === this.#drawn && this.isConnected) {
        this.timer = setTimeout(this.changed, this.#patience(done));
      }
    }
  }

  /** How long to wait for more: soon while it comes, and longer each time that nothing did. */
  #patience(done) {
    const isMoving = done !== this.done;
    this.done = done;
    if (done === 1) this.wait = LATER;
    else this.wait = isMoving ? SOON : Math.min((this.wait ?? SOON) * 2, LATER);
    return this.wait;
  }

  say(text) {
    this.card.replaceChildren(create("p", { className: "none", textContent: text }));
  }
}
