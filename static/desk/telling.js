// Tells beside the map what is on it: the places with most, the districts, or the tickets themselves.
import { icon } from "./drawing.js";

/** Places as buttons that lead there. */
export function placesTold(list, places, zoomTo) {
  list.replaceChildren(...places.map((place) => item(button(place.name, place.number, () => zoomTo(place.ring)))));
}

/** Districts by a number of the table, the most first. */
export function districtsTold(list, rows, name, chosen, lead) {
  const unit = "percent" in chosen.dataset ? "%" : "";
  const told = rows.filter((row) => name in row.dataset).sort((a, b) => Number(b.dataset[name]) - Number(a.dataset[name]));
  list.replaceChildren(...told.map((row) => {
    const { code, [name]: number } = row.dataset;
    return item(button(row.querySelector("a").textContent, `${Number(number).toLocaleString("en")}${unit}`, () => lead(code)));
  }));
}

/** Tickets as links to their pages. */
export function ticketsTold(list, tickets, icons) {
  list.replaceChildren(...tickets.map((one) => {
    const link = document.createElement("a");
    link.href = one.url;
    link.textContent = one.number;
    const line = document.createElement("p");
    line.textContent = `${one.category} · ${one.place} · ${one.filed}`;
    return item(link, chip(icons, one), line);
  }));
}

/** Every state that one of the tickets is in, once. */
export function statesTold(tickets, icons) {
  const each = new Map(tickets.map((one) => [one.state, one]));
  return [...each.values()].map((one) => item(chip(icons, one)));
}

function chip(icons, { state, said }) {
  const made = document.createElement("span");
  made.className = "state";
  made.dataset.s = state;
  made.append(moon(icons, state), said);
  return made;
}

function moon(icons, state) {
  const drawing = icon(icons, `moon-${state}`, 20);
  drawing.setAttribute("class", "moon");
  return drawing;
}

function item(...parts) {
  const li = document.createElement("li");
  li.append(...parts);
  return li;
}

function button(words, number, act) {
  const made = document.createElement("button");
  made.type = "button";
  const figure = document.createElement("b");
  figure.textContent = number;
  made.append(words, figure);
  made.addEventListener("click", act);
  return made;
}
