// The small map of a case: the districts' outlines, the place, its error circle; tiles only where the operator set some.
// Everything is drawn in the tiles' datum, so that the marker lies on the right house.
import { onTiles } from "./datum.js";
import { nameWhatIsShown, outlines } from "./outlines.js";
import { PIN, pin } from "./pinshape.js";
import { around, reach } from "./surroundings.js";

const STREET_ZOOM = 17;
const DISTRICT_ZOOM = 15;

for (const box of document.querySelectorAll(".map")) draw(box);

function draw(box) {
  const L = globalThis.L;
  if (!L) return;
  const { lat, lng, accuracy, near, outlinesUrl, tileUrl, tileDatum } = box.dataset;
  const datum = tileUrl ? tileDatum : "wgs84";
  const place = onTiles([Number(lat), Number(lng)], datum);
  box.replaceChildren();
  const map = L.map(box, { attributionControl: false, zoomSnap: 0.25, scrollWheelZoom: false });
  map.setView(place, tileUrl ? STREET_ZOOM : DISTRICT_ZOOM);
  if (tileUrl) L.tileLayer(tileUrl, { maxZoom: 19 }).addTo(map);
  if (accuracy) L.circle(place, { radius: Number(accuracy), className: "error-circle" }).addTo(map);
  L.marker(place, { icon: L.divIcon({ html: pin(), ...PIN }), keyboard: false }).addTo(map);
  const others = JSON.parse(near ?? "[]").map((one) => numbered(map, one, datum));
  if (others.length) map.fitBounds(L.latLngBounds([place, ...others]).pad(0.35), { maxZoom: 18, animate: false });
  L.control.scale({ imperial: false }).addTo(map);
  if (outlinesUrl) outlines(map, outlinesUrl, datum).then((layer) => layer && !tileUrl && !others.length && frame(map, layer, place));
}

// Another sight near by, as the number that it has in the list beside the map.
function numbered(map, one, datum) {
  const L = globalThis.L;
  const there = onTiles([one.lat, one.lng], datum);
  const dot = document.createElement("span");
  dot.textContent = one.number;
  dot.dataset.s = one.state;
  L.marker(there, { icon: L.divIcon({ html: dot, className: "near-dot", iconSize: [28, 28] }), keyboard: false }).addTo(map);
  return there;
}

// Without tiles a street is an empty sheet: show as far around the place as the next border, with the districts' names.
function frame(map, layer, place) {
  const rings = layer.getLayers().flatMap((district) => ringsOf(district.getLatLngs()));
  map.fitBounds(around(place, reach(place, rings)), { animate: false });
  nameWhatIsShown(map, layer);
}

// A polygon's lists, however deep they lie (a district in several parts).
function ringsOf(found) {
  if (Array.isArray(found[0])) return found.flatMap(ringsOf);
  return [found.map(({ lat, lng }) => [lat, lng])];
}
