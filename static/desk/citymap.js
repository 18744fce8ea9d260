// The city map: asks the server for what is in sight whenever that changes, has it drawn, and tells it in words beside.
// Where one is and how one looks stands in the address, and goes along to every other filter.
import { fromTiles, onTiles } from "./datum.js";
import { cells, coloured, plain, tickets } from "./drawing.js";
import { outlines } from "./outlines.js";
import { districtsTold, placesTold, statesTold, ticketsTold } from "./telling.js";

const BEIJING = [[39.44, 115.42], [41.06, 117.5]];
const PLACE = /^#([\d.]+)\/([\d.]+)\/([\d.]+)$/;

const picture = document.querySelector("[data-picture]");
if (picture && globalThis.L) open();

function open() {
  picture.hidden = false;
  const box = picture.querySelector(".canvas");
  const { tileUrl, tileDatum, outlinesUrl } = box.dataset;
  const map = globalThis.L.map(box, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, zoomDelta: 1, minZoom: 7, maxZoom: 19 });
  const city = { map, box, datum: tileUrl ? tileDatum : "wgs84", drawn: globalThis.L.layerGroup().addTo(map), outlines: null };
  if (tileUrl) globalThis.L.tileLayer(tileUrl, { maxZoom: 19 }).addTo(map);
  globalThis.L.control.zoom({ zoomInTitle: box.dataset.nearer, zoomOutTitle: box.dataset.farther }).addTo(map);
  globalThis.L.control.scale({ imperial: false }).addTo(map);
  const place = PLACE.exec(location.hash) ?? [];
  begin(city, place);
  map.on("moveend", () => show(city));
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(box);
  wire(city);
  show(city);
  outlines(map, outlinesUrl, city.datum).then((layer) => found(city, layer, place.length > 0));
}

function begin({ map, datum }, [, zoom, lat, lng]) {
  if (zoom) map.setView([Number(lat), Number(lng)], Number(zoom), { animate: false });
  else map.fitBounds(BEIJING.map((corner) => onTiles(corner, datum)), { animate: false });
}

function found(city, layer, placed) {
  city.outlines = layer;
  if (!layer) return;
  if (!placed && city.box.dataset.home) whole(city);
  if (mode() === "districts") show(city);
}

function wire(city) {
  for (const button of picture.querySelectorAll("[data-mode]")) {
    button.addEventListener("click", () => {
      for (const one of picture.querySelectorAll("[data-mode]")) one.setAttribute("aria-pressed", String(one === button));
      show(city);
    });
  }
  picture.querySelector("[data-measure] select").addEventListener("change", () => show(city));
  picture.querySelector("[data-again]").addEventListener("click", () => show(city));
  picture.querySelector("[data-whole]").addEventListener("click", () => whole(city));
}

function mode() {
  return picture.querySelector("[data-mode][aria-pressed=true]").dataset.mode;
}

function whole({ map, box, datum, outlines: layer }) {
  const home = layer?.getLayers().find((one) => String(one.feature.properties.adcode) === box.dataset.home);
  const bounds = home?.getBounds() ?? globalThis.L.latLngBounds(BEIJING.map((corner) => onTiles(corner, datum)));
  map.fitBounds(bounds, { padding: [8, 8], animate: false });
}

function show(city) {
  carry(city.map);
  const byDistrict = mode() === "districts";
  picture.querySelector("[data-measure]").hidden = !byDistrict;
  city.outlines?.eachLayer(plain);
  city.asking?.abort();
  if (byDistrict) return showDistricts(city);
  for (const note of picture.querySelectorAll("[data-of=few], [data-of=zone]")) note.hidden = true;
  return ask(city);
}

function showDistricts(city) {
  city.drawn.clearLayers();
  failed(false);
  if (!city.outlines) return;
  const select = picture.querySelector("[data-measure] select");
  const { value: name, selectedOptions: [chosen] } = select;
  const rows = [...document.querySelectorAll("tr[data-code]")];
  legend(coloured(city.outlines, rows, name, "percent" in chosen.dataset), "districts", chosen.textContent);
  for (const note of picture.querySelectorAll("[data-of=few]")) note.hidden = !("percent" in chosen.dataset);
  for (const note of picture.querySelectorAll("[data-of=zone]")) note.hidden = false;
  say(chosen.dataset.words);
  districtsTold(told(), rows, name, chosen, (code) => near(city, code));
}

