// Names beside points, as page text (system fonts, no glyph files); where two would overlap, the later one waits.

const PLACES = [[1, -0.5, 1, 0], [-1, -0.5, -1, 0], [-0.5, -1, 0, -1], [-0.5, 0, 0, 1]];
const MOST = 500;

// Factor on sizes at a zoom, as byZoom in 3_layers.js gives it to the map.
function sizeAt(zoom) {
  const after = STEPS.findIndex(([z]) => zoom < z);
  if (after <= 0) return after ? STEPS.at(-1)[1] : STEPS[0][1];
  const [[z0, f0], [z1, f1]] = STEPS.slice(after - 1, after + 1);
  return f0 + ((f1 - f0) * (zoom - z0)) / (z1 - z0);
}

function makeLabels(map, layers, ends, choose, describe) {
  const holder = document.getElementById("labels");
  const made = [];
  [...layers].reverse().filter((l) => l.label && l.kind === "point" && l.n <= MOST).forEach((layer) => {
    layer.columns[layer.label].forEach((text, row) => {
      if (text === null || text === "") return;
      const id = layer.columns.id ? String(layer.columns.id[row]) : null;
      const isEnd = ends.has(id);
      const node = element(isEnd ? "button" : "span", { textContent: text, className: isEnd ? "" : "small" });
      const at = layer.geometry[row][0];
      if (isEnd) {
        node.addEventListener("click", () => choose(id));
        node.addEventListener("focus", () => node.matches(":focus-visible") && describe({ layer, row }, map.project(at)));
        node.addEventListener("blur", () => describe(null));
      }
      holder.append(node);
      const look = layer.classes[layer.class ? layer.class[row] : 0];
      made.push({ node, layer, at, isEnd, size: look.size });
    });
  });
  // Measured when all stand on the page: in between, every look at a size would lay the page out anew.
  for (const label of made) Object.assign(label, { width: label.node.offsetWidth, height: label.node.offsetHeight });
  return made.sort((a, b) => b.isEnd - a.isEnd);
}

// Boxes of what stands over the map, relative to it.
function obstacles(map) {
  const { left, top } = map.getContainer().getBoundingClientRect();
  return ["layers", "tools", "credits"].map((id) => {
    const box = document.getElementById(id).getBoundingClientRect();
    return { left: box.left - left, right: box.right - left, top: box.top - top, bottom: box.bottom - top };
  });
}

function placeLabels(map, labels, over) {
  const { clientWidth: right, clientHeight: bottom } = map.getContainer();
  const [zoom, stage] = [map.getZoom(), { left: 0, top: 0, right, bottom }];
  const factor = sizeAt(zoom) * 0.62;
  const taken = [...over];
  for (const label of labels) {
    const shown = label.layer.visible && zoom >= Math.max(label.layer.labelMinZoom, label.layer.minZoom);
    const box = shown ? fit(map.project(label.at), label, label.size * factor + 3, taken, stage) : null;
    label.node.style.visibility = box ? "visible" : "hidden";
    if (!box) continue;
    label.node.style.transform = `translate(${Math.round(box.left)}px, ${Math.round(box.top)}px)`;
    taken.push(box);
  }
}

function fit({ x, y }, label, gap, taken, stage) {
  if (x < 0 || y < 0 || x > stage.right || y > stage.bottom) return null;
  for (const [dx, dy, ox, oy] of PLACES) {
    const left = x + ox * gap + (dx === -1 ? -label.width : dx === -0.5 ? -label.width / 2 : 0);
    const top = y + oy * gap + (dy === -0.5 ? -label.height / 2 : dy === -1 ? -label.height : 0);
    const box = { left, top, right: left + label.width, bottom: top + label.height };
    const inside = left >= stage.left && top >= stage.top && box.right <= stage.right && box.bottom <= stage.bottom;
    if (inside && !taken.some((o) => o.left < box.right && box.left < o.right && o.top < box.bottom && box.top < o.bottom)) return box;
  }
  return null;
}
