// Text size and theme take effect as they are chosen; the cookie keeps them. Without this the button does the same.

const YEAR_SECONDS = 31_536_000;

/** The cookie that keeps a choice: ``look=text:large theme:dark``; what is as usual is left out. */
export function cookieOf({ text, theme }) {
  const parts = [text && `text:${text}`, theme && `theme:${theme}`].filter(Boolean);
  return `look=${parts.join(" ")}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}

function choose(form, name) {
  if (name === "lang") {
    form.submit();
    return;
  }
  const { text, theme } = Object.fromEntries(new FormData(form));
  document.cookie = cookieOf({ text, theme });
  apply("data-text", text);
  apply("data-theme", theme);
}

function apply(attribute, value) {
  const root = document.documentElement;
  if (value) root.setAttribute(attribute, value);
  else root.removeAttribute(attribute);
}

const form = globalThis.document?.querySelector("[data-look]");
if (form) {
  form.querySelector("[data-save]").hidden = true;
  form.addEventListener("change", (event) => choose(form, event.target.name));
}
