// Keeps the pictures of this page alive: an event says that a graph has changed, the picture is
// fetched (unchanged ones cost a 304) and handed to its canvas without a copy and a flicker.

const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const STEP = 16; // CSS pixels: sizes are rounded down to it, so that many viewers share pictures
const WALL_STEP = 8; // likewise of a wall, which leaves no more than that of a screen empty
const WALL_EVERY = 250; // ms from one picture of a wall to the next, however much changes on it
const MAX_SIDE = 4096; // pixels; the server's limits
const MAX_PIXELS = 8294400;
const PATIENCE = 20000; // ms for one picture
const DEAF = 15000; // ms without a word from the feed: it has died with its process
const WORDS_EVERY = 1000; // ms between two looks at the words around the pictures

const LINKS = {
  connecting: "",
  live: "live",
  reconnecting: "reconnecting",
  frozen: "frozen: these pictures are old",
};

const pictures = new Map(); // box -> Picture
const seen = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) pictures.get(entry.target)?.show(entry.isIntersecting);
  },
  { rootMargin: "200px" },
);
const sized = new ResizeObserver((entries) => {
  for (const entry of entries) pictures.get(entry.target)?.resized();
});

class Picture {
  constructor(owner) {
    this.owner = owner; // carries data-graph, data-revision; or data-wall, names of graphs
    this.box = owner.querySelector(".picture");
    this.box.querySelector("noscript")?.remove();
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", this.box.dataset.label);
    this.context = this.canvas.getContext("bitmaprenderer");
    this.box.append(this.canvas);
    this.visible = this.busy = false;
    this.stale = true;
    this.shown = ""; // url and ETag of what the canvas shows
    pictures.set(this.box, this);
    seen.observe(this.box);
    sized.observe(this.box);
  }

  get graph() {
    return this.owner.dataset.graph;
  }

  get isWall() {
    return "wall" in this.owner.dataset;
  }

  shows(graph) {
    const names = this.owner.dataset.wall; // none: all
    return this.isWall ? !names || names.split(" ").includes(graph) : this.graph === graph;
  }

  remove() {
    seen.unobserve(this.box);
    sized.unobserve(this.box);
    pictures.delete(this.box);
    this.owner.remove();
  }

  show(visible) {
    this.visible = visible;
    this.pull();
  }

  resized() {
    if (this.url() !== this.wanted) this.changed();
  }

  changed() {
    this.stale = true;
    this.pull();
  }

  // One fetch at a time; whatever changes meanwhile is fetched once, after it.
  async pull() {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.stale && this.visible && !document.hidden) {
        this.stale = false;
        await this.load();
        if (this.isWall) await new Promise((rested) => setTimeout(rested, WALL_EVERY));
      }
    } catch {
      this.stale = true; // the next beat tries again
    } finally {
      this.busy = false;
    }
  }

  url() {
    const floor = (side, step) =>
      Math.max(STEP, Math.min(MAX_SIDE, Math.floor(side / step) * step));
    this.width = floor(this.box.clientWidth, this.isWall ? WALL_STEP : STEP);
    this.height = floor(this.box.clientHeight, this.isWall ? WALL_STEP : 1);
    let scale = Math.min(3, Math.max(1, Math.ceil(devicePixelRatio - 0.1)));
    while (scale > 1 && this.width * this.height * scale ** 2 > MAX_PIXELS) scale -= 1;
    const url = new URL(this.box.dataset.src, location.href);
    const chosen = { width: this.width, height: this.height, scale };
    if (!this.isWall) chosen.theme = dark.matches ? "dark" : "light";
    for (const [name, value] of Object.entries(chosen)) url.searchParams.set(name, value);
    return url.href;
  }

  async load() {
    const url = (this.wanted = this.url());
    const { width, height } = this;
    const answer = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
    const tag = `${url} ${answer.headers.get("ETag")}`;
    if (tag === this.shown) return;
    const blob = await answer.blob();
    if (answer.status >= 500 || !blob.type.startsWith("image/")) throw new Error(answer.statusText);
    const bitmap = await createImageBitmap(blob);
    this.canvas.style.width = `${width}px`;
    this.canvas.style.height = `${height}px`;
    this.context.transferFromImageBitmap(bitmap);
    this.shown = answer.ok ? tag : "";
    this.box.dataset.shown = this.owner.dataset.revision ?? "";
  }
}

function pull() {
  for (const picture of pictures.values()) picture.pull();
}

function redraw() {
  for (const picture of pictures.values()) picture.changed();
}

// The words around the pictures come from the server again, so that they are written once.
let asking = 0;
let grown = false;

function words(newGraph = false) {
  grown ||= newGraph;
  asking ||= setTimeout(() => {
    asking = 0;
    const asked = grown || !document.getElementById("graphs") ? reread() : relabel();
    asked.catch(() => {}); // the next change asks again
  }, WORDS_EVERY);
}

