// Before the first paint: text size, theme and language as chosen on this phone, and whether this browser runs the app.
// Plain script, for old browsers too: WeChat's keeps nothing for long, and one without modules shows the plain home.
(function () {
  var root = document.documentElement;
  var given = function (name) {
    var found = document.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
    return found ? decodeURIComponent(found[1].replace(/^"|"$/g, "")) : "";
  };
  var look = given("look").split(" ");
  for (var at = 0; at < look.length; at += 1) {
    var pair = look[at].split(":");
    if ((pair[0] === "text" || pair[0] === "theme") && pair[1]) root.setAttribute("data-" + pair[0], pair[1]);
  }
  if (/MicroMessenger/i.test(navigator.userAgent)) root.setAttribute("data-plain", "wechat");
  if (!("noModule" in HTMLScriptElement.prototype)) root.setAttribute("data-plain", "old");
})();
