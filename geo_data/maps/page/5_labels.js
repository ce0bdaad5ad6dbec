// Names beside points, as page text (system fonts, no glyph files); where two would overlap, the later one waits.

const PLACES = [[1, -0.5, 1, 0], [-1, -0.5, -1, 0], [-0.5, -1, 0, -1], [-0.5, 0, 0, 1]];
const MOST = 500;

function makeLabels(layers, ends, choose) {
  const holder = document.getElementById("labels");
  const made = [];
  [...layers].reverse().filter((l) => l.label && l.kind === "point" && l.n <= MOST).forEach((layer) => {
    layer.columns[layer.label].forEach((text, i) => {
      if (!text) return;
      const id = layer.columns.id ? String(layer.columns.id[i]) : null;
      const isEnd = ends.has(id);
      const node = element(isEnd ? "button" : "span", { textContent: text, className: isEnd ? "" : "small" });
      if (isEnd) node.addEventListener("click", () => choose(id));
      holder.append(node);
      const look = layer.classes[layer.class ? layer.class[i] : 0];
      made.push({ node, layer, at: layer.geometry[i][0], isEnd, clear: look.size * 0.6 + 3, width: node.offsetWidth, height: node.offsetHeight });
    });
  });
  return made.sort((a, b) => b.isEnd - a.isEnd);
}

function placeLabels(map, labels) {
  const { clientWidth: width, clientHeight: height } = map.getContainer();
  const taken = [];
  const zoom = map.getZoom();
  for (const label of labels) {
    const box = label.layer.visible && zoom >= Math.max(label.layer.labelMinZoom, label.layer.minZoom) ? fit(map, label, taken, width, height) : null;
    label.node.style.visibility = box ? "visible" : "hidden";
    if (!box) continue;
    label.node.style.transform = `translate(${Math.round(box.left)}px, ${Math.round(box.top)}px)`;
    taken.push(box);
  }
}

function fit(map, label, taken, width, height) {
  const { x, y } = map.project(label.at);
  if (x < -20 || y < -20 || x > width + 20 || y > height + 20) return null;
  for (const [dx, dy, ox, oy] of PLACES) {
    const left = x + ox * label.clear + (dx === -1 ? -label.width : dx === -0.5 ? -label.width / 2 : 0);
    const top = y + oy * label.clear + (dy === -0.5 ? -label.height / 2 : dy === -1 ? -label.height : 0);
    const box = { left, top, right: left + label.width, bottom: top + label.height };
    if (!taken.some((o) => o.left < box.right && box.left < o.right && o.top < box.bottom && box.top < o.bottom)) return box;
  }
  return null;
}
