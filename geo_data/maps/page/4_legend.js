// The layer switch, which is the legend at the same time.

const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};

function layerSwitch(layer, toggle) {
  const single = layer.classes.length === 1 || (layer.base && layer.kind === "line");
  const largest = Math.max(...layer.classes.map((look) => look.size));
  const box = element("input", { type: "checkbox", checked: layer.visible });
  const count = element("span", { className: "n", textContent: layer.base ? "" : layer.n.toLocaleString(LOCALE) });
  const row = element("label", {}, box, single ? swatch(layer.classes[0], largest) : "", element("span", { textContent: layer.title }), count);
  if (!single) row.style.gridTemplateColumns = "20px 1fr auto";
  const classes = single ? [] : layer.classes.map((look) => element(
    "div", { className: "class" }, swatch(look, largest), element("span", { textContent: look.title }),
    element("span", { className: "n", textContent: layer.base ? "" : look.n.toLocaleString(LOCALE) }),
  ));
  const whole = element("div", { className: "layer" }, row, ...classes);
  whole.dataset.layer = layer.name;
  layer.box = box;
  const mark = () => whole.classList.toggle("off", !layer.visible);
  box.addEventListener("change", () => { toggle(layer, box.checked); mark(); });
  mark();
  return whole;
}

// Switch a layer on that a search or a finding leads to; its box in the legend follows.
function switchOn(layer, toggle) {
  if (!layer.box) return toggle(layer, true);
  layer.box.checked = true;
  layer.box.dispatchEvent(new Event("change"));
}

function buildLegend(layers, toggle) {
  const list = document.getElementById("layer-list");
  const shown = layers.filter((layer) => layer.inLegend).reverse();
  for (const group of new Set(shown.map((layer) => layer.group))) {
    const heading = element("h3", { textContent: group });
    list.append(heading, ...shown.filter((layer) => layer.group === group).map((layer) => layerSwitch(layer, toggle)));
  }
}

const repaintLegend = () => document.querySelectorAll("#layer-list canvas").forEach((canvas) => canvas.paint());
