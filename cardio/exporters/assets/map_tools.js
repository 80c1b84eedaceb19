/* Tools of a Cardio map: search, measure, back to the whole town. What is found or typed is shown by textContent. */
"use strict";

function cardioControl(map, position, node) {
  const Holder = L.Control.extend({ onAdd: () => { L.DomEvent.disableClickPropagation(node).disableScrollPropagation(node); return node; } });
  return new Holder({ position }).addTo(map);
}

/* Names of streets, zones, works and assets, and types of works; accents and case do not matter. */
function cardioSearch(map, data, layers, goTo) {
  const { words } = data, most = 8, mostOfType = 20;
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/['’\-_]/g, " ");
  let index = null;
  function streetEntries(entry, streets) {
    entry.lines.forEach((parts, row) => {
      const name = entry.name_of ? data.street_names[entry.name_of[row]] : "";
      if (!name) return;
      if (!streets.has(name)) streets.set(name, { text: name, title: entry.title, entry, rows: [] });
      streets.get(name).rows.push(row);
    });
  }
  function build() {
    const streets = new Map(), others = [];
    data.layers.forEach((entry) => {
      if (entry.type === "streets") streetEntries(entry, streets);
      else if (entry.rows && !entry.hexagons && entry.group !== "findings") entry.rows.forEach((values, row) => {
        const name = entry.names ? entry.names[row] : "", id = values[entry.type === "zones" ? 1 : 0], place = entry.places ? entry.places[row] : "";
        const join = (...parts) => parts.filter((part, i, all) => part && all.indexOf(part) === i).join(" – ");
        // an id alone says nothing: what it is and where come first
        const told = name || entry.type === "zones" ? { text: join(name, id), title: entry.title } : { text: join(entry.title, place), title: id };
        others.push({ ...told, sought: join(name, id, place), entry, rows: [row] });
      });
    });
    index = [...others.filter(({ entry }) => entry.type === "zones" || entry.names), ...streets.values(),
      ...others.filter(({ entry }) => entry.type !== "zones" && !entry.names)].map((found) => ({ ...found, plain: plain(found.sought || found.text), type: plain(found.entry.title) }));
  }
  function find(asked) {
    if (!index) build();
    const text = plain(asked).trim();
    if (!text) return [];
    const ranked = [[], [], []];
    for (const found of index) {
      const at = found.plain.indexOf(text);
      if (at >= 0) ranked[at === 0 ? 0 : found.plain[at - 1] === " " ? 1 : 2].push(found);
    }
    const ofType = index.filter(({ entry, type }) => entry.type !== "streets" && type.includes(text));
    ofType.sort((a, b) => Number(Boolean(b.entry.plan_only)) - Number(Boolean(a.entry.plan_only)));  // what is planned comes first
    return [...new Set([...ranked.flat().slice(0, most), ...ofType])].slice(0, ofType.length ? mostOfType : most);
  }

  const box = cardioElement("div", undefined, "cardio-search leaflet-bar"), input = cardioElement("input"), list = cardioElement("ul");
  input.type = "text"; input.placeholder = words.search; input.autocomplete = "off"; input.spellcheck = false;
  list.id = "cardio-found"; list.hidden = true;
  list.setAttribute("role", "listbox"); list.setAttribute("aria-label", words.search);
  Object.entries({ role: "combobox", "aria-label": words.search, "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })
    .forEach(([name, value]) => input.setAttribute(name, value));
  let found = [], chosen = -1;
  function mark(number) {
    chosen = number;
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === number)));
    if (number < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[number].id);
      list.children[number].scrollIntoView({ block: "nearest" });
    }
  }
  function close() { list.hidden = true; input.setAttribute("aria-expanded", "false"); mark(-1); }
  function choose(number) {
    const { text, entry, rows } = found[number];
    input.value = text;
    close();
    goTo(entry, ...rows);
  }
  function show() {
    found = find(input.value);
    const items = found.map(({ text, title }, number) => {
      const item = cardioElement("li");
      item.id = `cardio-found-${number}`;
      item.setAttribute("role", "option");
      item.append(cardioElement("span", text), cardioElement("small", title));
      item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(number); });
      return item;
    });
    if (!items.length && input.value.trim()) items.push(cardioElement("li", words.nothing_found, "cardio-none"));
    list.replaceChildren(...items);
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(found.length ? 0 : -1);
  }
  list.addEventListener("mousedown", (event) => event.preventDefault());  // its scroll bar does not close it
  input.addEventListener("input", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length && !list.hidden) { event.preventDefault(); mark((chosen + step + found.length) % found.length); }
    if (event.key === "Enter" && chosen >= 0) { event.preventDefault(); choose(chosen); }
    if (event.key === "Escape") { if (list.hidden) input.value = ""; close(); }
    event.stopPropagation();  // arrows would move the map too
  });
  box.append(input, list);
  cardioControl(map, "topleft", box);
}

