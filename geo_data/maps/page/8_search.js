// Find a feature by name or id: a list under the search box, a flight to the one chosen, and its facts as a card.

const FOUND_MOST = 8;

// One lower-case text a feature, made when the first letter is typed; the name that the list shows stands first.
function searchIndex(layers) {
  const rows = [];
  layers.forEach((layer) => {
    const columns = layer.search.map((column) => layer.columns[column]);
    if (!columns.length) return;
    for (let row = 0; row < layer.n; row++) {
      const texts = columns.map((column) => column[row]).filter((value) => value !== null && value !== "").map(String);
      if (texts.length) rows.push({ layer, row, texts, lower: texts.join("\n").toLocaleLowerCase() });
    }
  });
  return rows;
}

// Whole name or id first, then beginnings, then the rest; layers on top before those below them.
function searchFeatures(index, asked) {
  const [whole, begins, holds] = [[], [], []];
  for (let i = index.length - 1; i >= 0; i--) {
    const at = index[i].lower.indexOf(asked);
    if (at < 0) continue;
    const parts = index[i].lower.split("\n");
    (parts.includes(asked) ? whole : parts.some((part) => part.startsWith(asked)) ? begins : holds).push(index[i]);
  }
  return [...whole, ...begins, ...holds];
}

function boxOf(geometry) {
  const box = new maplibregl.LngLatBounds();
  const extend = (list) => (typeof list[0] === "number" ? box.extend(list) : list.forEach(extend));
  extend(geometry);
  return box;
}

function addFoundLayers(map) {
  map.addSource("found", { type: "geojson", data: EMPTY });
  map.addLayer({ id: "found-line", type: "line", source: "found", filter: ["!=", ["geometry-type"], "Point"], layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-width": byZoom(11), "line-opacity": 0.5 } });
  map.addLayer({ id: "found-ring", type: "circle", source: "found", filter: ["==", ["geometry-type"], "Point"], paint: { "circle-radius": byZoom(15), "circle-opacity": 0, "circle-stroke-width": 3.5 } });
  paintFound(map);
}

function paintFound(map) {
  map.setPaintProperty("found-line", "line-color", css("--found"));
  map.setPaintProperty("found-ring", "circle-stroke-color", css("--found"));
}

function flyTo(map, layer, row) {
  const coordinates = layer.geometry[row];
  const type = GEOMETRY[layer.kind];
  map.getSource("found").setData({ type: "Feature", properties: {}, geometry: { type, coordinates } });
  const duration = calm() ? 0 : 700;
  const close = Math.max(map.getZoom(), layer.kind === "point" ? 14 : 12);
  map.fitBounds(boxOf(coordinates), { padding: padding(), maxZoom: close, duration });
}

function featureCard(layer, row, words, clear) {
  const look = layer.classes[layer.class ? layer.class[row] : 0];
  const named = layer.search.map((column) => layer.columns[column][row]).find((value) => value !== null && value !== "");
  const close = element("button", { textContent: "\u2715", title: words.clear, ariaLabel: words.clear });
  close.addEventListener("click", clear);
  const rows = layer.tooltip.map(([column, label]) => element(
    "tr", {}, element("th", { textContent: label, scope: "row" }), element("td", { textContent: showValue(layer.columns[column][row], words) }),
  ));
  const kind = look.title === layer.title ? layer.title : `${layer.title} \u00b7 ${look.title}`;
  return [
    element("h3", {}, element("span", { textContent: named ?? layer.title }), close),
    element("p", { className: "empty", textContent: kind }), element("table", {}, ...rows),
  ];
}

function resultButton({ layer, row, texts }, pick) {
  const largest = Math.max(...layer.classes.map((look) => look.size));
  const look = layer.classes[layer.class ? layer.class[row] : 0];
  const also = texts.slice(1).filter((text) => text !== texts[0]);
  const button = element(
    "button", {}, swatch(look, largest),
    element("span", {}, element("b", { textContent: texts[0] }), element("small", { textContent: [...also, layer.title].join(" \u00b7 ") })),
  );
  button.addEventListener("click", () => pick(layer, row));
  return element("li", {}, button);
}

// Arrows walk from the box through its list, Enter takes the first.
function walkWithArrows(search, list) {
  const walk = (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [search, ...list.querySelectorAll("button")];
    const next = stops[stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
    if (!next || stops.length < 2) return;
    event.preventDefault();
    next.focus();
  };
  search.addEventListener("keydown", walk);
  list.addEventListener("keydown", walk);
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") list.querySelector("button")?.click(); });
}

function featureSearch(map, layers, words, reveal) {
  const search = document.getElementById("search");
  const [list, none, card] = ["feature-list", "feature-empty", "found"].map((id) => document.getElementById(id));
  let index = null;
  const clear = () => {
    card.replaceChildren();
    map.getSource("found").setData(EMPTY);
  };
  const pick = (layer, row) => {
    reveal(layer);
    flyTo(map, layer, row);
    card.replaceChildren(...featureCard(layer, row, words, clear));
  };
  const show = () => {
    const asked = search.value.trim().toLocaleLowerCase();
    index ??= searchIndex(layers);
    const found = asked ? searchFeatures(index, asked) : [];
    list.replaceChildren(...found.slice(0, FOUND_MOST).map((hit) => resultButton(hit, pick)));
    if (found.length > FOUND_MOST) list.append(element("li", { className: "more", textContent: words.more_found.replace("{n}", (found.length - FOUND_MOST).toLocaleString(LOCALE)) }));
    none.hidden = !asked || found.length > 0;
    none.textContent = words.nothing_found;
  };
  search?.addEventListener("input", show);
  if (search) walkWithArrows(search, list);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") clear();
    if (event.key !== "/" || !search || document.activeElement?.tagName === "INPUT") return;
    event.preventDefault();
    search.focus();
  });
  return pick;
}
