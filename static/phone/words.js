// The page's words, already in the reader's language: a <template> of [data-word] elements.

export function wordsOf(template) {
  const parts = [...template.content.querySelectorAll("[data-word]")];
  return Object.fromEntries(parts.map((part) => [part.dataset.word, part.textContent]));
}

/** The text with every {name} filled; an unknown name stays as it is. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
