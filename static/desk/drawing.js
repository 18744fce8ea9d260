// Draws on the city map: circles, hexagons, tickets, and districts by colour. What it draws it says as a legend.
import { onTiles } from "./datum.js";
import { FIFTHS, ranges, shade, steps } from "./shades.js";

const SVG = "http://www.w3.org/2000/svg";
const SIZES = [26, 28, 32, 36, 42];
const MARK = 34;
const POPUP = { offset: [0, -MARK / 2], closeButton: false };

/** Cells as circles with their numbers, or as hexagons; the classes of the legend. */
export function cells(drawn, found, { heat, datum, zoomTo }) {
  if (!found.length) return [];
  const largest = Math.max(...found.map((cell) => cell.n));
  const least = steps(largest);
  for (const cell of found) {
    const layer = (heat ? hexagon : circle)(cell, shade(cell.n, least), datum);
    layer.on("click", () => zoomTo(cell.ring)).addTo(drawn);
  }
  return classes(ranges(least, largest));
}

// The classes as items of a list, each with its colour.
function classes(texts) {
  return texts.map((text, index) => {
    const item = document.createElement("li");
    item.dataset.shade = index + 1;
    item.textContent = text;
    return item;
  });
}

function hexagon({ ring, n }, of, datum) {
  const corners = ring.map((corner) => onTiles(corner, datum));
  const layer = globalThis.L.polygon(corners, { className: `hexagon shade-${of}` });
  return layer.bindTooltip(n.toLocaleString("en"), { sticky: true });
}

function circle({ at, n }, of, datum) {
  const span = document.createElement("span");
  span.textContent = n.toLocaleString("en");
  span.dataset.shade = of;
  const size = SIZES[of - 1];
  const icon = globalThis.L.divIcon({ html: span, className: "cluster", iconSize: [size, size] });
  return globalThis.L.marker(onTiles(at, datum), { icon, keyboard: false, zIndexOffset: 100 * of });
}

/** Each ticket a mark in its state's colour, with a way to its page. What it says stays when the map is drawn anew. */
export function tickets(map, drawn, found, datum, icons) {
  for (const one of found) {
    const span = document.createElement("span");
    span.className = "state";
    span.dataset.s = one.state;
    span.append(icon(icons, one.icon, 22));
    const mark = globalThis.L.divIcon({ html: span, className: "mark", iconSize: [MARK, MARK] });
    const place = onTiles(one.at, datum);
    const marker = globalThis.L.marker(place, { icon: mark, keyboard: false, title: one.number });
    marker.on("click", () => map.openPopup(card(one), place, POPUP)).addTo(drawn);
  }
}

function card(one) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = one.url;
  link.textContent = one.number;
  const lines = [`${one.category} · ${one.said}`, one.place, one.filed].map((text) => {
    const line = document.createElement("p");
    line.textContent = text;
    return line;
  });
  box.append(link, ...lines);
  return box;
}

/** Every district in the colour of its number, out of the rows of the table; the classes of the legend. A scale of its own
    (the least of each class, up to a hundred) stands without the sign of percent. */
export function coloured(outlines, rows, name, percent, scale = null) {
  const numbers = new Map(rows.filter((row) => name in row.dataset).map((row) => [row.dataset.code, Number(row.dataset[name])]));
  const unit = percent && !scale ? "%" : "";
  const largest = percent || scale ? 100 : Math.max(1, ...numbers.values());
  const least = scale ?? (percent ? FIFTHS : steps(largest));
  const known = new Set(rows.map((row) => row.dataset.code));
  outlines.eachLayer((district) => {
    const code = String(district.feature.properties.adcode);
    const number = numbers.get(code);
    const path = district.getElement();
    if (number === undefined) return known.has(code) && (path.dataset.few = "");
    path.dataset.shade = district.nameTag.dataset.shade = shade(number, least);
    tag(district, `${number.toLocaleString("en")}${unit}`);
  });
  return classes(ranges(least, largest, unit));
}

/** A district as a bare outline again. */
export function plain(district) {
  const path = district.getElement();
  delete path.dataset.shade;
  delete district.nameTag.dataset.shade;
  delete path.dataset.few;
  district.nameTag.querySelector("b")?.remove();
}

function tag(district, text) {
  const number = document.createElement("b");
  number.textContent = text;
  district.nameTag.append(number);
}

/** A drawing of the sprite. */
export function icon(icons, name, size) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of [["class", "i"], ["width", size], ["height", size], ["aria-hidden", "true"]]) {
    svg.setAttribute(key, String(value));
  }
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${icons}#${name}`);
  svg.append(use);
  return svg;
}
