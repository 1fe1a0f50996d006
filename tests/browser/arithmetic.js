/**
 * What the pages of the dashboard compute, checked where they compute it.
 *
 * Evaluated in a page with the address of the modules; returns a line for each fault.
 */
async (address) => {
  const load = (name) => import(`${address}/${name}.js`);
  const [figures, periods, { Words }, { imported }, { PICTURES }] = await Promise.all(
    ["figures", "periods", "words", "data", "pictures"].map(load),
  );
  const { Period, midnight } = periods;
  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;
  const LONDON = "Europe/London";
  const faults = [];

  /** Compares a value, of which numbers are rounded, with what it has to be. */
  function is(what, found, wanted) {
    const text = (value) =>
      JSON.stringify(value, (_, each) =>
        each instanceof Map
          ? [...each]
          : typeof each === "number"
            ? Math.round(each * 1e6) / 1e6
            : each,
      );
    if (text(found) !== text(wanted)) {
      faults.push(`${what}: ${text(found)} and not ${text(wanted)}`);
    }
  }

  const wordsOf = (locale = {}, zone = LONDON) =>
    new Words(
      {
        locale: {
          language: "en-GB",
          number_format: "language",
          time_format: "24",
          ...locale,
        },
        config: { time_zone: zone, currency: "GBP" },
      },
      {},
    );
  const at = (text) => Date.parse(text);

  // Periods, in the time zone of Home Assistant.
  const day = (text, zone = LONDON) => new Period("day", at(text), zone);
  const hoursOf = ({ start, end }) => (end - start) / HOUR;
  is("the day on which clocks go forward", hoursOf(day("2026-03-29T12:00Z")), 23);
  is("the day on which clocks go back", hoursOf(day("2026-10-25T12:00Z")), 25);
  is("its hours", day("2026-10-25T12:00Z").buckets(Infinity).length, 25);
  is("the day before it", hoursOf(day("2026-10-25T12:00Z").next(-1)), 24);
  is(
    "a day that begins at one o'clock",
    new Date(midnight(2026, 3, 29, "Atlantic/Azores")).toISOString(),
    "2026-03-29T01:00:00.000Z",
  );
  const year = new Period("year", at("2025-06-01T00:00Z"), LONDON);
  is("the months of a year", year.buckets(Infinity).length, 12);
  is("the months that have begun", year.buckets(at("2025-03-15T00:00Z")).length, 3);
  is(
    "the last day of a year that is looked at from near",
    new Date(year.as("day", at("2026-06-01T00:00Z")).start).toISOString(),
    "2025-12-31T00:00:00.000Z",
  );
  is(
    "the year around its last day",
    year.as("day", at("2026-06-01T00:00Z")).around.start,
    year.start,
  );
  is(
    "the month before January",
    new Date(
      new Period("month", at("2026-01-31T23:00Z"), LONDON).next(-1).start,
    ).toISOString(),
    "2025-12-01T00:00:00.000Z",
  );

  // Figures.
  is("a COP without heat", figures.cop(0, 3), null);
  is("a COP without electricity", figures.cop(3, undefined), null);
  is("a COP", figures.cop(7, 2), 3.5);
  const map = (...pairs) => new Map(pairs);
  is(
    "what two maps both know",
    figures.joined(map([1, 10], [2, 20]), map([2, 5], [3, 6])),
    [[[2, 20]], [[2, 5]]],
  );
  is(
    "sums in buckets",
    figures.inBuckets(map([5, 1], [11, 2], [10, 4], [40, 8], [1, 99]), [5, 10, 20, 30]),
    [
      [5, 1],
      [10, 6],
      [30, 8],
    ],
  );
  const points = Array.from({ length: 12 }, (_, x) => ({ x, y: 5 - x / 4, weight: 1 + x }));
  is("a line through points on a line", figures.line(points), {
    slope: -0.25,
    intercept: 5,
  });
  is("a line through too few points", figures.line(points.slice(0, 9)), null);
  is(
    "a line through points of one x",
    figures.line(points.map((p) => ({ ...p, x: 1 }))),
    null,
  );
  is("bins with an empty one between", figures.histogram([3.1, 3.2, 3.6], 0.25), [
    { from: 3, count: 2 },
    { from: 3.25, count: 0 },
    { from: 3.5, count: 1 },
  ]);
  is("a hole between hours", figures.holes([0, HOUR, 4 * HOUR]), [
    { from: 2 * HOUR, to: 4 * HOUR, hours: 2 },
  ]);
  is(
    "holes at both ends",
    figures.holes([5 * HOUR], 3 * HOUR, 8 * HOUR).map(({ hours }) => hours),
    [2, 2],
  );

  // Words.
  is(
    "a German number",
    wordsOf({ language: "de" }).number(1234.5, 1, "kWh"),
    "1.234,5\u00a0kWh",
  );
  is(
    "a number that is grouped by nothing",
    wordsOf({ language: "de", number_format: "none" }).number(1234.5, 1),
    "1234.5",
  );
  is("a number that is not known", wordsOf().number(null), "–");
  is("money", wordsOf().money(1234.5), "£1,234.50");
  const clock = { hour: "2-digit", minute: "2-digit" };
  is(
    "one o'clock by 12 hours",
    wordsOf({ language: "en", time_format: "12" }, "UTC")
      .date(HOUR, clock)
      .replace(/\s/, " "),
    "1:00 AM",
  );
  is("midnight by 24 hours", wordsOf({ language: "en" }, "UTC").date(0, clock), "00:00");

  // How much of the history is there.
  const device = (done, all) => ({ history: { imported: done, total: all } });
  is("a history of which a half is there", imported(device(50, 100)), 0.5);
  is("a history that has not begun", imported(device(0, null), device(10, 10)), null);
  is("a history of what is not connected", imported({ history: null }), 1);

  // Pictures. The titles are the keys of their texts, as no text is known.
  const words = wordsOf();
  const month = new Period("month", at("2026-02-10T00:00Z"), LONDON);
  const colours = new Proxy({}, { get: () => "#000" });
  const rowsOf = (amounts) => amounts.map(([start, change]) => ({ start, change }));
  const every = (from, to, amount) =>
    Array.from({ length: to - from }, (_, step) => [
      month.start + (from + step) * HOUR,
      amount,
    ]);
  const system = {
    name: "Mine",
    statistics: { electricity: "e", heat: "h", carbon: "c", cost: "p" },
    boiler: { carbon: 0.2, cost: 0.1 },
    standing: { id: 2, kind: "Air Source", cop: 3.6, percentile: 50, line: null },
  };
  const draw = (picture, loaded, more = {}) =>
    PICTURES[picture].draw(loaded, {
      system,
      period: month,
      words,
      colours,
      fleet: [],
      ...more,
    });
  const figure = (drawn, name) =>
    drawn.figures.find(([title]) => title === name)?.[1].replaceAll("\u00a0", " ");
  const series = (drawn, name) => drawn.chart.data.find((each) => each.name === name).data;

  const half = draw("energy", {
    electricity: rowsOf(every(0, 48, 1)),
    heat: rowsOf(every(24, 48, 3.5)),
  });
  is("the COP of a period of which half the heat is known", figure(half, "COP"), "3.50");
  is("its electricity, all the same", figure(half, "dashboard_electricity"), "48.0 kWh");
  is("the COP of a day without heat", series(half, "COP"), [null, 3.5]);
  is("nothing", draw("energy", { electricity: [], heat: [] }), null);

  const late = draw("carbon", {
    carbon: rowsOf(every(0, 24, 0.05)),
    heat: rowsOf(every(0, 48, 2)),
  });
  is(
    "carbon of heat of which the later half is not known",
    figure(late, "dashboard_per_heat"),
    "25 g/kWh",
  );
  is("the boiler's, for the same hours", figure(late, "dashboard_boiler"), "9.60 kg");
  const cooling = draw("cost", {
    cost: rowsOf(every(0, 2, 1)),
    heat: rowsOf(every(0, 2, -3)),
  });
  is("a boiler does not cool", figure(cooling, "dashboard_boiler"), "£0.00");

  const fleet = [
    { id: 1, kind: "Air Source", cop: 3.5 },
    { id: 2, kind: "Air Source", cop: 3.6 },
    { id: 3, kind: "Air Source", cop: 3.55 },
    { id: 4, kind: "Ground Source", cop: 4.5 },
  ];
  const among = draw("fleet", {}, { fleet });
  is("the others of the same kind", figure(among, "dashboard_compared"), "2");
  is("the own bin, with oneself once", series(among, "Mine · COP 3.60"), [3]);
  is("a fleet that is not known yet", draw("fleet", {}), null);

  const meter = { name: "Meter", statistics: { energy: "m" } };
  const sunny = draw(
    "profile",
    { electricity: rowsOf(every(0, 24, 1)), house: rowsOf(every(0, 24, 0.5)) },
    { meter },
  );
  is(
    "the share of a heat pump that runs on panels",
    figure(sunny, "dashboard_share"),
    "100 %",
  );
  const today = draw(
    "profile",
    { electricity: rowsOf(every(0, 9, 1)), house: [] },
    { meter },
  );
  is(
    "a day of which the meter knows nothing yet",
    figure(today, "dashboard_heat_pump_day"),
    "9.00 kWh",
  );
  is("and its share", figure(today, "dashboard_share"), undefined);
  is(
    "a meter alone",
    draw("profile", { house: rowsOf(every(0, 24, 0.5)) }, { system: undefined, meter })
      .figures[0][1],
    "12.0\u00a0kWh",
  );

  const past = new Period("year", at("2024-06-01T00:00Z"), LONDON);
  const rows = Array.from({ length: 31 * 24 }, (_, hour) => [past.start + hour * HOUR, 1]);
  const before = { start: past.start - 31 * DAY, change: 1 };
  const after = { start: past.end, change: 1 };
  const dark = draw(
    "quality",
    { electricity: rowsOf(rows), heat: rowsOf(rows), months: [before, after] },
    { period: past },
  );
  is("a year that goes dark after its January", figure(dark, "dashboard_holes"), "1");
  is("its hours that are known", figure(dark, "dashboard_known_hours"), "8.5 %");
  const newest = draw(
    "quality",
    { electricity: rowsOf(rows), heat: rowsOf(rows.slice(0, -24)), months: [before] },
    { period: past },
  );
  is("what is yet to come is no hole", figure(newest, "dashboard_holes"), "0");
  is(
    "an hour is known where heat is too",
    newest.element.querySelectorAll("td.known").length,
    30,
  );
  const gap = draw(
    "quality",
    {
      electricity: rowsOf(rows),
      heat: rowsOf([...rows.slice(0, 100), ...rows.slice(110)]),
      months: [before],
    },
    { period: past },
  );
  is("a hole of the heat alone", figure(gap, "dashboard_holes"), "1");

  return faults;
};
