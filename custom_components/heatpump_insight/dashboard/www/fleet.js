/** The picture of the heat pump among published systems. */
import { categories } from "./charts.js";
import { histogram } from "./figures.js";

/** How wide a bin of the COP is. */
const BIN = 0.25;

export const fleet = {
  title: "dashboard_fleet",
  load: async () => ({}),
  draw(_, { system, fleet: members, words, colours }) {
    const { id, kind, cop: own, percentile } = system.standing ?? {};
    const others = members
      .filter((each) => each.id !== id && (!kind || each.kind === kind))
      .map((each) => each.cop);
    if (!others.length) return null;
    const isKnown = Number.isFinite(own);
    const all = histogram(isKnown ? [...others, own] : others, BIN);
    const isOwn = (from) => isKnown && own >= from && own < from + BIN;
    const systems = (count) => words.number(count);
    const layer = (name, values, colour) => ({
      name,
      stack: "systems",
      values,
      colour,
      tell: systems,
    });
    return {
      figures: [
        ...(isKnown ? [[words.text("dashboard_own_cop"), words.number(own, 2)]] : []),
        ...(Number.isFinite(percentile)
          ? [[words.text("dashboard_better_than"), words.number(percentile, 0, "%")]]
          : []),
        [words.text("dashboard_compared"), words.number(others.length)],
      ],
      chart: categories({
        labels: all.map(({ from }) => words.number(from, 2)),
        titles: all.map(
          ({ from }) => `COP ${words.number(from, 2)} – ${words.number(from + BIN, 2)}`,
        ),
        units: [words.text("dashboard_systems_axis")],
        words,
        layers: [
          layer(
            words.text("dashboard_published"),
            all.map(({ from, count }) => (isOwn(from) ? null : count)),
            colours.fleet,
          ),
          ...(isKnown
            ? [
                layer(
                  `${system.name} · COP ${words.number(own, 2)}`,
                  all.map(({ from, count }) => (isOwn(from) ? count : null)),
                  colours.cop,
                ),
              ]
            : []),
        ],
      }),
      note: words.text(isKnown ? "dashboard_fleet_note" : "dashboard_fleet_note_unknown"),
    };
  },
};
