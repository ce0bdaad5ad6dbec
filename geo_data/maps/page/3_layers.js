// Put the document's layers on the map, one map layer a class, and keep their colours in step with the theme.

const STEPS = [[8, 0.55], [11, 0.9], [14, 1.25], [17, 2]];
const byZoom = (factor) => ["interpolate", ["linear"], ["zoom"], ...STEPS.flatMap(([zoom, f]) => [zoom, f * factor])];

function classLayers(layer, number, look, k) {
  const id = `${number}-${k}`;
  const base = { source: `source-${number}`, minzoom: layer.minZoom, filter: ["==", ["get", "c"], k] };
  const line = (suffix, width, opacity) => ({
    ...base, id: id + suffix, type: "line",
    layout: { "line-cap": look.dash.length ? "butt" : "round", "line-join": "round" },
    paint: { "line-width": byZoom(width), "line-opacity": opacity, ...(look.dash.length && suffix === "" ? { "line-dasharray": look.dash } : {}) },
  });
  if (layer.kind === "line") return [...(look.halo ? [line("-halo", look.size + 2 * look.halo, 0.9)] : []), line("", look.size, look.opacity)];
  if (layer.kind === "polygon") {
    return [{ ...base, id: `${id}-fill`, type: "fill", paint: { "fill-opacity": look.opacity } }, line("", look.size, 1)];
  }
  const layout = {
    "icon-image": `mark-${id}`, "icon-size": byZoom(1), "icon-offset": look.offset,
    "icon-allow-overlap": true, "icon-ignore-placement": true,
  };
  return [{ ...base, id, type: "symbol", layout }];
}

function paintClass(map, layer, number, look, k) {
  const id = `${number}-${k}`;
  if (layer.kind === "point") {
    const [name, image] = [`mark-${id}`, picture(look)];
    if (map.hasImage(name)) map.updateImage(name, image);
    else map.addImage(name, image, { pixelRatio: 3 });
    return;
  }
  map.setPaintProperty(id, "line-color", colourOf(look));
  if (look.halo && layer.kind === "line") map.setPaintProperty(`${id}-halo`, "line-color", css("--ground"));
  if (layer.kind === "polygon") map.setPaintProperty(`${id}-fill`, "fill-color", colourOf(look));
}

function addLayers(map, layers) {
  layers.forEach((layer, number) => {
    map.addSource(`source-${number}`, { type: "geojson", data: collection(layer), maxzoom: 15, tolerance: 0.3 });
    layer.ids = [];
    layer.classes.forEach((look, k) => {
      if (layer.kind === "point") paintClass(map, layer, number, look, k);
      for (const drawn of classLayers(layer, number, look, k)) {
        map.addLayer(drawn);
        layer.ids.push(drawn.id);
      }
    });
    showLayer(map, layer, layer.visible);
  });
}

function showLayer(map, layer, visible) {
  layer.visible = visible;
  for (const id of layer.ids) map.setLayoutProperty(id, "visibility", visible ? "visible" : "none");
}

function paintAll(map, layers) {
  map.setPaintProperty("ground", "background-color", css("--ground"));
  layers.forEach((layer, number) => layer.classes.forEach((look, k) => paintClass(map, layer, number, look, k)));
}

function boundsOf(layers) {
  const used = layers.filter((l) => l.n && !l.base);
  const box = new maplibregl.LngLatBounds();
  const extend = (list) => (typeof list[0] === "number" ? box.extend(list) : list.forEach(extend));
  (used.length ? used : layers).forEach((layer) => extend(layer.geometry));
  return box.isEmpty() ? new maplibregl.LngLatBounds([-170, -60], [170, 70]) : box;
}
