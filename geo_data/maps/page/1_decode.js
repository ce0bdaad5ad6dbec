// Unpack what encode.py packed: compressed JSON, and coordinates as differences in varints.

const SCALE = 1e6;

async function unpack(id) {
  const text = document.getElementById(id).textContent;
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function reader(bytes, at) {
  const next = () => {
    let value = 0, factor = 1, byte;
    do { byte = bytes[at++]; value += (byte & 127) * factor; factor *= 128; } while (byte & 128);
    return value;
  };
  const counts = (n) => Array.from({ length: n }, next);
  let x = 0, y = 0;
  const signed = () => { const v = next(); return v % 2 ? -(v + 1) / 2 : v / 2; };
  const point = () => { x += signed(); y += signed(); return [x / SCALE, y / SCALE]; };
  return { counts, points: (n) => Array.from({ length: n }, point) };
}

const total = (numbers) => numbers.reduce((sum, n) => sum + n, 0);

// Geometries of a layer, as lists: features -> parts -> [rings ->] coordinates.
function decodeGeometry(bytes, { n, at, kind }) {
  const read = reader(bytes, at);
  const parts = read.counts(n);
  const rings = kind === "polygon" ? read.counts(total(parts)) : null;
  const coordinates = kind === "point" ? null : read.counts(rings ? total(rings) : total(parts));
  const ring = kind === "point" ? (() => read.points(1)[0]) : ((i) => () => read.points(coordinates[i++]))(0);
  const part = rings ? ((i) => () => Array.from({ length: rings[i++] }, ring))(0) : ring;
  return parts.map((count) => Array.from({ length: count }, part));
}

const GEOMETRY = { point: "MultiPoint", line: "MultiLineString", polygon: "MultiPolygon" };

function collection(layer) {
  const feature = (coordinates, i) => ({
    type: "Feature",
    id: i,
    properties: { c: layer.class ? layer.class[i] : 0 },
    geometry: { type: GEOMETRY[layer.kind], coordinates },
  });
  return { type: "FeatureCollection", features: layer.geometry.map(feature) };
}
