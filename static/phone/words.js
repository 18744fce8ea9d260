// The app's words: Chinese in the modules, English from the catalogue. Also the words of the pages that the server draws.

let english = {};

/** zh or en: as chosen on this phone, else as the browser asks. */
export function locale(cookie = globalThis.document?.cookie ?? "", asked = globalThis.navigator?.language ?? "zh") {
  const chosen = /(?:^|; )lang=(zh|en)/.exec(cookie)?.[1];
  return chosen ?? (asked.toLowerCase().startsWith("en") ? "en" : "zh");
}

/** Fetch the English words, where English is read; without them the app speaks Chinese. */
export async function loadWords(address = new URL("words-en.json", import.meta.url)) {
  if (locale() !== "en") return;
  document.documentElement.lang = "en";
  try {
    english = await (await fetch(address)).json();
  } catch (error) {
    console.info("no English words:", error.message);
  }
}

/** A text in the reader's language with its {names} filled. Always called with a literal, so that the catalogue has it. */
export function _(text, values = {}) {
  return fill(english[text] ?? text, values);
}

/** A page's words, already in the reader's language: a <template> of [data-word] elements. */
export function wordsOf(template) {
  const parts = [...template.content.querySelectorAll("[data-word]")];
  return Object.fromEntries(parts.map((part) => [part.dataset.word, part.textContent]));
}

/** The text with every {name} filled; an unknown name stays as it is. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
