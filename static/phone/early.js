// Before the first paint: browsers that know modules get the three steps, all others keep the plain form.
// Should a script not arrive, the plain form comes back.
(function () {
  var root = document.documentElement;
  if (!("noModule" in HTMLScriptElement.prototype)) return;
  root.setAttribute("data-steps", "");
  addEventListener("error", function (event) {
    if (event.target instanceof HTMLScriptElement) root.removeAttribute("data-steps");
  }, true);
})();
