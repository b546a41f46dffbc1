// What the page does at once where a browser runs scripts. Without it every form posts, and a whole page comes back.
"use strict";

const LOST = "The connection was lost before the answer was whole. Nothing was harmed; ask again.";
const KEPT = "The connection was lost before the answer was whole. It is finished and kept all the same: load this page again in a moment.";
const LONG = 700; // characters of a question that would leave no room for its answer
const BUSY = "Your question is being answered; one moment.";

// ---- server-sent events over fetch: a POST cannot be an EventSource
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    held += value;
    for (let end; (end = held.indexOf("\n\n")) >= 0; held = held.slice(end + 2)) {
      const event = { name: "message", data: "" };
      for (const line of held.slice(0, end).split("\n")) {
        if (line.startsWith("event: ")) event.name = line.slice(7);
        if (line.startsWith("data: ")) event.data += line.slice(6);
      }
      if (event.data) yield { name: event.name, data: JSON.parse(event.data) };
    }
  }
}

// ---- what was typed into a form whose session had ended is there again after signing in
const DRAFT = "steep-draft";
const typed = (form) => [...form.elements].filter((each) => each.name && /^(text|search|textarea)$/.test(each.type));
const here = () => location.pathname + location.search;

function keepDraft(form) {
  const fields = typed(form).map((each) => [each.name, each.value]);
  if (fields.length) sessionStorage.setItem(DRAFT, JSON.stringify({ here: here(), action: form.getAttribute("action"), fields }));
}

function bringDraftBack() {
  if (location.pathname === "/sign-in") return;
  const draft = JSON.parse(sessionStorage.getItem(DRAFT) || "null");
  sessionStorage.removeItem(DRAFT);
  if (!draft || draft.here !== here() || !document.referrer || new URL(document.referrer).pathname !== "/sign-in") return;
  for (const form of document.querySelectorAll("form[method=post]")) {
    if (form.getAttribute("action") !== draft.action) continue;
    const fields = typed(form).filter((each) => draft.fields.some(([name]) => name === each.name));
    for (const each of fields) each.value = draft.fields.find(([name]) => name === each.name)[1];
    for (const each of fields.slice(0, 1)) each.closest("details")?.setAttribute("open", "");
  }
}

// Sends a form; throws an Error with one line that can be shown.
async function send(form, accept, extra) {
  const fields = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(extra || {})) fields.set(name, value);
  let response;
  try {
    response = await fetch(form.action, { method: "POST", body: fields, headers: { accept } });
  } catch {
    throw new Error("The server cannot be reached; is it still running? Nothing was sent.");
  }
  if (response.ok) {
    sessionStorage.removeItem(DRAFT);
    return response;
  }
  if (response.status === 401) {
    location.assign("/sign-in?next=" + encodeURIComponent(location.pathname + location.search));
    throw new Error("Your session has ended; sign in again.");
  }
  const told = await response.json().catch(() => null);
  const line = told && told.error ? told.error.message : "The server answered with an error (" + response.status + ").";
  throw new Error(/^[a-z]+(?=[\s,;:]|$)/.test(line) ? line.charAt(0).toUpperCase() + line.slice(1) : line);
}

// Markup that this server made of its templates, where everything else is escaped.
function made(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  localTimes(template.content);
  return template.content.firstElementChild;
}

// A message's words; what it sets between backticks, a command or a key, is code.
function words(text) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, at) => {
    if (at % 2 === 0) return part;
    const code = document.createElement("code");
    code.textContent = part;
    return code;
  });
}

function line(text, kind) {
  const told = document.createElement("p");
  told.className = "notice " + (kind || "bad");
  told.setAttribute("role", "alert");
  told.append(...words(text));
  return told;
}

// A form is busy until its work is done: a second click says so and does nothing.
async function once(form, work) {
  const status = form.querySelector("[role=status]");
  if (form.dataset.busy) {
    if (status) status.textContent = BUSY;
    return;
  }
  form.dataset.busy = "yes";
  const buttons = [...form.querySelectorAll("button")];
  buttons.forEach((each) => each.setAttribute("aria-disabled", "true"));
  try {
    await work(status);
  } finally {
    delete form.dataset.busy;
    buttons.forEach((each) => each.removeAttribute("aria-disabled"));
  }
}

