// What tests/browser/test_field_app_look.py asks of a screen: axe's findings, and how large things are.

globalThis.axed = async () => {
  const told = await globalThis.axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "wcag2aaa"],
    rules: { "identical-links-same-purpose": { enabled: false } },
  });
  return told.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).slice(0, 3).join(" | ")}`);
};

const TARGETS = "a, button, select, textarea, label.shutter, .seg label, .switch, input:not(.sr):not([type=radio]):not([type=checkbox])";
const upright = () => screen.height > screen.width || innerHeight > innerWidth; // on its side they share a row
const shown = (box) => box.width > 1 && box.height > 1;
const named = (one) => `${one.tagName.toLowerCase()}.${one.className?.baseVal ?? one.className} ${one.innerText?.slice(0, 12) ?? ""}`;
const sized = (box) => `${Math.round(box.width)}x${Math.round(box.height)}`;

globalThis.measured = () => {
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) => [one, one.getBoundingClientRect()]);
  const small = boxes(TARGETS)
    .filter(([one, box]) => !one.closest(".sr, .skip") && shown(box) && (box.height < 48 || box.width < 48))
    .map(([one, box]) => `${named(one)} ${sized(box)}`);
  const narrow = boxes(".dock .btn[data-kind=primary][data-size=full]")
    .filter(([, box]) => shown(box) && (box.height < 64 || (upright() && box.width < Math.min(innerWidth, 640) - 40)))
    .map(([, box]) => `main button ${sized(box)}`);
  const burst = boxes(".btn, .tile, .queue a, .tabs a, .cap")
    .filter(([one, box]) => shown(box) && (one.scrollWidth > one.clientWidth + 1 || box.right > innerWidth || box.left < 0))
    .map(([one]) => `words do not fit: ${named(one)}`);
  const out = boxes("body *").filter(([one, box]) => !one.closest(".sr") && shown(box) && box.right > innerWidth + 1).slice(0, 3);
  return { out: out.map(([one]) => named(one)), small: [...small, ...narrow, ...burst], texts: textsOf(document.body), wide: document.documentElement.scrollWidth - innerWidth };
};

// What has the focus must be seen (WCAG 2.4.11): neither the tabs nor the dock may lie over its middle.
globalThis.hidden = () => {
  const every = [...document.querySelectorAll("body :is(a[href], button:not(:disabled), input:not([type=hidden]), select, textarea)")];
  return every.filter((one) => !one.closest(".sr") && !one.matches(".skip, .sr") && one.checkVisibility() && shown(one.getBoundingClientRect())).filter((one) => {
    one.focus();
    const box = one.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !(one.contains(top) || top?.contains(one) && !top.matches(".tabs, .dock, .callbar"));
  }).map((one) => `hidden at focus: ${named(one)}`);
};

function textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    const sample = parent.closest("label[data-size]"); // 标准 大 特大, each written as large as it makes the rest
    const counts = node.data.trim() && !sample && !parent.closest(".sr, svg, option, .skip") && shown(parent.getBoundingClientRect());
    if (counts) texts.push([parseFloat(getComputedStyle(parent).fontSize), node.data.trim().slice(0, 16)]);
  }
  return texts;
}
