// Draws every <figure data-chart> from its JSON, in the colours of the theme; the table folds away.
(() => {
  const root = document.documentElement;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const drawn = new Map(); // figure -> { chart, option, place }

  // "@token" becomes the value of --token wherever a colour stands; names of people stay as they are.
  function coloured(part, style, key = "") {
    if (Array.isArray(part)) return part.map((value) => coloured(value, style, key));
    if (part && typeof part === "object") {
      return Object.fromEntries(Object.entries(part).map(([name, value]) => [name, coloured(value, style, name)]));
    }
    const isColour = typeof part === "string" && part.startsWith("@") && key.toLowerCase().endsWith("color");
    return isColour ? style.getPropertyValue(`--${part.slice(1)}`).trim() : part;
  }

  function paint(entry) {
    const style = getComputedStyle(root);
    const option = coloured(entry.option, style);
    option.animation = !still.matches;
    option.animationDuration = 300;
    option.textStyle = { ...option.textStyle, fontFamily: getComputedStyle(document.body).fontFamily };
    entry.chart.setOption(option, { notMerge: true });
  }

  // A point or a field may lead somewhere: our own addresses only.
  const follow = (href) => { if (typeof href === "string" && /^\/(?!\/)|^\?/.test(href)) window.location.assign(href); };

  // The arrow keys walk along the points; Enter follows one; Escape hides what they show.
  function walk(entry, event) {
    if (event.key === "Enter") follow(entry.option.series?.[0]?.data?.[entry.place]?.href);
    const count = entry.option.series?.[0]?.data?.length || 0;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") entry.chart.dispatchAction({ type: "hideTip" });
    if (!step || !count) return;
    event.preventDefault();
    entry.place = (entry.place + step + count) % count;
    entry.chart.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: entry.place });
  }

  function mount(figure) {
    const source = document.getElementById(figure.dataset.chart);
    const canvas = figure.querySelector(".chart-canvas");
    if (drawn.has(figure) || !source || !canvas || !window.echarts) return;
    canvas.hidden = false;
    canvas.style.height = `${figure.dataset.height}px`;
    const chart = window.echarts.init(canvas, null, { renderer: "svg" });
    const entry = { chart, option: JSON.parse(source.textContent), place: -1 };
    drawn.set(figure, entry);
    chart.on("click", (event) => follow(event.data?.href));
    paint(entry);
    figure.querySelector(".chart-table").open = false;
    canvas.addEventListener("keydown", (event) => walk(entry, event));
    canvas.addEventListener("blur", () => chart.dispatchAction({ type: "hideTip" }));
    new ResizeObserver(() => { if (canvas.clientWidth) chart.resize(); }).observe(canvas);
  }

  function mountAll(place) {
    for (const [figure, entry] of drawn) {
      if (!figure.isConnected) { entry.chart.dispose(); drawn.delete(figure); }
    }
    place.querySelectorAll("figure[data-chart]").forEach(mount);
  }

  const paintAll = () => drawn.forEach(paint);
  new MutationObserver(paintAll).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  still.addEventListener("change", paintAll);
  // Paper is white, whatever the theme.
  let theme = "";
  window.addEventListener("beforeprint", () => { theme = root.dataset.bsTheme; root.dataset.bsTheme = "light"; paintAll(); });
  window.addEventListener("afterprint", () => { root.dataset.bsTheme = theme; paintAll(); });
  document.body.addEventListener("htmx:afterSettle", (event) => mountAll(event.target));
  mountAll(document);
})();