/* Metres east and north of the first place on the WGS 84 ellipsoid; a town is small enough for a plane. */
function cardioPlane(places) {
  const radius = 6378137, flattening = 1 / 298.257223563, squared = flattening * (2 - flattening), degree = Math.PI / 180;
  const middle = places.reduce((sum, place) => sum + place.lat, 0) / (places.length || 1) * degree;
  const across = Math.sqrt(1 - squared * Math.sin(middle) ** 2);
  const perLng = radius / across * Math.cos(middle) * degree, perLat = radius * (1 - squared) / across ** 3 * degree;
  return places.map((place) => [(place.lng - places[0].lng) * perLng, (place.lat - places[0].lat) * perLat]);
}
function cardioLength(places) {
  const at = cardioPlane(places);
  return at.slice(1).reduce((sum, [x, y], i) => sum + Math.hypot(x - at[i][0], y - at[i][1]), 0);
}
function cardioArea(places) {
  const at = cardioPlane(places);
  return Math.abs(at.reduce((sum, [x, y], i) => { const [u, v] = at[(i + 1) % at.length]; return sum + x * v - u * y; }, 0)) / 2;
}

/* Click by click a length, and the area within; Escape or the button ends it. */
function cardioMeasure(map, data, view) {
  const { words } = data;
  const out = cardioElement("output", undefined, "cardio-measured");
  out.hidden = true;
  let places = [], group = null;
  const length = (m) => (m >= 10000 ? `${view.format(m / 1000, 2)} km` : `${view.format(m, m < 100 ? 1 : 0)} m`);
  const area = (m2) => (m2 >= 100000 ? `${view.format(m2 / 10000, 1)} ha` : `${view.format(m2)} m²`);
  function tell() {
    out.replaceChildren(cardioElement("span", places.length < 2 ? words.measure_how : `${words.length} ${length(cardioLength(places))}`));
    if (places.length > 2) out.append(cardioElement("span", `${words.area} ${area(cardioArea(places))}`));
  }
  function redraw() {
    group.clearLayers();
    const style = { color: "#1c2733", weight: 2.5, dashArray: "6 4", fillColor: "#0072B2", fillOpacity: 0.12, interactive: false };
    if (places.length > 2) L.polygon(places, { ...style, stroke: false }).addTo(group);
    L.polyline(places, { ...style, fill: false }).addTo(group);
    places.forEach((place) => L.circleMarker(place, { radius: 4, color: "#1c2733", weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false }).addTo(group));
    tell();
  }
  const add = (event) => { places.push(event.latlng); redraw(); };
  const stopOnEscape = (event) => { if (event.key === "Escape") toggle(); };
  function toggle() {
    view.measuring = !view.measuring;
    button.setAttribute("aria-pressed", String(view.measuring));
    map.getContainer().classList.toggle("cardio-measuring", view.measuring);
    out.hidden = !view.measuring;
    if (view.measuring) {
      map.closePopup();
      places = []; group = L.layerGroup().addTo(map);
      map.doubleClickZoom.disable();
      map.on("click", add); document.addEventListener("keydown", stopOnEscape);
      tell();
    } else {
      group.remove();
      map.doubleClickZoom.enable();
      map.off("click", add); document.removeEventListener("keydown", stopOnEscape);
    }
  }
  const button = cardioButton(words.measure, "M2 12 12 2l4 4L6 16zM5 9l2 2M8 6l2 2", toggle);
  button.setAttribute("aria-pressed", "false");
  return { button, out };
}
function cardioButton(title, drawing, act) {
  const button = cardioElement("button"), space = "http://www.w3.org/2000/svg";
  button.type = "button"; button.title = title; button.setAttribute("aria-label", title);
  const svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 18 18"); svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", drawing);
  svg.append(path);
  button.append(svg);
  button.addEventListener("click", act);
  return button;
}
