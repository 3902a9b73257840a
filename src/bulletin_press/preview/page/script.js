// Shows the view that the server sends: touches only what differs from the last one.

const LARGEST_LIST = 12;
const byId = (id) => document.getElementById(id);
const amount = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

let view = null;
let known = [];
let source = null;
let lostAt = 0;

const scroll = "scroll " + location.pathname;
history.scrollRestoration = "manual";
addEventListener("pagehide", () => sessionStorage.setItem(scroll, String(scrollY)));
const follow = byId("follow");
follow.checked = localStorage.getItem("follow") === "yes";
follow.addEventListener("change", () => {
  localStorage.setItem("follow", follow.checked ? "yes" : "no");
});

function element(name, kind, text) {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
}

function show(id, text) {
  const one = byId(id);
  if (one.textContent !== text) one.textContent = text;
  one.hidden = !text;
}

// The pages ----------------------------------------------------------------

function sheet() {
  const item = element("li", "sheet");
  const picture = element("img");
  picture.decoding = "async";
  picture.sizes = "(min-width: 60rem) min(56rem, 100vw - 28rem), 100vw";
  item.append(picture, element("p", "folio"));
  return item;
}

function draw(item, page, widths, first) {
  const picture = item.firstElementChild;
  const address = (width) => `/pages/${page.sha256}-${width}.png`;
  item.id = `page-${page.label}`;
  item.lastElementChild.textContent = page.label;
  picture.alt = `Page ${page.label}`;
  picture.width = Math.round(page.width);
  picture.height = Math.round(page.height);
  picture.loading = first ? "eager" : "lazy";
  picture.fetchPriority = first ? "high" : "auto";
  picture.srcset = widths.map((width) => `${address(width)} ${width}w`).join(", ");
}

function drawAll(now) {
  const list = byId("sheets");
  const pages = now.pages;
  if (pages.length && known.length && pages.every((page, at) => page.sha256 === known[at]?.sha256)
      && pages.length === known.length) return;
  const changed = pages.map((page, at) => at).filter((at) => pages[at].sha256 !== known[at]?.sha256);
  const begun = known.length > 0;
  while (list.children.length > pages.length) list.lastElementChild.remove();
  while (list.children.length < pages.length) list.append(sheet());
  for (const item of list.querySelectorAll(".changed")) item.classList.remove("changed");
  for (const at of changed) {
    draw(list.children[at], pages[at], now.widths, at === changed[0]);
    if (begun) list.children[at].classList.add("changed");
  }
  known = pages;
  if (!begun) return;
  tell(changed.map((at) => pages[at]));
  if (follow.checked && changed.length) go(list.children[changed[0]]);
}

function go(item) {
  const box = item.getBoundingClientRect();
  if (box.top > innerHeight * 0.6 || box.bottom < innerHeight * 0.4) item.scrollIntoView();
}

function tell(pages) {
  const items = pages.slice(0, LARGEST_LIST).map((page) => {
    const item = element("li");
    const link = element("a", "", page.label);
    link.href = `#page-${page.label}`;
    link.setAttribute("aria-label", `Page ${page.label}`);
    item.append(link);
    return item;
  });
  if (pages.length > LARGEST_LIST) {
    items.push(element("li", "more", `and ${pages.length - LARGEST_LIST} more`));
  }
  byId("changed").replaceChildren(...items);
  byId("changes").hidden = !pages.length;
}

// The problems -------------------------------------------------------------

const keyOf = (one) => JSON.stringify([one.path, one.line, one.column, one.code, one.message]);

function entry(one) {
  const item = element("li", "problem");
  const place = one.line ? `${one.path}:${one.line}` : one.path;
  const button = element("button", "place", place);
  button.type = "button";
  button.title = "Copy this place";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(place);
    button.dataset.copied = "yes";
    setTimeout(() => delete button.dataset.copied, 1200);
  });
  item.append(
    button,
    element("span", "code", one.code),
    element("p", "message", one.message),
    element("p", "hint", one.hint),
  );
  return item;
}

