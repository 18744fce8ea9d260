// Small conveniences of every desk page: print, and selects that send their form.

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const select of document.querySelectorAll("[data-submit]")) {
  select.addEventListener("change", () => select.form.requestSubmit());
}
// What follows from a choice (the streets of a district) comes with a fresh page; what was filled in stays.
for (const select of document.querySelectorAll("[data-reload]")) {
  select.addEventListener("change", () => {
    const filled = new URLSearchParams(new FormData(select.form));
    filled.delete("csrf_token");
    location.assign(`${select.form.dataset.self}?${filled}#form`);
  });
}
for (const button of document.querySelectorAll("[data-noscript]")) button.hidden = true;
