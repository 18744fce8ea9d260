// The pin of a site on its form: dragged, tapped, moved by the arrow keys or by typed coordinates. What stands in the
// form's fields is what counts; they are always WGS-84 once the pin was moved.
import { fromTiles, onTiles } from "./datum.js";
import { outlines } from "./outlines.js";
import { PIN, pin } from "./pinshape.js";
import { stepped, typedPoint } from "./steps.js";

const BEIJING = [[39.44, 115.42], [41.06, 117.5]];
const NEAR_ZOOM = 16;
const FAR_ZOOM = 14;
const PAUSE_MS = 350;

const section = document.querySelector("[data-pin]");
if (section && globalThis.L) open();

function open() {
  section.hidden = false;
  const box = section.querySelector(".pinmap");
  const { tileUrl, tileDatum, outlinesUrl } = box.dataset;
  const map = globalThis.L.map(box, { attributionControl: false, zoomControl: false, zoomSnap: 0.25, minZoom: 7, maxZoom: 19 });
  const form = section.closest("form");
  const editor = { map, box, form, datum: tileUrl ? tileDatum : "wgs84", near: tileUrl ? NEAR_ZOOM : FAR_ZOOM, marker: null, point: null };
  globalThis.L.control.zoom({ zoomInTitle: box.dataset.nearer, zoomOutTitle: box.dataset.farther }).addTo(map);
  globalThis.L.control.scale({ imperial: false }).addTo(map);
  if (tileUrl) globalThis.L.tileLayer(tileUrl, { maxZoom: 19 }).addTo(map);
  map.fitBounds(BEIJING.map((corner) => onTiles(corner, editor.datum)), { animate: false });
  new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(box);
  map.on("click", ({ latlng }) => move(editor, fromTiles([latlng.lat, latlng.lng], editor.datum)));
  wire(editor);
  outlines(map, outlinesUrl, editor.datum).then((layer) => frame(editor, layer));
  if (typedPoint(field(editor, "lat").value, field(editor, "lng").value)) ask(editor, { typed: true });
}

function wire(editor) {
  for (const name of ["lat", "lng", "datum"]) {
    field(editor, name).addEventListener("change", () => {
      if (typedPoint(field(editor, "lat").value, field(editor, "lng").value)) ask(editor, { typed: true });
    });
  }
  section.querySelector("[data-drop]").addEventListener("click", () => {
    const { lat, lng } = editor.map.getCenter();
    move(editor, fromTiles([lat, lng], editor.datum));
    editor.marker.getElement().focus();
  });
  const district = field(editor, "district");
  district.addEventListener("change", () => {
    const filled = new URLSearchParams(new FormData(editor.form));
    filled.delete("csrf_token");
    location.assign(`${editor.form.dataset.self}?${filled}#form`);
  });
}

function field(editor, name) {
  return editor.form.elements.namedItem(name);
}

function frame({ map, box, point }, layer) {
  const home = layer?.getLayers().find((one) => String(one.feature.properties.adcode) === box.dataset.home);
  if (home && !point) map.fitBounds(home.getBounds(), { padding: [8, 8], animate: false });
}

// The pin goes there at once; what is known of the place follows when it has come to rest.
function move(editor, point) {
  put(editor, point);
  field(editor, "lat").value = point[0].toFixed(6);
  field(editor, "lng").value = point[1].toFixed(6);
  field(editor, "datum").value = "wgs84";
  clearTimeout(editor.waiting);
  editor.waiting = setTimeout(() => ask(editor, { typed: false }), PAUSE_MS);
}

function put(editor, point) {
  const place = onTiles(point, editor.datum);
  editor.point = point;
  if (editor.marker) editor.marker.setLatLng(place);
  else mark(editor, place);
  if (!editor.map.getBounds().pad(-0.08).contains(place)) editor.map.panTo(place, { animate: false });
}

function mark(editor, place) {
  const L = globalThis.L;
  const icon = L.divIcon({ html: pin(), ...PIN });
  const marker = L.marker(place, { icon, draggable: true, keyboard: true }).addTo(editor.map);
  const element = marker.getElement();
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", editor.box.dataset.pinLabel);
  element.addEventListener("keydown", (event) => {
    const next = stepped(editor.point, event.key, event.shiftKey);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    move(editor, next);
  });
  marker.on("dragend", () => {
    const { lat, lng } = marker.getLatLng();
    move(editor, fromTiles([lat, lng], editor.datum));
  });
  editor.marker = marker;
}

async function ask(editor, { typed }) {
  editor.asking?.abort();
  const asking = new AbortController();
  editor.asking = asking;
  try {
    const answer = await fetch(address(editor), { signal: asking.signal });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    tell(editor, await answer.json(), typed);
  } catch (error) {
    if (error.name !== "AbortError") say(editor.box.dataset.failedWords, true);
  }
}

function address(editor) {
  const url = new URL(editor.box.dataset.placeUrl, location.href);
  for (const name of ["lat", "lng", "datum"]) url.searchParams.set(name, field(editor, name).value);
  if (editor.box.dataset.site) url.searchParams.set("site", editor.box.dataset.site);
  return url;
}

function tell(editor, known, typed) {
  if (known.wrong) return say(known.wrong, true);
  if (typed) {
    const first = !editor.marker;
    put(editor, [known.lat, known.lng]);
    if (first) editor.map.setView(onTiles(editor.point, editor.datum), editor.near, { animate: false });
  }
  say(known.said, false);
  choose(editor, known);
  nearest(editor, known.nearest);
  near(editor, known.near);
}

function say(words, wrong) {
  const said = section.querySelector("[data-said]");
  said.textContent = words;
  said.toggleAttribute("data-wrong", wrong);
}

// The district follows the place, unless a border is so near that the office's own word counts.
function choose(editor, known) {
  const district = field(editor, "district");
  const there = [...district.options].some((option) => option.value === known.district);
  const stays = known.doubtful && district.value;
  if (there && !stays) district.value = known.district;
  if (district.value !== known.district) return;
  fill(field(editor, "street"), known.streets, editor.box.dataset.none);
  fill(field(editor, "unit"), known.units, editor.box.dataset.noUnit);
}

// The options of a select, with the one that was chosen still chosen where it is among them.
function fill(select, options, none) {
  const chosen = select.value;
  select.replaceChildren(new Option(none, ""), ...options.map(({ code, name }) => new Option(name, code)));
  select.value = options.some(({ code }) => code === chosen) ? chosen : "";
}

function nearest(editor, streets) {
  const place = editor.form.querySelector("[data-nearest]");
  const select = field(editor, "street");
  const known = streets.filter(({ code }) => [...select.options].some((option) => option.value === code));
  place.hidden = !known.length;
  const words = document.createElement("span");
  words.className = "soft";
  words.textContent = editor.box.dataset.nearestWords;
  const buttons = known.map(({ code, name, away }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn small";
    button.textContent = `${name} ${away}`;
    button.addEventListener("click", () => (select.value = code));
    return button;
  });
  place.replaceChildren(words, ...buttons);
}

function near(editor, sites) {
  const place = section.querySelector("[data-near]");
  place.hidden = !sites.length;
  const links = sites.flatMap(({ name, away, url }) => {
    const link = document.createElement("a");
    link.href = url;
    link.textContent = name;
    return [link, ` ${away} `];
  });
  place.replaceChildren(editor.box.dataset.nearWords, ...links);
}
