// The districts' outlines with their names, drawn in the tiles' datum so that they fit what lies under them.
import { onTiles } from "./datum.js";

const NAMES = "names";
const BELOW_MARKERS = 550;
const [NARROWEST, LOWEST] = [52, 44];

/** The layer of outlines, each with its ``nameTag``; nothing if there is no answer. */
export async function outlines(map, address, datum) {
  const answer = await fetch(address);
  if (!answer.ok) return null;
  const L = globalThis.L;
  map.createPane(NAMES).style.zIndex = BELOW_MARKERS;
  const coordsToLatLng = ([lng, lat]) => L.latLng(onTiles([lat, lng], datum));
  const layer = L.geoJSON(await answer.json(), { coordsToLatLng, interactive: false, style: { className: "outline" } });
  layer.addTo(map).bringToBack();
  layer.eachLayer((district) => label(map, district));
  const fit = () => layer.eachLayer((district) => (district.nameTag.hidden = !fits(map, district)));
  map.on("zoomend", fit);
  fit();
  return layer;
}

// A name is left out where it would lie on its neighbours'.
function fits(map, district) {
  const bounds = district.getBounds();
  const [southWest, northEast] = [bounds.getSouthWest(), bounds.getNorthEast()].map((corner) => map.latLngToLayerPoint(corner));
  return northEast.x - southWest.x > NARROWEST && southWest.y - northEast.y > LOWEST;
}

function label(map, district) {
  const span = document.createElement("span");
  span.textContent = district.feature.properties.name ?? "";
  district.nameTag = span;
  const icon = globalThis.L.divIcon({ html: span, className: "district-name", iconSize: null });
  const more = { icon, interactive: false, keyboard: false, pane: NAMES };
  globalThis.L.marker(district.getBounds().getCenter(), more).addTo(map);
}
