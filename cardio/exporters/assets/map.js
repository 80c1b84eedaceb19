/* Draws the layers of a Cardio map from the JSON block of the page. Survey text reaches the page by textContent only. */
"use strict";

function drawCardioMap(map, data) {
  const words = data.words;
  const today = 0, withPlan = 1;
  let view = data.has_plan ? withPlan : today;

  // ---- geometry: whole microdegrees from an origin, each line as a first point and steps
  const latLng = (x, y) => L.latLng((data.origin[1] + y) / 1e6, (data.origin[0] + x) / 1e6);
  function decode(steps) {
    const points = new Array(steps.length / 2);
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i]; y += steps[i + 1];
      points[i / 2] = latLng(x, y);
    }
    return points;
  }

  // ---- one canvas for all that can be clicked: a canvas above another would swallow its clicks
  map.createPane("streets").style.pointerEvents = "none";
  map.getPane("streets").style.zIndex = 250;
  const streetCanvas = L.canvas({ pane: "streets", padding: 0.3 });
  const canvas = L.canvas({ padding: 0.3, tolerance: 4 });

  const Shape = L.CircleMarker.extend({
    _updatePath() {
      const outline = data.outlines[this.options.shape];
      if (!outline) { L.CircleMarker.prototype._updatePath.call(this); return; }
      if (!canvas._drawing || this._empty()) return;
      const context = canvas._ctx, radius = this._radius;
      context.beginPath();
      outline.forEach(([x, y], i) => context[i ? "lineTo" : "moveTo"](this._point.x + x * radius, this._point.y + y * radius));
      context.closePath();
      canvas._fillStroke(context, this);
    },
  });

  // ---- popups
  function element(tag, text, className) {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (className) node.className = className;
    return node;
  }
  function popupContent(title, labels, values) {
    const box = element("div", undefined, "cardio-popup"), list = element("dl");
    labels.forEach((label, i) => {
      if (values[i] === "" || values[i] === undefined) return;
      list.append(element("dt", label), element("dd", values[i]));
    });
    box.append(element("h3", title), list);
    return box;
  }
  function opensPopups(group, entry, valuesOf) {
    group.on("click", (event) => {
      const row = event.propagatedFrom.options.row;
      map.openPopup(popupContent(entry.title, entry.labels, valuesOf(row)), event.latlng, { maxWidth: 340, maxHeight: 280 });
      L.DomEvent.stopPropagation(event);
    });
  }

  // ---- layers: each maker returns the group, and restyle(view) where it depends on before and after
  const zoomRadius = () => { const zoom = map.getZoom(); return zoom < 13 ? 2.2 : zoom < 15 ? 3.2 : zoom < 17 ? 4.5 : 6; };

  function makeStreets(entry) {
    const lines = entry.lines.flat().map(decode);
    return { group: L.polyline(lines, { ...entry.style, renderer: streetCanvas, pane: "streets", interactive: false }) };
  }
  function makeFeatures(entry) {
    const group = L.featureGroup();
    (entry.areas || []).forEach((rings, row) => {
      if (rings.length) L.polygon(rings.map((polygon) => polygon.map(decode)), { ...entry.style, renderer: canvas, row }).addTo(group);
    });
    const casing = { color: "#fff", weight: entry.style.weight + 3, renderer: canvas };
    (entry.style.casing ? entry.lines || [] : []).forEach((parts, row) => L.polyline(parts.map(decode), { ...casing, row }).addTo(group));
    (entry.lines || []).forEach((parts, row) => {
      if (!parts.length) return;
      L.polyline(parts.map(decode), { ...entry.style, fill: false, renderer: canvas, row }).addTo(group);
    });
    (entry.points || []).forEach((parts, row) => {
      parts.forEach((steps) => decode(steps).forEach((point) =>
        new Shape(point, { ...entry.marker, renderer: canvas, row }).addTo(group)));
    });
    opensPopups(group, entry, (row) => entry.rows[row]);
    const restyle = () => group.eachLayer((mark) => {
      if (mark instanceof Shape) mark.setRadius(entry.marker.radius * (map.getZoom() < 15 ? 0.75 : 1));
    });
    return { group, restyle, zooms: Boolean(entry.points) };
  }
  function makeZones(entry) {
    const made = makeFeatures(entry);
    const state = (row) => entry.states[row][view];
    made.restyle = () => made.group.eachLayer((zone) =>
      zone.setStyle({ fillColor: data.zone_classes[state(zone.options.row)].colour }));
    return made;
  }
  // classes: 0 served before, 1 newly served, 2 still unserved, 3 unreachable; today 1 is not served yet
  const classInView = (code) => (view === today && code === 1 ? 2 : code);
  function heaviest(weights) {
    const seen = [0, 0, 0, 0];
    weights.forEach((weight, code) => { seen[classInView(code)] += weight; });
    return seen.indexOf(Math.max(...seen));
  }
  const unservedShare = (weights) => {
    const all = weights.reduce((sum, weight) => sum + weight, 0);
    return all ? (weights[2] + weights[3] + (view === today ? weights[1] : 0)) / all : 0;
  };
  function makeDemand(entry, onlyGaps) {
    const group = L.featureGroup();
    if (entry.hexagons) {
      entry.hexagons.forEach((ring, row) =>
        L.polygon(decode(ring), { color: onlyGaps ? "#D55E00" : "#fff", weight: onlyGaps ? 1.2 : 0.6, renderer: canvas, row }).addTo(group));
    } else {
      decode(entry.steps).forEach((point, row) => L.circleMarker(point, onlyGaps
        ? { color: "#D55E00", weight: 1.6, fillColor: "#fff", fillOpacity: 0.9, renderer: canvas, row }
        : { color: "#fff", weight: 0.6, fillOpacity: 0.95, renderer: canvas, row }).addTo(group));
    }
    const restyle = () => group.eachLayer((mark) => {
      const row = mark.options.row;
      if (entry.hexagons) {
        const weights = entry.weights[row];
        mark.setStyle(onlyGaps ? { fillColor: "#D55E00", fillOpacity: 0.65 * unservedShare(weights), opacity: unservedShare(weights) > 0 ? 1 : 0 }
          : { fillColor: data.classes[heaviest(weights)].colour, fillOpacity: 0.75 });
      } else if (onlyGaps) {
        const unserved = classInView(+entry.classes[row]) >= 2;
        mark.setRadius(zoomRadius());
        mark.setStyle({ stroke: unserved, fill: unserved, interactive: unserved });
      } else {
        mark.setRadius(zoomRadius());
        mark.setStyle({ fillColor: data.classes[classInView(+entry.classes[row])].colour });
      }
    });
    const stateOf = (row) => entry.hexagons ? [] : [data.classes[classInView(+entry.classes[row])].label];
    opensPopups(group, entry, (row) => [...entry.rows[row], ...stateOf(row)]);
    return { group, restyle, zooms: !entry.hexagons };
  }
  const makers = {
    streets: makeStreets, features: makeFeatures, zones: makeZones,
    demand: (entry) => makeDemand(entry, false), gaps: (entry) => makeDemand(data.layers[entry.of], true),
  };

  // ---- legend and layer control in one: boxes to tick, built by textContent
  function swatch(entry) {
    const space = "http://www.w3.org/2000/svg";
    const draw = (tag, attributes) => {
      const node = document.createElementNS(space, tag);
      Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
      return node;
    };
    const svg = draw("svg", { width: 26, height: 16, viewBox: "-13 -8 26 16", "aria-hidden": "true" });
    const { marker, style } = entry;
    if (entry.lines && entry.lines.length) {
      svg.append(draw("line", { x1: -12, x2: 12, y1: 0, y2: 0, stroke: style.color, "stroke-width": style.weight, "stroke-dasharray": style.dashArray || "none" }));
    } else if (entry.points && entry.points.length) {
      const paint = { fill: marker.fillColor, stroke: marker.color, "stroke-width": marker.weight };
      const radius = Math.min(marker.radius, 5.5), outline = data.outlines[marker.shape];
      svg.append(outline ? draw("polygon", { points: outline.map(([x, y]) => `${x * radius},${y * radius}`).join(" "), ...paint })
        : draw("circle", { r: radius, ...paint }));
    } else if (entry.areas) {
      svg.append(draw("rect", { x: -10, y: -6, width: 20, height: 12, fill: style.fillColor, "fill-opacity": style.fillOpacity, stroke: style.color, "stroke-width": style.weight }));
    } else {
      svg.append(draw("circle", { r: 5, fill: entry.type === "gaps" ? "#fff" : "#009E73", stroke: entry.type === "gaps" ? "#D55E00" : "#fff", "stroke-width": 2 }));
    }
    return svg;
  }
  function keyLine(colour, text) {
    const line = element("div", undefined, "cardio-key"), dot = element("i");
    dot.style.cssText = "flex:none;width:10px;height:10px;border-radius:50%;border:1px solid #fff;box-shadow:0 0 0 1px #c5ccd3";
    dot.style.backgroundColor = colour;
    line.append(dot, element("span", text));
    return line;
  }
  // built when first shown, so that hidden layers cost nothing at opening
  const states = data.layers.map((entry) => ({ entry, shown: entry.shown, made: null, keys: null }));
  function refresh() {
    states.forEach((state) => {
      const visible = state.shown && !(state.entry.plan_only && view === today);
      if (visible && !state.made) state.made = makers[state.entry.type](state.entry);
      if (!state.made) return;
      if (!visible) { state.made.group.remove(); return; }
      if (state.made.restyle) state.made.restyle();
      state.made.group.addTo(map).bringToFront();  // layers stand in drawing order, so the last shown ends on top
    });
    states.forEach((state) => { if (state.keys) state.keys.hidden = !state.shown; });
  }
  function layerRow(state) {
    const { entry } = state, row = element("div"), label = element("label"), box = element("input");
    box.type = "checkbox"; box.className = "leaflet-control-layers-selector"; box.checked = state.shown;
    box.addEventListener("change", () => { state.shown = box.checked; refresh(); });
    label.append(box, swatch(entry), element("span", entry.title));
    row.append(label);
    state.keys = element("div");
    if (entry.note) state.keys.append(element("p", entry.note, "cardio-note"));
    if (entry.type === "zones") data.zone_classes.forEach(({ label: text, colour }) => state.keys.append(keyLine(colour, text)));
    if (entry.type === "demand") data.classes.forEach(({ colour }, i) => state.keys.append(keyLine(colour, entry.class_notes[i])));
    row.append(state.keys);
    return row;
  }
  function viewSwitch() {
    const bar = element("div", undefined, "cardio-views");
    const buttons = [words.today, words.with_plan].map((text, choice) => {
      const button = element("button", text);
      button.type = "button";
      button.addEventListener("click", () => { view = choice; press(); refresh(); });
      return button;
    });
    const press = () => buttons.forEach((button, choice) => button.setAttribute("aria-pressed", String(choice === view)));
    press();
    bar.append(...buttons);
    return bar;
  }
  const Panel = L.Control.extend({
    onAdd() {
      const panel = element("details", undefined, "cardio-panel leaflet-control-layers");
      panel.append(element("summary", words.layers));
      if (data.has_plan) panel.append(viewSwitch());
      data.groups.forEach(({ key, title }) => {
        const members = states.filter(({ entry }) => entry.group === key);
        if (key === "findings") members.reverse();  // errors are drawn last, and read first
        if (members.length) panel.append(element("h2", title), ...members.map(layerRow));
      });
      L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
      const fit = () => { panel.style.maxHeight = `${Math.max(120, map.getSize().y - 50)}px`; };
      fit(); map.on("resize", fit);
      return panel;
    },
  });

  map.attributionControl.setPrefix("Leaflet");
  L.control.scale({ imperial: false }).addTo(map);
  const panel = new Panel({ position: "topright" }).addTo(map).getContainer();
  function begin() {
    panel.open = map.getSize().x > 560;
    if (data.bounds) {
      const [west, south, east, north] = data.bounds;
      const right = panel.open && map.getSize().x > 700 ? panel.offsetWidth + 20 : 10;
      map.fitBounds([latLng(west, south), latLng(east, north)], { paddingTopLeft: [10, 10], paddingBottomRight: [right, 10], animate: false });
    } else {
      map.setView([0, 0], 2);
    }
    refresh();
  }
  // inside a report the map has no size until it is scrolled to: it starts when it gets one
  let begun = false;
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    if (begun || !map.getSize().x || !map.getSize().y) return;
    begun = true;
    begin();
  }).observe(map.getContainer());
  map.on("zoomend", () => states.forEach((state) => {
    if (state.made && state.made.zooms && map.hasLayer(state.made.group)) state.made.restyle();
  }));
  return { layers: states };
}
