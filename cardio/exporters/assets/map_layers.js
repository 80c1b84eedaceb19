/* The layers of a Cardio map: each maker returns what is drawn, and how it follows the view (today or plan, year, services). */
"use strict";

function cardioLayers(map, data, shapes, view, popups, extension) {
  const { decode, canvas, streetCanvas, Cloud } = shapes;
  const signScale = () => { const zoom = map.getZoom(); return zoom < 13.5 ? 0.55 : zoom < 14.5 ? 0.75 : zoom < 16 ? 0.9 : 1.1; };
  const dotScale = () => { const zoom = map.getZoom(); return zoom < 13.5 ? 0.5 : zoom < 14.5 ? 0.7 : zoom < 16 ? 1 : zoom < 17.5 ? 1.35 : 1.7; };

  // ---- what the view shows of a row: built by the year in view, for a service that is switched on
  const isBuilt = (phase) => phase < 0 || phase <= view.phase;
  const isServed = (services) => !services || !services.length || services.some((service) => view.services.has(service));
  function isShown(entry, row) {
    return isBuilt(entry.phases ? entry.phases[row] : -1) && isServed(entry.row_services ? entry.row_services[row] : undefined);
  }
  const colourOf = (entry, row) => (view.byYear && entry.phases ? data.phases[entry.phases[row]].colour : undefined);

  // ---- where rows lie, for search and lists
  const bounds = (...parts) => L.latLngBounds(parts.flat(3));
  function placeOf(entry, row) {
    if (entry.of !== undefined) return placeOf(data.layers[entry.of], row);
    if (entry.steps) { entry.places = entry.places || decode(entry.steps); return L.latLngBounds([entry.places[row]]); }
    if (entry.hexagons) return bounds(decode(entry.hexagons[row]));
    const parts = [...(entry.lines || [])[row] || [], ...(entry.points || [])[row] || [], ...((entry.areas || [])[row] || []).flat()];
    return bounds(...parts.map(decode));
  }
  const linesOf = (entry, row) => ((entry.lines || [])[row] || []).map(decode);
  function onClick(layer, entry, rowOf) {
    layer.on("click", (event) => {
      if (view.measuring) return;  // the click goes on to the map, which measures
      L.DomEvent.stopPropagation(event);
      popups.open(entry, rowOf(), event.latlng);
    });
  }

  function makeStreets(entry) {
    const lines = entry.lines.flat().map(decode);
    return { group: L.polyline(lines, { ...entry.style, renderer: streetCanvas, pane: "streets", interactive: false, smoothFactor: 1.5 }) };
  }
  function addLines(group, entry, restyled) {
    const casing = { color: "#fff", weight: entry.style.weight + 3, renderer: canvas, interactive: false };
    const rows = entry.lines.map((parts) => parts.map(decode));
    const pairs = rows.map((parts, row) => {
      if (!parts.length) return [];
      const line = L.polyline(parts, { ...entry.style, fill: false, renderer: canvas, row });
      onClick(line, entry, () => row);
      return entry.style.casing ? [L.polyline(parts, casing), line] : [line];
    });
    for (const level of [0, 1]) pairs.forEach((pair) => { if (pair[level]) group.addLayer(pair[level]); });
    if (!entry.phases && !entry.row_services) return;
    restyled.push(() => {
      for (const level of [0, 1]) pairs.forEach((pair, row) => {
        if (!pair[level]) return;
        const shown = isShown(entry, row);
        if (shown !== group.hasLayer(pair[level])) group[shown ? "addLayer" : "removeLayer"](pair[level]);
        if (shown && level === pair.length - 1) pair[level].setStyle({ color: colourOf(entry, row) || entry.style.color });
      });
    });
  }
  function addPoints(group, entry, restyled) {
    const owners = [], points = [], signs = new Map();
    entry.points.forEach((parts, row) => parts.forEach((steps) => decode(steps).forEach((point) => { points.push(point); owners.push(row); })));
    if (!points.length) return;
    const signOf = (row) => {
      if (!isShown(entry, row)) return null;
      const colour = colourOf(entry, row);
      if (!colour) return entry.marker;
      if (!signs.has(colour)) signs.set(colour, { ...entry.marker, fillColor: colour });
      return signs.get(colour);
    };
    const cloud = new Cloud(points, owners, signOf, signScale, { renderer: canvas });
    onClick(cloud, entry, () => cloud.row);
    group.addLayer(cloud);
    restyled.push(() => { if (cloud._map) cloud.redraw(); });
  }
  function makeFeatures(entry) {
    const group = L.featureGroup(), restyled = [];
    (entry.areas || []).forEach((rings, row) => {
      if (!rings.length) return;
      const area = L.polygon(rings.map((polygon) => polygon.map(decode)), { ...entry.style, renderer: canvas, row });
      onClick(area, entry, () => row);
      group.addLayer(area);
    });
    if (entry.lines) addLines(group, entry, restyled);
    if (entry.points) addPoints(group, entry, restyled);
    return { group, restyle: () => restyled.forEach((restyle) => restyle()) };
  }

  // ---- zones: 0 met before, 1 met by the plan, 2 missed
  function zoneState(entry, row) {
    const [before, after] = entry.states[row];
    return view.plan && isBuilt(entry.phases ? entry.phases[row] : -1) ? after : before;
  }
  const zoneShare = (entry, row) => entry.shares[row][view.plan ? Math.min(view.phase + 1, entry.shares[row].length - 1) : 0];
  function makeZones(entry) {
    const made = makeFeatures(entry);
    made.restyle = () => made.group.eachLayer((zone) => {
      const { colour, dash } = data.zone_classes[zoneState(entry, zone.options.row)];
      zone.setStyle({ fillColor: colour, dashArray: dash });
    });
    return made;
  }

  // ---- demand: 0 served before, 1 newly served, 2 still unserved, 3 unreachable
  const classOf = (entry, row) => {
    const code = +entry.classes[row];
    return code === 1 && !(view.plan && isBuilt(entry.phases ? entry.phases[row] : -1)) ? 2 : code;
  };
  function weightsOf(entry, row) {
    const [before, fresh, unserved, unreachable] = entry.weights[row];
    let built = view.plan ? fresh : 0;
    if (view.plan && entry.new_by_phase) built = entry.new_by_phase[row].slice(0, view.phase + 1).reduce((sum, weight) => sum + weight, 0);
    return [before, built, Math.max(0, unserved + fresh - built), unreachable];
  }
  const unservedOf = (entry, row) => {
    if (!entry.hexagons) return classOf(entry, row) >= 2 ? entry.amounts[row] : 0;
    const weights = weightsOf(entry, row);
    return weights[2] + weights[3];
  };
  function makeHexagons(entry, group, onlyGaps) {
    entry.hexagons.forEach((ring, row) => {
      const hexagon = L.polygon(decode(ring), { color: onlyGaps ? "#D55E00" : "#fff", weight: onlyGaps ? 1.2 : 0.6, renderer: canvas, row });
      onClick(hexagon, entry, () => row);
      group.addLayer(hexagon);
    });
    return () => group.eachLayer((hexagon) => {
      const weights = weightsOf(entry, hexagon.options.row), all = weights.reduce((sum, weight) => sum + weight, 0);
      const share = all ? (weights[2] + weights[3]) / all : 0;
      hexagon.setStyle(onlyGaps ? { fillColor: "#D55E00", fillOpacity: 0.65 * share, opacity: share > 0 ? 1 : 0 }
        : { fillColor: data.classes[weights.indexOf(Math.max(...weights))].sign.fillColor || data.classes[weights.indexOf(Math.max(...weights))].sign.color, fillOpacity: 0.7 });
    });
  }
  function makeDemand(entry, onlyGaps) {
    const group = L.featureGroup();
    if (entry.hexagons) return { group, restyle: makeHexagons(entry, group, onlyGaps) };
    entry.places = entry.places || decode(entry.steps);
    // what is served lies on top
    const owners = entry.places.map((_place, row) => row).sort((a, b) => +entry.classes[b] - +entry.classes[a] || a - b);
    const signOf = (row) => {
      const code = classOf(entry, row);
      return onlyGaps ? (code >= 2 ? data.gap_sign : null) : data.classes[code].sign;
    };
    const cloud = new Cloud(owners.map((row) => entry.places[row]), owners, signOf, dotScale, { renderer: canvas });
    onClick(cloud, entry, () => cloud.row);
    group.addLayer(cloud);
    return { group, restyle: () => { if (cloud._map) cloud.redraw(); } };
  }

  const makers = {
    streets: makeStreets, features: makeFeatures, zones: makeZones,
    demand: (entry) => makeDemand(entry, false), gaps: (entry) => makeDemand(data.layers[entry.of], true),
    ...(extension ? extension.makers(onClick, signScale) : {}),
  };
  // built when first shown, so that hidden layers cost nothing at opening
  const states = data.layers.map((entry) => ({ entry, shown: entry.shown, made: null }));
  function refresh() {
    states.forEach((state) => {
      const { entry } = state;
      state.visible = state.shown && !(entry.plan_only && !view.plan) && isServed(entry.services);
      if (state.visible && !state.made) state.made = makers[entry.type](entry);
      if (!state.made) return;
      if (!state.visible) { state.made.group.remove(); return; }
      if (state.made.restyle) state.made.restyle();
      state.made.group.addTo(map).bringToFront();  // layers stand in drawing order, so the last shown ends on top
    });
    map.fire("cardio:refresh");
  }
  return { states, refresh, placeOf, linesOf, classOf, unservedOf, zoneState, zoneShare, isShown };
}

