// What a feature says when it is pointed at. Points win over lines; fingers get a wider reach than a mouse.

const REACH = { mouse: 5, touch: 16 };

function showValue(value, words) {
  if (value === null || value === undefined || value === "") return "\u2013";
  if (typeof value === "boolean") return value ? words.yes : words.no;
  return typeof value === "number" ? value.toLocaleString(LOCALE, { maximumFractionDigits: 3 }) : value;
}

function featureAt(map, layers, point, reach) {
  const ids = layers.filter((l) => l.visible && (l.tooltip.length || l.columns.id)).flatMap((l) => l.ids);
  if (!ids.length) return null;
  const box = [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]];
  const found = map.queryRenderedFeatures(box, { layers: ids }).map((feature) => {
    const layer = layers[Number(feature.source.split("-")[1])];
    return { layer, row: feature.id, rank: { point: 0, line: 1, polygon: 2 }[layer.kind], away: awayFrom(map, layer, feature.id, point) };
  });
  return found.sort((a, b) => a.rank - b.rank || a.away - b.away)[0] ?? null;
}

function awayFrom(map, layer, row, point) {
  if (layer.kind !== "point") return 0;
  const { x, y } = map.project(layer.geometry[row][0]);
  return Math.hypot(x - point.x, y - point.y);
}

function fillTooltip(tip, { layer, row }, words) {
  const look = layer.classes[layer.class ? layer.class[row] : 0];
  const name = layer.label ? layer.columns[layer.label][row] : null;
  const kind = look.title === layer.title ? layer.title : `${layer.title} \u00b7 ${look.title}`;
  const rows = layer.tooltip.map(([column, label]) => element(
    "tr", {}, element("th", { textContent: label }), element("td", { textContent: showValue(layer.columns[column][row], words) }),
  ));
  tip.replaceChildren(
    ...(name ? [element("b", { textContent: name })] : []),
    element("span", { className: "kind", textContent: kind }),
    element("table", {}, ...rows),
  );
}

function watchPointer(map, layers, words, choose, ends) {
  const tip = document.getElementById("tooltip");
  const place = (point) => {
    const { clientWidth: width, clientHeight: height } = map.getContainer();
    tip.style.left = `${Math.max(4, Math.min(point.x + 14, width - tip.offsetWidth - 4))}px`;
    tip.style.top = `${point.y + 16 + tip.offsetHeight > height ? Math.max(4, point.y - tip.offsetHeight - 12) : point.y + 16}px`;
  };
  const show = (hit, point) => {
    tip.hidden = !hit?.layer.tooltip.length;
    if (tip.hidden) return;
    fillTooltip(tip, hit, words);
    place(point);
  };
  map.on("mousemove", ({ point }) => {
    const hit = featureAt(map, layers, point, REACH.mouse);
    map.getCanvas().style.cursor = hit ? "pointer" : "";
    show(hit, point);
  });
  map.on("click", ({ point, originalEvent }) => {
    const reach = originalEvent.pointerType === "touch" || matchMedia("(pointer: coarse)").matches ? REACH.touch : REACH.mouse;
    const hit = featureAt(map, layers, point, reach);
    show(hit, point);
    const id = hit && hit.layer.columns.id ? String(hit.layer.columns.id[hit.row]) : null;
    if (ends.has(id)) choose(id);
  });
  map.on("movestart", () => { tip.hidden = true; });
  map.getCanvas().addEventListener("mouseleave", () => { tip.hidden = true; });
  return show;
}
