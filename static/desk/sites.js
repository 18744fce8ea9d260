// The map beside the list of sites: asks for what is in the frame whenever that changes. From far it draws cells with
// their numbers, from near every site, on one canvas. The list beside it says the same without a map.
import { fromTiles, onTiles } from "./datum.js";
import { cells } from "./drawing.js";
import { outlines } from "./outlines.js";

const BEIJING = [[39.44, 115.42], [41.06, 117.5]];
const RADIUS = 7;
const REACH = 10;

const picture = document.querySelector("[data-sitemap]");
if (picture && globalThis.L) open();

function open() {
  picture.hidden = false;
  const L = globalThis.L;
  const box = picture.querySelector(".canvas");
  const { tileUrl, tileDatum, outlinesUrl, nearer, farther } = box.dataset;
  const map = L.map(box, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 7, maxZoom: 19 });
  const city = { map, box, datum: tileUrl ? tileDatum : "wgs84", drawn: L.layerGroup().addTo(map), outlines: null };
  city.canvas = L.canvas({ padding: 0.2, tolerance: REACH });
  if (tileUrl) L.tileLayer(tileUrl, { maxZoom: 19 }).addTo(map);
  L.control.zoom({ zoomInTitle: nearer, zoomOutTitle: farther }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  map.fitBounds(BEIJING.map((corner) => onTiles(corner, city.datum)), { animate: false });
  map.on("moveend", () => ask(city));
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(box);
  picture.querySelector("[data-whole]").addEventListener("click", () => whole(city));
  picture.querySelector("[data-again]").addEventListener("click", () => ask(city));
  outlines(map, outlinesUrl, city.datum).then((layer) => {
    city.outlines = layer;
    whole(city);
  });
}

function whole({ map, box, datum, outlines: layer }) {
  const home = layer?.getLayers().find((one) => String(one.feature.properties.adcode) === box.dataset.home);
  const bounds = home?.getBounds() ?? globalThis.L.latLngBounds(BEIJING.map((corner) => onTiles(corner, datum)));
  map.fitBounds(bounds, { padding: [8, 8], animate: false });
}

async function ask(city) {
  if (!city.map.getSize().x || !city.map.getSize().y) return;
  city.asking?.abort();
  const asking = new AbortController();
  city.asking = asking;
  city.box.dataset.busy = "";
  try {
    const answer = await fetch(address(city), { signal: asking.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    draw(city, await answer.json());
    picture.querySelector("[data-failed]").hidden = true;
  } catch (error) {
    if (error.name === "AbortError") return;
    picture.querySelector("[data-failed]").hidden = false;
  }
  delete city.box.dataset.busy;
}

function address({ map, box, datum }) {
  const bounds = map.getBounds();
  const [south, west] = fromTiles([bounds.getSouth(), bounds.getWest()], datum);
  const [north, east] = fromTiles([bounds.getNorth(), bounds.getEast()], datum);
  const url = new URL(box.dataset.mapUrl, location.href);
  url.searchParams.set("box", [south, west, north, east].map((degrees) => degrees.toFixed(5)).join(","));
  url.searchParams.set("zoom", String(map.getZoom()));
  return url;
}

function draw(city, answer) {
  const { map, drawn, datum } = city;
  drawn.clearLayers();
  const zoomTo = (ring) => map.fitBounds(ring.map((corner) => onTiles(corner, datum)), { animate: false });
  cells(drawn, answer.cells, { heat: false, datum, zoomTo });
  const style = colours(city.box);
  for (const site of answer.sites) dot(city, site, style);
  picture.querySelector("[data-said]").textContent = answer.said;
}

// A canvas knows no style sheet: the colours are read out of the page's own.
function colours(box) {
  const look = getComputedStyle(box);
  const of = (name) => look.getPropertyValue(name).trim();
  return { radius: RADIUS, weight: 2, color: of("--surface"), fillColor: of("--action"), fillOpacity: 1, opacity: 1 };
}

function dot({ map, drawn, datum, canvas }, site, style) {
  const place = onTiles(site.at, datum);
  const marker = globalThis.L.circleMarker(place, { renderer: canvas, ...style });
  marker.on("click", () => map.openPopup(card(site), place, { offset: [0, -RADIUS], closeButton: false })).addTo(drawn);
}

function card(site) {
  const box = document.createElement("div");
  const link = document.createElement("a");
  link.href = site.url;
  link.textContent = site.name;
  const told = document.createElement("p");
  told.textContent = site.told;
  box.append(link, told);
  return box;
}
