/** The picture of the average day. */
import { categories } from "./charts.js";
import { joined, profile, sum } from "./figures.js";
import { local, midnight } from "./periods.js";
import { changes, hours } from "./rows.js";

const HOUR = 3_600_000;

export const daily = {
  title: "dashboard_profile",
  of: ["system", "meter"],
  load: hours,
  draw(loaded, { system, meter, words, colours }) {
    const { electricity = new Map(), house: taken = new Map() } = changes(loaded);
    const [ownJoined, takenJoined] = joined(electricity, taken);
    // A meter is a day late, and then the heat pump is told of alone.
    const isJoined = Boolean(system) && ownJoined.size > 0;
    const own = isJoined ? ownJoined : electricity;
    // With panels a heat pump uses more than the home takes from the grid.
    const house = isJoined
      ? new Map([...takenJoined].map(([at, amount]) => [at, Math.max(amount, own.get(at))]))
      : taken;
    const hourOf = (start) => local(start, words.zone).hour;
    const ofPump = system ? profile(own, hourOf) : null;
    const ofHouse = isJoined || !system ? profile(house, hourOf) : null;
    const known = ofPump ?? ofHouse;
    if (known.every((value) => value === null)) return null;
    const kwh = (value) => words.number(value, 2, "kWh");
    const day = (values) => sum(values.filter((value) => value !== null));
    const moment = (hour) =>
      words.date(midnight(2024, 1, 10, words.zone) + hour * HOUR, {
        hour: "2-digit",
        minute: "2-digit",
      });
    const layer = (name, values, colour) => ({
      name,
      values,
      colour,
      stack: "day",
      tell: kwh,
    });
    const rest = isJoined
      ? ofHouse.map((value, hour) => (value === null ? null : value - ofPump[hour]))
      : null;
    return {
      figures: [
        ...(ofHouse
          ? [
              [
                words.text(system ? "dashboard_home_day" : "dashboard_a_day"),
                words.amount(day(ofHouse), "kWh"),
              ],
            ]
          : []),
        ...(ofPump
          ? [[words.text("dashboard_heat_pump_day"), words.amount(day(ofPump), "kWh")]]
          : []),
        ...(isJoined && day(ofHouse) > 0
          ? [
              [
                words.text("dashboard_share"),
                words.number((100 * day(ofPump)) / day(ofHouse), 0, "%"),
              ],
            ]
          : []),
      ],
      chart: categories({
        labels: known.map((_, hour) => moment(hour)),
        titles: known.map((_, hour) => `${moment(hour)} – ${moment(hour + 1)}`),
        units: ["kWh"],
        words,
        layers: [
          ...(ofPump
            ? [layer(words.text("dashboard_heat_pump"), ofPump, colours.electricity)]
            : [layer(meter.name, ofHouse, colours.home)]),
          ...(rest ? [layer(words.text("dashboard_rest"), rest, colours.home)] : []),
        ],
      }),
      note: words.text(
        isJoined ? "dashboard_profile_note" : "dashboard_profile_note_alone",
      ),
    };
  },
};
