/* Names on a Cardio map: zones with their share, streets along their middle; no name is written over another. */
"use strict";

function cardioLabels(map, data, shapes, layers) {
  // names of streets lie under the works, those of zones above
  const sheets = [["street-names", 300], ["zone-names", 450]].map(([name, level]) => {
    const pane = map.createPane(name), sheet = cardioElement("canvas");
    pane.style.zIndex = level; pane.style.pointerEvents = "none";
    pane.classList.add("leaflet-zoom-hide");
    sheet.setAttribute("aria-hidden", "true");
    pane.append(sheet);
    return sheet;
  });
  const [streets, zones] = sheets.map((sheet) => sheet.getContext("2d"));
  const font = '"Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
  const ratio = L.Browser.retina ? 2 : 1;
  const streetZoom = 15.75, beside = 9;  // pixels from the middle of the street, so that what runs in it stays clear
  let taken = [];
  const written = [];  // what stands on the map, for whoever asks

  function isFree(x, y, width, height) {
    const size = map.getSize();
    if (x < 4 || y < 4 || x + width > size.x - 4 || y + height > size.y - 4) return false;
    return !taken.some((box) => x < box.x + box.width && box.x < x + width && y < box.y + box.height && box.y < y + height);
  }
  function write(context, text, x, y, angle, size, colour, weight) {
    context.font = `${weight} ${size}px ${font}`;
    const length = context.measureText(text).width, cos = Math.abs(Math.cos(angle)), sin = Math.abs(Math.sin(angle));
    const width = length * cos + size * sin + 6, height = length * sin + size * cos + 6;
    if (!isFree(x - width / 2, y - height / 2, width, height)) return false;
    taken.push({ x: x - width / 2, y: y - height / 2, width, height });
    context.save();
    context.translate(x, y); context.rotate(angle);
    context.textAlign = "center"; context.textBaseline = "middle"; context.lineJoin = "round";
    context.lineWidth = 3.5; context.strokeStyle = "rgba(255,255,255,.9)"; context.strokeText(text, 0, 0);
    context.fillStyle = colour; context.fillText(text, 0, 0);
    context.restore();
    written.push(text);
    return true;
  }
  function writeZones() {
    layers.states.filter((state) => state.visible && state.entry.type === "zones").forEach(({ entry }) =>
      entry.label_places.forEach(([x, y], row) => {
        const point = map.latLngToContainerPoint(shapes.latLng(x, y));
        const { sign } = data.zone_classes[layers.zoneState(entry, row)], share = `${layers.zoneShare(entry, row)} ${sign}`;
        if (map.getZoom() < 13.5) { write(zones, share, point.x, point.y, 0, 12, "#12324a", 700); return; }
        if (write(zones, entry.names[row], point.x, point.y - 8, 0, 12, "#12324a", 600)) taken.pop();  // its share belongs under it
        write(zones, share, point.x, point.y + 8, 0, 13, "#12324a", 700);
      }));
  }
  // each part of a street: its box and its longest stretch that the map shows
  function partsOf(entry) {
    if (!entry.parts) {
      entry.parts = [];
      entry.lines.forEach((lines, row) => {
        const name = entry.name_of ? data.street_names[entry.name_of[row]] : "";
        if (name) lines.forEach((steps) => { const line = shapes.decode(steps); entry.parts.push({ name, line, box: L.latLngBounds(line) }); });
      });
    }
    return entry.parts;
  }
  function longestStretch(line, size) {
    let best = null, longest = 0;
    let last = map.latLngToContainerPoint(line[0]);
    for (let i = 1; i < line.length; i += 1) {
      const next = map.latLngToContainerPoint(line[i]), x = (last.x + next.x) / 2, y = (last.y + next.y) / 2;
      const length = Math.hypot(next.x - last.x, next.y - last.y);
      if (length > longest && x > 0 && y > 0 && x < size.x && y < size.y) {
        longest = length;
        best = { x, y, length, angle: Math.atan2(next.y - last.y, next.x - last.x) };
      }
      last = next;
    }
    return best;
  }
  function writeStreets() {
    if (map.getZoom() < streetZoom) return;
    const size = map.getSize(), view = map.getBounds(), found = [];
    layers.states.filter((state) => state.visible && state.entry.type === "streets").forEach(({ entry }) =>
      partsOf(entry).forEach(({ name, line, box }) => {
        const stretch = view.intersects(box) ? longestStretch(line, size) : null;
        if (stretch) found.push({ name, ...stretch });
      }));
    found.sort((a, b) => b.length - a.length);
    streets.font = `500 11px ${font}`;
    const placed = new Map();
    found.forEach(({ name, x, y, angle, length }) => {
      if (streets.measureText(name).width > length * 1.15 + 8) return;
      const others = placed.get(name) || [];
      if (others.some((other) => Math.hypot(other.x - x, other.y - y) < 320)) return;
      const upright = angle > Math.PI / 2 ? angle - Math.PI : angle < -Math.PI / 2 ? angle + Math.PI : angle;
      if (write(streets, name, x + beside * Math.sin(upright), y - beside * Math.cos(upright), upright, 11, "#5a564b", 500)) placed.set(name, [...others, { x, y }]);
      streets.font = `500 11px ${font}`;
    });
  }
  function redraw() {
    const size = map.getSize();
    sheets.forEach((sheet) => {
      sheet.width = size.x * ratio; sheet.height = size.y * ratio;
      sheet.style.width = `${size.x}px`; sheet.style.height = `${size.y}px`;
      L.DomUtil.setPosition(sheet, map.containerPointToLayerPoint([0, 0]));
      sheet.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    });
    taken = []; written.length = 0;
    writeZones();
    writeStreets();
  }
  map.on("moveend zoomend resize cardio:refresh", redraw);
  return { written };
}
