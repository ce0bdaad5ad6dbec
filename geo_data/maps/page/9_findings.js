// The list of findings: filtered by severity and by the search box; the chosen one is flown to.

const FINDINGS_MOST = 200;
const SEVERITIES = ["error", "warning", "note"];

function findingEntry(finding, layer, words, pick) {
  const placed = finding.row !== null;
  const look = layer.classes[SEVERITIES.indexOf(finding.severity)];
  const sign = swatch(look, Math.max(...layer.classes.map((one) => one.size)));
  const text = element(
    "span", {}, element("small", { textContent: [words[finding.severity], finding.where || null, placed ? null : words.no_place].filter(Boolean).join(" \u00b7 ") }),
    element("b", { textContent: finding.found }), ...(finding.advice ? [element("i", { textContent: finding.advice })] : []),
  );
  const entry = element(placed ? "button" : "div", { className: "finding" }, sign, text);
  if (placed) entry.addEventListener("click", () => pick(finding, entry));
  return element("li", {}, entry);
}

function severityButtons(findings, words, changed) {
  const shown = new Set(SEVERITIES);
  const holder = document.getElementById("severities");
  for (const severity of SEVERITIES) {
    const n = findings.filter((finding) => finding.severity === severity).length;
    if (!n) continue;
    const button = element("button", { textContent: `${words[severity]} ${n.toLocaleString(LOCALE)}` });
    button.dataset.severity = severity;
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", () => {
      if (!shown.delete(severity)) shown.add(severity);
      button.setAttribute("aria-pressed", String(shown.has(severity)));
      changed();
    });
    holder.append(button);
  }
  return shown;
}

function findingsPanel(map, layers, findings, words, reveal) {
  const list = document.getElementById("finding-list");
  if (!list) return;
  const layer = layers.at(-1);
  const search = document.getElementById("search");
  const ranked = [...findings].sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
  const texts = new Map(ranked.map((finding) => [finding, `${finding.where} ${finding.found} ${finding.advice}`.toLocaleLowerCase()]));
  const pick = (finding, entry) => {
    reveal(layer);
    flyTo(map, layer, finding.row);
    list.querySelectorAll("[aria-current]").forEach((other) => other.removeAttribute("aria-current"));
    entry.setAttribute("aria-current", "true");
  };
  const show = () => {
    const asked = search.value.trim().toLocaleLowerCase();
    const found = ranked.filter((finding) => shown.has(finding.severity) && texts.get(finding).includes(asked));
    list.replaceChildren(...found.slice(0, FINDINGS_MOST).map((finding) => findingEntry(finding, layer, words, pick)));
    if (found.length > FINDINGS_MOST) list.append(element("li", { className: "more", textContent: words.more_found.replace("{n}", (found.length - FINDINGS_MOST).toLocaleString(LOCALE)) }));
    document.getElementById("finding-empty").hidden = found.length > 0;
  };
  window.addEventListener("message", ({ data }) => {  // a page around this one asks for a finding by its number
    const finding = findings[data?.finding];
    if (!finding || finding.row === null) return;
    reveal(layer);
    flyTo(map, layer, finding.row);
  });
  const shown = severityButtons(ranked, words, show);
  search.addEventListener("input", show);
  document.getElementById("finding-count").textContent = findings.length.toLocaleString(LOCALE);
  show();
}
