"use strict";
// Shows the answer to what is chosen; all answers are in the page. Text goes in as text, never as markup.
(function () {
  function all(part, selector) {
    return part.querySelectorAll(selector);
  }

  function begin(section) {
    const form = section.querySelector("form.choices");
    const store = section.querySelector("script.answers");
    if (!form || !store) return;
    const data = JSON.parse(store.textContent);
    const selects = Array.from(form.querySelectorAll("select"));
    const verdict = form.querySelector(".comes-to");

    function chosen() {
      return selects.map(function (select) { return Number(select.value); });
    }

    function show() {
      const picks = chosen();
      const any = picks.every(function (pick) { return pick === 0; });
      const answer = data.answers[picks.join(",")];
      verdict.textContent = answer ? answer[1] : "there is no such combination";
      verdict.className = "comes-to " + (answer ? answer[0] : "unknown");
      if (answer && answer[3].length && !any) {
        verdict.append(": ");
        answer[3].forEach(function (id, i) {
          const link = document.createElement("a");
          link.href = "#" + section.id + "-" + id;
          link.textContent = id;
          verdict.append(i ? " " : "", link);
        });
      }
      for (const item of all(form, ".answer li")) {
        const found = answer && data.intervals[item.dataset.quantity][answer[2][item.dataset.quantity]];
        item.querySelector(".value").textContent = found ? found[0] : "no value";
        item.querySelector(".note").textContent = found && !any ? found[3] : "";
        draw(item.dataset.quantity, any ? null : found);
      }
      for (const line of all(section, "[data-scenarios]")) {
        const fits = line.dataset.scenarios.split(" ").some(function (number) {
          return (data.scenarios[number] || []).every(function (pick, i) {
            return picks[i] === 0 || picks[i] === pick;
          });
        });
        line.classList.toggle("off", !any && !fits);
      }
      for (const line of all(section, "[data-pick]")) {
        const [choice, option] = line.dataset.pick.split(":").map(Number);
        line.classList.toggle("off", !any && picks[choice] !== option);
      }
    }

    function draw(quantity, found) {
      const line = section.querySelector('.forest[data-quantity="' + quantity + '"] .row.chosen');
      if (!line) return;
      line.hidden = !found;
      if (!found) return;
      line.querySelector(".value").textContent = found[0];
      const bar = line.querySelector("svg.bar");
      bar.setAttribute("visibility", found[1] === null ? "hidden" : "visible");
      bar.setAttribute("x", (found[1] || 0) + "%");
      bar.setAttribute("width", (found[2] || 0) + "%");
    }

    form.addEventListener("change", function (event) {
      if (data.single) {
        for (const other of selects) if (other !== event.target) other.value = "0";
      }
      show();
    });
    form.addEventListener("reset", function () { setTimeout(show); });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    form.hidden = false;
    show();
  }

  // A link to a card that is closed opens it.
  function open() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const card = target && target.closest("details");
    if (card) { card.open = true; target.scrollIntoView(); }
  }

  // What is closed would be missing on paper.
  let closed = [];
  window.addEventListener("beforeprint", function () {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    for (const part of closed) part.open = true;
  });
  window.addEventListener("afterprint", function () {
    for (const part of closed) part.open = false;
  });

  window.addEventListener("hashchange", open);
  document.querySelectorAll("section.claimcheck").forEach(begin);
  open();
})();