// ---- ask
// the field, and not one of the questions to begin with, which carry the same name
const asking = (form) => form.querySelector("textarea[name=question]");

function beginTurn(question) {
  const turn = document.createElement("article");
  turn.className = "turn";
  const asked = document.createElement("h2");
  asked.className = question.length > LONG ? "asked long" : "asked";
  if (question.length > LONG) asked.tabIndex = 0;
  asked.dir = "auto";
  asked.textContent = question;
  const answer = document.createElement("div");
  answer.className = "answer writing";
  answer.dir = "auto";
  turn.append(asked, answer);
  return { turn, answer };
}

// From the first question on the page is that of its conversation: it can be loaded again, and gone on with.
function begin(form, begun) {
  for (const [name, value] of Object.entries(begun.fields)) form.elements[name].value = value;
  if (begun.url) history.replaceState(null, "", begun.url);
}

function lost(form) {
  return form.elements.conversation?.value ? KEPT : LOST;
}

async function ask(form, question) {
  await once(form, async (status) => {
    const { turn, answer } = beginTurn(question);
    document.getElementById(form.dataset.stream).append(turn);
    document.getElementById("begin")?.remove();
    status.classList.remove("hidden");
    status.textContent = "Looking through the documents…";
    turn.scrollIntoView({ block: "start", behavior: "smooth" });
    let whole = null;
    try {
      const response = await send(form, "text/event-stream", { question });
      for await (const event of events(response)) {
        if (event.name === "begun") begin(form, event.data);
        if (event.name === "delta") answer.append(event.data.text);
        if (event.name === "failed") throw new Error(event.data.message);
        if (event.name === "answer") whole = event.data;
      }
      if (!whole) throw new Error(lost(form));
      const answered = made(whole.html);
      turn.replaceWith(answered); // it is longer than what was being written, and may end below the composer
      answered.scrollIntoView({ block: "start", behavior: "smooth" });
      if (asking(form).value.trim() === question.trim()) asking(form).value = "";
      status.classList.add("hidden"); // it is read aloud; who sees it has the answer itself
      status.textContent = "Answered: " + whole.told;
    } catch (error) {
      answer.classList.remove("writing");
      turn.append(line(error instanceof TypeError ? lost(form) : error.message));
      if (!asking(form).value) asking(form).value = question;
      status.textContent = "";
    }
  });
}

// ---- compare
async function compare(form) {
  await once(form, async (status) => {
    const columns = [...document.querySelectorAll("#" + form.dataset.compare + " > .column")];
    columns.forEach((each) => {
      each.classList.add("waiting");
      each.querySelectorAll(":scope > :not(h2), .time").forEach((part) => part.remove());
    });
    status.textContent = "The arms answer one after another…";
    let came = 0;
    try {
      const response = await send(form, "text/event-stream");
      for await (const event of events(response)) {
        if (event.name === "failed") throw new Error(event.data.message);
        document.getElementById("arm-" + event.data.arm).replaceWith(made(event.data.html));
        came += 1;
        status.textContent = came + " of " + columns.length + " have answered.";
      }
      if (came < columns.length) throw new Error(LOST);
    } catch (error) {
      status.textContent = "";
      form.append(line(error instanceof TypeError ? LOST : error.message));
    }
  });
}

