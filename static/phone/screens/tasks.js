// 我的任务: what one was asked to look at, the nearest first.
import { html, nothing } from "../dom.js";
import { drawn } from "../drawn.js";
import { distance } from "../geo.js";
import { _ } from "../words.js";
import { errand } from "./home.js";

export function tasks(app) {
  return {
    tab: "home",
    title: _("我的任务"),
    start: () => app.place.begin(),
    speak: () => _("请您去看看这几处改好了没有"),
    view: () => {
      const items = app.tasks?.items ?? [];
      const here = app.place.best();
      const sorted = here ? [...items].sort((a, b) => distance(here, a) - distance(here, b)) : items;
      return html`<h1>${_("我的任务")}</h1>
        ${drawn(app)}
        ${items.length ? html`<ul class="rows card">${sorted.map((task) => errand(task, here))}</ul>` : app.visits?.items.length ? nothing : html`<div class="empty"><b>${_("现在没有任务")}</b><p>${_("有了会出现在首页")}</p></div>`}`;
    },
  };
}
