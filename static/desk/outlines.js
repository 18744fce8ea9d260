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

/** Put each district's name into the middle of what the map shows of it. */
export function nameWhatIsShown(map, layer) {
  const { PolyUtil, bounds } = globalThis.L;
  const view = bounds([0, 0], map.getSize());
  const pieces = (found) => (Array.isArray(found[0]) ? found.flatMap(pieces) : [found]);
  layer.eachLayer((district) => {
    const shown = pieces(district.getLatLngs())
      .map((ring) => PolyUtil.clipPolygon(ring.map((corner) => map.latLngToContainerPoint(corner)), view, true))
      .sort((one, other) => spread(other) - spread(one))[0];
    if (!shown?.length) return;
    const corners = shown.map((point) => map.containerPointToLatLng(point));
    district.nameMarker.setLatLng(PolyUtil.polygonCenter(corners, map.options.crs));
  });
}

// Twice the area of a ring on the screen.
const spread = (ring) => Math.abs(ring.reduce((sum, { x, y }, at) => sum + x * ring.at(at - 1).y - ring.at(at - 1).x * y, 0));

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
  district.nameMarker = globalThis.L.marker(district.getBounds().getCenter(), more).addTo(map);
}
