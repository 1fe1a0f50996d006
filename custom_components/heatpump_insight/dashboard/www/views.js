/** Dashboards and views as the frontend knows them, of what is configured. */

const PICTURE = "custom:heatpump-insight-picture";
const PERIOD = "custom:heatpump-insight-period";
const TEMPERATURES = {
  flow_temperature: "dashboard_flow",
  return_temperature: "dashboard_return",
  outside_temperature: "dashboard_outside",
  room_temperature: "dashboard_room",
};

const section = (span, ...cards) => ({ type: "grid", column_span: span, cards });

/** A view for each heat pump and each meter. */
export function dashboard(all, words) {
  const views = [
    ...all.systems.map((system) => ofSystem(system, words)),
    ...all.meters.map((meter) => ofMeter(meter, words)),
  ];
  return { views: views.length ? views : [empty()] };
}

/** The view of a heat pump or a meter by its key, else the first there is. */
export function view(all, words, key) {
  const system =
    all.systems.find((each) => each.key === key) ?? (key ? null : all.systems[0]);
  const meter = all.meters.find((each) => each.key === key) ?? (key ? null : all.meters[0]);
  if (system) return ofSystem(system, words);
  return meter ? ofMeter(meter, words) : empty();
}

/** One section with all pictures of a heat pump or a meter, as `view` chooses it. */
export function oneSection(all, words, key) {
  const { sections } = view(all, words, key);
  return section(1, ...sections.flatMap(({ cards }) => cards));
}

function ofSystem(system, words) {
  const picture = (name) => ({ type: PICTURE, picture: name, system: system.key });
  const { carbon, cost } = system.statistics;
  const optional = [carbon && "carbon", cost && "cost"].filter(Boolean);
  return {
    title: system.name,
    path: system.key.replaceAll("_", "-"),
    type: "sections",
    max_columns: 2,
    sections: [
      section(2, { type: PERIOD, system: system.key }),
      section(2, picture("energy")),
      ...[...optional, "cop", "flow", "profile", "fleet"].map((name) =>
        section(1, picture(name)),
      ),
      section(2, picture("calendar")),
      section(1, ...now(system, words)),
      section(1, ...temperatures(system, words)),
      section(2, picture("quality")),
    ],
  };
}

/** What the heat pump does at this moment, as far as its sensors are enabled. */
function now({ entities, page }, words) {
  const tiles = Object.entries(entities).map(([key, entity]) => ({
    type: "tile",
    entity,
    // What is on is well, and not a warning.
    ...(key === "monitoring_up_to_date" ? { color: "green" } : {}),
    // The device is what the whole view is about.
    name: { type: "entity" },
    grid_options: { columns: 6 },
  }));
  return [
    { type: "heading", heading: words.text("dashboard_now"), icon: "mdi:heat-pump" },
    ...tiles,
    {
      type: "markdown",
      text_only: true,
      content: `[${words.text("dashboard_page")}](${page})`,
    },
  ];
}

function temperatures({ statistics }, words) {
  return [
    {
      type: "heading",
      heading: words.text("dashboard_temperatures"),
      icon: "mdi:thermometer",
    },
    {
      type: "statistics-graph",
      entities: Object.entries(TEMPERATURES).map(([name, text]) => ({
        entity: statistics[name],
        name: words.text(text),
      })),
      stat_types: ["mean"],
      period: "hour",
      days_to_show: 7,
      chart_type: "line",
    },
  ];
}

function ofMeter(meter, words) {
  const picture = (name) => ({ type: PICTURE, picture: name, meter: meter.key });
  const graph = (statistic, title) => [
    { type: "heading", heading: title, icon: "mdi:chart-bar" },
    {
      type: "statistics-graph",
      entities: [statistic],
      stat_types: ["change"],
      period: "month",
      days_to_show: 730,
      chart_type: "bar",
      hide_legend: true,
    },
  ];
  const { carbon, cost } = meter.statistics;
  return {
    title: meter.name,
    path: `meter-${meter.device_id}`,
    type: "sections",
    max_columns: 2,
    sections: [
      section(2, { type: PERIOD, meter: meter.key }),
      section(2, picture("usage")),
      section(cost ? 2 : 1, picture("profile")),
      section(1, ...graph(carbon, words.text("dashboard_meter_carbon"))),
      ...(cost ? [section(1, ...graph(cost, words.text("dashboard_meter_cost")))] : []),
      section(2, picture("quality")),
    ],
  };
}

/** Waits for what is not set up yet. */
function empty() {
  return {
    title: "Heat Pump Insight",
    type: "sections",
    sections: [section(1, { type: PERIOD })],
  };
}
