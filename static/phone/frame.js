// What stands around every screen: the coordinator's number on top, one question, the dock under the thumb, the tabs.
import { banner, html, icon, mark, nothing, render } from "./dom.js";
import { handles } from "./role.js";
import { current } from "./router.js";
import { hush, speakButton } from "./speak.js";
import { _ } from "./words.js";

const SPARE_PX = 8;
const HOME = () => ["home", "#/", "home", _("首页")];
const ME = () => ["me", "#/me", "user", _("我的")];
/** What an inspector has, and what a unit has: the desk is the server's own and needs a network. */
const TABS = () => [HOME(), ["reports", "#/reports", "list", _("我的上报")], ME()];
const UNITS_TABS = ({ online }) => [HOME(), ...(online ? [["desk", "/desk/tickets", "list", _("工作台")]] : []), ME()];

/** Give the app show and refresh: they draw into `root`, at most once a frame. */
export function frame(app, root) {
  let screen = null;
  let stop = null;
  let asked = false;

  root.replaceChildren(); // the plain home, for browsers without the app
  const draw = () => {
    asked = false;
    if (!screen) return;
    render(page(app, screen), root);
    uncover(root);
  };
  app.refresh = () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(draw);
  };
  app.show = (next) => {
    stop?.();
    hush();
    app.message = null;
    const before = screen?.title;
    screen = next;
    render(nothing, root);
    draw();
    stop = screen.start?.() ?? null;
    document.title = `${screen.title} · ${_("明察")}`;
    scrollTo(0, 0);
    if (before !== undefined) announce(root);
  };
}

// What gets the focus scrolls clear of the bars that stay in sight, however tall its words make them (WCAG 2.4.11).
function uncover(root) {
  const stays = (selector) => [...root.querySelectorAll(selector)].filter((bar) => getComputedStyle(bar).position === "sticky");
  const tall = (selector) => stays(selector).reduce((sum, bar) => sum + bar.offsetHeight, 0);
  Object.assign(document.documentElement.style, {
    scrollPaddingTop: `${tall(".callbar") + SPARE_PX}px`, scrollPaddingBottom: `${tall(".dock, .tabs") + SPARE_PX}px`,
  });
}

// A screen reader goes on at the new screen's heading.
function announce(root) {
  const heading = root.querySelector("main h1, main [data-heading]") ?? root.querySelector("main");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function page(app, screen) {
  const hotline = app.session?.settings.hotline ?? root().dataset.hotline ?? "";
  return html`
    <button class="skip" @click=${() => document.getElementById("main").focus()}>${_("跳到正文")}</button>
    <header class="callbar"><span class="brand">${mark(34)}<span>${_("明察")}</span></span><a class="call" href="tel:${hotline.replaceAll(" ", "")}">${icon("phone", 26)}<span>${_("联络员")} ${hotline}</span></a></header>
    <main id="main" tabindex="-1">${app.message ? told(app) : nothing}${screen.view()}${screen.speak ? speakButton(screen.speak) : nothing}</main>
    ${screen.dock?.() ?? nothing}
    ${screen.tab ? tabs(app, screen.tab) : nothing}`;
}

const root = () => document.documentElement;

// What must be read stays until it has been.
function told(app) {
  const { kind, title, text } = app.message;
  const read = () => {
    app.message = null;
    app.refresh();
  };
  return html`${banner(kind, title, text)}<button class="btn" data-size="full" @click=${read}>${_("知道了")}</button>`;
}

function tabs(app, now) {
  const mine = handles(app) ? UNITS_TABS(app) : TABS();
  return html`<nav class="tabs" aria-label=${_("主要页面")}>${mine.map(([name, address, drawing, label]) => html`
    <a href=${address} aria-current=${name === now ? "page" : nothing} @click=${again(address)}>${icon(drawing, 30)}${label}</a>`)}</nav>`;
}

// The tab of the page one is on leads nowhere; without this it would be a link that does nothing at all.
const again = (address) => () => address === `#${current()}` && scrollTo(0, 0);