// ---- a form whose answer takes the place of what it stands in
async function swap(form, submitter) {
  await once(form, async () => {
    const place = form.closest("[data-swap='" + form.dataset.swapInto + "']");
    try {
      const response = await send(form, "application/json", submitter?.name ? { [submitter.name]: submitter.value } : {});
      const fresh = made((await response.json()).html);
      place.replaceWith(fresh);
      (fresh.querySelector("[aria-pressed=true]") || fresh.querySelector("button"))?.focus();
    } catch (error) {
      place.append(line(error.message));
    }
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "post") keepDraft(form);
  form.querySelectorAll(":scope > .notice.bad").forEach((each) => each.remove());
  if (form.dataset.stream) {
    event.preventDefault();
    const question = event.submitter?.name === "question" ? event.submitter.value : asking(form).value;
    if (question.trim()) ask(form, question);
  } else if (form.dataset.compare) {
    event.preventDefault();
    if (asking(form).value.trim()) compare(form);
  } else if (form.dataset.swapInto) {
    event.preventDefault();
    swap(form, event.submitter);
  } else if (form.dataset.sure && !confirm(form.dataset.sure)) {
    event.preventDefault();
  } else if (form.method === "post") {
    if (form.dataset.busy) event.preventDefault();
    form.dataset.busy = "yes";
  }
});

// who opens a field for words wants to write them
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.better[open]")) event.target.querySelector("textarea").focus();
}, true);

// a page that comes back from the browser's memory is not busy any more
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((each) => delete each.dataset.busy));

// Enter asks, Shift+Enter begins a new line; not while a word is being composed
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !field.matches?.(".composer textarea")) return;
  event.preventDefault();
  field.form.requestSubmit();
});

function localTimes(root) {
  root.querySelectorAll("time[datetime]").forEach((each) => {
    const at = new Date(each.dateTime);
    if (!Number.isNaN(at.valueOf())) each.textContent = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });
  });
}

localTimes(document);
bringDraftBack();
// on a phone earlier conversations are one line until they are wanted
if (matchMedia("(max-width: 52rem)").matches) document.querySelector(".earlier")?.removeAttribute("open");
document.querySelector(".side nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
if (location.hash === "#words") document.getElementById("words")?.focus({ preventScroll: true });

// a button that copies is there only where it works
document.querySelectorAll("[data-copy]").forEach((button) => {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = "Copied";
  });
});

// ---- a job, while it is at work; a browser connects again by itself, and the server goes on behind the last event
function watch(place) {
  const source = new EventSource(place.dataset.watch);
  const part = (name) => document.getElementById(name);
  source.addEventListener("progress", (event) => {
    const step = JSON.parse(event.data);
    const bar = part("bar");
    part("job-stage").textContent = step.stage + (step.detail ? ": " + step.detail : "");
    if (step.total) {
      bar.max = step.total;
      bar.value = step.done;
    } else {
      bar.removeAttribute("value");
    }
    part("job-count").textContent = step.total ? step.done + " of " + step.total : step.done || "";
  });
  source.addEventListener("stage", (event) => {
    const stage = JSON.parse(event.data);
    const said = stage.flow + ": " + stage.name + (stage.began ? " began" : stage.ok ? " took " + stage.seconds.toFixed(1) + " s" : " failed: " + stage.error);
    const row = document.createElement("li");
    row.textContent = new Date(stage.at * 1000).toLocaleTimeString() + " " + said;
    part("job-trail").append(row);
    part("job-none")?.remove();
    part("job-said").textContent = said;
    part("job-state").textContent = "running";
  });
  source.addEventListener("end", () => {
    source.close();
    location.replace(location.pathname);
  });
  source.onerror = () => {
    part("job-stage").textContent = source.readyState === EventSource.CLOSED
      ? "The server tells no more of this job; load the page again."
      : "The connection was lost; trying again…";
  };
}

document.querySelectorAll("[data-watch]").forEach(watch);

// files that are too large, or that no reader takes, are told before any of them is sent
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.largest) return;
  const field = form.elements.file;
  const names = (wrong) => [...field.files].filter(wrong).map((each) => each.name).join(", ");
  const large = names((each) => each.size > Number(form.dataset.largest));
  const odd = names((each) => !field.accept.split(",").some((suffix) => each.name.toLowerCase().endsWith(suffix)));
  if (!large && !odd) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (large) form.append(line(large + " has more than a document may have here; nothing was sent."));
  if (odd) form.append(line(odd + " is of no kind that can be read here; nothing was sent."));
}, true);