/* What a click shows: labels and values, then the price lines of a work. */
function cardioPopups(map, data) {
  const words = data.words;
  function priceTable(bill) {
    const table = cardioElement("table"), head = cardioElement("tr");
    words.bill_columns.forEach((title) => head.append(cardioElement("th", title)));
    table.append(head);
    let assumed = false;
    bill.forEach(([price, quantity, amount]) => {
      const row = data.prices[price], line = cardioElement("tr");
      line.append(cardioElement("td", row.label), cardioElement("td", row.unit_price), cardioElement("td", quantity), cardioElement("td", amount));
      if (row.assumed) { line.className = "assumed"; line.firstChild.append(cardioElement("b", " *")); assumed = true; }
      table.append(line);
    });
    return assumed ? [table, cardioElement("p", words.assumed_price, "cardio-assumed")] : [table];
  }
  function content(entry, row) {
    const box = cardioElement("div", undefined, "cardio-popup"), list = cardioElement("dl");
    const values = [...entry.rows[row]];
    if (entry.classes) values.push(data.classes[popups.classOf(entry, row)].label);
    entry.labels.forEach((label, i) => {
      if (values[i] === "" || values[i] === undefined) return;
      list.append(cardioElement("dt", label), cardioElement("dd", values[i]));
    });
    box.append(cardioElement("h3", entry.title), list);
    if (entry.bill && entry.bill[row].length) box.append(...priceTable(entry.bill[row]));
    return box;
  }
  const popups = {
    classOf: () => 0,
    open: (entry, row, place) => map.openPopup(content(entry, row), place,
      { maxWidth: Math.min(380, map.getSize().x - 60), maxHeight: Math.max(160, map.getSize().y - 150),
        autoPanPaddingTopLeft: [map.getSize().x > 900 ? 60 : 10, 60], autoPanPaddingBottomRight: [map.getSize().x > 900 ? 310 : 10, 10] }),
  };
  return popups;
}
