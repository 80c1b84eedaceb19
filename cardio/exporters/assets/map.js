/* Draws a Cardio map from the JSON block of the page. Survey text reaches the page by textContent only. */
"use strict";

function drawCardioMap(map, data, extend) {
  const { words } = data;
  const numbers = (digits) => new Intl.NumberFormat(data.language === "fr" ? "fr-FR" : "en-GB", { maximumFractionDigits: digits });
  const view = {
    plan: data.has_plan, phase: Math.max(0, data.phases.length - 1), services: new Set(data.services.keys()), byYear: false,
    measuring: false, format: (value, digits = 0) => numbers(digits).format(value),
  };
  const shapes = cardioShapes(map, data), popups = cardioPopups(map, data);
  const extension = extend ? extend(map, data, shapes, view) : null;  // layers and switches of its own
  const layers = cardioLayers(map, data, shapes, view, popups, extension);
  popups.classOf = layers.classOf;
  const labels = cardioLabels(map, data, shapes, layers);

  // ---- what was looked for: the map moves there, a ring shows it, its popup opens
  let ring = null;
  const isSmall = (place) => map.latLngToLayerPoint(place.getNorthWest()).distanceTo(map.latLngToLayerPoint(place.getSouthEast())) < 40;
  function goTo(entry, ...rows) {
    const place = rows.map((row) => layers.placeOf(entry, row)).reduce((all, one) => all.extend(one));
    if (ring) ring.remove();
    map.fitBounds(place, { maxZoom: 18, padding: [60, 60], animate: false });
    panel.show(entry);
    ring = L.layerGroup().addTo(map);
    const style = { color: "#0072B2", weight: 3, fill: false, interactive: false };
    const lines = rows.flatMap((row) => layers.linesOf(entry, row));
    if (lines.length) L.polyline(lines, { ...style, weight: 12, opacity: 0.35 }).addTo(ring);
    else if (isSmall(place)) L.circleMarker(place.getCenter(), { ...style, radius: 20 }).addTo(ring);
    else L.rectangle(place.pad(0.06), { ...style, dashArray: "2 6" }).addTo(ring);
    if (rows.length === 1 && entry.rows) popups.open(entry, rows[0], place.getCenter()); else map.closePopup();
  }

  map.attributionControl.remove();  // who made the map and of what stands under it
  map.getContainer().setAttribute("aria-label", words.map);
  map.getContainer().setAttribute("role", "region");
  if (data.tiles) L.tileLayer(data.tiles.url, { maxZoom: 20, className: "cardio-tiles" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.zoomControl.remove();
  cardioSearch(map, data, layers, goTo);
  const zoom = L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map).getContainer();
  zoom.querySelectorAll("a").forEach((link) => link.setAttribute("aria-label", link.title));
  const tools = cardioElement("div", undefined, "cardio-tools leaflet-bar"), measure = cardioMeasure(map, data, view);
  tools.append(cardioButton(words.whole_town_view, "M2 9 9 3l7 6M4 8v7h10V8", () => showAll()), measure.button);
  cardioControl(map, "topleft", tools);
  cardioControl(map, "bottomleft", measure.out);
  const panel = cardioPanel(map, data, shapes, view, layers, goTo, extension);

  // on paper the legend stands below the map, where it may be as long as it is
  const corner = panel.element.parentNode;
  window.addEventListener("beforeprint", () => map.getContainer().after(panel.element));
  window.addEventListener("afterprint", () => corner.append(panel.element));

  function showAll() {
    if (!data.bounds) { map.setView([0, 0], 2); return; }
    const [west, south, east, north] = data.bounds, wide = map.getSize().x > 700;
    const right = panel.element.open && wide ? panel.element.offsetWidth + 20 : 10;
    map.fitBounds([shapes.latLng(west, south), shapes.latLng(east, north)],
      { paddingTopLeft: [extension && wide ? extension.leftRoom() : wide ? 50 : 10, 10], paddingBottomRight: [right, 24], animate: false });
  }
  // inside a report the map has no size until it is scrolled to: it starts when it gets one
  let begun = false;
  new ResizeObserver(() => {
    map.invalidateSize({ animate: false });
    if (begun || !map.getSize().x || !map.getSize().y) return;
    begun = true;
    panel.element.open = map.getSize().x > 560;
    showAll();
    panel.update();
    performance.mark("cardio-drawn");
  }).observe(map.getContainer());
  return { layers: layers.states, labels: labels.written, view, update: panel.update };
}
