// What the pages of Data Docs call, in place of libraries from elsewhere: a table is drawn; everything else does nothing.
window.$ = window.jQuery = function (wish) {
  const nothing = new Proxy(function () {}, { get: (_, name) => (name === "length" ? 0 : () => nothing), apply: () => nothing });
  if (typeof wish === "function") { wish(); return nothing; }
  const table = typeof wish === "string" && wish.startsWith("#") ? document.querySelector(wish) : null;
  const draw = (asked) => {
    if (!table || !asked || !asked.columns) return nothing;
    const columns = asked.columns.filter((one) => one.visible !== false && one.visible !== "false");
    const head = table.createTHead().insertRow();
    for (const one of columns) { const cell = document.createElement("th"); cell.textContent = one.title; head.append(cell); }
    const body = table.createTBody();
    const rows = [...asked.data].sort((a, b) => String(b.run_time || "").localeCompare(String(a.run_time || "")));
    for (const row of rows) {
      const line = body.insertRow();
      for (const one of columns) line.insertCell().innerHTML = row[one.field] ?? "";
      if (row._table_row_link_path) { line.style.cursor = "pointer"; line.onclick = () => { window.location = row._table_row_link_path; }; }
    }
    return nothing;
  };
  return { bootstrapTable: draw, ready: (then) => { document.readyState === "loading" ? document.addEventListener("DOMContentLoaded", then) : then(); return nothing; },
    on: () => nothing, each: () => nothing, click: () => nothing, popover: () => nothing, tooltip: () => nothing, length: 0 };
};
