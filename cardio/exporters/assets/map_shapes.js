/* How a Cardio map draws: whole microdegrees to places, signs kept as small pictures, many points as one path. */
"use strict";

function cardioShapes(map, data) {
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

  // ---- signs: drawn once for each size, then copied, so that 50,000 points cost as many copies and no more
  const ratio = L.Browser.retina ? 2 : 1;
  const pictures = new WeakMap();
  function outline(context, sign, radius) {
    const corners = data.outlines[sign.shape];
    context.beginPath();
    if (!corners) context.arc(0, 0, radius, 0, 2 * Math.PI);
    else corners.forEach(([x, y], i) => context[i ? "lineTo" : "moveTo"](x * radius, y * radius));
    context.closePath();
  }
  function paintSign(context, sign, radius) {
    if (sign.shape === "cross") {  // strokes alone: two lines
      context.beginPath();
      context.moveTo(-radius, -radius); context.lineTo(radius, radius);
      context.moveTo(-radius, radius); context.lineTo(radius, -radius);
    } else outline(context, sign, radius);
    if (sign.halo) {
      context.lineWidth = (sign.weight || 0) + 2 * sign.halo; context.strokeStyle = "#fff"; context.stroke();
    }
    if (sign.fillColor && sign.shape !== "cross") {
      context.globalAlpha = sign.fillOpacity === undefined ? 1 : sign.fillOpacity;
      context.fillStyle = sign.fillColor; context.fill(); context.globalAlpha = 1;
    }
    if (sign.weight) { context.lineWidth = sign.weight; context.strokeStyle = sign.color; context.stroke(); }
  }
  function picture(sign, scale) {
    let sizes = pictures.get(sign);
    if (!sizes) pictures.set(sign, sizes = new Map());
    let found = sizes.get(scale);
    if (!found) {
      const radius = sign.radius * scale;
      const half = Math.ceil(radius * 1.4 + (sign.weight || 0) + (sign.halo || 0) + 1);
      const image = document.createElement("canvas");
      image.width = image.height = 2 * half * ratio;
      const context = image.getContext("2d");
      context.scale(ratio, ratio);
      context.translate(half, half);
      paintSign(context, sign, radius);
      sizes.set(scale, found = { image, half, radius });
    }
    return found;
  }

  // ---- many points as one path of the canvas: signOf(row) is a sign, or null for what is hidden
  const Cloud = L.Path.extend({
    initialize(points, owners, signOf, scaleOf, options) {
      L.setOptions(this, options);
      this._count = points.length;
      this._owners = owners;
      this._signOf = signOf;
      this._scaleOf = scaleOf;
      this._bounds = L.latLngBounds(points);
      this._at = new Float64Array(2 * this._count);
      this._world = new Float64Array(2 * this._count);  // pixels of zoom 0
      points.forEach((point, i) => {
        const { x, y } = map.options.crs.latLngToPoint(point, 0);
        this._world[2 * i] = x; this._world[2 * i + 1] = y;
      });
    },
    getBounds() { return this._bounds; },
    _project() {
      const scale = 2 ** this._map.getZoom(), origin = this._map.getPixelOrigin();
      let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
      for (let i = 0; i < 2 * this._count; i += 2) {
        const x = this._world[i] * scale - origin.x, y = this._world[i + 1] * scale - origin.y;
        this._at[i] = x; this._at[i + 1] = y;
        if (x < west) west = x;
        if (x > east) east = x;
        if (y < north) north = y;
        if (y > south) south = y;
      }
      this._pxBounds = L.bounds([west - 20, north - 20], [east + 20, south + 20]);
    },
    _update() { if (this._map) this._updatePath(); },
    _updatePath() {
      if (!canvas._drawing) return;
      const context = canvas._ctx, { min, max } = canvas._bounds, scale = this._scaleOf(), at = this._at;
      for (let i = 0; i < this._count; i += 1) {
        const x = at[2 * i], y = at[2 * i + 1];
        if (x < min.x - 20 || x > max.x + 20 || y < min.y - 20 || y > max.y + 20) continue;
        const sign = this._signOf(this._owners[i]);
        if (!sign) continue;
        const { image, half } = picture(sign, scale);
        context.drawImage(image, Math.round(x - half), Math.round(y - half), 2 * half, 2 * half);
      }
    },
    _containsPoint(point) {
      const scale = this._scaleOf(), at = this._at;
      let nearest = Infinity;
      for (let i = 0; i < this._count; i += 1) {
        const across = at[2 * i] - point.x, down = at[2 * i + 1] - point.y, away = across * across + down * down;
        if (away >= nearest || away > 900) continue;
        const sign = this._signOf(this._owners[i]);
        if (!sign || Math.sqrt(away) > sign.radius * scale * 1.2 + 4) continue;
        nearest = away;
        this.row = this._owners[i];
      }
      return nearest < Infinity;
    },
  });

  // ---- the same signs in the legend
  function draw(tag, attributes, ...children) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => { if (value !== undefined) node.setAttribute(name, value); });
    node.append(...children);
    return node;
  }
  function signMark(sign) {
    const radius = Math.min(sign.radius, 5.5), corners = data.outlines[sign.shape];
    const paint = { fill: sign.fillColor || "none", stroke: sign.color, "stroke-width": sign.weight, "fill-opacity": sign.fillOpacity };
    if (sign.shape === "cross") return draw("path", { d: `M${-radius} ${-radius}L${radius} ${radius}M${-radius} ${radius}L${radius} ${-radius}`, ...paint });
    return corners ? draw("polygon", { points: corners.map(([x, y]) => `${x * radius},${y * radius}`).join(" "), ...paint })
      : draw("circle", { r: radius, ...paint });
  }
  const lineMark = (style) => draw("line", {
    x1: -12, x2: 12, y1: 0, y2: 0, stroke: style.color, "stroke-width": style.weight, "stroke-dasharray": style.dashArray || "none" });
  const areaMark = (style) => draw("rect", { x: -11, y: -6, width: 22, height: 12, fill: style.fillColor,
    "fill-opacity": style.fillOpacity, stroke: style.color, "stroke-width": style.weight, "stroke-dasharray": style.dashArray || "none" });
  function swatch(...marks) {
    return draw("svg", { width: 26, height: 16, viewBox: "-13 -8 26 16", "aria-hidden": "true", focusable: "false" }, ...marks);
  }

  return { latLng, decode, canvas, streetCanvas, Cloud, swatch, signMark, lineMark, areaMark };
}

/* An element whose text is text, whatever it says. */
function cardioElement(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}
