// Where one was drawn to go, on the first screen: how it looks comes when there is something.
import { nothing } from "./dom.js";

let cards = null;

export function drawn(app) {
  if (!app.visits?.items.length && !app.outbox.counts().visits) return nothing;
  if (!cards) import("./visiting.js").then((module) => ((cards = module.cards), app.refresh())).catch(() => {});
  return cards?.(app) ?? nothing;
}
