/**
 * The pictures by their names, each with what it asks for and what it draws of it.
 *
 * `load` gets `{ rows, system, meter, period }` and asks with `rows(ids, span, bucket, type)`;
 * `draw` gets what was loaded and `{ system, meter, fleet, period, words, colours }`. It
 * answers with `figures` (a heading of [label, text] pairs), a `chart` or an `element`, and a
 * `note`; or with null where there is nothing to draw. `of` tells what a picture is of, where
 * it is not of a heat pump. `around` tells that it shows the year around a month or a day,
 * which alone say too little.
 */
import { copCalendar, copOutside, flow } from "./days.js";
import { carbon, cost, energy, usage } from "./energies.js";
import { fleet } from "./fleet.js";
import { daily } from "./profile.js";
import { quality } from "./quality.js";

export const PICTURES = {
  energy,
  carbon,
  cost,
  flow,
  cop: copOutside,
  fleet,
  profile: daily,
  usage,
  calendar: copCalendar,
  quality,
};
