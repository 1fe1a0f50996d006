/** What the cards ask Home Assistant for: what there is, and rows of statistics. */

const DOMAIN = "heatpump_insight";
/** How long an answer is good enough, in ms: cards of a page ask for the same. */
const FRESH = 60_000;

const answers = new Map();

/** Asks once for what several cards want at the same time. */
function ask(hass, message, fresh = FRESH) {
  const key = JSON.stringify(message);
  const known = answers.get(key);
  if (known && known.connection === hass.connection && Date.now() - known.at < fresh) {
    return known.answer;
  }
  const answer = hass.connection.sendMessagePromise(message);
  answers.set(key, { answer, at: Date.now(), connection: hass.connection });
  answer.catch(() => answers.delete(key));
  for (const [other, { at }] of answers) {
    if (Date.now() - at > FRESH) answers.delete(other);
  }
  return answer;
}

/** The heat pumps and meters, with how far their history is. */
export function overview(hass, fresh = FRESH) {
  return ask(hass, { type: `${DOMAIN}/overview` }, fresh);
}

/**
 * How much of the histories is there, from 0 to 1; null while nobody knows. Of one whose
 * service is not connected nothing is coming.
 */
export function imported(...devices) {
  const known = devices.map((device) => device.history).filter(Boolean);
  if (known.some(({ total }) => total === null)) return null;
  const total = known.reduce((hours, each) => hours + each.total, 0);
  const done = known.reduce(
    (hours, each) => hours + Math.min(each.imported, each.total),
    0,
  );
  return total ? done / total : 1;
}

/**
 * The rows of statistics over a span, by the names that `ids` gives them; rows that are
 * not there are no rows. `type` is `change` or `mean`, in kWh, kg and °C; `start` is in ms.
 */
export async function statistics(hass, ids, { start, end }, period, type) {
  const wanted = Object.entries(ids).filter(([, id]) => id);
  if (!wanted.length) return {};
  const rows = await ask(hass, {
    type: "recorder/statistics_during_period",
    start_time: new Date(start).toISOString(),
    // The recorder takes whole buckets: one that begins at the end would come with them.
    end_time: new Date(end - 1).toISOString(),
    statistic_ids: wanted.map(([, id]) => id).sort(),
    period,
    types: [type],
    units: { energy: "kWh", mass: "kg", temperature: "°C" },
  });
  return Object.fromEntries(wanted.map(([name, id]) => [name, rows[id] ?? []]));
}
