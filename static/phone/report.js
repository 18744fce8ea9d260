// The report form in three steps: photo, category, place. The form itself is the page's own and works without this.
import { album } from "./photos.js";
import { sureness, told, watch } from "./place.js";
import { fill, wordsOf } from "./words.js";

const form = document.getElementById("report");
const words = wordsOf(document.getElementById("report-words"));
const find = (selector) => document.querySelector(selector);
const all = (selector) => document.querySelectorAll(selector);
const input = (name) => form.elements.namedItem(name);

let photos = [];
let firstPicture = true;
let stopWatching = null;
let byHand = false;

const pictures = album({
  camera: find("[data-pick=camera] input"),
  gallery: find("[data-pick=gallery] input"),
  list: find("[data-shots]"),
  few: find("[data-few]"),
  most: Number(form.dataset.maxPhotos),
  words,
  onChange: picked,
});

for (const button of all("[data-go]")) button.addEventListener("click", () => go(button.dataset.go));
for (const label of all(".cats label")) label.addEventListener("click", tapped);
for (const radio of all(".cats input")) radio.addEventListener("change", chosen);
find("[data-again]").addEventListener("click", () => pictures.shoot());
find("[data-correct]").addEventListener("click", correct);
input("district").addEventListener("change", narrow);
form.addEventListener("submit", send);
addEventListener("popstate", (event) => show(event.state?.step ?? "photo"));
addEventListener("pageshow", () => busy(false));

narrow();
history.replaceState({ step: "photo" }, "");
show("photo");
pictures.adopt();

function go(step) {
  if (step === document.documentElement.dataset.step) return;
  history.pushState({ step }, "");
  show(step);
}

function show(step) {
  document.documentElement.dataset.step = step;
  for (const section of all("[data-step].step")) section.toggleAttribute("data-now", section.dataset.step === step);
  for (const dock of all("[data-dock]")) dock.hidden = dock.dataset.dock !== step || (step === "photo" && !photos.length);
  for (const part of all("[data-steps-only]")) part.hidden = false;
  tell("");
  chosen();
  scrollTo(0, 0);
  if (step === "place") locate();
}

function picked(files) {
  photos = files;
  input("captured_at").value = files.length ? new Date(files[0].lastModified).toISOString() : "";
  for (const part of all("[data-first]")) part.hidden = files.length > 0;
  for (const part of all("[data-more]")) part.hidden = files.length === 0;
  find("[data-dock=photo]").hidden = files.length === 0 || document.documentElement.dataset.step !== "photo";
  if (files.length && firstPicture) {
    firstPicture = false;
    go("category");
  }
}

function category() {
  return form.querySelector("[name=category]:checked")?.value ?? "";
}

function chosen() {
  const radio = form.querySelector("[name=category]:checked");
  find("[data-chosen]").hidden = !radio;
  find("[data-counts]").hidden = !radio?.hasAttribute("data-count");
}

// A finger chooses and goes on; the arrow keys only choose (detail is 0 for a click that a key made).
function tapped(event) {
  if (event.detail > 0 && event.target.closest(".tile")) setTimeout(() => go("place"));
}

function locate() {
  find("[data-fix]").hidden = false;
  if (stopWatching || byHand) return;
  find("[data-by-hand]").hidden = true;
  stopWatching = watch(navigator.geolocation, { onFix: found, onTrouble: notFound });
}

function found(fix) {
  input("lat").value = fix.lat;
  input("lng").value = fix.lng;
  input("accuracy_m").value = fix.accuracy_m;
  input("fixed_at").value = new Date(fix.fixed_at).toISOString();
  find("[data-by-hand]").hidden = true;
  say(words.found, fill(words[sureness(fix.accuracy_m)], { metres: told(fix.accuracy_m) }));
  name(fix);
}

// Which street that is: only for the eye, so without an answer nothing changes.
async function name(fix) {
  if (!form.dataset.locateUrl) return;
  const asked = new URLSearchParams({ lat: fix.lat, lng: fix.lng, accuracy_m: fix.accuracy_m, datum: "wgs84" });
  try {
    const answer = await fetch(`${form.dataset.locateUrl}?${asked}`);
    if (answer.ok && !byHand) named(await answer.json());
  } catch (error) {
    console.info("no street for this place:", error.message);
  }
}

function named(place) {
  if (!place.inside) {
    handOver(words.outside);
    return;
  }
  const street = place.streets?.[0]?.name;
  const where = street ? fill(words.near, { district: place.district.name, street }) : place.district.name;
  find("[data-where]").textContent = where;
}

function notFound(why) {
  handOver(words[why]);
}

function correct() {
  byHand = true;
  stopWatching?.();
  handOver(words.byhand);
  input("district").focus();
}

function handOver(sentence) {
  for (const field of ["lat", "lng", "accuracy_m", "fixed_at"]) input(field).value = "";
  find("[data-by-hand]").hidden = false;
  say(sentence, "");
}

function say(where, accuracy) {
  find("[data-where]").textContent = where;
  find("[data-accuracy]").textContent = accuracy;
}

// Only the streets of the chosen district; all of them while none is chosen.
function narrow() {
  const district = input("district").value;
  for (const group of all("[data-district]")) group.hidden = group.disabled = Boolean(district) && group.dataset.district !== district;
  const street = input("street");
  if (street.selectedOptions[0]?.parentElement.disabled) street.value = "";
}

function missing() {
  if (!photos.length) return ["photo", words.nophoto];
  if (!category()) return ["category", words.nocategory];
  if (!input("lat").value && !input("district").value) return ["place", words.noplace];
  return null;
}

function send(event) {
  const lack = missing();
  if (lack) {
    event.preventDefault();
    go(lack[0]);
    tell(lack[1]);
  } else if (!navigator.onLine) {
    event.preventDefault();
    tell(words.offline);
  } else {
    busy(true);
  }
}

function busy(yes) {
  const button = find("[data-send]");
  button.disabled = yes;
  button.querySelector("[data-idle]").hidden = yes;
  button.querySelector("[data-busy]").hidden = !yes;
}

function tell(sentence) {
  const line = find("[data-told]");
  line.textContent = sentence;
  line.hidden = !sentence;
}
