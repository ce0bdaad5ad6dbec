// Put the page together: unpack, draw, and keep panel, labels and map in step.

function startTheme() {
  const root = document.documentElement;
  root.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function startMap() {
  const map = new maplibregl.Map({
    container: "map", attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
    maxZoom: 18, bounds: [[-170, -60], [170, 70]], canvasContextAttributes: { antialias: true },
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": css("--ground") } }] },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  map.addControl(new maplibregl.ScaleControl({ maxWidth: 140 }), "bottom-left");
  return map;
}

function relationPanel(map, layers, relations, ways, words) {
  const state = { center: null, chosen: null };
  const search = document.getElementById("search");
  const name = (id) => centerName(layers, id);
  const listed = () => {
    const asked = (search?.value ?? "").trim().toLocaleLowerCase();
    const ofCenter = state.center === null ? relations : relations.filter((r) => r.a === state.center || r.b === state.center);
    return asked ? ofCenter.filter((r) => `${r.title} ${r.a} ${r.b}`.toLocaleLowerCase().includes(asked)) : ofCenter;
  };
  const list = () => listRelations(listed(), state.chosen, words, pick);
  const clear = () => {
    Object.assign(state, { center: null, chosen: null });
    document.getElementById("chosen").replaceChildren();
    map.getSource("route").setData(EMPTY);
    list();
  };
  const pick = (id) => {
    state.chosen = id;
    const relation = relations.find((r) => r.id === id);
    showChosen(relation.title, relation, words, clear);
    drawRoutes(map, [relation], layers, ways);
    list();
    document.getElementById("relations-title").scrollIntoView({ block: "start", behavior: calm() ? "auto" : "smooth" });
  };
  const pickCenter = (id) => {
    Object.assign(state, { center: id, chosen: null });
    if (search) search.value = "";
    const own = listed();
    const met = own.filter((r) => r.met).length;
    showChosen(`${words.relations_of} ${name(id)}`, null, words, clear, `${met} / ${own.length} ${words.goal_met}`);
    const working = own.map((r) => ({ ...r, routes: r.routes.filter((route) => route.role !== "protection") }));
    drawRoutes(map, working, layers, ways);
    list();
  };
  if (!document.getElementById("chosen")) return () => {};
  search?.addEventListener("input", list);
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") clear(); });
  document.getElementById("relation-count").textContent = relations.length ? relations.length.toLocaleString(LOCALE) : "";
  list();
  return pickCenter;
}

function centerName(layers, id) {
  for (const layer of layers) {
    const row = layer.kind === "point" && layer.columns.id ? layer.columns.id.findIndex((value) => String(value) === id) : -1;
    if (row >= 0 && layer.label && layer.columns[layer.label][row]) return layer.columns[layer.label][row];
  }
  return id;
}

function startTools(map, layers) {
  const box = boundsOf(layers);
  const whole = (duration) => map.fitBounds(box, { padding: padding(), duration });
  const press = (id, action) => document.getElementById(id).addEventListener("click", action);
  press("extent-button", () => whole(calm() ? 0 : 500));
  press("in-button", () => map.zoomIn());
  press("out-button", () => map.zoomOut());
  press("theme-button", () => {
    document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark";
    paintAll(map, layers);
    paintRoutes(map);
    paintFound(map);
    repaintLegend();
  });
  press("panel-button", ({ currentTarget }) => {
    currentTarget.setAttribute("aria-expanded", String(!document.body.classList.toggle("closed")));
    map.resize();
  });
  whole(0);
}

// The map's canvas with the names that stand over it as page text.
function pictureOf(map) {
  const shown = map.getCanvas();
  const ratio = shown.width / map.getContainer().clientWidth;
  const canvas = Object.assign(document.createElement("canvas"), { width: shown.width, height: shown.height });
  const context = canvas.getContext("2d");
  context.drawImage(shown, 0, 0);
  context.scale(ratio, ratio);
  Object.assign(context, { textBaseline: "top", lineJoin: "round", lineWidth: 3, strokeStyle: css("--ground") });
  const { left, top } = map.getContainer().getBoundingClientRect();
  for (const node of document.querySelectorAll("#labels > *")) {
    if (node.style.visibility !== "visible") continue;
    const { x, y } = node.getBoundingClientRect();
    const { fontWeight, fontSize, fontFamily, color } = getComputedStyle(node);
    Object.assign(context, { font: `${fontWeight} ${fontSize} ${fontFamily}`, fillStyle: color });
    context.strokeText(node.textContent, x - left + 2, y - top + 2);
    context.fillText(node.textContent, x - left + 2, y - top + 2);
  }
  return canvas.toDataURL();
}

// Paper gets the map as a picture (browsers print an empty canvas), on a light ground.
function startPrinting(map, layers) {
  const picture = document.getElementById("picture");
  let before = theme();
  const paint = (name) => {
    document.documentElement.dataset.theme = name;
    paintAll(map, layers);
    paintRoutes(map);
    paintFound(map);
    repaintLegend();
  };
  window.addEventListener("beforeprint", () => {
    before = theme();
    if (before === "dark") paint("light");
    map.redraw();
    picture.src = pictureOf(map);
    picture.hidden = false;
  });
  window.addEventListener("afterprint", () => {
    picture.hidden = true;
    if (before === "dark") paint("dark");
  });
}

async function main() {
  startTheme();
  if (matchMedia("(max-width: 820px)").matches) document.getElementById("layers").open = false;
  const [data, bytes] = await Promise.all([unpack("data"), unpack("geometry")]);
  const { layers, relations, ways, words, findings } = JSON.parse(new TextDecoder().decode(data));
  layers.forEach((layer) => { layer.geometry = decodeGeometry(bytes, layer); });
  const own = decodeGeometry(bytes, ways);
  const map = startMap();
  await map.once("load");
  addLayers(map, layers);
  paintAll(map, layers);
  addRouteLayers(map, layers);
  paintRoutes(map);
  addFoundLayers(map);
  const ends = new Set(relations.flatMap((r) => [r.a, r.b]));
  const choose = relationPanel(map, layers, relations, own, words);
  const describe = watchPointer(map, layers, words, choose, ends);
  const labels = makeLabels(map, layers, ends, choose, describe);
  let over = obstacles(map);
  const redraw = () => placeLabels(map, labels, over);
  const measure = () => { over = obstacles(map); redraw(); };
  const toggle = (layer, visible) => { showLayer(map, layer, visible); redraw(); };
  buildLegend(layers, toggle);
  const reveal = (layer) => { if (!layer.visible) switchOn(layer, toggle); };
  featureSearch(map, layers, words, reveal);
  findingsPanel(map, layers, findings, words, reveal);
  startTools(map, layers);
  startPrinting(map, layers);
  map.on("move", redraw);
  map.on("resize", measure);
  document.getElementById("layers").addEventListener("toggle", measure);
  measure();
  await map.once("idle");
  document.documentElement.dataset.ready = "yes";
}

main().catch((error) => {
  document.getElementById("failure").hidden = false;
  console.error(error);
});
