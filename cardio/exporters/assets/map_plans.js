/* Adds the works of several plans to a Cardio map: two plans against each other, or what stays from some plan on. */
"use strict";

function cardioPlans(map, data, shapes, view) {
  const { plans } = data, { decode, canvas, Cloud, swatch, signMark, lineMark } = shapes;
  view.choice = plans.first;
  const chosen = () => plans.choices[view.choice];

  // ---- class of a work in the choice in view, -1 for none; built tells by plan how ("." where it does not)
  function classOf(entry, row) {
    const { pair } = chosen();
    if (!pair) return entry.always[row];
    const [one, other] = pair.map((number) => entry.built[row][number]);
    if (one === "." || other === ".") return one === other ? -1 : one === "." ? 3 : 2;
    return one === other ? 0 : 1;
  }
  const styleOf = (entry, row) => {
    const number = classOf(entry, row);
    return number < 0 ? null : entry.looks[chosen().look][number];
  };

  function addLines(group, entry, onClick, restyled) {
    const casing = { color: "#fff", renderer: canvas, interactive: false };
    const rows = entry.lines.map((parts, row) => {
      if (!parts.length) return [];
      const line = L.polyline(parts.map(decode), { fill: false, renderer: canvas, row });
      onClick(line, entry, () => row);
      return [L.polyline(parts.map(decode), casing), line];
    });
    restyled.push(() => {
      const styles = rows.map((_pair, row) => styleOf(entry, row));
      for (const level of [0, 1]) rows.forEach((pair, row) => {
        if (!pair.length) return;
        const style = styles[row], line = pair[level];
        if (Boolean(style) !== group.hasLayer(line)) group[style ? "addLayer" : "removeLayer"](line);
        if (style) line.setStyle(level ? style : { weight: style.weight + 3 });
      });
    });
  }
  function addPoints(group, entry, onClick, signScale, restyled) {
    const owners = [], points = [];
    entry.points.forEach((parts, row) => parts.forEach((steps) => decode(steps).forEach((point) => { points.push(point); owners.push(row); })));
    if (!points.length) return;
    const cloud = new Cloud(points, owners, (row) => styleOf(entry, row), signScale, { renderer: canvas });
    onClick(cloud, entry, () => cloud.row);
    group.addLayer(cloud);
    restyled.push(() => { if (cloud._map) cloud.redraw(); });
  }
  const makers = (onClick, signScale) => ({
    works: (entry) => {
      const group = L.featureGroup(), restyled = [];
      if (entry.lines) addLines(group, entry, onClick, restyled);
      if (entry.points) addPoints(group, entry, onClick, signScale, restyled);
      return { group, restyle: () => restyled.forEach((restyle) => restyle()) };
    },
  });

  // ---- legend: one key a class that the choice shows
  function keysOf(entry, keys) {
    if (entry.type !== "works") return [];
    const box = cardioElement("div");
    keys.append(box);
    return [() => {
      const { look, labels } = chosen();
      box.replaceChildren(...entry.looks[look].flatMap((style, number) => {
        const note = entry.notes[view.choice][number];
        if (!note) return [];
        const line = cardioElement("div", undefined, "cardio-key"), text = cardioElement("span", labels[number]);
        text.append(cardioElement("small", note));
        line.append(swatch(entry.lines ? lineMark(style) : signMark(style)), text);
        return [line];
      }));
    }];
  }

  // ---- which plans: two lists, or one button a step
  function pairLists(update) {
    const box = cardioElement("div", undefined, "cardio-pair");
    const lists = [0, 1].map((side) => {
      const list = cardioElement("select"), label = cardioElement("label", plans.sides[side]);
      plans.titles.forEach((title, number) => { const option = cardioElement("option", title); option.value = String(number); list.append(option); });
      list.value = String(chosen().pair[side]);
      list.addEventListener("change", () => { settle(side); update(); });
      label.append(list);
      box.append(label);
      return list;
    });
    // a plan against itself says nothing: the other list moves on
    function settle(side) {
      const numbers = lists.map((list) => +list.value);
      if (numbers[0] === numbers[1]) lists[1 - side].value = String(numbers[0] ? 0 : 1);
      const pair = lists.map((list) => +list.value).sort((a, b) => a - b);  // a pair is shown in the order of the plans
      view.choice = plans.choices.findIndex((choice) => choice.pair[0] === pair[0] && choice.pair[1] === pair[1]);
    }
    return box;
  }
  function factTable(numbers) {
    const table = cardioElement("table", undefined, "cardio-facts"), head = cardioElement("tr");
    head.append(cardioElement("th", ""), ...numbers.map((number) => cardioElement("th", plans.titles[number])));
    table.append(head, ...plans.facts.map(({ label, values }) => {
      const line = cardioElement("tr");
      line.append(cardioElement("td", label), ...numbers.map((number) => cardioElement("td", values[number])));
      return line;
    }));
    return table;
  }
  // what each plan costs and reaches stands at the foot of the map, where it leaves room
  const card = cardioElement("details", undefined, "cardio-card"), holder = cardioElement("div");
  function addCard() {
    card.append(cardioElement("summary", plans.facts_heading), holder);
    card.open = window.innerWidth > 1150 && window.innerHeight > 600;
    cardioControl(map, "bottomleft", card);
  }
  function switcher(choices, update) {
    const box = cardioElement("div"), told = cardioElement("div");
    function tell() {
      const { pair, sentences } = chosen();
      told.replaceChildren(...sentences.map((sentence) => cardioElement("p", sentence, "cardio-total")));
      card.hidden = !pair;
      holder.replaceChildren(...(pair ? [factTable(pair)] : []));
    }
    const changed = () => { tell(); update(); };
    addCard();
    box.append(cardioElement("h2", plans.heading));
    if (plans.sides.length) { if (plans.titles.length > 2) box.append(pairLists(changed)); }
    else {
      const bar = choices(plans.heading, plans.choices.map((choice) => choice.title), view.choice, (number) => { view.choice = number; tell(); });
      bar.classList.add("cardio-steps");
      box.append(bar);
    }
    tell();
    box.append(told);
    return box;
  }
  const leftRoom = () => (card.open && !card.hidden ? card.offsetWidth + 20 : 50);
  return { makers, keysOf, switcher, leftRoom, classOf };
}
