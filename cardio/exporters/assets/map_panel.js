/* Legend and layer control in one, built by textContent: view, years, services, layers, largest gaps. */
"use strict";

function cardioPanel(map, data, shapes, view, layers, goTo, extension) {
  const { words } = data, { swatch, signMark, lineMark, areaMark } = shapes;
  const longestList = 8;

  function marksOf(entry) {
    if (entry.type === "streets") return [lineMark(entry.style)];
    if (entry.type === "demand") return [signMark(data.classes[1].sign)];
    if (entry.type === "gaps") return [signMark(data.gap_sign)];
    if (entry.lines && entry.lines.length) return [lineMark(entry.style)];
    if (entry.points && entry.points.length) return [signMark(entry.marker)];
    return [areaMark(entry.style)];
  }
  function keyLine(text, ...marks) {
    const line = cardioElement("div", undefined, "cardio-key");
    line.append(swatch(...marks), cardioElement("span", text));
    return line;
  }
  function choices(label, texts, chosen, choose) {
    const bar = cardioElement("div", undefined, "cardio-views");
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", label);
    const press = (choice) => [...bar.children].forEach((button, i) => button.setAttribute("aria-pressed", String(i === choice)));
    texts.forEach((text, choice) => {
      const button = cardioElement("button", text);
      button.type = "button";
      button.addEventListener("click", () => { press(choice); choose(choice); update(); });
      bar.append(button);
    });
    press(chosen);
    return bar;
  }
  function tick(text, checked, change, ...marks) {
    const label = cardioElement("label"), box = cardioElement("input");
    box.type = "checkbox"; box.className = "leaflet-control-layers-selector"; box.checked = checked;
    box.addEventListener("change", () => { change(box.checked); update(); });
    label.append(box, ...marks, cardioElement("span", text));
    return label;
  }

  // ---- the largest gaps of a service, as a list that leads to them
  function gapList(entry, list) {
    const demand = data.layers[entry.of], count = (demand.hexagons || demand.rows).length;
    const rows = Array.from({ length: count }, (_none, row) => row).filter((row) => layers.unservedOf(demand, row) > 0);
    rows.sort((a, b) => layers.unservedOf(demand, b) - layers.unservedOf(demand, a) || a - b);
    list.replaceChildren(...rows.slice(0, longestList).map((row) => {
      const item = cardioElement("li"), button = cardioElement("button");
      const amount = view.format(layers.unservedOf(demand, row), 1);
      button.type = "button";
      button.append(cardioElement("span", demand.hexagons ? words.hexagon : (demand.names && demand.names[row]) || demand.rows[row][0]), cardioElement("b", amount));
      button.addEventListener("click", () => goTo(demand, row));
      item.append(button);
      return item;
    }));
    return rows.length;
  }
  function keysOf(entry) {
    const keys = cardioElement("div"), updates = [];
    if (entry.note) {
      const note = cardioElement("p", entry.note, "cardio-note");
      keys.append(note);
      if (entry.phase_notes) updates.push(() => { note.textContent = entry.phase_notes[view.phase] || entry.note; });
    }
    if (entry.type === "zones") data.zone_classes.forEach((one) => keys.append(keyLine(`${one.label} ${one.sign}`,
      areaMark({ color: "#6b7783", weight: 1.2, dashArray: one.dash, fillColor: one.colour, fillOpacity: 0.3 }))));
    if (entry.type === "demand") data.classes.forEach((one, i) => {
      const key = keyLine("", signMark(one.sign));
      keys.append(key);
      updates.push(() => { key.lastChild.textContent = entry.class_notes[view.plan ? view.phase + 1 : 0][i]; });
    });
    if (entry.type === "gaps") {
      const head = cardioElement("p", "", "cardio-note"), list = cardioElement("ol", undefined, "cardio-gaps");
      keys.append(head, list);
      updates.push((shown) => {
        if (!shown) return;  // sorting the gaps of a layer that is off would cost for nothing
        const all = gapList(entry, list);
        head.textContent = words.largest_gaps.replace("{shown}", view.format(list.children.length)).replace("{total}", view.format(all));
      });
    }
    if (extension) updates.push(...extension.keysOf(entry, keys, keyLine));
    return { keys, update: (shown) => updates.forEach((one) => one(shown)) };
  }

  // ---- rows of the panel
  const rows = [];
  function layerRow(state) {
    const { entry } = state, row = cardioElement("div"), made = keysOf(entry);
    row.append(tick(entry.title, state.shown, (shown) => { state.shown = shown; }, swatch(...marksOf(entry))), made.keys);
    rows.push({ state, row, box: row.querySelector("input"), ...made });
    return row;
  }
  const yearNote = cardioElement("p", "", "cardio-total"), yearKeys = cardioElement("div");
  function yearSwitch() {
    const box = cardioElement("div");
    const last = data.phases.length - 1;
    box.append(cardioElement("h2", words.until_end_of));
    box.append(choices(words.until_end_of, [words.all_years, ...data.phases.map((phase) => phase.title)], 0,
      (choice) => { view.phase = choice ? choice - 1 : last; }));
    box.append(yearNote, tick(words.by_year, false, (checked) => { view.byYear = checked; }), yearKeys);
    yearKeys.append(...data.phases.map((phase) => keyLine(phase.title, areaMark({ fillColor: phase.colour, fillOpacity: 1, color: "#1c2733", weight: 1 }))));
    return box;
  }
  function serviceSwitch() {
    const box = cardioElement("div"), row = cardioElement("div", undefined, "cardio-services");
    row.append(...data.services.map((title, number) => tick(title, true, (checked) => {
      if (checked) view.services.add(number); else view.services.delete(number);
    })));
    box.append(cardioElement("h2", words.services), row);
    return box;
  }
  const years = data.phases.length ? yearSwitch() : null;
  function update() {
    layers.refresh();
    rows.forEach((row) => {
      const { state, keys } = row;
      keys.hidden = !state.visible;
      row.row.classList.toggle("cardio-off", state.shown && !state.visible);
      row.update(state.visible);
    });
    if (years) {
      years.hidden = !view.plan;
      yearNote.textContent = data.phases[view.phase].note;
      yearKeys.hidden = !view.byYear;
    }
  }
  // what was looked for is shown, whatever was switched off
  function show(entry) {
    const found = rows.find(({ state }) => state.entry === entry);
    if (found && !found.state.shown) { found.state.shown = true; found.box.checked = true; }
    update();
  }
  const Panel = L.Control.extend({
    onAdd() {
      const panel = cardioElement("details", undefined, "cardio-panel leaflet-control-layers");
      panel.append(cardioElement("summary", words.layers));
      if (data.has_plan) panel.append(choices(words.view, [words.today, words.with_plan], 1, (choice) => { view.plan = choice === 1; }));
      if (extension) panel.append(extension.switcher(choices, () => update()));
      if (years) panel.append(years);
      if (data.services.length > 1) panel.append(serviceSwitch());
      data.groups.forEach(({ key, title }) => {
        const members = layers.states.filter(({ entry }) => entry.group === key);
        if (key === "findings" || key === "works") members.reverse();  // what is drawn last is read first
        if (!members.length) return;
        const group = cardioElement("div", undefined, "cardio-group");
        group.append(cardioElement("h2", title), ...members.map(layerRow));
        panel.append(group);
      });
      L.DomEvent.disableClickPropagation(panel).disableScrollPropagation(panel);
      const fit = () => { panel.style.maxHeight = `${Math.max(120, map.getSize().y - 50)}px`; };
      fit(); map.on("resize", fit);
      return panel;
    },
  });
  return { element: new Panel({ position: "topright" }).addTo(map).getContainer(), update, show };
}
