// Relations: a list to search, and the routes of the chosen ones as a highlighter under the links' own strokes.

const LIST_MOST = 200;
const EMPTY = { type: "FeatureCollection", features: [] };
const us = (value) => `${value.toLocaleString(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 })} \u00b5s`;

function addRouteLayers(map, layers) {
  const first = layers.flatMap((layer, i) => (layer.base || !layer.ids.length ? [] : [`${i}`]))[0];
  const before = first === undefined ? undefined : layers[Number(first)].ids[0];
  map.addSource("route", { type: "geojson", data: EMPTY });
  const add = (id, role, paint) => map.addLayer(
    { id, type: "line", source: "route", filter: ["==", ["get", "role"], role], layout: { "line-cap": "round", "line-join": "round" }, paint }, before,
  );
  add("route-protection", "protection", { "line-width": byZoom(13), "line-opacity": 0.8, "line-dasharray": [0.9, 1.3] });
  add("route-edge", "working", { "line-width": byZoom(14.5), "line-opacity": 0.75 });
  add("route-working", "working", { "line-width": byZoom(12) });
}

function paintRoutes(map) {
  const colours = { "route-working": "--mark", "route-edge": "--mark-edge", "route-protection": "--mark-protection" };
  for (const [id, name] of Object.entries(colours)) map.setPaintProperty(id, "line-color", css(name));
}

function routeGeometry(route, layers, ways) {
  return route.way === null ? route.links.flatMap(([layer, row]) => layers[layer].geometry[row]) : ways[route.way];
}

function drawRoutes(map, relations, layers, ways) {
  const features = relations.flatMap((relation) => relation.routes.map((route) => ({
    type: "Feature", properties: { role: route.role === "protection" ? "protection" : "working" },
    geometry: { type: "MultiLineString", coordinates: routeGeometry(route, layers, ways) },
  })));
  map.getSource("route").setData({ type: "FeatureCollection", features });
  const box = new maplibregl.LngLatBounds();
  features.forEach((f) => f.geometry.coordinates.forEach((line) => line.forEach((point) => box.extend(point))));
  if (!box.isEmpty()) map.fitBounds(box, { padding: padding(), maxZoom: 14, duration: calm() ? 0 : 600 });
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
const padding = () => {
  const legend = document.getElementById("layers");
  const wide = document.getElementById("stage").clientWidth > 900;
  return { top: 40, bottom: 60, left: 64, right: wide && legend.open ? 350 : 60 };
};

function routeCard(route, relation, words) {
  const term = (name, value) => [element("dt", { textContent: name }), element("dd", { textContent: value })];
  const limit = relation.limit === null ? [] : term(words.limit, `< ${us(relation.limit)}`);
  return element(
    "div", { className: "route" },
    element("div", { className: `role ${route.role}` }, element("i"), words[route.role] ?? route.role),
    element("dl", {}, ...term(words.latency, us(route.latency)), ...limit, ...term(words.length, `${route.km.toLocaleString(LOCALE)} km`)),
    element("ol", { ariaLabel: words.hops }, ...route.hops.map((hop) => element("li", { textContent: hop }))),
  );
}

function showChosen(title, relation, words, clear, note = "") {
  const close = element("button", { textContent: "\u2715", title: words.clear, ariaLabel: words.clear });
  close.addEventListener("click", clear);
  const sign = relation ? [element("span", { className: relation.met ? "yes" : "nay", textContent: relation.met ? "\u2713 " : "\u2717 " })] : [];
  const routes = relation ? relation.routes.map((route) => routeCard(route, relation, words)) : [];
  if (relation && !routes.length) routes.push(element("p", { className: "empty", textContent: words.no_route }));
  document.getElementById("chosen").replaceChildren(
    element("h3", {}, element("span", {}, ...sign, title), close), ...(note ? [element("p", { className: "empty", textContent: note })] : []), ...routes,
  );
}

function listRelations(relations, chosen, words, pick) {
  const list = document.getElementById("relation-list");
  if (!list) return;
  list.replaceChildren(...relations.slice(0, LIST_MOST).map((relation) => {
    const working = relation.routes.find((route) => route.role !== "protection");
    const button = element(
      "button", {},
      element("span", { className: relation.met ? "yes" : "nay", textContent: relation.met ? "\u2713" : "\u2717" }),
      element("span", { textContent: relation.title }),
      element("span", { className: "us", textContent: working ? us(working.latency) : words.no_route }),
    );
    button.dataset.relation = relation.id;
    button.setAttribute("aria-pressed", String(relation.id === chosen));
    button.addEventListener("click", () => pick(relation.id));
    return element("li", {}, button);
  }));
  if (relations.length > LIST_MOST) list.append(element("li", { className: "more", textContent: `+ ${relations.length - LIST_MOST} \u2026` }));
  const none = document.getElementById("relation-empty");
  none.hidden = relations.length > 0;
  none.textContent = words.none_found;
}