function list(problems) {
  for (const group of document.querySelectorAll(".group[data-severity]")) {
    const own = problems.filter((one) => one.severity === group.dataset.severity);
    const items = group.querySelector("ol");
    const before = new Map([...items.children].map((item) => [item.dataset.key, item]));
    const after = own.map((one) => {
      const key = keyOf(one);
      const item = before.get(key) ?? entry(one);
      item.dataset.key = key;
      return item;
    });
    for (const item of items.children) if (!after.includes(item)) item.remove();
    after.forEach((item, at) => {
      if (items.children[at] !== item) items.insertBefore(item, items.children[at] ?? null);
    });
    group.querySelector(".count").textContent = String(own.length);
    group.hidden = !own.length;
  }
}

// The state ----------------------------------------------------------------

function counts(problems) {
  const of = (kind) => problems.filter((one) => one.severity === kind).length;
  return [["error", of("error")], ["warning", of("warning")]]
    .filter(([, number]) => number)
    .map(([word, number]) => amount(number, word))
    .join(", ");
}

function state(now) {
  const wrong = now.fault || now.problems.some((one) => one.severity === "error");
  const said = counts(now.problems);
  if (lostAt) return ["lost", "Not connected"];
  if (wrong) return ["error", now.fault ? "The press failed" : said];
  if (!now.pages.length) return ["busy", "Setting the pages"];
  if (said) return ["warning", said];
  return ["good", "Up to date"];
}

function facts(now) {
  if (!now.pages.length) return "";
  const time = new Date(now.made * 1000).toLocaleTimeString();
  const proof = { true: "proved by a fresh setting", false: "replaced by a fresh setting" };
  return [
    `PDF, ${amount(now.pages.length, "page")}`,
    `set at ${time} in ${now.seconds.toFixed(2)} s`,
    proof[now.proved],
  ].filter(Boolean).join(" · ");
}

function head(now) {
  const [kind, words] = state(now);
  const badge = byId("state");
  if (badge.textContent !== words) badge.textContent = words;
  badge.dataset.kind = kind;
  document.body.dataset.busy = now.busy && !lostAt ? "yes" : "no";
  const name = now.title || "Preview";
  byId("title").textContent = name;
  byId("issue").textContent = now.issue;
  byId("facts").textContent = facts(now);
  byId("pdf").hidden = !now.pages.length;
  document.title = `${kind === "good" ? "" : `${words} – `}${name}, ${now.issue}`;
  const time = new Date(now.made * 1000).toLocaleTimeString();
  show("stale", now.stale
    ? `These pages are of an earlier text, of ${time}: the present one cannot be set.` : "");
  show("empty", now.pages.length || !now.problems.length && !now.fault
    ? "" : "There are no pages yet: the text cannot be set.");
  document.body.dataset.stale = now.stale ? "yes" : "no";
}

function render(now) {
  const first = view === null;
  view = now;
  head(now);
  list(now.problems);
  byId("fault").hidden = !now.fault;
  byId("fault-text").textContent = now.fault;
  byId("none").hidden = Boolean(now.fault || now.problems.length);
  if (now.pages.length) drawAll(now);
  if (first) scrollTo(0, Number(sessionStorage.getItem(scroll) ?? 0));
}

// The connection -----------------------------------------------------------

function lose() {
  lostAt ||= Date.now();
  const time = new Date(lostAt).toLocaleTimeString();
  show("lost", `The preview server has been away since ${time}. This page goes on when it is back.`);
  if (view) head(view);
  else byId("state").textContent = "Not connected";
}

function listen() {
  source = new EventSource("/events");
  source.addEventListener("message", (event) => {
    lostAt = 0;
    show("lost", "");
    render(JSON.parse(event.data));
  });
  source.addEventListener("error", () => {
    lose();
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(listen, 1000);
  });
}

listen();
