// The pin of a place, drawn: its tip is at the middle of the lower edge.

const SVG = "http://www.w3.org/2000/svg";

/** How Leaflet places it. */
export const PIN = { className: "pin", iconSize: [32, 44], iconAnchor: [16, 43] };

/** The drawing. */
export function pin() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 44 60");
  svg.setAttribute("width", "32");
  svg.setAttribute("height", "44");
  const shape = document.createElementNS(SVG, "path");
  shape.setAttribute("d", "M22 58C8 42 2 31 2 22a20 20 0 0 1 40 0c0 9-6 20-20 36z");
  const eye = document.createElementNS(SVG, "circle");
  for (const [name, value] of [["cx", 22], ["cy", 22], ["r", 7]]) eye.setAttribute(name, String(value));
  svg.append(shape, eye);
  return svg;
}
