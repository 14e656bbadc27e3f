"use strict";
// Filters and sorts the table of results. Without it the page is read as it is.
(() => {
  const table = document.getElementById("results-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const RULE = 6, ACCOUNT = 4;
  const cell = (row, column) => row.cells[column].textContent;
  const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));
  const field = (name) => document.getElementById("filter-" + name);
  const [text, standing, rule, account, count] =
    ["text", "standing", "rule", "account", "count"].map(field);

  const filter = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits =
        (!standing.value || row.dataset.standing === standing.value) &&
        (!rule.value || cell(row, RULE) === rule.value) &&
        (!account.value || cell(row, ACCOUNT) === account.value) &&
        words.every((word) => texts.get(row).includes(word));
      row.hidden = !fits;
      shown += fits;
    }
    count.textContent = shown + " of " + rows.length + " rows";
  };

  let timer;
  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 120);
  });
  for (const select of [standing, rule, account]) select.addEventListener("change", filter);

  const order = new Intl.Collator("en");
  const headers = [...table.tHead.rows[0].cells];
  headers.forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    header.replaceChildren(button);
    button.addEventListener("click", () => {
      const down = header.getAttribute("aria-sort") === "ascending";
      for (const other of headers) other.removeAttribute("aria-sort");
      header.setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[column].dataset.rank ?? cell(row, column);
      const sorted = [...rows].sort((a, b) => order.compare(key(a), key(b)));
      body.append(...(down ? sorted.reverse() : sorted));
    });
  });

  const show = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (row && row.hidden) {
      text.value = standing.value = rule.value = account.value = "";
      filter();
      row.scrollIntoView();
    }
  };
  addEventListener("hashchange", show);
  document.getElementById("filter").hidden = false;
  filter();
})();