async function get(url) {
  const answer = await fetch(url, { cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(answer.statusText);
  return answer;
}

// The accessible names of pictures that can be seen.
async function relabel() {
  const shown = [...pictures.values()].filter((picture) => picture.visible);
  const names = shown.map((picture) => picture.graph).slice(0, 60);
  if (!names.length) return;
  const byName = new Map(shown.map((picture) => [picture.graph, picture]));
  for (const graph of await (await get(`/api/graphs?graphs=${names}`)).json()) {
    const last = graph.last === null ? "–" : Number(graph.last.toPrecision(6)).toLocaleString("en");
    const label = `${graph.title}: last ${last}, ${graph.state}`;
    byName.get(graph.name)?.canvas.setAttribute("aria-label", label);
  }
}

// This page as it is now: words are taken over, new graphs come in, lost ones go.
async function reread() {
  grown = false;
  const html = await (await get(location.href)).text();
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(old.id);
    if (now) old.replaceWith(document.adoptNode(now));
  }
  for (const picture of pictures.values()) {
    const now = [...fresh.querySelectorAll("[data-graph]")].find(
      (owner) => owner.dataset.graph === picture.graph,
    );
    const label = now?.querySelector(".picture").dataset.label;
    if (label) picture.canvas.setAttribute("aria-label", label);
  }
  const grid = document.getElementById("graphs");
  if (grid) merge(grid, fresh);
}

function merge(grid, fresh) {
  const known = new Map([...grid.children].map((tile) => [tile.dataset.graph, tile]));
  for (const now of fresh.getElementById("graphs").children) {
    const tile = known.get(now.dataset.graph);
    known.delete(now.dataset.graph);
    if (tile) continue;
    grid.append(document.adoptNode(now.cloneNode(true)));
    new Picture(grid.lastElementChild);
  }
  for (const name of known.keys()) gone(name);
  grid.dataset.count = grid.children.length;
  const empty = fresh.getElementById("empty");
  document.getElementById("empty")?.remove();
  if (empty) grid.after(document.adoptNode(empty));
}

function gone(name) {
  for (const picture of pictures.values()) {
    if (picture.graph === name && picture.owner.classList.contains("tile")) picture.remove();
  }
}

// What the feed says.
let heardAt = Date.now();
let hellos = 0;

const heard = {
  link({ link }) {
    root.dataset.link = link;
    document.getElementById("link").textContent = LINKS[link];
    if (link === "live") pull();
  },
  hello({ version }) {
    const reloaded = "watcher-reloaded-for";
    if (version !== root.dataset.version && sessionStorage.getItem(reloaded) !== version) {
      sessionStorage.setItem(reloaded, version); // once: a cache in between may lag behind
      location.reload();
    }
    hellos += 1;
    if (hellos > 1) words(true); // the server was away: graphs may have come and gone
  },
  frame({ graph, revision, state, level }) {
    for (const picture of pictures.values()) {
      if (!picture.isWall || !picture.shows(graph)) continue;
      picture.changed();
      clearTimeout(picture.again); // the wall may be made a moment later than the graph on it
      picture.again = setTimeout(() => picture.changed(), WALL_EVERY);
    }
    if (state === "error") {
      if (root.querySelector(".graph")?.dataset.graph === graph) location.reload();
      gone(graph);
      words(true);
      return;
    }
    let known = false;
    for (const picture of pictures.values()) {
      if (picture.graph !== graph) continue;
      known = true;
      if (revision <= Number(picture.owner.dataset.revision)) continue;
      Object.assign(picture.owner.dataset, { revision, state, level });
      picture.changed();
      words();
    }
    if (!known && document.getElementById("graphs")) words(true);
  },
};

function hear(message) {
  heardAt = Date.now();
  heard[message.kind](message);
}

function subscribe() {
  const feed = root.dataset.feed;
  const inPage = () => import(feed).then(({ listen }) => listen(hear));
  if (!("SharedWorker" in window)) return inPage();
  const worker = new SharedWorker(feed, { type: "module", name: "watcher" });
  worker.onerror = inPage;
  worker.port.onmessage = ({ data }) => hear(data);
  worker.port.postMessage("hi");
  addEventListener("pagehide", () => worker.port.postMessage("bye"));
  addEventListener("pageshow", (event) => event.persisted && worker.port.postMessage("hi"));
}

for (const owner of document.querySelectorAll("[data-graph], [data-wall]")) new Picture(owner);
dark.addEventListener("change", redraw);
document.addEventListener("visibilitychange", pull);
setInterval(() => {
  if (Date.now() - heardAt > DEAF) heard.link({ link: "frozen" });
}, 1000);
subscribe();