async function ask(city) {
  if (!city.map.getSize().x || !city.map.getSize().y) return;
  const asking = new AbortController();
  city.asking = asking;
  city.box.dataset.busy = "";
  try {
    const answer = await fetch(address(city), { signal: asking.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    draw(city, await answer.json());
    failed(false);
  } catch (error) {
    if (error.name === "AbortError") return;
    failed(true);
  }
  delete city.box.dataset.busy;
}

function address({ map, box, datum }) {
  const bounds = map.getBounds();
  const [south, west] = fromTiles([bounds.getSouth(), bounds.getWest()], datum);
  const [north, east] = fromTiles([bounds.getNorth(), bounds.getEast()], datum);
  const url = new URL(box.dataset.cellsUrl, location.href);
  url.searchParams.set("box", [south, west, north, east].map((degrees) => degrees.toFixed(5)).join(","));
  url.searchParams.set("zoom", String(map.getZoom()));
  url.searchParams.set("mode", mode());
  return url;
}

function draw(city, answer) {
  const { map, drawn, datum, box } = city;
  drawn.clearLayers();
  const zoomTo = (ring) => map.fitBounds(ring.map((corner) => onTiles(corner, datum)), { animate: false });
  if (answer.tickets.length) {
    tickets(map, drawn, answer.tickets, datum, box.dataset.icons);
    legend(statesTold(answer.tickets, box.dataset.icons), "tickets");
    ticketsTold(told(), answer.tickets, box.dataset.icons);
  } else {
    legend(cells(drawn, answer.cells, { heat: mode() === "heat", datum, zoomTo }), "cells");
    placesTold(told(), answer.places, zoomTo);
  }
  say(answer.said);
}

function near(city, code) {
  const layer = city.outlines.getLayers().find((one) => String(one.feature.properties.adcode) === code);
  if (layer) city.map.fitBounds(layer.getBounds(), { padding: [8, 8], animate: false });
}

function told() {
  return picture.querySelector("[data-told]");
}

function say(words) {
  const said = picture.querySelector("[data-said]");
  said.hidden = false;
  said.textContent = words;
}

function failed(yes) {
  picture.querySelector("[data-failed]").hidden = !yes;
  if (!yes) return;
  picture.querySelector("[data-said]").hidden = true;
  told().replaceChildren();
}

// What the colours say: items of a list, of cells, districts or tickets; without any no legend.
function legend(items, of, measure = "") {
  const place = picture.querySelector("[data-legend]");
  place.hidden = !items.length;
  for (const title of place.querySelectorAll("b")) title.hidden = title.dataset.of !== of;
  if (measure) place.querySelector("[data-of=districts]").textContent = measure;
  place.querySelector("ol").replaceChildren(...items);
}

// The place and the mode go along in this page's address and in those of the other filters.
function carry(map) {
  const { lat, lng } = map.getCenter();
  const hash = `#${map.getZoom()}/${lat.toFixed(4)}/${lng.toFixed(4)}`;
  const here = new URL(location.href);
  here.hash = hash;
  here.searchParams.set("mode", mode());
  history.replaceState(null, "", here);
  for (const link of document.querySelectorAll(".citymap .views a, .citymap .chips a, .citymap .filters a:not([data-elsewhere])")) {
    const url = new URL(link.href);
    url.searchParams.set("mode", mode());
    url.hash = hash;
    link.href = url;
  }
  const form = document.querySelector(".citymap .narrow");
  form.action = `${location.pathname}${hash}`;
  keepMode(form);
}

function keepMode(form) {
  let field = form.querySelector("input[name=mode]");
  if (!field) {
    field = document.createElement("input");
    field.type = "hidden";
    field.name = "mode";
    form.prepend(field);
  }
  field.value = mode();
}
