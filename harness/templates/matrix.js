(() => {
  "use strict";
  const form = document.querySelector(".filters");
  const rows = [...document.querySelectorAll("#rules tbody tr")];
  const cards = [...document.querySelectorAll(".finding")];
  const tiles = [...document.querySelectorAll(".tile")];
  const output = form.querySelector("output");
  const none = document.querySelector(".none");
  const words = new Map([...rows, ...cards].map((node) => [node, (node.querySelector("summary") || node).textContent.toLowerCase()]));
  const facets = [...form.querySelectorAll("select")];

  const matches = (node, sought) =>
    facets.every((facet) => !facet.value || node.dataset[facet.name] === facet.value) &&
    sought.every((word) => words.get(node).includes(word));

  const apply = () => {
    const sought = form.elements.text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = !matches(row, sought);
      shown += row.hidden ? 0 : 1;
    }
    for (const card of cards) card.hidden = !matches(card, sought);
    const broken = document.getElementById("broken");
    if (broken) broken.hidden = cards.every((card) => card.hidden);
    for (const tile of tiles) tile.setAttribute("aria-pressed", String(tile.dataset.only === form.elements.verdict.value));
    output.value = shown === rows.length ? `${rows.length} rules` : `${shown} of ${rows.length} rules`;
    none.hidden = shown > 0;
  };

  const reveal = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches("details")) {
      if (target.hidden) form.reset();
      target.open = true;
      setTimeout(() => target.scrollIntoView({ block: "start" }));
    }
  };

  const copy = async (button) => {
    const text = button.parentElement.querySelector("pre").textContent;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(button.parentElement.querySelector("pre"));
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.querySelector(".clear").addEventListener("click", () => form.reset());
  for (const tile of tiles) {
    tile.addEventListener("click", () => {
      form.elements.verdict.value = form.elements.verdict.value === tile.dataset.only ? "" : tile.dataset.only;
      apply();
    });
  }
  for (const button of document.querySelectorAll("button.copy")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.matches("input, select, textarea")) {
      event.preventDefault();
      form.elements.text.focus();
    } else if (event.key === "Escape" && form.contains(event.target)) {
      form.reset();
    }
  });
  addEventListener("hashchange", reveal);
  apply();
  reveal();
})();
