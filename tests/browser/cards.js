/**
 * What the cards of the dashboard say while there is nothing to draw.
 *
 * Evaluated in a page that has the cards; returns a line for each fault.
 */
async () => {
  const faults = [];
  const TEXTS = {
    dashboard_waiting: "coming: {percent}",
    dashboard_waiting_to_begin: "to begin",
    dashboard_no_data: "no data",
    dashboard_no_data_yet: "no data yet",
    dashboard_gone: "gone",
    dashboard_failed: "failed: {error}",
    dashboard_nothing: "nothing yet",
  };
  const system = {
    key: "system_1",
    name: "Mine",
    statistics: { electricity: "e", heat: "h" },
    entities: {},
    fleet: "f",
    meter: null,
  };

  let asked = 0;

  /** A Home Assistant that answers the cards; `history` is that of the heat pump. */
  function homeAssistant(history, { fails, systems } = {}) {
    asked += 1;
    const answers = {
      "frontend/get_translations": {
        resources: Object.fromEntries(
          Object.entries(TEXTS).map(([key, text]) => [
            `component.heatpump_insight.common.${key}`,
            text,
          ]),
        ),
      },
      "heatpump_insight/overview": {
        systems: systems ?? [{ ...system, history }],
        meters: [],
        fleets: { f: [] },
      },
      "recorder/statistics_during_period": {},
    };
    return {
      connected: true,
      // What was loaded for a language stays, so this is one that nobody reads.
      locale: { language: `en-x-test${asked}` },
      config: { time_zone: "UTC", currency: "GBP" },
      themes: {},
      connection: {
        sendMessagePromise: async ({ type }) => {
          if (fails && type.startsWith("heatpump")) throw { success: false, error: fails };
          return answers[type];
        },
      },
    };
  }

  /** Shows a card until it says what is wanted, or for three seconds; returns what it says. */
  async function shown(kind, config, hass, wanted) {
    const card = document.createElement(`heatpump-insight-${kind}`);
    card.setConfig(config);
    card.hass = hass;
    document.body.append(card);
    const text = () => card.shadowRoot.querySelector("ha-card").textContent;
    for (let turn = 0; turn < 60 && !text().includes(wanted); turn += 1) {
      await new Promise((done) => setTimeout(done, 50));
    }
    card.remove();
    return text();
  }

  async function says(what, kind, config, hass, wanted) {
    const text = await shown(kind, config, hass, wanted);
    if (!text.includes(wanted))
      faults.push(`${what}: ${JSON.stringify(text)}, not ${wanted}`);
  }

  const own = { system: "system_1" };
  const picture = { ...own, picture: "energy" };
  const half = { imported: 50, total: 100 };
  const whole = { imported: 100, total: 100 };
  await says("a history that comes", "period", own, homeAssistant(half), "coming: 50");
  await says("a picture meanwhile", "picture", picture, homeAssistant(half), "coming: 50");
  await says(
    "a history that has not begun",
    "picture",
    picture,
    homeAssistant({ imported: 0, total: null }),
    "to begin",
  );
  await says("a period of nothing", "picture", picture, homeAssistant(whole), "no data");
  await says("a service that is away", "picture", picture, homeAssistant(null), "no data");
  await says(
    "what was removed",
    "picture",
    picture,
    homeAssistant(whole, { systems: [] }),
    "gone",
  );
  await says(
    "an answer that is an error",
    "picture",
    picture,
    homeAssistant(whole, { fails: { code: "unknown_command", message: "Unknown" } }),
    "failed: Unknown",
  );
  await says(
    "a view before anything is set up",
    "period",
    {},
    homeAssistant(null, { systems: [] }),
    "nothing yet",
  );
  const found = new Promise((done) => {
    document.body.addEventListener("config-refresh", () => done(true), { once: true });
    setTimeout(() => done(false), 3000);
  });
  await shown("period", {}, homeAssistant(whole), "nothing yet");
  if (!(await found)) faults.push("A view before anything was set up is not drawn anew");
  const wrong = document.createElement("heatpump-insight-picture");
  try {
    wrong.setConfig({ picture: "sunset" });
    faults.push("A picture that is none is accepted");
  } catch (error) {
    if (!error.message.includes("energy"))
      faults.push(`Nobody is helped by ${error.message}`);
  }
  return faults;
};
