/* Draws a comparison from the numbers that stand in the page: no library, no network. */
(function () {
  "use strict";
  const stored = JSON.parse(document.getElementById("stored").textContent);
  const french = stored.language === "fr";
  const PAPER = 760, NARROWEST = 300, LEFT = 64, RIGHT = 34, TOP = 10, BOTTOM = 28;
  let onPaper = false;

  function written(value, decimals, signed) {
    if (value === null || value === undefined) return "–";
    const text = Math.abs(value).toLocaleString(french ? "fr-FR" : "en-GB",
      { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const zero = !/[1-9]/.test(text);
    return (value < 0 && !zero ? "−" : signed && !zero ? "+" : "") + text;
  }

  function interval(low, high, decimals, signed) {
    return document.getElementById("words").dataset.brackets
      .replace("{low}", written(low, decimals, signed)).replace("{high}", written(high, decimals, signed))
      .replace(/ /g, "\u00a0");
  }

  function escaped(text) {
    return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/"/g, "&quot;");
  }

  function shown() {
    const boxes = Array.from(document.querySelectorAll("[data-scenario]"));
    return stored.scenarios.map((_, rank) => rank)
      .filter((rank) => rank === 0 || !boxes.length ||
        boxes.some((box) => Number(box.dataset.scenario) === rank && box.checked));
  }

  function steps(low, high) {
    const raw = (high - low) / 5 || 1, size = Math.pow(10, Math.floor(Math.log10(raw)));
    const step = [1, 2, 5, 10].map((k) => k * size).find((k) => k >= raw);
    const ticks = [];
    for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) ticks.push(at);
    return [ticks, Math.max(0, -Math.floor(Math.log10(step) + 1e-9))];
  }

  function chart(place, quarters, lines, unit, zero) {
    // As wide as its place, so that letters keep their size on a phone.
    const WIDTH = onPaper ? PAPER : Math.max(NARROWEST, Math.min(PAPER, place.clientWidth || PAPER));
    const height = Number(place.dataset.height || 260);
    const all = lines.flatMap((line) => line.path.flat()).filter((v) => v !== null);
    if (!all.length) { place.textContent = "–"; return; }
    if (zero) all.push(0);
    let low = Math.min(...all), high = Math.max(...all);
    const room = (high - low) * 0.06 || 1;
    low -= room; high += room;
    const x = (i) => LEFT + i / Math.max(1, quarters.length - 1) * (WIDTH - LEFT - RIGHT);
    const y = (v) => TOP + (high - v) / (high - low) * (height - TOP - BOTTOM);
    const [ticks, decimals] = steps(low, high);
    let svg = `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escaped(place.dataset.label)}">`;
    for (const tick of ticks) {
      svg += `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(tick)}" y2="${y(tick)}" class="grid"/>` +
        `<text x="${LEFT - 6}" y="${y(tick) + 4}" text-anchor="end">${written(tick, decimals, false)}</text>`;
    }
    const every = quarters.length <= 6 ? 1 : WIDTH < 480 ? 5 : 2;
    quarters.forEach((name, i) => {
      if (i % every) return;
      const year = i ? name.replace(/^\D+/, "") : name;
      svg += `<text x="${x(i)}" y="${height - 8}" text-anchor="middle">${escaped(year)}</text>`;
    });
    if (zero) svg += `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(0)}" y2="${y(0)}" class="zero"/>`;
    for (const line of lines) {
      const [middle, lows, highs] = line.path;
      const known = middle.map((v, i) => i).filter((i) => middle[i] !== null);
      const sure = known.filter((i) => lows[i] !== null && highs[i] !== null);
      const there = sure.map((i) => `${x(i).toFixed(1)},${y(highs[i]).toFixed(1)}`);
      const back = sure.slice().reverse().map((i) => `${x(i).toFixed(1)},${y(lows[i]).toFixed(1)}`);
      svg += `<polygon points="${there.concat(back).join(" ")}" fill="${line.colour}" opacity="0.13"/>` +
        `<polyline points="${known.map((i) => `${x(i).toFixed(1)},${y(middle[i]).toFixed(1)}`).join(" ")}" ` +
        `fill="none" stroke="${line.colour}" stroke-width="2.2" stroke-dasharray="${line.dashes}"/>`;
    }
    const ends = lines.map((line) => ({ line, at: y(line.path[0].at(-1) ?? 0) }))
      .sort((a, b) => a.at - b.at);
    ends.forEach((end, i) => { if (i) end.at = Math.max(end.at, ends[i - 1].at + 14); });
    const over = ends.length ? ends.at(-1).at - (height - BOTTOM) : 0;
    ends.slice().reverse().reduce((limit, end) => {
      end.at = Math.min(end.at, limit); return end.at - 14;
    }, over > 0 ? height - BOTTOM : Infinity);
    for (const { line, at } of ends) {
      svg += `<text x="${WIDTH - RIGHT + 8}" y="${at + 4}" fill="${line.ink}" class="letter">${line.letter}</text>`;
    }
    place.innerHTML = svg + "</svg>";
    place.dataset.drawn = "true";
    const heading = place.parentElement.querySelector("[data-unit]");
    if (heading) heading.textContent = unit;
  }

  function table(place, headings, rows) {
    place.innerHTML = "<thead><tr>" + headings.map((h) => `<th scope="col">${escaped(h)}</th>`).join("") +
      "</tr></thead><tbody>" + rows.map((row) => `<tr><th scope="row">${escaped(row[0])}</th>` +
        row.slice(1).map((cell) => `<td>${escaped(cell)}</td>`).join("") + "</tr>").join("") + "</tbody>";
  }

  function draw() {
    const chosen = document.getElementById("choose-group");
    const name = chosen ? chosen.value : Object.keys(stored.groups)[0];
    const code = (document.getElementById("choose-indicator") || {}).value || stored.indicator;
    const group = stored.groups[name], ranks = shown();
    const line = (rank, path) => ({ ...stored.scenarios[rank], path });
    const of = (values, rank) => line(rank, values.levels[rank]);
    const named = (rank) => `${stored.scenarios[rank].letter} · ${stored.scenarios[rank].title}`;
    const value = group.values[code], survival = group.values.survival;
    for (const place of document.querySelectorAll("[data-chart]")) {
      if (place.dataset.chart === "survival") {
        chart(place, group.quarters, ranks.map((r) => of(survival, r)), survival.unit[0], false);
      } else if (place.dataset.chart === "level") {
        chart(place, group.quarters, ranks.map((r) => of(value, r)), value.unit[0], false);
      } else {
        chart(place, group.quarters, ranks.slice(1).map((r) => line(r, value.differences[r].path)),
          value.apart[0], true);
      }
    }
    for (const place of document.querySelectorAll("[data-name]")) {
      place.textContent = place.dataset.name === "group" ? name : stored.indicators[code].label;
    }
    const words = document.getElementById("words").dataset;
    const end = group.quarters.length - 1;
    const ends = document.getElementById("ends");
    table(ends, [words.future, `${words.level}, ${group.quarters[end]}`, words.difference, words.verdict],
      ranks.map((rank) => {
        const [middle, low, high] = value.levels[rank].map((v) => v[end]), [, suffix, decimals] = value.unit;
        const level = `${written(middle, decimals)}${suffix} ${interval(low, high, decimals)}`;
        const apart = value.differences[rank];
        if (!apart) return [named(rank), level, "0", ""];
        const [m, l, h] = apart.path.map((v) => v[end]), [, dsuffix, d] = value.apart;
        return [named(rank), level,
          `${written(m, d, true)}${dsuffix}${apart.percent} ${interval(l, h, d, true)}`,
          apart.verdict];
      }));
    const years = document.getElementById("years");
    if (years) {
      table(years, [words.future, ...group.quarters], ranks.map((rank) =>
        [named(rank), ...value.levels[rank][0].map((v, i) => `${written(v, value.unit[2])} ` +
          interval(value.levels[rank][1][i], value.levels[rank][2][i], value.unit[2]))]));
    }
  }

  document.addEventListener("change", draw);
  for (const [event, paper] of [["beforeprint", true], ["afterprint", false]]) {
    window.addEventListener(event, () => { onPaper = paper; draw(); });
  }
  window.addEventListener("resize", () => { if (!onPaper) draw(); });
  const print = document.getElementById("print");
  if (print) print.addEventListener("click", () => window.print());
  draw();
})();
