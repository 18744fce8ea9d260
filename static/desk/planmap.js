// The districts in the colours of their results, out of the table above; without scripts the table stands alone.
import { onTiles } from "./datum.js";
import { coloured } from "./drawing.js";
import { outlines } from "./outlines.js";
import { SCORES } from "./shades.js";

const BEIJING = [[39.44, 115.42], [41.06, 117.5]];

const sheet = document.querySelector("[data-planmap]");
if (sheet && globalThis.L) draw(sheet.querySelector(".canvas"));

async function draw(box) {
  sheet.hidden = false;
  const L = globalThis.L;
  const { tileUrl, tileDatum, outlinesUrl, nearer, farther } = box.dataset;
  const datum = tileUrl ? tileDatum : "wgs84";
  const map = L.map(box, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 7, scrollWheelZoom: false });
  if (tileUrl) L.tileLayer(tileUrl, { maxZoom: 19 }).addTo(map);
  L.control.zoom({ zoomInTitle: nearer, zoomOutTitle: farther }).addTo(map);
  map.fitBounds(BEIJING.map((corner) => onTiles(corner, datum)), { animate: false });
  const layer = await outlines(map, outlinesUrl, datum);
  if (!layer) return;
  const rows = [...document.querySelectorAll("[data-scores] tr")];
  frame(map, layer, new Set(rows.map((row) => row.dataset.code)));
  sheet.querySelector("[data-classes]").replaceChildren(...coloured(layer, rows, "score", false, SCORES));
}

// As near as the plan's own districts allow.
function frame(map, layer, codes) {
  const own = layer.getLayers().filter((district) => codes.has(String(district.feature.properties.adcode)));
  if (!own.length) return;
  const bounds = own.slice(1).reduce((all, one) => all.extend(one.getBounds()), globalThis.L.latLngBounds(own[0].getBounds()));
  map.fitBounds(bounds.pad(0.05), { maxZoom: 12, animate: false });
}
