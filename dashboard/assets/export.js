/* Images of figures that can leave the page: each says what it shows, of whom, and under what. */
(function () {
  "use strict";
  const WIDTH = 1000, MARGIN = 24, GAP = 16, SCALE = 2;
  const FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'Liberation Sans', sans-serif";
  const SVG = "http://www.w3.org/2000/svg";
  const pen = document.createElement("canvas").getContext("2d");

  function element(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function broken(text, size, weight, room) {
    pen.font = `${weight} ${size}px ${FONT}`;
    const lines = [""];
    const parts = text.split(/[ \n]/).flatMap((word) => word.match(/.{1,110}/gu) || [""]);
    for (const word of parts) {
      const longer = lines.at(-1) ? lines.at(-1) + " " + word : word;
      if (pen.measureText(longer).width <= room || !lines.at(-1)) lines[lines.length - 1] = longer;
      else lines.push(word);
    }
    return lines;
  }

  /* A column of texts and drawings; `down` is where the next thing goes. */
  class Sheet {
    constructor() {
      this.root = element("svg", { xmlns: SVG, width: WIDTH, "font-family": FONT, role: "img" });
      this.root.append(element("rect", { width: WIDTH, height: "100%", fill: "white" }));
      this.down = MARGIN;
    }
    write(text, size, { weight = 400, fill = "#333333", left = MARGIN } = {}) {
      for (const line of broken(text, size, weight, WIDTH - MARGIN - left)) {
        this.down += size * 1.4;
        this.root.append(element("text",
          { x: left, y: this.down, "font-size": size, "font-weight": weight, fill }, line));
      }
    }
    key(line) {
      const at = this.down + 14;
      this.root.append(element("line", { x1: MARGIN, y1: at, x2: MARGIN + 42, y2: at,
        stroke: line.colour, "stroke-width": 3, "stroke-dasharray": line.dash }));
      this.root.append(element("text", { x: MARGIN + 52, y: at + 5, "font-size": 14,
        "font-weight": 700, fill: line.ink }, line.letter));
      this.write(line.text, 14, { left: MARGIN + 70 });
      this.down += 2;
    }
    finished() {
      const height = Math.ceil(this.down + MARGIN);
      this.root.setAttribute("height", height);
      this.root.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
      return this.root;
    }
  }

  async function drawn(graph, width, left, top) {
    const height = graph.clientHeight; // what it is shown with: Plotly drops it from the layout
    const layout = { ...graph.layout, width, height, autosize: false };
    const text = await window.Plotly.toImage({ data: graph.data, layout },
      { format: "svg", width, height, imageDataOnly: true });
    const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    root.setAttribute("x", left);
    root.setAttribute("y", top);
    return { root, height };
  }

  async function composed(panel) {
    const words = JSON.parse(panel.dataset.words);
    window.drawFigures(panel);
    const graphs = Array.from(panel.querySelectorAll(".js-plotly-plot"));
    const sheet = new Sheet();
    sheet.root.append(element("title", {}, words.title), element("desc", {}, words.sentence));
    sheet.write(words.title, 20, { weight: 700, fill: "#000000" });
    sheet.write(words.subtitle, 14);
    sheet.down += 6;
    words.lines.forEach((line) => sheet.key(line));
    sheet.down += GAP;
    const columns = graphs.length > 1 ? 2 : 1;
    const width = (WIDTH - 2 * MARGIN - (columns - 1) * GAP) / columns;
    for (let first = 0; first < graphs.length; first += columns) {
      const top = sheet.down;
      let lowest = top;
      for (const [place, graph] of graphs.slice(first, first + columns).entries()) {
        const left = MARGIN + place * (width + GAP);
        const heading = words.headings[first + place];
        if (heading) {
          sheet.root.append(element("text",
            { x: left, y: top + 14, "font-size": 14, "font-weight": 700 }, heading));
        }
        const made = await drawn(graph, width, left, top + (heading ? 20 : 0));
        sheet.root.append(made.root);
        lowest = Math.max(lowest, top + made.height + (heading ? 20 : 0));
      }
      sheet.down = lowest;
    }
    words.notes.forEach((note) => sheet.write(note, 13));
    sheet.write(window.lastingLink(), 13);
    return { root: sheet.finished(), name: words.file };
  }

  async function raster(source, root) {
    const image = new Image();
    image.src = URL.createObjectURL(source);
    try {
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = SCALE * WIDTH;
      canvas.height = SCALE * Number(root.getAttribute("height"));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return await new Promise((done) => canvas.toBlob(done, "image/png"));
    } finally {
      URL.revokeObjectURL(image.src);
    }
  }

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-image]");
    if (!button) return;
    const status = button.parentElement.querySelector("[data-failed]");
    status.textContent = "";
    try {
      const { root, name } = await composed(button.closest("[data-words]"));
      const text = new XMLSerializer().serializeToString(root);
      const vector = new Blob([text], { type: "image/svg+xml" });
      const kind = button.dataset.image;
      save(kind === "png" ? await raster(vector, root) : vector, `${name}.${kind}`);
    } catch (error) {
      status.textContent = status.dataset.failed;
    }
  });
})();
