// Draw one mark on a canvas; legend and map use the same drawing, so they cannot differ.

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const LOCALE = document.documentElement.lang;
const theme = () => document.documentElement.dataset.theme;
const colourOf = (look) => look[theme()];

function tracePath(context, mark, x, y, size) {
  const r = size / 2;
  context.beginPath();
  if (mark === "circle") context.arc(x, y, r, 0, 2 * Math.PI);
  if (mark === "square") context.rect(x - r * 0.88, y - r * 0.88, r * 1.76, r * 1.76);
  if (mark === "diamond") [[0, -1.2], [1.2, 0], [0, 1.2], [-1.2, 0]].forEach(([a, b]) => context.lineTo(x + a * r, y + b * r));
  if (mark === "triangle") [[0, -1.15], [1.1, 0.85], [-1.1, 0.85]].forEach(([a, b]) => context.lineTo(x + a * r, y + b * r));
  context.closePath();
}

function drawPoint(context, look, x, y) {
  const stroke = look.hollow ? Math.max(1.5, look.size * 0.2) : 0;
  const size = look.size - stroke;
  context.globalAlpha = look.opacity;
  context.lineJoin = "round";
  if (look.halo) {
    tracePath(context, look.mark, x, y, size);
    context.lineWidth = stroke + 2 * look.halo;
    context.strokeStyle = css("--ground");
    context.stroke();
  }
  tracePath(context, look.mark, x, y, size);
  context.fillStyle = look.hollow ? css("--ground") : colourOf(look);
  context.fill();
  if (!stroke) return;
  context.lineWidth = stroke;
  context.strokeStyle = colourOf(look);
  context.stroke();
}

function drawLine(context, look, width, height) {
  const stroke = Math.max(1, Math.min(look.size, 7));
  context.globalAlpha = look.opacity;
  context.strokeStyle = colourOf(look);
  context.lineWidth = stroke;
  context.setLineDash(look.dash.map((d) => d * stroke));
  context.beginPath();
  context.moveTo(1, height / 2);
  context.lineTo(width - 1, height / 2);
  context.stroke();
}

function drawArea(context, look, width, height) {
  context.fillStyle = context.strokeStyle = colourOf(look);
  context.globalAlpha = look.opacity;
  context.fillRect(3, 3, width - 6, height - 6);
  context.globalAlpha = 1;
  context.lineWidth = Math.max(1, look.size);
  context.setLineDash(look.dash.map((d) => d * context.lineWidth));
  context.strokeRect(3, 3, width - 6, height - 6);
}

// `largest` is the size of the largest mark of the layer: the sizes of its classes stay in proportion.
function swatch(look, largest) {
  const canvas = document.createElement("canvas");
  const [width, height, ratio] = [32, 18, 3];
  Object.assign(canvas, { width: width * ratio, height: height * ratio });
  canvas.setAttribute("aria-hidden", "true");
  const paint = () => {
    const context = canvas.getContext("2d");
    context.reset();
    context.scale(ratio, ratio);
    if (look.mark === "line") drawLine(context, look, width, height);
    else if (look.mark === "polygon") drawArea(context, look, width, height);
    else drawPoint(context, { ...look, size: look.size * Math.min(1, 15 / largest) }, width / 2, height / 2);
  };
  canvas.paint = paint;
  paint();
  return canvas;
}

// Picture of a point mark for the map, at three pixels a pixel.
function picture(look) {
  const ratio = 3;
  const side = Math.ceil((look.size * 1.3 + 2 * look.halo + 4) * ratio);
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.scale(ratio, ratio);
  drawPoint(context, look, side / ratio / 2, side / ratio / 2);
  return context.getImageData(0, 0, side, side);
}
